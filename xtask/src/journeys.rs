//! The browser journeys of `end2end/`, with the debug build of server and site.

use std::fs;
use std::process::{Command, ExitCode};

use anyhow::{Result, bail};

use crate::machine::{browser, node};
use crate::shell;
use crate::site::Profile;
use crate::tally::Tally;
use crate::workspace::Workspace;

/// `cargo xtask journeys`: what is built already, as it is.
pub fn alone(workspace: &Workspace, playwright: &[String]) -> Result<ExitCode> {
    for built in [workspace.hermod(Profile::Debug), workspace.site().join("pkg/hermod.wasm")] {
        if !built.is_file() {
            bail!("{} is not there: run `cargo xtask build` first", built.display());
        }
    }
    let tally = run(workspace, playwright)?;
    println!("{tally}");
    Ok(if tally.failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Runs the journeys and counts them. A run that ends badly has at least one failure.
pub fn run(workspace: &Workspace, playwright: &[String]) -> Result<Tally> {
    let folder = workspace.end2end();
    let chromium = browser::chromium()?;
    node::packages(&folder)?;
    let programs = folder.join("node_modules/.bin");
    shell::run(Command::new(programs.join("tsc")).current_dir(&folder).arg("--noEmit"))?;

    let report = workspace.target.join("journeys.json");
    if report.exists() {
        fs::remove_file(&report)?;
    }
    let mut command = Command::new(programs.join("playwright"));
    command.current_dir(&folder).arg("test").args(playwright);
    command.env("CHROMIUM_PATH", chromium);
    command.env("HERMOD_BIN", workspace.hermod(Profile::Debug));
    command.env("PLAYWRIGHT_JSON_OUTPUT_FILE", &report);
    let succeeded = command.status()?.success();
    let mut tally = match fs::read_to_string(&report) {
        Ok(report) => Tally::from_playwright(&report)?,
        Err(_) => Tally::default(),
    };
    if !succeeded && tally.failed == 0 {
        tally.failed = 1;
    }
    Ok(tally)
}
