//! Group commit: what many want written at the same moment shares one transaction, and so one fsync.

use std::sync::Arc;
use std::time::Duration;

use domain::Failure;
use tokio::sync::{mpsc, oneshot};
use tokio::time::{Instant, timeout};

use crate::{Error, Result};

/// Pieces of work of one transaction.
const SHARED_BY: usize = 256;
/// Pieces of work that may wait; beyond, whoever comes is told to come back.
const WAITING: usize = 4_096;
/// Longest time one transaction may take.
pub(crate) const WRITTEN_WITHIN: Duration = Duration::from_secs(5);
/// Longest time somebody waits for the commit: one transaction before the own one, and some slack.
const PATIENCE: Duration = Duration::from_secs(12);

/// Where work is committed.
pub(crate) trait Desk: Send + Sync + 'static {
    type Work: Send + Sync + 'static;
    /// What became of a piece of work.
    type Done: Send + 'static;

    /// Commits these together and says what became of each, in their order.
    fn write(&self, all: &[&Self::Work]) -> impl Future<Output = Result<Vec<Self::Done>>> + Send;

    /// The database takes nothing at all.
    fn away(&self);
}

/// Drains concurrent work into shared transactions.
pub(crate) struct Committer<D: Desk> {
    work: mpsc::Sender<Waiting<D>>,
}

struct Waiting<D: Desk> {
    work: D::Work,
    told: oneshot::Sender<Result<D::Done>>,
}

impl<D: Desk> Waiting<D> {
    fn tell(self, done: Result<D::Done>) {
        // Whoever asked may have gone away; what is on disk stays there all the same.
        let _ = self.told.send(done);
    }
}

impl<D: Desk> Committer<D> {
    /// Starts the committing task; it ends when the committer is dropped.
    pub(crate) fn start(desk: D) -> Self {
        let (work, mut waiting) = mpsc::channel(WAITING);
        let desk = Arc::new(desk);
        tokio::spawn(async move {
            let mut batch = Vec::with_capacity(SHARED_BY);
            while waiting.recv_many(&mut batch, SHARED_BY).await > 0 {
                // In a task of its own: a panic spoils one batch, not all that come after.
                if let Err(error) = tokio::spawn(commit(Arc::clone(&desk), std::mem::take(&mut batch))).await {
                    tracing::error!(%error, "a shared commit was lost");
                }
            }
        });
        Self { work }
    }

    /// Waits until the work is on disk. Whoever goes away meanwhile stops nothing.
    pub(crate) async fn commit(&self, work: D::Work) -> Result<D::Done> {
        let (told, answer) = oneshot::channel();
        self.work.try_send(Waiting { work, told }).map_err(|_| unavailable())?;
        match timeout(PATIENCE, answer).await {
            Ok(Ok(done)) => done,
            Ok(Err(_)) => Err(Error::unexpected("a shared commit was lost")),
            Err(_) => Err(unavailable()),
        }
    }
}

/// Whoever comes again finds what was written after all.
pub(crate) fn unavailable() -> Error {
    Failure::Unavailable { retry_after_seconds: 2 }.into()
}

/// Commits all together; when that fails, each for itself, so that one cannot spoil the others.
async fn commit<D: Desk>(desk: Arc<D>, batch: Vec<Waiting<D>>) {
    let work: Vec<&D::Work> = batch.iter().map(|waiting| &waiting.work).collect();
    match desk.write(&work).await {
        Ok(done) => {
            for (waiting, done) in batch.into_iter().zip(done) {
                waiting.tell(Ok(done));
            }
        }
        Err(error) if error.is_database_away() => {
            desk.away();
            tracing::error!(waiting = batch.len(), %error, "the database takes nothing");
            for waiting in batch {
                waiting.tell(Err(unavailable()));
            }
        }
        Err(error) => {
            tracing::warn!(shared_by = batch.len(), %error, "a shared commit failed; each piece of work is tried alone");
            commit_apart(&*desk, batch).await;
        }
    }
}

async fn commit_apart<D: Desk>(desk: &D, batch: Vec<Waiting<D>>) {
    let end = Instant::now() + WRITTEN_WITHIN;
    let mut away = false;
    for waiting in batch {
        away |= Instant::now() >= end;
        let alone = if away { Err(unavailable()) } else { desk.write(&[&waiting.work]).await };
        let alone = alone.and_then(|mut all| all.pop().ok_or_else(|| Error::unexpected("no commit")));
        away |= alone.as_ref().is_err_and(Error::is_database_away);
        waiting.tell(alone.map_err(|error| if error.is_database_away() { unavailable() } else { error }));
    }
}
