//! Python programs that the tests need, each set in a virtual environment of its own: aiosmtpd, the real SMTP server that the
//! server-side tests send to, with dkimpy, which checks signatures; mockpost, which takes notifications as push services do, with
//! the own clients of providers; moto, which keeps images as S3 does; and schemathesis, which makes up calls of the API.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context as _, Result};

use super::install;
use crate::shell;
use crate::workspace::Workspace;

/// The interpreter of a virtual environment in the target folder that has aiosmtpd and dkimpy.
pub fn with_aiosmtpd(workspace: &Workspace) -> Result<PathBuf> {
    let folder = environment(workspace, "python", &["aiosmtpd==1.4.6", "dkimpy==1.1.8"], "the mail tests")?;
    Ok(folder.join("bin/python"))
}

/// The interpreter of one that has mockpost, hypercorn, which serves it over HTTP/2, and the clients of Infobip and Sinch.
pub fn with_providers(workspace: &Workspace) -> Result<PathBuf> {
    let packages = ["mockpost==0.3.0", "hypercorn==0.18.0", "infobip-api-python-client==6.0.0", "sinch==2.3.0"];
    let folder = environment(workspace, "providers", &packages, "the tests of requests to providers")?;
    Ok(folder.join("bin/python"))
}

/// The interpreter of one that has moto, an S3 that nobody here wrote.
pub fn with_moto(workspace: &Workspace) -> Result<PathBuf> {
    let folder = environment(workspace, "moto", &["moto[server]==5.2.5"], "the tests of images in a bucket")?;
    Ok(folder.join("bin/python"))
}

/// The program schemathesis.
pub fn with_schemathesis(workspace: &Workspace) -> Result<PathBuf> {
    let folder = environment(workspace, "schemathesis", &["schemathesis==4.32.5"], "the contract tests")?;
    Ok(folder.join("bin/st"))
}

/// A virtual environment in the target folder that has these packages.
fn environment(workspace: &Workspace, name: &str, packages: &[&str], purpose: &str) -> Result<PathBuf> {
    let wanted = packages.join(" ");
    let folder = workspace.target.join("peers").join(name);
    let python = folder.join("bin/python");
    let stamp = folder.join("installed.txt");
    // The interpreter is a link to the machine's own and breaks when that one goes.
    if python.is_file() && fs::read_to_string(&stamp).is_ok_and(|last| last == wanted) {
        return Ok(folder);
    }
    println!("installing {wanted} for {purpose}");
    let create = || shell::run_silent(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&folder));
    if shell::find_program(&["python3"]).is_none() || create().is_err() {
        install(&["python3", "python3-venv"], purpose)?;
        create()?;
    }
    shell::run_silent(
        Command::new(&python).args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check"]).args(packages),
    )
    .with_context(|| format!("{wanted} is needed for {purpose} and could not be installed"))?;
    fs::write(stamp, wanted)?;
    Ok(folder)
}
