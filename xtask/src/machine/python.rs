//! A Python with aiosmtpd: the real SMTP server that the server-side tests send to.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context as _, Result};

use super::install;
use crate::shell;
use crate::workspace::Workspace;

const PACKAGES: [&str; 1] = ["aiosmtpd==1.4.6"];

/// The interpreter of a virtual environment in the target folder that has aiosmtpd.
pub fn with_aiosmtpd(workspace: &Workspace) -> Result<PathBuf> {
    let folder = workspace.target.join("peers/python");
    let python = folder.join("bin/python");
    let stamp = folder.join("installed.txt");
    let wanted = PACKAGES.join("\n");
    // The interpreter is a link to the machine's own and breaks when that one goes.
    if python.is_file() && fs::read_to_string(&stamp).is_ok_and(|last| last == wanted) {
        return Ok(python);
    }
    println!("installing {} for the mail tests", PACKAGES.join(", "));
    let create = || shell::run_silent(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&folder));
    if shell::find_program(&["python3"]).is_none() || create().is_err() {
        install(&["python3", "python3-venv"], "the mail tests")?;
        create()?;
    }
    shell::run_silent(
        Command::new(&python).args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check"]).args(PACKAGES),
    )
    .context("the Python peer of the mail tests could not be installed")?;
    fs::write(stamp, wanted)?;
    Ok(python)
}
