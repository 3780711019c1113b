//! The console over the wire, from a release build of the site: bytes after brotli; and how soon the preview of the designer
//! shows what is typed, in a real browser.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};

use crate::figure;
use crate::hermod::{binary, repository};

/// Builds the release and prints the figures.
pub fn measure() -> Result<()> {
    let built = Command::new("cargo").args(["xtask", "site", "--release"]).current_dir(repository()).status()?;
    ensure!(built.success(), "the release site could not be built");
    // Always inside the clone: the server embeds it by this path.
    let folder = repository().join("target/site/pkg");
    figure("console_wasm_brotli_kb", kilobytes(&folder.join("hermod.wasm"))?, "KB");
    figure("editor_wasm_brotli_kb", kilobytes(&folder.join("drawing.wasm"))?, "KB");
    figure("console_css_brotli_kb", kilobytes(&folder.join("hermod.css"))?, "KB");
    preview(&binary()?)
}

/// Size after brotli at the level the release build uses, in units of 1024 bytes, with one decimal.
fn kilobytes(file: &Path) -> Result<String> {
    let bytes = fs::read(file).with_context(|| format!("{} is missing", file.display()))?;
    let mut packed = Vec::new();
    brotli::CompressorWriter::new(&mut packed, 64 * 1024, 11, 22).write_all(&bytes)?;
    let tenths = packed.len() * 10 / 1024;
    Ok(format!("{}.{}", tenths / 10, tenths % 10))
}

/// The figures that `end2end/measures` prints of a server, in milliseconds.
fn preview(server: &Path) -> Result<()> {
    let folder = repository().join("end2end");
    if !folder.join("node_modules").is_dir() {
        let installed = Command::new("npm").arg("ci").current_dir(&folder).status().context("npm cannot be run")?;
        ensure!(installed.success(), "npm could not install what end2end needs");
    }
    let server = fs::canonicalize(server)?;
    let playwright = folder.join("node_modules/.bin/playwright");
    let run = Command::new(playwright)
        .args(["test", "--config", "measures.config.ts"])
        .current_dir(&folder)
        .env("HERMOD_BIN", server)
        .output()?;
    let told = String::from_utf8_lossy(&run.stdout);
    ensure!(run.status.success(), "the browser did not get through:\n{told}");
    let figures = told.lines().filter(|line| line.split(' ').count() == 3 && line.ends_with(" ms"));
    figures.for_each(|line| println!("{line}"));
    Ok(())
}
