//! What the tests need besides Rust, found or set up: silent when it is there, installed where that is possible without asking,
//! and otherwise an error that says what to install.

pub mod browser;
pub mod node;
pub mod openapi;
pub mod postfix;
pub mod postgres;
pub mod python;

use std::io::{IsTerminal as _, stdin};
use std::process::Command;

use anyhow::{Context as _, Result, bail};

use crate::shell;

/// Are we the superuser?
pub fn is_root() -> bool {
    shell::output(Command::new("id").arg("-u")).is_ok_and(|id| id.trim() == "0")
}

/// Installs Debian packages, or says that they are missing. `purpose` completes "… is needed for".
fn install(packages: &[&str], purpose: &str) -> Result<()> {
    let wanted = packages.join(" ");
    let Some(rights) = rights_to_install() else {
        bail!(
            "{wanted} is needed for {purpose} and cannot be installed from here.\n\
             Install it with your system's packages (Debian and Ubuntu: `sudo apt-get install {wanted}`), \
             or leave this part out with `./test quick`."
        );
    };
    println!("installing {wanted} for {purpose}");
    let apt = |arguments: &[&str]| {
        let mut command = Command::new("env");
        if let Some((sudo, its_arguments)) = rights.split_first() {
            command = Command::new(sudo);
            command.args(its_arguments).arg("env");
        }
        shell::run_silent(
            command.args(["DEBIAN_FRONTEND=noninteractive", "apt-get", "--yes", "--quiet"]).args(arguments),
        )
    };
    // A fresh machine has no package lists, and an old list may name packages that are gone.
    apt(&["update"])?;
    apt(&[&["install", "--no-install-recommends"], packages].concat())
        .with_context(|| format!("{wanted} is needed for {purpose} and could not be installed"))
}

/// The words before `apt-get` that give the right to install: none for root; no list at all where it cannot be had.
fn rights_to_install() -> Option<&'static [&'static str]> {
    shell::find_program(&["apt-get"])?;
    if is_root() {
        return Some(&[]);
    }
    shell::find_program(&["sudo"])?;
    if stdin().is_terminal() {
        return Some(&["sudo"]);
    }
    // Nobody is there to type a password.
    shell::run_silent(Command::new("sudo").args(["-n", "true"])).ok()?;
    Some(&["sudo", "-n"])
}
