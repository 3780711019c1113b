//! Group commit: concurrent calls share one transaction, and so one fsync.

use std::time::Duration;

use domain::Failure;
use tokio::sync::{mpsc, oneshot};
use tokio::time::{Instant, timeout};

use super::NewCall;
use crate::store::executions::{self, Earlier, NewExecution};
use crate::store::messages::{self, Batch};
use crate::store::{Store, Tx};
use crate::{Error, Result};

/// Calls of one transaction.
const SHARED_BY: usize = 256;
/// Calls that may wait; beyond, callers are told to come back.
const WAITING: usize = 4_096;
/// Longest time one transaction may take.
const WRITTEN_WITHIN: Duration = Duration::from_secs(5);
/// Longest time a caller waits for the commit: one transaction before its own, and some slack.
const PATIENCE: Duration = Duration::from_secs(12);

/// Drains concurrent calls into shared transactions.
pub(crate) struct Committer {
    calls: mpsc::Sender<Waiting>,
}

struct Waiting {
    call: NewCall,
    told: oneshot::Sender<Result<Committed>>,
}

impl Waiting {
    fn tell(self, committed: Result<Committed>) {
        // The caller may have gone away; what is on disk stays there all the same.
        let _ = self.told.send(committed);
    }
}

/// The execution that is on disk for a call.
#[derive(Debug, Clone)]
pub(crate) struct Committed {
    pub(crate) earlier: Earlier,
    /// Written by this very call.
    pub(crate) is_new: bool,
}

impl Committer {
    /// Starts the committing task; it ends when the committer is dropped.
    pub(crate) fn start(store: Store) -> Self {
        let (calls, mut waiting) = mpsc::channel(WAITING);
        tokio::spawn(async move {
            let mut batch = Vec::with_capacity(SHARED_BY);
            while waiting.recv_many(&mut batch, SHARED_BY).await > 0 {
                // In a task of its own: a panic spoils one batch, not all that come after.
                if let Err(error) = tokio::spawn(commit(store.clone(), std::mem::take(&mut batch))).await {
                    tracing::error!(%error, "a shared commit was lost");
                }
            }
        });
        Self { calls }
    }

    /// Waits until the call is on disk. A caller that goes away stops nothing.
    pub(crate) async fn commit(&self, call: NewCall) -> Result<Committed> {
        let (told, answer) = oneshot::channel();
        self.calls.try_send(Waiting { call, told }).map_err(|_| unavailable())?;
        match timeout(PATIENCE, answer).await {
            Ok(Ok(committed)) => committed,
            Ok(Err(_)) => Err(Error::unexpected("a shared commit was lost")),
            Err(_) => Err(unavailable()),
        }
    }
}

/// Whoever repeats the call gets the answer of the first, should that have been written after all.
fn unavailable() -> Error {
    Failure::Unavailable { retry_after_seconds: 2 }.into()
}

/// Is the database away, rather than one call not to its liking?
fn concerns_all(error: &Error) -> bool {
    match error {
        Error::Database(sqlx::Error::Database(_)) => false,
        Error::Database(_) | Error::Failure(Failure::Unavailable { .. }) => true,
        _ => false,
    }
}

/// Commits all together; when that fails, each for itself, so that one call cannot spoil the others.
async fn commit(store: Store, batch: Vec<Waiting>) {
    let calls: Vec<&NewCall> = batch.iter().map(|waiting| &waiting.call).collect();
    match write_in_time(&store, &calls).await {
        Ok(committed) => {
            for (waiting, committed) in batch.into_iter().zip(committed) {
                waiting.tell(Ok(committed));
            }
        }
        Err(error) if concerns_all(&error) => {
            tracing::error!(calls = batch.len(), %error, "the database does not take calls");
            for waiting in batch {
                waiting.tell(Err(unavailable()));
            }
        }
        Err(error) => {
            tracing::warn!(calls = batch.len(), %error, "a shared commit failed; each call is tried alone");
            commit_apart(&store, batch).await;
        }
    }
}

async fn commit_apart(store: &Store, batch: Vec<Waiting>) {
    let end = Instant::now() + WRITTEN_WITHIN;
    let mut away = false;
    for waiting in batch {
        away |= Instant::now() >= end;
        let alone = if away { Err(unavailable()) } else { write_in_time(store, &[&waiting.call]).await };
        let alone = alone.and_then(|mut all| all.pop().ok_or_else(|| Error::unexpected("no commit")));
        away |= alone.as_ref().is_err_and(concerns_all);
        waiting.tell(alone.map_err(|error| if concerns_all(&error) { unavailable() } else { error }));
    }
}

async fn write_in_time(store: &Store, calls: &[&NewCall]) -> Result<Vec<Committed>> {
    timeout(WRITTEN_WITHIN, write(store, calls)).await.unwrap_or_else(|_| Err(unavailable()))
}

async fn write(store: &Store, calls: &[&NewCall]) -> Result<Vec<Committed>> {
    let mut tx = store.begin().await?;
    let all: Vec<_> = calls.iter().map(|call| &call.execution).collect();
    let inserted = executions::insert(&mut tx, &all).await?;
    let batches: Vec<Batch<'_>> = calls.iter().map(|call| batch_of(call)).collect();
    let of_new = calls.iter().zip(&batches).filter(|(call, _)| inserted.contains(&call.execution.id));
    let new: Vec<_> =
        of_new.flat_map(|(call, batch)| call.messages.iter().map(move |message| (batch, message))).collect();
    messages::insert(&mut tx, &new).await?;
    let mut committed = Vec::with_capacity(calls.len());
    for call in calls {
        let is_new = inserted.contains(&call.execution.id);
        let earlier = if is_new { earlier_of(&call.execution) } else { find_earlier(&mut tx, &call.execution).await? };
        committed.push(Committed { earlier, is_new });
    }
    tx.commit().await?;
    Ok(committed)
}

fn batch_of(call: &NewCall) -> Batch<'_> {
    let new = &call.execution;
    Batch {
        execution_id: &new.id,
        sandbox: &new.sandbox,
        campaign_id: &new.campaign_id,
        campaign_version: new.campaign_version,
        configuration_id: &call.configuration_id,
        lane: call.lane,
        created_at: new.created_at,
    }
}

/// What a repetition of this call will find.
fn earlier_of(new: &NewExecution) -> Earlier {
    Earlier {
        id: new.id.clone(),
        body_hash: new.body_hash.clone(),
        created_by: new.created_by.clone(),
        created_at: new.created_at,
    }
}

async fn find_earlier(tx: &mut Tx, new: &NewExecution) -> Result<Earlier> {
    let earlier = executions::find_by_request_in(tx, new).await?;
    earlier.ok_or_else(|| Error::unexpected("an execution vanished"))
}
