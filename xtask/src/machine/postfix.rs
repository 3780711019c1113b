//! Postfix's `smtp-sink`, the mail server that the measurements send to: it takes mail as fast as anything can.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context as _, Result};

use crate::shell;
use crate::workspace::Workspace;

/// A script in the target folder that runs `smtp-sink`. The package is only unpacked there: no mail server is set up on
/// this machine.
pub fn smtp_sink(workspace: &Workspace) -> Result<PathBuf> {
    let folder = workspace.target.join("peers/postfix");
    let script = folder.join("smtp-sink");
    if script.is_file() {
        return Ok(script);
    }
    println!("fetching smtp-sink for the measurements");
    fs::create_dir_all(&folder)?;
    let fetched = shell::run_silent(Command::new("apt-get").args(["download", "postfix"]).current_dir(&folder));
    fetched.context("smtp-sink is in Debian's package postfix, which cannot be fetched from here")?;
    let package = fs::read_dir(&folder)?
        .filter_map(|entry| entry.map(|entry| entry.path()).ok())
        .find(|path| path.extension().is_some_and(|extension| extension == "deb"))
        .context("apt-get fetched no package")?;
    shell::run_silent(Command::new("dpkg").arg("--extract").arg(package).arg(folder.join("files")))?;
    let text = "#!/bin/sh\ncd \"$(dirname \"$0\")\" && LD_LIBRARY_PATH=files/usr/lib/postfix exec files/usr/sbin/smtp-sink \"$@\"\n";
    fs::write(&script, text)?;
    shell::run_silent(Command::new("chmod").arg("+x").arg(&script))?;
    Ok(script)
}
