//! The store: SQLite and PostgreSQL from one SQL text. One file per noun, each with its statements on top.
//!
//! The portable subset (each line was tried on both):
//!
//! | write | not | because |
//! |---|---|---|
//! | bind `clock.now()` | `now()`, `CURRENT_TIMESTAMP` | time comes from the clock |
//! | `BIGINT`, `i64` | `INTEGER` | PostgreSQL refuses INT4 into `i64` |
//! | `CAST(SUM(x) AS BIGINT)` | `SUM(x)` | PostgreSQL returns NUMERIC |
//! | `WHERE draft_open` | `WHERE draft_open = 1` | PostgreSQL has a real boolean |
//! | a lower-case key column | `LIKE`, `ILIKE` | differ in case folding |
//! | text state + Rust enum | `CREATE TYPE`, `CHECK` | SQLite cannot alter them |
//! | `CASE WHEN a > b …` | `greatest(a, b)` | differ |
//!
//! Reads go through [`read!`]; every write is inside a [`Tx`] from [`Store::begin`]. SQLite has one writer connection, so
//! writers queue in memory instead of meeting `SQLITE_BUSY`. No transaction is ever open across a network call.

use std::path::Path;
use std::str::FromStr;
use std::time::Duration;

use sqlx::migrate::{Migrate as _, Migration, Migrator};
use sqlx::postgres::{PgConnectOptions, PgPool, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{Postgres, Sqlite, Transaction};

use crate::{Error, Result};
pub(crate) use rows::{Rows, groups};

pub mod all_statements;
pub(crate) mod allow_lists;
pub(crate) mod api_client_days;
pub(crate) mod api_clients;
pub(crate) mod assets;
pub(crate) mod attempts;
pub(crate) mod audience_changes;
pub(crate) mod audience_files;
pub(crate) mod audiences;
pub(crate) mod backlog;
pub(crate) mod campaign_versions;
pub(crate) mod campaigns;
pub(crate) mod cancellations;
pub(crate) mod cap_places;
pub(crate) mod channel_configurations;
pub(crate) mod circuits;
pub(crate) mod consent_requests;
pub(crate) mod consents;
pub(crate) mod console_users;
pub(crate) mod copies;
pub(crate) mod executions;
pub(crate) mod experiments;
pub(crate) mod failover;
pub(crate) mod fallbacks;
pub(crate) mod files;
pub(crate) mod fragments;
pub(crate) mod health;
pub(crate) mod inbound_messages;
pub(crate) mod library;
pub(crate) mod log;
pub(crate) mod message_events;
pub(crate) mod messages;
pub(crate) mod opt_in_requests;
pub(crate) mod pauses;
pub(crate) mod people;
pub(crate) mod person_consents;
mod picked;
pub(crate) mod profile_imports;
pub(crate) mod profile_schemas;
pub(crate) mod profiles;
pub(crate) mod proofs;
pub(crate) mod push_tokens;
pub(crate) mod rates;
pub(crate) mod refused_callbacks;
pub(crate) mod removal;
mod rows;
pub(crate) mod rule_sets;
pub(crate) mod run_pauses;
pub(crate) mod runs;
pub(crate) mod sandboxes;
pub(crate) mod schedules;
pub(crate) mod sessions;
pub(crate) mod short_links;
pub(crate) mod soft_bounces;
pub(crate) mod suppression_pages;
pub(crate) mod suppression_uploads;
pub(crate) mod suppressions;
pub(crate) mod topics;

/// What the writer keeps of the file in memory, in KB (below zero, says SQLite): the upper levels of the indexes.
const WRITER_CACHE: &str = "-16384";
/// After so many pages of 4 KB the log is written into the file. A page that changes often is written there once for all.
const LOG_PAGES: &str = "8192";

static MIGRATOR: Migrator = sqlx::migrate!("../migrations");

/// An open database.
#[derive(Debug, Clone)]
pub enum Store {
    /// Embedded; one writer connection, several readers.
    Sqlite {
        /// Readers.
        read: SqlitePool,
        /// The one writer.
        write: SqlitePool,
    },
    /// A PostgreSQL server, shared by several processes.
    Postgres(PgPool),
}

/// A transaction for writing. Dropped without [`Tx::commit`] it changes nothing.
#[derive(Debug)]
pub enum Tx {
    Sqlite(Transaction<'static, Sqlite>),
    Postgres(Transaction<'static, Postgres>),
}

/// Runs a query expression for reading on whichever database is open; `db` is a pool.
macro_rules! read {
    ($store:expr, $db:ident => $body:expr) => {
        match $store {
            $crate::store::Store::Sqlite { read: $db, .. } => $body,
            $crate::store::Store::Postgres($db) => $body,
        }
    };
}
pub(crate) use read;

/// Runs a query expression inside a [`Tx`]; `db` is a connection: `.execute(&mut *db)`.
macro_rules! within {
    ($tx:expr, $db:ident => $body:expr) => {
        match $tx {
            $crate::store::Tx::Sqlite(tx) => {
                let $db = &mut **tx;
                $body
            }
            $crate::store::Tx::Postgres(tx) => {
                let $db = &mut **tx;
                $body
            }
        }
    };
}
pub(crate) use within;

/// Reads a stored word into its type. An unknown word is our fault, not the caller's.
pub(crate) fn stored<T: FromStr<Err = domain::Fault>>(text: &str) -> Result<T> {
    text.parse().map_err(|fault: domain::Fault| Error::unexpected(format!("stored value “{text}”: {fault}")))
}

/// Declares SQL texts as constants and lists them in `STATEMENTS`, so that one test prepares each on both databases.
macro_rules! statements {
    ($($(#[$meta:meta])* $name:ident = $sql:expr;)+) => {
        $($(#[$meta])* pub(crate) const $name: &str = $sql;)+
        /// Every text of this file, by name.
        pub(crate) const STATEMENTS: &[(&str, &str)] = &[$((stringify!($name), $name)),+];
    };
}
pub(crate) use statements;

impl Store {
    /// Opens `sqlite:PATH` (created when missing) or `postgres://…`, without applying migrations.
    pub async fn open(url: &str) -> Result<Self> {
        if url.starts_with("postgres") {
            let options = PgConnectOptions::from_str(url)?.application_name("hermod");
            let pool = PgPoolOptions::new()
                .max_connections(16)
                .acquire_timeout(Duration::from_secs(5))
                .connect_with(options)
                .await?;
            return Ok(Self::Postgres(pool));
        }
        let path = url
            .strip_prefix("sqlite:")
            .ok_or_else(|| Error::unexpected("a database URL starts with sqlite: or postgres:"))?;
        if let Some(folder) = Path::new(path).parent() {
            std::fs::create_dir_all(folder).map_err(Error::unexpected)?;
        }
        keep_private(path).map_err(Error::unexpected)?;
        let options = SqliteConnectOptions::new()
            .filename(path)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            // A commit is on disk before the caller hears of it.
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            // What is removed is overwritten, not only left to be used again.
            .pragma("secure_delete", "ON")
            .busy_timeout(Duration::from_secs(5));
        // A connection to a file does not break while it waits: there is no need to ask before each use.
        let pool = || SqlitePoolOptions::new().acquire_timeout(Duration::from_secs(5)).test_before_acquire(false);
        let writer = options.clone().pragma("cache_size", WRITER_CACHE).pragma("wal_autocheckpoint", LOG_PAGES);
        let write = pool().max_connections(1).connect_with(writer).await?;
        let read = pool().max_connections(8);
        let read = read.connect_with(options.read_only(true).create_if_missing(false)).await?;
        Ok(Self::Sqlite { read, write })
    }

    /// Number and name of each migration that is missing.
    pub async fn missing_migrations(&self) -> Result<Vec<String>> {
        let table = &*MIGRATOR.table_name;
        // A new database has no table of migrations: all of them are missing. A broken one is told by `migrate`.
        let applied = match self {
            Self::Sqlite { write, .. } => write.acquire().await?.list_applied_migrations(table).await,
            Self::Postgres(pool) => pool.acquire().await?.list_applied_migrations(table).await,
        }
        .unwrap_or_default();
        let is_missing = |migration: &&Migration| applied.iter().all(|it| it.version != migration.version);
        let missing = MIGRATOR.iter().filter(is_missing);
        Ok(missing.map(|migration| format!("{} {}", migration.version, migration.description)).collect())
    }

    /// Applies the migrations that are missing; harmless when there are none.
    pub async fn migrate(&self) -> Result<()> {
        match self {
            Self::Sqlite { write, .. } => MIGRATOR.run(write).await?,
            Self::Postgres(pool) => MIGRATOR.run(pool).await?,
        }
        Ok(())
    }

    /// Opens a transaction for writing. The only way to open one: SQLite needs `BEGIN IMMEDIATE`, otherwise a
    /// transaction that reads first fails when another writes in between.
    pub async fn begin(&self) -> Result<Tx> {
        Ok(match self {
            Self::Sqlite { write, .. } => Tx::Sqlite(begin_writing(write).await?),
            Self::Postgres(pool) => Tx::Postgres(pool.begin().await?),
        })
    }

    /// Makes what was removed unreadable in the files as well, as far as they are ours: PostgreSQL has its own ways. While
    /// somebody reads, it may have to be done again.
    pub(crate) async fn forget_removed(&self) -> Result<()> {
        if let Self::Sqlite { write, .. } = self {
            sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)").execute(write).await?;
        }
        Ok(())
    }

    /// Is only this process on the database?
    pub const fn is_embedded(&self) -> bool {
        matches!(self, Self::Sqlite { .. })
    }

    /// Closes all connections after their work is done.
    pub async fn close(&self) {
        match self {
            Self::Sqlite { read, write } => {
                read.close().await;
                write.close().await;
            }
            Self::Postgres(pool) => pool.close().await,
        }
    }
}

/// After a full disk SQLite has ended the transaction by itself, and the driver still counts it as open: such a connection
/// never begins again, so it is replaced.
async fn begin_writing(write: &SqlitePool) -> sqlx::Result<Transaction<'static, Sqlite>> {
    const BEGIN: &str = "BEGIN IMMEDIATE";
    match write.begin_with(BEGIN).await {
        Err(sqlx::Error::InvalidSavePointStatement) => {
            write.acquire().await?.close().await?;
            write.begin_with(BEGIN).await
        }
        begun => begun,
    }
}

/// The file of a new database is for its owner only: it holds what was written to whom. SQLite gives its log the same rights.
fn keep_private(path: &str) -> std::io::Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.create(true).append(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map(drop)
}

/// What only one transaction may do at a time, because it first looks at rows that others could add or change.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Alone {
    /// Who is administrator: there is always one, and only one is ever the first.
    Administrators = 1,
    /// Which configuration a live campaign uses: it stays active.
    ConfigurationUse = 2,
    /// How long an allow list is.
    AllowLists = 3,
    /// What stands in rule sets, and how many are active.
    RuleSets = 6,
    /// Whose an identity is, and what is known of the person: what comes at the same time is merged.
    Profiles = 4,
    /// How often an address was asked to confirm.
    ConsentRequests = 7,
    /// What fragments say, and which campaigns name them.
    Fragments = 8,
}

impl Tx {
    /// Keeps other transactions of the same kind out until the end of this one. The embedded database has one writer anyway.
    pub(crate) async fn alone(&mut self, what: Alone) -> Result<()> {
        if let Self::Postgres(tx) = self {
            let lock = sqlx::query("SELECT pg_advisory_xact_lock($1)");
            lock.bind(what as i64).execute(&mut **tx).await?;
        }
        Ok(())
    }

    /// Makes the changes durable.
    pub async fn commit(self) -> Result<()> {
        match self {
            Self::Sqlite(tx) => tx.commit().await?,
            Self::Postgres(tx) => tx.commit().await?,
        }
        Ok(())
    }
}
