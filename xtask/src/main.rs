//! What cargo alone cannot do: the browser half, the test gate and the peers it needs. `./run` and `./test` call it.
//! Not part of the product: nothing here ships.
#![expect(clippy::print_stdout, reason = "a build tool talks to the person who started it")]

mod compression;
mod contract;
mod gate;
mod journeys;
mod machine;
mod shell;
mod site;
mod tally;
mod workspace;

use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand, ValueEnum};

use crate::machine::{node, openapi, postfix, postgres, python};
use crate::site::Profile;
use crate::workspace::Workspace;

/// Builds and tests Hermod.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Cli {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Build the browser half and the style into target/site
    Site {
        /// Optimise for size and store compressed copies beside each file
        #[arg(short, long)]
        release: bool,
    },
    /// Build the site, then the server that carries it
    Build {
        /// Build what is shipped
        #[arg(short, long)]
        release: bool,
    },
    /// Run the whole gate; stops at the first fault
    Test {
        /// Leave out Postgres and the browser
        scope: Option<Scope>,
    },
    /// Set up a server that tests and measurements use; the last line printed is the program that has it, or the folder
    Peer { which: Peer },
    /// Run only the calls that schemathesis makes up, against the debug build of the server
    Contract,
    /// Run only the browser journeys, with the debug build; extra words go to Playwright
    Journeys {
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        playwright: Vec<String>,
    },
}

#[derive(Clone, Copy, ValueEnum)]
enum Peer {
    Aiosmtpd,
    Openapi,
    Providers,
    SmtpSink,
    SmtpServer,
    Postgres,
}

#[derive(Clone, Copy, ValueEnum)]
enum Scope {
    Quick,
}

fn main() -> ExitCode {
    match run(Cli::parse().task) {
        Ok(code) => code,
        Err(error) => {
            println!("\nerror: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(task: Task) -> Result<ExitCode> {
    let workspace = Workspace::find()?;
    match task {
        Task::Site { release } => site::build(&workspace, Profile::from_release(release))?,
        Task::Build { release } => {
            let profile = Profile::from_release(release);
            site::build(&workspace, profile)?;
            workspace.build_server(profile)?;
        }
        Task::Test { scope } => return Ok(gate::run(&workspace, scope.is_some())),
        Task::Peer { which: Peer::Aiosmtpd } => println!("{}", python::with_aiosmtpd(&workspace)?.display()),
        Task::Peer { which: Peer::Openapi } => println!("{}", openapi::documents(&workspace)?.display()),
        Task::Peer { which: Peer::Providers } => println!("{}", python::with_providers(&workspace)?.display()),
        Task::Peer { which: Peer::SmtpSink } => println!("{}", postfix::smtp_sink(&workspace)?.display()),
        Task::Peer { which: Peer::SmtpServer } => {
            node::packages(&workspace.end2end())?;
            println!("{}", workspace.end2end().display());
        }
        Task::Peer { which: Peer::Postgres } => println!("{}", postgres::programs()?.display()),
        Task::Contract => return contract::alone(&workspace),
        Task::Journeys { playwright } => return journeys::alone(&workspace, &playwright),
    }
    Ok(ExitCode::SUCCESS)
}
