//! The database of a measurement, and the three ways in which it fails.

use std::process::Command;

use anyhow::{Result, bail, ensure};

use super::Fault;
use crate::hermod::Hermod;
use crate::postgres::Postgres;

/// Bytes that a file of Hermod may have while its disk is full: less than any of them has.
const FULL: &str = "--fsize=1024:";
const NOT_FULL: &str = "--fsize=unlimited:";

/// Starts what follows so that a write beyond the limit of a file's size fails, instead of ending the process.
const IGNORING_SIZE_SIGNAL: [&str; 4] = ["sh", "-c", "trap '' XFSZ; exec \"$@\"", "sh"];

/// Where Hermod keeps its data.
pub(super) enum Database {
    /// SQLite, which works.
    Sqlite,
    /// SQLite on a disk that becomes full.
    FullDisk,
    /// PostgreSQL that takes no writes for a while.
    ReadOnly(Postgres),
    /// PostgreSQL that is away for a while.
    Gone(Postgres),
}

impl Database {
    /// That of this fault.
    pub(super) fn start(fault: Fault) -> Result<Self> {
        Ok(match fault {
            Fault::DiskFull => Self::FullDisk,
            Fault::ReadOnly => Self::ReadOnly(Postgres::start()?),
            Fault::PostgresGone => Self::Gone(Postgres::start()?),
            _ => Self::Sqlite,
        })
    }

    /// `None`: a file in the data folder.
    pub(super) fn url(&self) -> Option<String> {
        match self {
            Self::Sqlite | Self::FullDisk => None,
            Self::ReadOnly(postgres) | Self::Gone(postgres) => Some(postgres.url()),
        }
    }

    /// What has to be so before Hermod starts.
    pub(super) fn prepare(&self, hermod: &mut Hermod) {
        if matches!(self, Self::FullDisk) {
            hermod.launch_through(&IGNORING_SIZE_SIGNAL);
        }
    }

    /// Is it the database that fails?
    pub(super) const fn fails(&self) -> bool {
        !matches!(self, Self::Sqlite)
    }

    pub(super) fn fail(&mut self, hermod: &Hermod) -> Result<()> {
        match self {
            Self::Sqlite => bail!("this database does not fail"),
            Self::FullDisk => limit(hermod, FULL),
            Self::ReadOnly(postgres) => postgres.set_read_only(true),
            Self::Gone(postgres) => postgres.kill(),
        }
    }

    pub(super) fn heal(&mut self, hermod: &Hermod) -> Result<()> {
        match self {
            Self::Sqlite => Ok(()),
            Self::FullDisk => limit(hermod, NOT_FULL),
            Self::ReadOnly(postgres) => postgres.set_read_only(false),
            Self::Gone(postgres) => postgres.restart(),
        }
    }
}

/// The soft limit of a process can be lowered and raised again without rights.
fn limit(hermod: &Hermod, fsize: &str) -> Result<()> {
    let process = hermod.process_id()?.to_string();
    let limited = Command::new("prlimit").args(["--pid", &process, fsize]).status()?;
    ensure!(limited.success(), "prlimit {fsize} failed");
    Ok(())
}
