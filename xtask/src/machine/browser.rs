//! Chromium, and a font with Korean letters for it.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, bail};

use super::install;
use crate::shell;

const NAMES: [&str; 3] = ["chromium", "chromium-browser", "google-chrome"];

/// The browser for the journeys: `CHROMIUM_PATH`, or the one on this machine, or Debian's.
pub fn chromium() -> Result<PathBuf> {
    if let Some(path) = env::var_os("CHROMIUM_PATH").filter(|path| !path.is_empty()) {
        if !Path::new(&path).is_file() {
            bail!("CHROMIUM_PATH is {}, which is not a file", path.display());
        }
        return Ok(path.into());
    }
    if shell::find_program(&NAMES).is_none() {
        install(&["chromium", "fonts-liberation"], "the browser journeys (or set CHROMIUM_PATH)")?;
    }
    korean_font();
    shell::find_program(&NAMES).context("Chromium was installed but is not on the PATH")
}

/// Korean pages without the letters are boxes on screenshots; no test fails by that, so a machine that cannot have it goes on.
fn korean_font() {
    let known = shell::output(Command::new("fc-list").arg(":lang=ko")).is_ok_and(|fonts| !fonts.trim().is_empty());
    if !known && install(&["fonts-noto-cjk"], "Korean letters on screenshots").is_err() {
        println!("note: no font with Korean letters on this machine (Debian: fonts-noto-cjk)");
    }
}
