//! What is told about the running process, on standard error.

use std::io::{IsTerminal as _, stderr};

use tracing_subscriber::EnvFilter;

use crate::config::{Log, LogFormat};

/// Starts the log. Once per process.
pub fn start(log: &Log) {
    // The settings were checked.
    let filter = log.filter.parse::<EnvFilter>().unwrap_or_else(|_| EnvFilter::new("info"));
    let lines = tracing_subscriber::fmt().with_env_filter(filter).with_writer(stderr);
    match log.format {
        LogFormat::Pretty => lines.with_ansi(stderr().is_terminal()).init(),
        LogFormat::Json => lines.json().flatten_event(true).init(),
    }
}
