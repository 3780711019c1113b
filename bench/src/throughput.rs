//! From the call to the mail server: how many messages a second, and how long one waits.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use engine::store::Store;

use crate::bare;
use crate::campaign;
use crate::figure;
use crate::hermod::{Client, Hermod, binary};
use crate::load::{self, Target};
use crate::postgres::Postgres;
use crate::recorder::Recorder;
use crate::smtp_sink::SmtpSink;

/// Callers at once while as many messages as possible are wanted.
const CALLERS: usize = 128;

/// What is measured.
#[derive(Clone, Copy)]
pub struct Size {
    /// Messages of each flood.
    pub messages: u64,
    /// How long the steady loads last.
    pub time: Duration,
}

/// Prints every figure that a database file can show.
pub fn measure(size: Size) -> Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
    let binary = binary()?;
    runtime.block_on(async {
        let sink = SmtpSink::start()?;
        let bare = bare::rate(sink.port, size.messages).await?;
        figure("bare_client", format!("{bare:.0}"), "mails/s");
        let folder = tempfile::tempdir()?;
        let before = sink.taken();
        let run = Run::start(binary.clone(), folder.path(), None, sink.port).await?;
        figure("rss_idle", run.hermod.resident_megabytes()?, "MB");
        let single = run.flood("single", size.messages, 1).await?;
        report("delivered_single", single, bare);
        let batch = run.flood("batch", size.messages, 20).await?;
        report("delivered_batch", batch, bare);
        figure("share_of_bare_client", format!("{:.2}", single.max(batch) / bare), "ratio");
        let took = load::steady(load::soon(), &run.target("steady", 1), 1_000, size.time, CALLERS).await?;
        figure("accept_p99", milliseconds(load::p99(&took)), "ms");
        run.until_sent().await?;
        let sent = run.count("state = 'sent'").await?;
        ensure!(i64::try_from(sink.taken() - before)? >= sent, "the sink took fewer mails than the log says");
        drop(run);
        end_to_end(binary.clone(), size).await?;
        on_postgres(binary, size.messages, sink.port, bare).await
    })
}

/// One recipient for each call, as on SQLite.
async fn on_postgres(binary: PathBuf, messages: u64, smtp_port: u16, bare: f64) -> Result<()> {
    let postgres = Postgres::start()?;
    let folder = tempfile::tempdir()?;
    let run = Run::start(binary, folder.path(), Some(postgres.url()), smtp_port).await?;
    let single = run.flood("postgres", messages, 1).await?;
    report("delivered_postgres", single, bare);
    Ok(())
}

fn report(name: &str, rate: f64, bare: f64) {
    figure(name, format!("{rate:.0}"), "messages/s");
    figure(&format!("{name}_share"), format!("{:.2}", rate / bare), "ratio");
}

fn milliseconds(time: Duration) -> String {
    format!("{:.1}", time.as_secs_f64() * 1_000.0)
}

/// A Hermod with a live campaign.
struct Run {
    hermod: Hermod,
    store: Store,
    client: Client,
    token: String,
    campaign: String,
}

impl Run {
    async fn start(binary: PathBuf, folder: &Path, database: Option<String>, smtp_port: u16) -> Result<Self> {
        let mut hermod = Hermod::new(binary, folder, database)?;
        let campaign =
            hermod.apply_campaign(&campaign::files(smtp_port, bare::CONNECTIONS, campaign::SUBJECT, campaign::HTML))?;
        let client = hermod.create_client()?;
        hermod.start()?;
        let store = Store::open(&hermod.database_url()).await?;
        let token = hermod.token(&client)?;
        Ok(Self { hermod, store, client, token, campaign })
    }

    fn target(&self, run: &'static str, recipients: u64) -> Target {
        let campaign = self.campaign.clone();
        Target {
            port: self.hermod.port,
            path: "/ajo/im/executions/unitary",
            headers: self.client.headers(&self.token),
            body: Arc::new(move |number| campaign::call(&campaign, run, number, recipients)),
        }
    }

    /// Messages per second from the first call until the log says of every one that it was sent.
    async fn flood(&self, run: &'static str, messages: u64, recipients: u64) -> Result<f64> {
        let start = Instant::now();
        load::flood(&self.target(run, recipients), messages / recipients, CALLERS).await?;
        let accepted = start.elapsed();
        self.until_sent().await?;
        let took = start.elapsed();
        figure(
            &format!("{run}_accepted_within"),
            format!("{:.2}", accepted.as_secs_f64() / took.as_secs_f64()),
            "ratio",
        );
        #[expect(clippy::cast_precision_loss, reason = "far below 2^52")]
        Ok(messages as f64 / took.as_secs_f64())
    }

    /// Waits until nothing is queued or being sent, and nothing failed.
    async fn until_sent(&self) -> Result<()> {
        let start = Instant::now();
        loop {
            let waiting = self.count("state IN ('queued', 'sending')").await?;
            if waiting == 0 {
                break;
            }
            ensure!(start.elapsed() < Duration::from_mins(10), "{waiting} messages are still waiting");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        let failed = self.count("state <> 'sent'").await?;
        ensure!(failed == 0, "{failed} messages were not sent");
        Ok(())
    }

    async fn count(&self, which: &str) -> Result<i64> {
        let sql = sqlx::AssertSqlSafe(format!("SELECT COUNT(*) FROM messages WHERE {which}"));
        let counted = match &self.store {
            Store::Sqlite { read, .. } => sqlx::query_scalar(sql).fetch_one(read).await,
            Store::Postgres(pool) => sqlx::query_scalar(sql).fetch_one(pool).await,
        };
        counted.context("the messages cannot be counted")
    }
}

/// From the moment a call is due until the mail server has the whole mail, at 500 calls a second.
async fn end_to_end(binary: PathBuf, size: Size) -> Result<()> {
    let recorder = Recorder::start().await?;
    let folder = tempfile::tempdir()?;
    let run = Run::start(binary, folder.path(), None, recorder.port).await?;
    let start = load::soon();
    load::steady(start, &run.target("latency", 1), 500, size.time, CALLERS).await?;
    run.until_sent().await?;
    let mut took: Vec<Duration> = recorder
        .taken()
        .into_iter()
        .map(|(number, at)| at.saturating_duration_since(load::due(start, number, 500)))
        .collect();
    took.sort_unstable();
    figure("end_to_end_p50", milliseconds(took.get(took.len() / 2).copied().unwrap_or_default()), "ms");
    figure("end_to_end_p99", milliseconds(load::p99(&took)), "ms");
    Ok(())
}
