//! Bytes of the console over the wire, brotli, from a release build of the site.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};

use crate::figure;
use crate::hermod::repository;

/// Builds the release site and prints the sizes.
pub fn measure() -> Result<()> {
    let built = Command::new("cargo").args(["xtask", "site", "--release"]).current_dir(repository()).status()?;
    ensure!(built.success(), "the release site could not be built");
    // Always inside the clone: the server embeds it by this path.
    let folder = repository().join("target/site/pkg");
    figure("console_wasm_brotli_kb", kilobytes(&folder.join("hermod.wasm"))?, "KB");
    figure("editor_wasm_brotli_kb", kilobytes(&folder.join("drawing.wasm"))?, "KB");
    figure("console_css_brotli_kb", kilobytes(&folder.join("hermod.css"))?, "KB");
    Ok(())
}

/// Size after brotli at the level the release build uses, in units of 1024 bytes, with one decimal.
fn kilobytes(file: &Path) -> Result<String> {
    let bytes = fs::read(file).with_context(|| format!("{} is missing", file.display()))?;
    let mut packed = Vec::new();
    brotli::CompressorWriter::new(&mut packed, 64 * 1024, 11, 22).write_all(&bytes)?;
    let tenths = packed.len() * 10 / 1024;
    Ok(format!("{}.{}", tenths / 10, tenths % 10))
}
