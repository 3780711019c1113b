//! From the moment a call is due until the mail server has the whole mail.

use std::path::Path;

use anyhow::Result;

use super::{Size, milliseconds};
use crate::figure;
use crate::load;
use crate::recorder::Recorder;
use crate::run::{CALLERS, Run};

/// Calls a second.
const RATE: u64 = 500;

/// Prints the figures.
pub(super) async fn measure(binary: &Path, size: Size) -> Result<()> {
    let recorder = Recorder::start().await?;
    let folder = tempfile::tempdir()?;
    let run = Run::start(binary, folder.path(), None, recorder.port).await?;
    let start = load::soon();
    load::steady(start, &run.target("latency", 1), RATE, size.time(), CALLERS).await?;
    run.until_sent("").await?;
    let waits = recorder.waits(start, RATE);
    figure("end_to_end_p50", milliseconds(load::percentile(&waits, 50)), "ms");
    figure("end_to_end_p99", milliseconds(load::percentile(&waits, 99)), "ms");
    Ok(())
}
