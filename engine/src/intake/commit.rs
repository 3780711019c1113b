//! Group commit: concurrent calls share one transaction, and so one fsync.

use std::time::Duration;

use domain::Failure;
use tokio::sync::{mpsc, oneshot};
use tokio::time::timeout;

use super::NewCall;
use crate::store::executions::{self, Earlier};
use crate::store::messages::{self, Batch};
use crate::store::{Store, Tx};
use crate::{Error, Result};

/// Calls of one transaction.
const SHARED_BY: usize = 256;
/// Calls that may wait; beyond, callers are told to come back.
const WAITING: usize = 4_096;
/// Longest time a caller waits for the commit.
const PATIENCE: Duration = Duration::from_secs(10);

/// Drains concurrent calls into shared transactions.
pub(crate) struct Committer {
    calls: mpsc::Sender<Waiting>,
}

struct Waiting {
    call: NewCall,
    told: oneshot::Sender<Result<Committed>>,
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
                commit(&store, std::mem::take(&mut batch)).await;
            }
        });
        Self { calls }
    }

    /// Waits until the call is on disk. A caller that goes away stops nothing.
    pub(crate) async fn commit(&self, call: NewCall) -> Result<Committed> {
        let overloaded = || Error::from(Failure::Unavailable { retry_after_seconds: 2 });
        let (told, answer) = oneshot::channel();
        self.calls.try_send(Waiting { call, told }).map_err(|_| overloaded())?;
        match timeout(PATIENCE, answer).await {
            Ok(Ok(committed)) => committed,
            Ok(Err(_)) => Err(Error::unexpected("the committing task ended")),
            Err(_) => Err(overloaded()),
        }
    }
}

/// Commits all together; when that fails, each for itself, so that one call cannot spoil the others.
async fn commit(store: &Store, batch: Vec<Waiting>) {
    let calls: Vec<&NewCall> = batch.iter().map(|waiting| &waiting.call).collect();
    match write(store, &calls).await {
        Ok(committed) => {
            for (waiting, committed) in batch.into_iter().zip(committed) {
                // The caller may have gone away; the call is on disk all the same.
                let _ = waiting.told.send(Ok(committed));
            }
        }
        Err(error) => {
            tracing::warn!(calls = batch.len(), %error, "a shared commit failed; each call is tried alone");
            for waiting in batch {
                let alone = write(store, &[&waiting.call]).await;
                let committed = alone.and_then(|mut all| all.pop().ok_or_else(|| Error::unexpected("no commit")));
                let _ = waiting.told.send(committed);
            }
        }
    }
}

async fn write(store: &Store, calls: &[&NewCall]) -> Result<Vec<Committed>> {
    let mut tx = store.begin().await?;
    let mut committed = Vec::with_capacity(calls.len());
    for call in calls {
        committed.push(write_one(&mut tx, call).await?);
    }
    tx.commit().await?;
    Ok(committed)
}

async fn write_one(tx: &mut Tx, call: &NewCall) -> Result<Committed> {
    let new = &call.execution;
    if !executions::insert(tx, new).await? {
        let earlier = executions::find_by_request_in(tx, new).await?;
        let earlier = earlier.ok_or_else(|| Error::unexpected("an execution vanished"))?;
        return Ok(Committed { earlier, is_new: false });
    }
    let batch = Batch {
        execution_id: &new.id,
        sandbox: &new.sandbox,
        campaign_id: &new.campaign_id,
        campaign_version: new.campaign_version,
        lane: call.lane,
        created_at: new.created_at,
    };
    for message in &call.messages {
        messages::insert(tx, &batch, message).await?;
    }
    let earlier = Earlier {
        id: new.id.clone(),
        body_hash: new.body_hash.clone(),
        created_by: new.created_by.clone(),
        created_at: new.created_at,
    };
    Ok(Committed { earlier, is_new: true })
}
