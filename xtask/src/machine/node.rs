//! Node.js and the packages of `end2end/`: Playwright, axe, and the peers.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, Result, bail};

use super::install;
use crate::shell;

const OLDEST: u32 = 18;

/// Makes sure that Node is there and that `folder/node_modules` is what the lock file says.
pub fn packages(folder: &Path) -> Result<()> {
    if shell::find_program(&["node"]).is_none() || shell::find_program(&["npm"]).is_none() {
        install(&["nodejs", "npm"], "the browser journeys")?;
    }
    let version = shell::output(Command::new("node").arg("--version"))?;
    if major(&version).is_none_or(|major| major < OLDEST) {
        bail!(
            "the browser journeys need Node.js {OLDEST} or newer, this is {}: install a newer one from nodejs.org",
            version.trim()
        );
    }
    let lock = fs::read(folder.join("package-lock.json")).context("end2end/package-lock.json is missing")?;
    let installed = folder.join("node_modules/.installed-lock.json");
    if fs::read(&installed).is_ok_and(|last| last == lock) {
        return Ok(());
    }
    println!("installing the packages of end2end");
    // The browser is the machine's own: Playwright must not fetch another.
    let mut npm = Command::new("npm");
    npm.current_dir(folder).env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1").args([
        "ci",
        "--no-audit",
        "--no-fund",
        "--loglevel=error",
    ]);
    shell::run_silent(&mut npm)?;
    fs::write(installed, lock)?;
    Ok(())
}

fn major(version: &str) -> Option<u32> {
    version.trim().strip_prefix('v')?.split('.').next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_major_version_is_read_from_what_node_prints() {
        assert_eq!(major("v20.20.2\n"), Some(20));
        assert_eq!(major("v8.1.0"), Some(8));
        assert_eq!(major("node"), None);
    }
}
