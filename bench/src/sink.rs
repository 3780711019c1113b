//! An independent SMTP server (Python's aiosmtpd) that notes the recipient of every message it took.

use std::collections::HashMap;
use std::fs;
use std::net::TcpStream;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail, ensure};

use crate::hermod::{free_port, repository};

/// A running sink.
pub struct Sink {
    pub port: u16,
    record: PathBuf,
    process: Child,
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
        let sink = Self { port, record, process };
        let start = Instant::now();
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            if start.elapsed() > Duration::from_secs(20) {
                bail!("the SMTP sink did not start");
            }
            sleep(Duration::from_millis(20));
        }
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

impl Drop for Sink {
    fn drop(&mut self) {
        // The measurement is over, whatever becomes of the process.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
