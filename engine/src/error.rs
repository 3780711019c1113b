//! What can go wrong in the engine, and the one way in which it becomes something a person may be told.

use domain::Failure;

/// Result of an engine call.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What went wrong.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The request was refused; the person may know why.
    #[error(transparent)]
    Failure(#[from] Failure),
    /// The database did not do its work.
    #[error("database: {0}")]
    Database(#[from] sqlx::Error),
    /// A migration could not be applied.
    #[error("migration: {0}")]
    Migration(#[from] sqlx::migrate::MigrateError),
    /// Something that should not be possible: a stored document that does not read, a closed channel.
    #[error("unexpected: {0}")]
    Unexpected(String),
}

impl Error {
    /// Something that should not be possible.
    pub fn unexpected(what: impl std::fmt::Display) -> Self {
        Self::Unexpected(what.to_string())
    }

    /// Does the database take nothing at all at the moment, rather than refuse this one thing?
    pub(crate) fn is_database_away(&self) -> bool {
        match self {
            Self::Database(error) => is_connection(error),
            Self::Failure(Failure::Unavailable { .. }) => true,
            _ => false,
        }
    }

    /// What a person may be told. Everything that is not a [`Failure`] is logged here, once, under a new reference.
    pub fn into_failure(self) -> Failure {
        match self {
            Self::Failure(failure) => failure,
            Self::Database(error) if is_connection(&error) => {
                tracing::error!(%error, "the database is away");
                Failure::Unavailable { retry_after_seconds: 2 }
            }
            Self::Database(sqlx::Error::Database(cause)) if cause.code().as_deref() == Some(POSTGRES_NO_TEXT) => {
                Failure::invalid("", "control_character", "Use text without the character U+0000.")
            }
            other => {
                let reference = crate::ids::reference();
                tracing::error!(reference, error = %other, "request failed");
                Failure::Internal { reference }
            }
        }
    }
}

/// Busy, out of memory, read-only, I/O, corrupt, full, cannot be opened, no database: SQLite's primary result codes.
const SQLITE_AWAY: [u32; 8] = [5, 7, 8, 10, 11, 13, 14, 26];
/// Connection, rolled back, resources, operator, system, internal: PostgreSQL's classes (appendix A of its manual).
const POSTGRES_AWAY: [&str; 6] = ["08", "40", "53", "57", "58", "XX"];
/// A standby, or a server that was set so.
const POSTGRES_READ_ONLY: &str = "25006";

/// What is no text to PostgreSQL: there is no other such text in Rust than one with U+0000.
const POSTGRES_NO_TEXT: &str = "22021";

fn is_away(code: &str) -> bool {
    match code.parse::<u32>() {
        // SQLSTATE has five signs; an extended code of SQLite keeps the primary one in its low byte.
        Ok(number) if code.len() < 5 => SQLITE_AWAY.contains(&(number & 0xff)),
        _ => code == POSTGRES_READ_ONLY || POSTGRES_AWAY.iter().any(|class| code.starts_with(class)),
    }
}

/// Is it the way to the database that is broken, or all of the database, rather than what it was asked?
pub(crate) fn is_connection(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Io(_)
        | sqlx::Error::Tls(_)
        | sqlx::Error::Protocol(_)
        | sqlx::Error::PoolTimedOut
        | sqlx::Error::PoolClosed
        | sqlx::Error::WorkerCrashed
        // SQLite ends the transaction by itself when the disk is full; the driver still counts it as open.
        | sqlx::Error::InvalidSavePointStatement
        | sqlx::Error::BeginFailed => true,
        sqlx::Error::Database(cause) => cause.code().is_some_and(|code| is_away(&code)),
        _ => false,
    }
}

impl From<domain::Fault> for Error {
    fn from(fault: domain::Fault) -> Self {
        Self::Failure(fault.into())
    }
}

impl From<serde_json::Error> for Error {
    fn from(error: serde_json::Error) -> Self {
        Self::unexpected(error)
    }
}

/// Says what a violated uniqueness means to the person who caused it.
pub(crate) trait OnUnique<T> {
    /// Replaces a uniqueness violation by `failure`.
    fn on_unique(self, failure: impl FnOnce() -> Failure) -> Result<T>;
}

impl<T> OnUnique<T> for std::result::Result<T, sqlx::Error> {
    fn on_unique(self, failure: impl FnOnce() -> Failure) -> Result<T> {
        self.map_err(|error| match &error {
            sqlx::Error::Database(cause) if cause.is_unique_violation() => failure().into(),
            _ => error.into(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_disk_concerns_all_and_a_duplicate_only_itself() {
        for away in ["13", "8", "2058", "57P01", "08006", "53100", "40P01", "25006"] {
            assert!(is_away(away), "{away}");
        }
        for refused in ["19", "2067", "1555", "23505", "22021", "42601"] {
            assert!(!is_away(refused), "{refused}");
        }
    }
}
