//! Memory while a million messages wait: calls accepted by the server that is looked at, for a mail server that is away.

use std::path::Path;
use std::time::Duration;

use anyhow::{Result, ensure};

use super::Size;
use crate::figure;
use crate::load;
use crate::process::free_port;
use crate::run::{CALLERS, Run};

/// Recipients of each call.
const RECIPIENTS: u64 = 20;
/// Messages that may just be on their way to the server that is away.
const UNDER_WAY: i64 = 2_048;
/// How often memory is read once all of them wait, and how long between.
const LOOKS: u32 = 40;
const LOOK_EVERY: Duration = Duration::from_millis(250);

/// Prints the figures.
pub(super) async fn measure(binary: &Path, size: Size) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let nobody_listens = free_port()?;
    let run = Run::start(binary, folder.path(), None, nobody_listens).await?;
    let calls = size.queued / RECIPIENTS;
    load::flood(&run.target("queued", RECIPIENTS), calls, CALLERS).await?;
    let mut most = 0;
    for _ in 0..LOOKS {
        most = most.max(run.hermod.resident_megabytes()?);
        tokio::time::sleep(LOOK_EVERY).await;
    }
    let queued = run.count("state = 'queued'").await?;
    figure("queued", queued, "messages");
    figure("rss_million_queued", most, "MB");
    // With the time in which they were accepted.
    figure("rss_million_peak", run.hermod.peak_megabytes()?, "MB");
    let accepted = i64::try_from(calls * RECIPIENTS)?;
    ensure!(queued >= accepted - UNDER_WAY, "only {queued} of {accepted} messages wait");
    Ok(())
}
