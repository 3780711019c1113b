//! Messages of the last ninety days, written straight into the tables of a database file that nobody has open: one call,
//! one execution, one attempt and one rendering each, of all campaigns in turn. The rows are as delivery leaves them,
//! but small: little context, and bodies removed as retention does.

use std::fmt::Write as _;
use std::fs::File;
use std::path::Path;

use anyhow::{Context as _, Result};
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqliteSynchronous};
use sqlx::{AssertSqlSafe, ConnectOptions as _, Connection as _};

/// Messages of one transaction.
const STEP: u64 = 100_000;
/// How far back the first one is.
const DAYS: i64 = 90;
/// Messages of one person.
const OF_PERSON: u64 = 3;

/// What is written of the messages of one step, which are in the table `old`.
const FILL: [&str; 4] = [
    "INSERT INTO executions (id, sandbox, campaign_id, campaign_version, request_id, body_hash, api_client_id, created_by, created_at)
     SELECT 'UMA-' || o.key || 'h', 'dev', c.id, c.version, 'old-' || o.number, printf('%064x', o.number), c.client, 'bench', o.at
     FROM old o CROSS JOIN old_campaigns c ON c.number = o.campaign",
    "INSERT INTO messages (id, execution_id, sandbox, campaign_id, campaign_version, configuration_id, channel, lane, user_id,
     namespace, address, address_key, user_key, recipient, state, reason, detail, attempts, tries, created_at, updated_at)
     SELECT 'msg_' || o.key, 'UMA-' || o.key || 'h', 'dev', c.id, c.version, c.configuration_id, 'email', 0, o.address, 'email',
     o.address, CAST(o.address AS BLOB), CAST(o.address AS BLOB),
     '{\"type\":\"external\",\"userId\":\"' || o.address || '\",\"namespace\":\"email\",\"context\":{\"order\":{\"id\":\"M-' || o.number || '\"}}}',
     o.state, CASE o.state WHEN 'failed' THEN 'smtp_550' WHEN 'in_doubt' THEN 'no_answer_after_data' END,
     CASE o.state WHEN 'failed' THEN '550 5.1.1 No such user' WHEN 'in_doubt' THEN 'The server closed the connection.' END,
     1, 1, o.at, o.at + 40 FROM old o CROSS JOIN old_campaigns c ON c.number = o.campaign",
    "INSERT INTO attempts (message_id, number, outcome, via, answer, reason, started_at, duration_ms)
     SELECT 'msg_' || o.key, 1, CASE o.state WHEN 'sent' THEN 'accepted' WHEN 'failed' THEN 'rejected' ELSE o.state END,
     'smtp mail.example.com:587', CASE o.state WHEN 'sent' THEN '250 2.0.0 Ok: queued' WHEN 'failed' THEN '550 5.1.1 No such user'
     ELSE 'The server closed the connection.' END,
     CASE o.state WHEN 'failed' THEN 'smtp_550' WHEN 'in_doubt' THEN 'no_answer_after_data' END, o.at + 10, 30 FROM old o",
    "INSERT INTO renderings (message_id, checked_at, checks, rendered_at, subject)
     SELECT 'msg_' || o.key, o.at + 10, '[{\"code\":\"campaign_live\",\"passed\":true,\"text\":\"The campaign was live when the call was accepted.\"}]',
     o.at + 10, 'Your order M-' || o.number FROM old o",
];

/// Which messages were written.
#[derive(Debug, Clone, Copy)]
pub(super) struct OldMessages {
    pub(super) count: u64,
    /// Of the first, in milliseconds since 1970.
    pub(super) first_at: i64,
    /// Between two of them, in milliseconds.
    pub(super) apart: i64,
}

impl OldMessages {
    /// Writes so many into this file, of the campaigns that it has.
    pub(super) async fn write(file: &Path, count: u64) -> Result<Self> {
        // Should the power fail meanwhile, the measurement is lost anyway.
        let options = SqliteConnectOptions::new()
            .filename(file)
            .journal_mode(SqliteJournalMode::Off)
            .synchronous(SqliteSynchronous::Off)
            .pragma("cache_size", "-2000000");
        let mut db = options.connect().await?;
        let written = Self::fill(&mut db, count).await;
        db.close().await?;
        // What the system still has to write must not slow down what is measured next.
        File::open(file)?.sync_all()?;
        written
    }

    /// Which person a message goes to: spread, so that the indexes grow all over, as they do in life.
    pub(super) fn address(self, number: u64) -> String {
        format!("person{}@example.com", number * SPREAD % self.persons())
    }

    pub(super) fn persons(self) -> u64 {
        (self.count / OF_PERSON).max(1)
    }

    /// When a message was accepted, in milliseconds since 1970.
    pub(super) fn at(self, number: u64) -> i64 {
        self.first_at + i64::try_from(number).unwrap_or(0) * self.apart
    }

    async fn fill(db: &mut SqliteConnection, count: u64) -> Result<Self> {
        let last_at: i64 = sqlx::query_scalar("SELECT MAX(created_at) FROM campaigns").fetch_one(&mut *db).await?;
        let span = DAYS * 24 * 60 * 60 * 1_000;
        let old = Self { count, first_at: last_at - span, apart: (span / i64::try_from(count)?.max(1)).max(1) };
        let campaigns = "CREATE TEMP TABLE old_campaigns AS SELECT ROW_NUMBER() OVER (ORDER BY id) - 1 AS number, id,
            live_version AS version, live_configuration_id AS configuration_id,
            (SELECT MIN(a.id) FROM api_clients a) AS client FROM campaigns WHERE live_version IS NOT NULL";
        let step = "CREATE TEMP TABLE old (number INTEGER PRIMARY KEY, at BIGINT, key TEXT, address TEXT, campaign BIGINT, state TEXT)";
        for statement in [campaigns, "CREATE UNIQUE INDEX temp.old_campaigns_by_number ON old_campaigns (number)", step]
        {
            sqlx::query(statement).execute(&mut *db).await?;
        }
        let mut first = 0;
        while first < count {
            let end = count.min(first + STEP);
            old.step(db, first, end).await.with_context(|| format!("old messages from {first} on"))?;
            first = end;
        }
        Ok(old)
    }

    /// The messages from `first` to before `end`, in one transaction.
    async fn step(self, db: &mut SqliteConnection, first: u64, end: u64) -> Result<()> {
        let rows = format!(
            "INSERT INTO old WITH RECURSIVE numbers (number) AS (
                 SELECT {first} UNION ALL SELECT number + 1 FROM numbers WHERE number + 1 < {end}),
             timed (number, at) AS (SELECT number, {} + number * {} FROM numbers)
             SELECT number, at, {} || printf('%016d', number), 'person' || (number * {SPREAD} % {}) || '@example.com',
             number % (SELECT COUNT(*) FROM old_campaigns),
             CASE WHEN number / 10 % 50 = 7 THEN 'failed' WHEN number / 10 % 200 = 3 THEN 'in_doubt' ELSE 'sent' END FROM timed",
            self.first_at,
            self.apart,
            time_of_id("at"),
            self.persons(),
        );
        let mut tx = db.begin().await?;
        sqlx::query("DELETE FROM old").execute(&mut *tx).await?;
        sqlx::query(AssertSqlSafe(rows)).execute(&mut *tx).await?;
        for statement in FILL {
            sqlx::query(statement).execute(&mut *tx).await?;
        }
        tx.commit().await?;
        Ok(())
    }
}

/// A prime: consecutive messages go to persons that are far apart.
const SPREAD: u64 = 7_368_787;

/// SQL for the first ten letters of an id, which are the time (`domain::id::time_ordered`).
fn time_of_id(milliseconds: &str) -> String {
    let mut sql = String::new();
    for digit in (0..10).rev() {
        let or = if sql.is_empty() { "" } else { " || " };
        let _ = write!(
            sql,
            "{or}substr('0123456789abcdefghjkmnpqrstvwxyz', (({milliseconds} >> {}) & 31) + 1, 1)",
            5 * digit
        );
    }
    sql
}
