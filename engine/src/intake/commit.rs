//! Calls are committed: executions and messages of several calls in one transaction.

use std::sync::Arc;

use tokio::time::timeout;

use super::NewCall;
use crate::delivery::Shared;
use crate::group_commit::{self, WRITTEN_WITHIN, unavailable};
use crate::profiles::insert_people;
use crate::store::executions::{self, Earlier, NewExecution};
use crate::store::files;
use crate::store::health::Health;
use crate::store::messages::{self, Batch, Claimed, Fate, Lease};
use crate::store::{Store, Tx};
use crate::{Clock, Error, Result};

/// Drains concurrent calls into shared transactions.
pub(crate) type Committer = group_commit::Committer<Desk>;

/// The execution that is on disk for a call.
#[derive(Debug, Clone)]
pub(crate) struct Committed {
    pub(crate) earlier: Earlier,
    /// Written by this very call.
    pub(crate) is_new: bool,
}

/// Where calls are committed.
pub(crate) struct Desk {
    pub(crate) store: Store,
    pub(crate) health: Health,
    pub(crate) delivery: Arc<Shared>,
    pub(crate) clock: Arc<dyn Clock>,
}

impl group_commit::Desk for Desk {
    type Work = NewCall;
    type Done = Committed;

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

    fn away(&self) {
        self.health.failed();
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
        quiet: None,
        variant: None,
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
    let people: Vec<_> = calls
        .iter()
        .filter(|call| inserted.contains(&call.execution.id))
        .flat_map(|call| call.people.iter().map(|person| (&call.execution.sandbox, person, call.execution.created_at)))
        .collect();
    insert_people(&mut tx, &people).await?;
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
