//! From `git clone` to the first message in the capture inbox, with nothing built before.

use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use crate::figure;
use crate::hermod::{Caller, Hermod, repository};
use crate::process::{Running, free_port};

const CAMPAIGN: &str = "kind: channel-configuration
sandbox: dev
name: First
category: transactional
status: active
fromName: First
fromAddress: first@example.com
transport:
  kind: capture
---
kind: campaign
sandbox: dev
name: First
category: transactional
configuration: First
status: live
content:
  subject: 'Order {{ context.order.id }}'
  html: '<p>Thank you for order {{ context.order.id }}.</p>'
";

/// Clones, runs `./run`, authors a campaign by file, triggers it and waits for the message.
pub fn measure() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let clone = folder.path().join("hermod");
    let start = Instant::now();
    let cloned = Command::new("git").arg("clone").arg("--quiet").arg(repository()).arg(&clone).status()?;
    ensure!(cloned.success(), "git clone failed");
    let port = free_port()?;
    let data = clone.join("data");
    let child = Command::new("./run")
        .args(["--", "--listen", &format!("127.0.0.1:{port}")])
        .current_dir(&clone)
        .env_remove("CARGO_TARGET_DIR")
        .stdout(Stdio::null())
        .spawn()?;
    let _running = Running(child);
    wait(Duration::from_hours(1), || ureq::get(format!("http://127.0.0.1:{port}/healthz")).call().is_ok())
        .context("./run did not answer")?;
    let hermod = Hermod::new(clone.join("target/release/hermod"), &data, None)?;
    let campaign = hermod.apply_campaign(CAMPAIGN)?;
    let mut caller = Caller::new(port, &hermod.create_client()?);
    let execution = caller.trigger(&campaign, "first", "first@example.com")?;
    wait(Duration::from_secs(30), || {
        caller.messages(&execution).is_ok_and(|messages| messages.iter().any(is_captured))
    })
    .context("the first message did not arrive")?;
    figure("clone_to_first_message_seconds", start.elapsed().as_secs(), "s");
    Ok(())
}

fn is_captured(message: &Value) -> bool {
    message["state"] == "captured"
}

fn wait(most: Duration, mut done: impl FnMut() -> bool) -> Result<()> {
    let start = Instant::now();
    while !done() {
        ensure!(start.elapsed() < most, "waited {} seconds", most.as_secs());
        sleep(Duration::from_millis(50));
    }
    Ok(())
}
