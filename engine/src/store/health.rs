//! Does the storage answer? Remembers that it just failed, so that nobody waits for it in vain, and looks when it is back.

use std::sync::Arc;
use std::time::Duration;

use domain::Failure;
use sqlx::query;
use tokio::sync::watch;
use tokio::time::{sleep, timeout};

use super::{Store, within};
use crate::error::is_connection;
use crate::{Error, Result};

super::statements! {
    /// A real write: a full disk or a read-only database still answers questions.
    PROBE = "UPDATE storage_probes SET probes = probes + 1 WHERE id = 1";
}

/// Between two looks.
const LOOK_EVERY: Duration = Duration::from_millis(200);
/// Longest time a look may take.
const LOOK_WITHIN: Duration = Duration::from_secs(1);
/// What callers are told to wait.
const RETRY_AFTER_SECONDS: u64 = 2;

/// Cheap to clone; all clones know the same.
#[derive(Clone)]
pub(crate) struct Health(Arc<State>);

struct State {
    store: Store,
    away: watch::Sender<bool>,
}

impl Health {
    pub(crate) fn of(store: Store) -> Self {
        Self(Arc::new(State { store, away: watch::channel(false).0 }))
    }

    /// Refuses while the storage is known to be away.
    pub(crate) fn check(&self) -> Result<(), Failure> {
        if *self.0.away.borrow() {
            return Err(Failure::Unavailable { retry_after_seconds: RETRY_AFTER_SECONDS });
        }
        Ok(())
    }

    /// Resolves when the storage is known to be away: at once, if it is.
    pub(crate) async fn away(&self) {
        // An error cannot be: the sender lives as long as this.
        let _ = self.0.away.subscribe().wait_for(|away| *away).await;
    }

    /// Looks at how something ended: a broken way to the storage is remembered.
    pub(crate) fn note<T>(&self, result: Result<T>) -> Result<T> {
        if let Err(Error::Database(error)) = &result
            && is_connection(error)
        {
            self.failed();
        }
        result
    }

    /// The storage does not answer. From now on nobody waits for it, until a look finds it back.
    pub(crate) fn failed(&self) {
        if self.0.away.send_replace(true) {
            return;
        }
        tracing::error!("the storage is away: calls are told to come back");
        let health = self.clone();
        tokio::spawn(async move {
            loop {
                match timeout(LOOK_WITHIN, probe(&health.0.store)).await {
                    Ok(Ok(())) => break,
                    // Nobody works on it any more.
                    Ok(Err(Error::Database(sqlx::Error::PoolClosed))) => return,
                    _ => sleep(LOOK_EVERY).await,
                }
            }
            tracing::info!("the storage is back");
            health.0.away.send_replace(false);
        });
    }
}

async fn probe(store: &Store) -> Result<()> {
    let mut tx = store.begin().await?;
    within!(&mut tx, db => query(PROBE).execute(db).await.map(drop))?;
    tx.commit().await
}
