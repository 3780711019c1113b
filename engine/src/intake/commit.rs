//! Group commit: concurrent calls share one transaction, and so one fsync.

use std::sync::Arc;
use std::time::Duration;

use domain::Failure;
use tokio::sync::{mpsc, oneshot};
use tokio::time::{Instant, timeout};

use super::NewCall;
use crate::delivery::Shared;
use crate::store::executions::{self, Earlier, NewExecution};
use crate::store::files;
use crate::store::health::Health;
use crate::store::messages::{self, Batch, Claimed, Fate, Lease};
use crate::store::{Store, Tx};
use crate::{Clock, Error, Result};

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
    pub(crate) fn start(desk: Desk) -> Self {
        let (calls, mut waiting) = mpsc::channel(WAITING);
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

/// Commits all together; when that fails, each for itself, so that one call cannot spoil the others.
async fn commit(desk: Arc<Desk>, batch: Vec<Waiting>) {
    let calls: Vec<&NewCall> = batch.iter().map(|waiting| &waiting.call).collect();
    match desk.write(&calls).await {
        Ok(committed) => {
            for (waiting, committed) in batch.into_iter().zip(committed) {
                waiting.tell(Ok(committed));
            }
        }
        Err(error) if error.is_database_away() => {
            desk.health.failed();
            tracing::error!(calls = batch.len(), %error, "the database does not take calls");
            for waiting in batch {
                waiting.tell(Err(unavailable()));
            }
        }
        Err(error) => {
            tracing::warn!(calls = batch.len(), %error, "a shared commit failed; each call is tried alone");
            commit_apart(&desk, batch).await;
        }
    }
}

async fn commit_apart(desk: &Desk, batch: Vec<Waiting>) {
    let end = Instant::now() + WRITTEN_WITHIN;
    let mut away = false;
    for waiting in batch {
        away |= Instant::now() >= end;
        let alone = if away { Err(unavailable()) } else { desk.write(&[&waiting.call]).await };
        let alone = alone.and_then(|mut all| all.pop().ok_or_else(|| Error::unexpected("no commit")));
        away |= alone.as_ref().is_err_and(Error::is_database_away);
        waiting.tell(alone.map_err(|error| if error.is_database_away() { unavailable() } else { error }));
    }
}

/// Where calls are committed.
pub(crate) struct Desk {
    pub(crate) store: Store,
    pub(crate) health: Health,
    pub(crate) delivery: Arc<Shared>,
    pub(crate) clock: Arc<dyn Clock>,
}

impl Desk {
    /// Commits calls together. Those for which there is a place go from here straight to delivery, the others wait in the
    /// queue.
    ///
    /// Should the time run out although the database has committed, nobody sends what it wrote as claimed: the claim runs
    /// out, as if this process had stopped.
    async fn write(&self, calls: &[&NewCall]) -> Result<Vec<Committed>> {
        let handover = &self.delivery.handover;
        let reserved: Vec<bool> =
            calls.iter().map(|call| call.direct && handover.try_reserve(&call.queue, call.messages.len())).collect();
        let lease = self.delivery.lease(self.clock.now());
        let written = timeout(WRITTEN_WITHIN, write(&self.store, calls, &reserved, lease));
        let written = written.await.unwrap_or_else(|_| Err(unavailable()));
        let is_new = |position: usize| written.as_ref().is_ok_and(|all| all[position].is_new);
        let mut claimed = Vec::new();
        let (mut queued, mut behind) = (false, false);
        for (position, (call, reserved)) in calls.iter().zip(reserved).enumerate() {
            match (reserved, is_new(position)) {
                (true, true) => claimed.extend(claimed_of(call)),
                (true, false) => handover.release(&call.queue, call.messages.len()),
                (false, is_new) => {
                    queued |= is_new;
                    // Whoever waits for a server or for its rate holds up nobody else.
                    behind |= is_new && call.direct && !self.delivery.circuits.is_open(&call.queue.configuration_id);
                }
            }
        }
        if !claimed.is_empty() {
            handover.hand_over(claimed);
        }
        if queued {
            if behind {
                handover.set_behind(true);
            }
            self.delivery.wake();
        }
        written
    }
}

fn claimed_of(call: &NewCall) -> impl Iterator<Item = Claimed> {
    let due = call.messages.iter().filter(|message| matches!(message.fate, Fate::Due(_)));
    due.map(|message| Claimed {
        home: None,
        id: message.id.clone(),
        execution_id: call.execution.id.clone(),
        sandbox: call.execution.sandbox.clone(),
        campaign_id: call.execution.campaign_id.clone(),
        campaign_version: call.execution.campaign_version,
        queue: call.queue.clone(),
        address: message.address.clone(),
        recipient: message.recipient.clone(),
        attempt: 1,
        tries: 0,
        slot_at: None,
        created_at: call.execution.created_at,
        probe: false,
    })
}

/// `claimed`: which calls' messages are written as claimed by `lease`.
async fn write(store: &Store, calls: &[&NewCall], claimed: &[bool], lease: Lease<'_>) -> Result<Vec<Committed>> {
    let mut tx = store.begin().await?;
    let all: Vec<_> = calls.iter().map(|call| &call.execution).collect();
    let inserted = executions::insert(&mut tx, &all).await?;
    let claim = |claimed: bool| claimed.then_some(lease);
    let batches: Vec<Batch<'_>> =
        calls.iter().zip(claimed).map(|(call, claimed)| batch_of(call, claim(*claimed))).collect();
    let of_new = calls.iter().zip(&batches).filter(|(call, _)| inserted.contains(&call.execution.id));
    let new: Vec<_> =
        of_new.flat_map(|(call, batch)| call.messages.iter().map(move |message| (batch, message))).collect();
    messages::insert(&mut tx, &new).await?;
    for call in calls.iter().filter(|call| inserted.contains(&call.execution.id)) {
        for file in &call.files.0 {
            files::insert(&mut tx, file, call.execution.created_at).await?;
        }
        for (message, hash) in &call.uses {
            files::insert_use(&mut tx, message.as_str(), hash).await?;
        }
    }
    let mut committed = Vec::with_capacity(calls.len());
    for call in calls {
        let is_new = inserted.contains(&call.execution.id);
        let earlier = if is_new { earlier_of(&call.execution) } else { find_earlier(&mut tx, &call.execution).await? };
        committed.push(Committed { earlier, is_new });
    }
    tx.commit().await?;
    Ok(committed)
}

fn batch_of<'a>(call: &'a NewCall, claim: Option<Lease<'a>>) -> Batch<'a> {
    let new = &call.execution;
    Batch {
        execution_id: &new.id,
        sandbox: &new.sandbox,
        campaign_id: &new.campaign_id,
        campaign_version: new.campaign_version,
        queue: &call.queue,
        channel: call.channel,
        created_at: new.created_at,
        claim,
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
