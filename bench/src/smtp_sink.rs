//! Postfix's `smtp-sink`: takes mail as fast as anything can, and counts it.

use std::io::{BufRead as _, BufReader};
use std::process::{ChildStdout, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use anyhow::{Context as _, Result};

use crate::process::{Running, free_port, until_listening};
use crate::sink::peer;

/// A running sink.
pub struct SmtpSink {
    pub port: u16,
    taken: Arc<AtomicU64>,
    _process: Running,
}

impl SmtpSink {
    /// Starts it on a free port.
    pub fn start() -> Result<Self> {
        Self::start_on(free_port()?, &[])
    }

    /// Starts it on this port; with `faults`, options of its own, it fails in some way.
    pub fn start_on(port: u16, faults: &[&str]) -> Result<Self> {
        let mut process = Command::new(peer("smtp-sink")?)
            // Root must give its rights away; for others it changes nothing to name themselves.
            .args(["-u", &user()?, "-c", "-h", "sink.example.com"])
            .args(faults)
            .args([&format!("127.0.0.1:{port}"), "1024"])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()?;
        let taken = Arc::new(AtomicU64::new(0));
        let counters = process.stdout.take().context("the sink has an output")?;
        let count = Arc::clone(&taken);
        thread::spawn(move || follow(counters, &count));
        let sink = Self { port, taken, _process: Running(process) };
        until_listening(port, "smtp-sink")?;
        Ok(sink)
    }

    /// Mails taken so far.
    pub fn taken(&self) -> u64 {
        self.taken.load(Ordering::Relaxed)
    }
}

fn user() -> Result<String> {
    let name = String::from_utf8(Command::new("id").arg("-un").output()?.stdout)?;
    Ok(if name.trim() == "root" { "nobody".to_owned() } else { name.trim().to_owned() })
}

/// The sink overwrites one line: `sess=1 quit=0 mesg=17`.
fn follow(counters: ChildStdout, taken: &AtomicU64) {
    for line in BufReader::new(counters).split(b'\r').map_while(Result::ok) {
        let count = String::from_utf8_lossy(&line).rsplit("mesg=").next().and_then(|count| count.parse().ok());
        taken.store(count.unwrap_or(0), Ordering::Relaxed);
    }
}
