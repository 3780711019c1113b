//! Processes on one PostgreSQL tell each other that something new is in the queue (LISTEN and NOTIFY), so that a process that
//! only takes calls need not wait for the next look of one that delivers.

use std::sync::Arc;
use std::time::Duration;

use sqlx::postgres::{PgListener, PgPool};
use tokio::sync::Notify;
use tokio::task::JoinHandle;

use crate::Engine;
use crate::store::Store;

const CHANNEL: &str = "hermod_queue";
/// After a connection that could not be had. Meanwhile the next look finds everything.
const PAUSE: Duration = Duration::from_secs(1);

/// Rings in other processes. Several rings shortly after each other are one.
pub(super) struct Bell(Option<Arc<Notify>>);

impl Bell {
    /// On an embedded database there is nobody else.
    pub(super) fn new(store: &Store) -> Self {
        let Store::Postgres(pool) = store else { return Self(None) };
        let rung = Arc::new(Notify::new());
        tokio::spawn(tell(pool.clone(), Arc::downgrade(&rung)));
        Self(Some(rung))
    }

    pub(super) fn ring(&self) {
        if let Some(rung) = &self.0 {
            rung.notify_one();
        }
    }
}

/// Ends when the bell is gone.
async fn tell(pool: PgPool, rung: std::sync::Weak<Notify>) {
    while let Some(bell) = rung.upgrade() {
        // The last one who holds the bell may go meanwhile.
        let heard = tokio::time::timeout(PAUSE, bell.notified()).await.is_ok();
        drop(bell);
        if heard && let Err(error) = sqlx::query("SELECT pg_notify($1, '')").bind(CHANNEL).execute(&pool).await {
            tracing::warn!(%error, "other processes cannot be told of new messages; they find them at their next look");
        }
    }
}

/// Listens as long as it lives.
pub(super) struct Listening(Option<JoinHandle<()>>);

impl Drop for Listening {
    fn drop(&mut self) {
        if let Some(task) = &self.0 {
            task.abort();
        }
    }
}

impl Engine {
    /// Wakes delivery when another process has queued something.
    pub(super) fn listen(&self) -> Listening {
        let Store::Postgres(pool) = self.store() else { return Listening(None) };
        let (pool, delivery) = (pool.clone(), Arc::clone(&self.0.delivery));
        Listening(Some(tokio::spawn(async move {
            loop {
                let heard = async {
                    let mut listener = PgListener::connect_with(&pool).await?;
                    listener.listen(CHANNEL).await?;
                    loop {
                        listener.recv().await?;
                        delivery.wake();
                    }
                };
                let heard: sqlx::Result<std::convert::Infallible> = heard.await;
                let Err(error) = heard;
                tracing::warn!(%error, "other processes cannot be heard; new messages are found at the next look");
                tokio::time::sleep(PAUSE).await;
            }
        })))
    }
}
