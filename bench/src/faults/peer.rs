//! The mail server of a measurement, which fails until it is healed.

use std::collections::HashMap;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result};

use crate::hermod::repository;
use crate::process::{Running, free_port, until_listening};
use crate::sink::peer;
use crate::smtp_sink::SmtpSink;

/// Which server, and how it fails first.
#[derive(Debug, Clone, Copy)]
pub(super) enum Failing {
    /// `bench/peers/faulty.mjs` with this fault; `well` is none.
    Faulty(&'static str),
    /// `smtp-sink` with these options.
    SmtpSink(&'static [&'static str]),
}

/// What a server took.
pub(super) enum Taken {
    /// The Message-IDs under which mails for a recipient were taken.
    ByRecipient(HashMap<String, Vec<String>>),
    /// How many mails.
    Counted(u64),
}

/// A running mail server.
pub(super) enum Peer {
    Faulty(Faulty),
    /// `None` only while it is replaced.
    SmtpSink(u16, Option<SmtpSink>),
}

impl Peer {
    /// Starts it; what it needs is installed when missing.
    pub(super) fn start(failing: Failing, folder: &Path) -> Result<Self> {
        match failing {
            Failing::Faulty(fault) => Faulty::start(fault, folder).map(Self::Faulty),
            Failing::SmtpSink(options) => {
                let port = free_port()?;
                Ok(Self::SmtpSink(port, Some(SmtpSink::start_on(port, options)?)))
            }
        }
    }

    pub(super) fn port(&self) -> u16 {
        match self {
            Self::Faulty(faulty) => faulty.port,
            Self::SmtpSink(port, _) => *port,
        }
    }

    /// Whoever connects from now on is served well.
    pub(super) fn heal(&mut self) -> Result<()> {
        match self {
            Self::Faulty(faulty) => faulty.say("well"),
            Self::SmtpSink(port, sink) => {
                // Its port must be free before the next one comes.
                drop(sink.take());
                *sink = Some(SmtpSink::start_on(*port, &[])?);
                Ok(())
            }
        }
    }

    pub(super) fn taken(&self) -> Result<Taken> {
        Ok(match self {
            Self::Faulty(faulty) => Taken::ByRecipient(faulty.record()?.mails),
            Self::SmtpSink(_, sink) => Taken::Counted(sink.as_ref().map_or(0, SmtpSink::taken)),
        })
    }

    /// Connections that took the place of another one. `None`: the server does not tell.
    pub(super) fn reconnects(&self) -> Result<Option<usize>> {
        match self {
            Self::Faulty(faulty) => {
                let record = faulty.record()?;
                Ok(Some(record.connections - record.most_at_once))
            }
            Self::SmtpSink(..) => Ok(None),
        }
    }
}

/// The Node.js server.
pub(super) struct Faulty {
    port: u16,
    record: PathBuf,
    process: Running,
}

/// What it noted.
#[derive(Default)]
struct Record {
    mails: HashMap<String, Vec<String>>,
    connections: usize,
    most_at_once: usize,
}

impl Faulty {
    fn start(fault: &str, folder: &Path) -> Result<Self> {
        peer("smtp-server")?;
        let port = free_port()?;
        let record = folder.join("peer.txt");
        let process = Command::new("node")
            .arg(repository().join("bench/peers/faulty.mjs"))
            .arg(port.to_string())
            .arg(&record)
            .arg(fault)
            .stdin(Stdio::piped())
            .spawn()
            .context("node cannot be run")?;
        let faulty = Self { port, record, process: Running(process) };
        until_listening(port, "the faulty SMTP server")?;
        Ok(faulty)
    }

    fn say(&mut self, fault: &str) -> Result<()> {
        let input = self.process.0.stdin.as_mut().context("the faulty SMTP server has an input")?;
        writeln!(input, "{fault}")?;
        input.flush()?;
        Ok(())
    }

    fn record(&self) -> Result<Record> {
        let mut record = Record::default();
        let mut open = 0_usize;
        for line in fs::read_to_string(&self.record)?.lines() {
            match line.split(' ').collect::<Vec<_>>()[..] {
                // Our own look whether it listens.
                ["open" | "close", "0"] => {}
                ["open", _] => {
                    open += 1;
                    record.connections += 1;
                    record.most_at_once = record.most_at_once.max(open);
                }
                ["close", _] => open = open.saturating_sub(1),
                ["mail", recipient, id] => {
                    record.mails.entry(recipient.to_owned()).or_default().push(id.to_owned());
                }
                _ => {}
            }
        }
        Ok(record)
    }
}
