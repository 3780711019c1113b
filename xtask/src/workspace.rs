//! Where things lie in this clone, and how cargo is called in it.

use std::env;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::shell;
use crate::site::Profile;

/// The target of the browser half.
pub const WASM: &str = "wasm32-unknown-unknown";

/// The clone and the folder cargo builds into.
pub struct Workspace {
    /// The folder of the workspace's `Cargo.toml`.
    pub root: PathBuf,
    /// Cargo's target folder: `target`, or wherever `CARGO_TARGET_DIR` points.
    pub target: PathBuf,
}

impl Workspace {
    /// Asks cargo for the target folder; everything else follows from where this crate lies.
    pub fn find() -> Result<Self> {
        let root =
            Path::new(env!("CARGO_MANIFEST_DIR")).parent().context("xtask lies inside the workspace")?.to_owned();
        let metadata = shell::output(cargo(&root).args(["metadata", "--no-deps", "--format-version=1"]))?;
        let metadata: serde_json::Value = serde_json::from_str(&metadata).context("cargo metadata is not JSON")?;
        let target = metadata["target_directory"].as_str().context("cargo metadata names no target folder")?.into();
        let workspace = Self { root, target };
        // The server embeds this folder: it must exist before any command compiles the server.
        fs::create_dir_all(workspace.site().join("pkg")).context("target/site cannot be created")?;
        Ok(workspace)
    }

    /// What the browser loads. Always inside the clone, because the server embeds it by this path.
    pub fn site(&self) -> PathBuf {
        self.root.join("target/site")
    }

    /// The folder of the browser journeys.
    pub fn end2end(&self) -> PathBuf {
        self.root.join("end2end")
    }

    /// The built server.
    pub fn hermod(&self, profile: Profile) -> PathBuf {
        self.target.join(profile.folder()).join("hermod")
    }

    /// A cargo command in this workspace.
    pub fn cargo(&self) -> Command {
        cargo(&self.root)
    }

    /// A cargo command for the browser half. rustup brings the target with the toolchain, unless it was told to install nothing by itself.
    pub fn cargo_for_wasm(&self, command: &str) -> Result<Command> {
        let mut rustc = Command::new("rustc");
        let folder = shell::output(rustc.current_dir(&self.root).args(["--print", "target-libdir", "--target", WASM]))?;
        if !Path::new(folder.trim()).is_dir() {
            println!("adding the Rust target {WASM}");
            shell::run_silent(Command::new("rustup").current_dir(&self.root).args(["target", "add", WASM]))?;
        }
        let mut cargo = self.cargo();
        cargo.args([command, "--package", "frontend", "--package", "drawing", "--target", WASM]);
        Ok(cargo)
    }

    /// Builds the server. With `--bin` rather than `-p`, so that the features are those of `cargo test` and nothing is built twice.
    pub fn build_server(&self, profile: Profile) -> Result<()> {
        shell::run(self.cargo().args(["build", "--bin", "hermod"]).args(profile.cargo_flag()))
    }
}

/// The same cargo that started this program. What `cargo run` told *us* about our own package is taken out again:
/// build scripts that watch those variables would run anew each time.
fn cargo(root: &Path) -> Command {
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(root);
    for (name, _) in env::vars_os().filter(|(name, _)| is_about_this_package(name)) {
        command.env_remove(name);
    }
    command
}

fn is_about_this_package(name: &OsString) -> bool {
    let Some(name) = name.to_str() else { return false };
    ["CARGO_PKG_", "CARGO_MANIFEST_", "CARGO_BIN_", "CARGO_CRATE_"].iter().any(|prefix| name.starts_with(prefix))
}
