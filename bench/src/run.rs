//! A Hermod with a live campaign, called as fast as it answers or at a steady rate.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use engine::store::Store;

use crate::campaign::{self, Files};
use crate::figure;
use crate::hermod::{Client, Hermod};
use crate::load::{self, Target};

/// Callers at once while as many messages as possible are wanted.
pub const CALLERS: usize = 128;

/// How long what was accepted may take to be sent.
const SENT_WITHIN: Duration = Duration::from_mins(10);

/// A running Hermod, and what it takes to call it.
pub struct Run {
    pub hermod: Hermod,
    pub client: Client,
    store: Store,
    token: String,
    campaign: String,
}

impl Run {
    /// Hermod on a new database with a high-throughput campaign. On SQLite in the folder, or on the `database` with this URL.
    pub async fn start(binary: &Path, folder: &Path, database: Option<String>, smtp_port: u16) -> Result<Self> {
        let hermod = Hermod::new(binary.to_owned(), folder, database)?;
        Self::of(hermod, &Files::high_throughput(smtp_port)).await
    }

    /// The same with one that was prepared; this campaign is the one that is called.
    pub async fn of(hermod: Hermod, files: &Files<'_>) -> Result<Self> {
        Self::of_files(hermod, &files.yaml()).await
    }

    /// The same with files that have one campaign.
    pub async fn of_files(mut hermod: Hermod, yaml: &str) -> Result<Self> {
        let campaign = hermod.apply_campaign(yaml)?;
        let client = hermod.create_client()?;
        hermod.start()?;
        let store = Store::open(&hermod.database_url()).await?;
        let token = hermod.token(&client)?;
        Ok(Self { hermod, client, store, token, campaign })
    }

    /// Ends the server. Nobody has the database open until [`Run::resume`].
    pub async fn stop(&mut self) -> Result<()> {
        self.hermod.kill()?;
        self.store.close().await;
        Ok(())
    }

    /// Starts the server again, on what is there now.
    pub async fn resume(&mut self) -> Result<()> {
        self.hermod.start()?;
        self.store = Store::open(&self.hermod.database_url()).await?;
        Ok(())
    }

    /// Calls of the campaign; `run` keeps request ids of several loads apart.
    pub fn target(&self, run: &'static str, recipients: u64) -> Target {
        self.target_for(run, recipients, campaign::person)
    }

    /// The same for people who are made by their number, as JSON.
    pub fn target_for(
        &self,
        run: &'static str,
        recipients: u64,
        person: impl Fn(u64) -> String + Send + Sync + 'static,
    ) -> Target {
        let campaign = self.campaign.clone();
        Target {
            port: self.hermod.port,
            path: "/ajo/im/executions/highthroughput",
            headers: self.client.headers(&self.token),
            body: Arc::new(move |number| campaign::call(&campaign, run, number, recipients, &person)),
        }
    }

    /// Messages per second from the first call until the log says of every one that it was sent.
    pub async fn flood(&self, run: &'static str, messages: u64, recipients: u64) -> Result<f64> {
        self.flood_at(&self.target(run, recipients), run, messages, recipients).await
    }

    /// The same by calls for so many `recipients` each.
    pub async fn flood_at(&self, target: &Target, run: &str, messages: u64, recipients: u64) -> Result<f64> {
        let since = self.newest().await?;
        let (start, worked) = (Instant::now(), self.hermod.processor_time()?);
        load::flood(target, messages / recipients, CALLERS).await?;
        let accepted = start.elapsed();
        self.until_sent(&since).await?;
        let took = start.elapsed();
        figure(
            &format!("{run}_accepted_within"),
            format!("{:.2}", accepted.as_secs_f64() / took.as_secs_f64()),
            "ratio",
        );
        let worked = self.hermod.processor_time()?.saturating_sub(worked);
        figure(&format!("{run}_processor_time"), worked.as_micros() / u128::from(messages), "µs/message");
        #[expect(clippy::cast_precision_loss, reason = "far below 2^52")]
        Ok(messages as f64 / took.as_secs_f64())
    }

    /// Waits until nothing is queued or being sent, and nothing after the message `since` failed.
    pub async fn until_sent(&self, since: &str) -> Result<()> {
        // Each through an index, however much is in the log: this is asked while it is measured.
        let waiting = "SELECT COUNT(*) FROM (SELECT 1 WHERE EXISTS (SELECT 1 FROM messages WHERE state = 'queued')
            OR EXISTS (SELECT 1 FROM messages WHERE state = 'sending')) waiting";
        let start = Instant::now();
        while self.number(waiting).await? > 0 {
            ensure!(start.elapsed() < SENT_WITHIN, "messages are still waiting");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        let failed = self.count(&format!("id > '{since}' AND state <> 'sent'")).await?;
        ensure!(failed == 0, "{failed} messages were not sent");
        Ok(())
    }

    /// The id of the newest message; empty when there is none.
    pub async fn newest(&self) -> Result<String> {
        let sql = "SELECT COALESCE(MAX(id), '') FROM messages";
        let found = match &self.store {
            Store::Sqlite { read, .. } => sqlx::query_scalar(sql).fetch_one(read).await,
            Store::Postgres(pool) => sqlx::query_scalar(sql).fetch_one(pool).await,
        };
        found.context("the messages cannot be read")
    }

    /// Messages for which this condition holds.
    pub async fn count(&self, which: &str) -> Result<i64> {
        self.number(&format!("SELECT COUNT(*) FROM messages WHERE sandbox = 'dev' AND {which}")).await
    }

    /// A number that the database has.
    pub async fn number(&self, sql: &str) -> Result<i64> {
        let sql = sqlx::AssertSqlSafe(sql.to_owned());
        let counted = match &self.store {
            Store::Sqlite { read, .. } => sqlx::query_scalar(sql).fetch_one(read).await,
            Store::Postgres(pool) => sqlx::query_scalar(sql).fetch_one(pool).await,
        };
        counted.context("the messages cannot be counted")
    }
}
