//! Measurements as commands. Each prints one line per figure, `<name> <value> <unit>`, and exits non-zero when it
//! could not measure. `bench/README.md` says how each is run and what it does not show.
#![expect(clippy::print_stdout, reason = "the figures are the output")]

use std::time::Duration;

use anyhow::Result;
use clap::{Parser, Subcommand};

mod bare;
mod campaign;
mod crash;
mod first_run;
mod hermod;
mod load;
mod postgres;
mod process;
mod recorder;
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
    /// Triggers under load, kill -9 and restart.
    Crash {
        /// How often Hermod is killed.
        #[arg(long, default_value_t = 30)]
        kills: u32,
        /// Callers at once.
        #[arg(long, default_value_t = 8)]
        callers: usize,
    },
    /// From `git clone` to the first message in the capture inbox.
    FirstRun,
    /// What the browser downloads.
    Size,
    /// Messages per second and waiting times, against the bare SMTP client.
    Throughput {
        /// Messages of each flood.
        #[arg(long, default_value_t = 100_000)]
        messages: u64,
        /// Seconds of each steady load.
        #[arg(long, default_value_t = 20)]
        seconds: u64,
    },
}

fn main() -> Result<()> {
    match Arguments::parse().what {
        What::Crash { kills, callers } => crash::measure(kills, callers),
        What::FirstRun => first_run::measure(),
        What::Size => size::measure(),
        What::Throughput { messages, seconds } => {
            throughput::measure(throughput::Size { messages, time: Duration::from_secs(seconds) })
        }
    }
}

/// Prints one figure.
fn figure(name: &str, value: impl std::fmt::Display, unit: &str) {
    println!("{name} {value} {unit}");
}
