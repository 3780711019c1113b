//! Measurements as commands. Each prints one line per figure, `<name> <value> <unit>`, and exits non-zero when it
//! could not measure. `bench/README.md` says how each is run and what it does not show.
#![expect(clippy::print_stdout, reason = "the figures are the output")]

use anyhow::Result;
use clap::{Parser, Subcommand};

mod audience;
mod bare;
mod callers;
mod campaign;
mod channels;
mod crash;
mod faults;
mod first_run;
mod hermod;
mod import;
mod load;
mod postgres;
mod process;
mod recorder;
mod run;
mod sink;
mod size;
mod smtp_sink;
mod throughput;

#[derive(Parser)]
#[command(about = "Measures Hermod")]
struct Arguments {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// How fast a run by a rule makes messages, with one-time passwords meanwhile.
    Audience {
        #[command(flatten)]
        size: audience::Size,
    },
    /// Messages per second of each channel against a peer on this machine, and beside a bare client of the same peer.
    Channels {
        #[command(flatten)]
        size: channels::Size,
        /// Only these lines; may be given several times.
        #[arg(long, value_enum, value_delimiter = ',')]
        only: Vec<channels::Line>,
    },
    /// Triggers under load, kill -9 and restart.
    Crash {
        /// How often Hermod is killed.
        #[arg(long, default_value_t = 30)]
        kills: u32,
        /// Callers at once.
        #[arg(long, default_value_t = 8)]
        callers: usize,
    },
    /// Mail servers and databases that fail, each in its own way.
    Faults {
        /// Only these faults; may be given several times.
        #[arg(long, value_enum, value_delimiter = ',')]
        only: Vec<faults::Fault>,
    },
    /// From `git clone` to the first message in the capture inbox.
    FirstRun,
    /// Profiles in one call.
    Import {
        #[command(flatten)]
        size: import::Size,
    },
    /// What the browser downloads.
    Size,
    /// Messages per second, waiting times and memory, against the bare SMTP client.
    Throughput {
        #[command(flatten)]
        size: throughput::Size,
        /// Only these parts; may be given several times.
        #[arg(long, value_enum, value_delimiter = ',')]
        only: Vec<throughput::Part>,
    },
}

fn main() -> Result<()> {
    match Arguments::parse().what {
        What::Audience { size } => audience::measure(size),
        What::Channels { size, only } => channels::measure(&size, &only),
        What::Crash { kills, callers } => crash::measure(kills, callers),
        What::Faults { only } => faults::measure(&only),
        What::FirstRun => first_run::measure(),
        What::Import { size } => import::measure(size),
        What::Size => size::measure(),
        What::Throughput { size, only } => throughput::measure(size, &only),
    }
}

/// Prints one figure.
fn figure(name: &str, value: impl std::fmt::Display, unit: &str) {
    println!("{name} {value} {unit}");
}
