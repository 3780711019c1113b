//! An independent SMTP server (Python's aiosmtpd) that notes the recipient of every message it took.

use std::collections::HashMap;
use std::fs;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result, ensure};

use crate::hermod::repository;
use crate::process::{Running, free_port, until_listening};

/// A running sink.
pub struct Sink {
    pub port: u16,
    record: PathBuf,
    _process: Running,
}

impl Sink {
    /// Starts the sink; its peer is installed into the target folder when missing.
    pub fn start(folder: &std::path::Path) -> Result<Self> {
        let python = peer("aiosmtpd")?;
        let port = free_port()?;
        let record = folder.join("recipients.txt");
        let process = Command::new(python)
            .arg(repository().join("bench/peers/sink.py"))
            .arg(port.to_string())
            .arg(&record)
            .stdin(Stdio::null())
            .spawn()?;
        let sink = Self { port, record, _process: Running(process) };
        until_listening(port, "the SMTP sink")?;
        Ok(sink)
    }

    /// How often each recipient's message was taken.
    pub fn taken(&self) -> HashMap<String, u64> {
        let mut counts = HashMap::new();
        for line in fs::read_to_string(&self.record).unwrap_or_default().lines() {
            *counts.entry(line.to_owned()).or_default() += 1;
        }
        counts
    }
}

/// The program that has a peer, installed by the same code as for the tests; its path is the last line printed.
pub fn peer(name: &str) -> Result<PathBuf> {
    let output = Command::new("cargo")
        .args(["xtask", "peer", name])
        .current_dir(repository())
        .stderr(Stdio::inherit())
        .output()?;
    ensure!(output.status.success(), "{name} could not be installed");
    let path = String::from_utf8(output.stdout)?.lines().next_back().map(PathBuf::from);
    path.with_context(|| format!("cargo xtask did not say where {name} is"))
}
