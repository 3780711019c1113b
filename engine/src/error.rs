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

    /// What a person may be told. Everything that is not a [`Failure`] is logged here, once, under a new reference.
    pub fn into_failure(self) -> Failure {
        match self {
            Self::Failure(failure) => failure,
            Self::Database(sqlx::Error::PoolTimedOut) => {
                tracing::error!("the database pool is exhausted");
                Failure::Unavailable { retry_after_seconds: 5 }
            }
            other => {
                let reference = crate::ids::reference();
                tracing::error!(reference, error = %other, "request failed");
                Failure::Internal { reference }
            }
        }
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
