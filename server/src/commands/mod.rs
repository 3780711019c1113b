//! The commands of the binary. What other programs read goes to standard output, everything else to standard error.
#![expect(clippy::print_stdout, reason = "answers of the command line")]

mod apply;
mod audience;
mod consent;
mod installation;
mod serve;

use std::process::ExitCode;

use anyhow::{Context as _, Result};
use domain::SandboxName;
use engine::Engine;
use engine::accounts::NewConsoleUser;

use crate::cli::{Cli, Client, Command, Place, User};
use installation::Installation;

/// Who did it, in fields such as `modified_by`.
const BY: &str = "command line";

/// Runs a command to its end.
pub async fn run(cli: Cli) -> ExitCode {
    let done = match cli.command {
        Command::Serve(flags) => serve::serve(&cli.place, &flags).await,
        Command::Migrate => migrate(&cli.place).await,
        Command::Apply(wanted) => on_engine(&cli.place, async |engine| apply::apply(engine, &wanted).await).await,
        Command::Audience(wanted) => on_engine(&cli.place, async |engine| audience::run(engine, &wanted).await).await,
        Command::Consent(wanted) => on_engine(&cli.place, async |engine| consent::run(engine, &wanted).await).await,
        Command::Erase { sandbox, person } => {
            on_engine(&cli.place, async |engine| erase(engine, &sandbox, &person).await).await
        }
        Command::Client(Client::Create { sandbox, name }) => {
            on_engine(&cli.place, async |engine| create_client(engine, &sandbox, &name).await).await
        }
        Command::User(wanted) => on_engine(&cli.place, async |engine| user(engine, wanted).await).await,
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("hermod: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Opens the database, brings it up to date, and closes it after `work`.
async fn on_engine(place: &Place, work: impl AsyncFnOnce(&Engine) -> Result<()>) -> Result<()> {
    let installation = Installation::of(place, None)?;
    crate::telemetry::start(&installation.config.log);
    if let Some(folder) = installation.new_data_folder() {
        eprintln!("hermod: there was no data folder {}: it is new. For another one, give --data.", folder.display());
    }
    let engine = installation.open().await?;
    let done = work(&engine).await;
    engine.close().await;
    done
}

async fn migrate(place: &Place) -> Result<()> {
    let installation = Installation::of(place, None)?;
    crate::telemetry::start(&installation.config.log);
    for migration in installation.migrate().await? {
        println!("applied {migration}");
    }
    println!("The database is up to date.");
    Ok(())
}

async fn create_client(engine: &Engine, sandbox: &SandboxName, name: &str) -> Result<()> {
    let client = engine.create_api_client(sandbox, name, BY).await.map_err(told)?;
    println!("{}", serde_json::to_string(&client)?);
    Ok(())
}

async fn erase(engine: &Engine, sandbox: &SandboxName, person: &str) -> Result<()> {
    let erased = engine.erase_person(sandbox, person, BY).await.map_err(told)?;
    println!("{}", serde_json::to_string(&erased)?);
    Ok(())
}

/// The password is the first line of standard input, so that no list of processes and no history shows it.
async fn user(engine: &Engine, wanted: User) -> Result<()> {
    let password = first_line()?;
    let user = match wanted {
        User::Add { email, name, role } => {
            engine.create_console_user(&NewConsoleUser { email, name, password }, role).await
        }
        User::Password { email } => engine.set_password_of(&email, &password).await,
    };
    let user = user.map_err(told)?;
    println!("{} {} {}", user.id, user.email, user.role);
    Ok(())
}

fn first_line() -> Result<String> {
    let mut line = String::new();
    std::io::stdin().read_line(&mut line).context("the password cannot be read from standard input")?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}

/// An engine's refusal as the command line tells it: every fault with its path.
fn told(error: engine::Error) -> anyhow::Error {
    match error.into_failure() {
        domain::Failure::Invalid { faults } => {
            let lines = faults.0.iter().map(|fault| format!("{}: {}", fault.path, fault.text));
            anyhow::anyhow!(lines.collect::<Vec<_>>().join("\n"))
        }
        other => anyhow::anyhow!(other),
    }
}
