//! Messages a second, one or 20 recipients for each call; and how long a caller waits for the 202.

use std::path::Path;

use anyhow::{Result, ensure};

use super::{Bare, Size, milliseconds};
use crate::figure;
use crate::load;
use crate::postgres::Postgres;
use crate::run::{CALLERS, Run};

/// Calls a second while the time to a 202 is measured.
const ACCEPT_RATE: u64 = 1_000;

/// On a database file.
pub(super) async fn on_sqlite(binary: &Path, size: Size, bare: &Bare) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let before = bare.sink.taken();
    let run = Run::start(binary, folder.path(), None, bare.sink.port).await?;
    figure("rss_idle", run.hermod.resident_megabytes()?, "MB");
    let single = run.flood("single", size.messages, 1).await?;
    bare.report("delivered_single", single);
    let batch = run.flood("batch", size.messages, 20).await?;
    bare.report("delivered_batch", batch);
    figure("share_of_bare_client", format!("{:.2}", single.max(batch) / bare.rate), "ratio");
    let since = run.newest().await?;
    let took = load::steady(load::soon(), &run.target("steady", 1), ACCEPT_RATE, size.time(), CALLERS).await?;
    figure("accept_p99", milliseconds(load::percentile(&took, 99)), "ms");
    run.until_sent(&since).await?;
    let sent = run.count("state = 'sent'").await?;
    ensure!(i64::try_from(bare.sink.taken() - before)? >= sent, "the sink took fewer mails than the log says");
    Ok(())
}

/// One recipient for each call on PostgreSQL.
pub(super) async fn on_postgres(binary: &Path, size: Size, bare: &Bare) -> Result<()> {
    let postgres = Postgres::start()?;
    let folder = tempfile::tempdir()?;
    let run = Run::start(binary, folder.path(), Some(postgres.url()), bare.sink.port).await?;
    let single = run.flood("postgres", size.messages, 1).await?;
    bare.report("delivered_postgres", single);
    Ok(())
}
