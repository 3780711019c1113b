//! Measurements as commands. Each prints one line per figure, `<name> <value> <unit>`, and exits non-zero when it
//! could not measure. `bench/README.md` says how each is run and what it does not show.
#![expect(clippy::print_stdout, reason = "the figures are the output")]

use anyhow::Result;
use clap::{Parser, Subcommand};

mod crash;
mod first_run;
mod hermod;
mod sink;
mod size;

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
        #[arg(long, default_value_t = 10)]
        kills: u32,
        /// Callers at once.
        #[arg(long, default_value_t = 8)]
        callers: usize,
    },
    /// From `git clone` to the first message in the capture inbox.
    FirstRun,
    /// What the browser downloads.
    Size,
}

fn main() -> Result<()> {
    match Arguments::parse().what {
        What::Crash { kills, callers } => crash::measure(kills, callers),
        What::FirstRun => first_run::measure(),
        What::Size => size::measure(),
    }
}

/// Prints one figure.
fn figure(name: &str, value: impl std::fmt::Display, unit: &str) {
    println!("{name} {value} {unit}");
}
