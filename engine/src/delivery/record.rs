//! Attempts, renderings and states: several messages in one transaction, each guarded by its claim.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use domain::message::Attempt;
use domain::{SandboxName, Timestamp};

use super::retry::next_state;
use super::sending::CLAIM;
use crate::clock::random_bytes;
use crate::store::Tx;
use crate::store::attempts::{self, Rendering};
use crate::store::messages::{self, Claimed, Lease, Queue, Recorded};
use crate::{Engine, Result};

/// Pauses before tries to record, in seconds. Together much shorter than a lease.
const PATIENCE: [u64; 5] = [0, 1, 2, 4, 8];

/// An attempt that has ended.
pub(super) struct Done {
    pub(super) message: Arc<Claimed>,
    pub(super) attempt: Attempt,
    /// `None` when it could not even be checked.
    pub(super) rendering: Option<Rendering>,
    pub(super) capture: bool,
}

/// What one transaction wrote and took.
pub(super) struct Exchanged {
    /// Messages whose attempt was recorded.
    pub(super) changed: usize,
    pub(super) claimed: Vec<Claimed>,
}

impl Engine {
    /// Records how attempts ended and claims up to so many messages of each queue, at most [`CLAIM`] of all, in one
    /// transaction: one wait for the disk.
    pub(super) async fn exchange(&self, done: &[Done], wanted: &[(Queue, usize)]) -> Result<Exchanged> {
        let mut tx = self.store().begin().await?;
        let recorded = self.record(&mut tx, done).await?;
        let mut claimed = Vec::new();
        for (queue, limit) in wanted {
            let limit = (CLAIM - claimed.len()).min(*limit);
            if limit > 0 {
                claimed.extend(messages::claim(&mut tx, self.lease(), queue, limit).await?);
            }
        }
        tx.commit().await?;
        self.tell_all(recorded.iter().map(|done| &done.message.sandbox).collect::<BTreeSet<_>>());
        Ok(Exchanged { changed: recorded.len(), claimed })
    }

    /// After a transaction that failed: each for itself, so that one cannot spoil the others. What cannot be recorded in
    /// the end is found when its lease runs out, as in doubt.
    pub(super) async fn record_apart(&self, mut all: Vec<Done>) {
        for patience in PATIENCE {
            tokio::time::sleep(Duration::from_secs(patience)).await;
            let mut left = Vec::new();
            for done in all {
                if let Err(error) = self.exchange(std::slice::from_ref(&done), &[]).await {
                    tracing::error!(message = %done.message.id, %error, "what was sent cannot be recorded yet");
                    left.push(done);
                }
            }
            if left.is_empty() {
                return;
            }
            all = left;
        }
        tracing::error!(messages = all.len(), "what was sent could not be recorded; it will be in doubt");
    }

    /// Writes how these attempts ended, but for those whose message another process has taken over: its record stands.
    async fn record<'a>(&self, tx: &mut Tx, all: &'a [Done]) -> Result<Vec<&'a Done>> {
        let now = self.now();
        let next: Vec<Recorded<'_>> = all.iter().map(|done| self.recorded(done, now)).collect();
        let written = messages::record(tx, &next, now).await?;
        let (recorded, lost): (Vec<&Done>, Vec<&Done>) =
            all.iter().partition(|done| written.contains(&done.message.id));
        for done in lost {
            tracing::warn!(message = %done.message.id, "another process took this message over; its record stands");
        }
        let made: Vec<_> = recorded.iter().map(|done| (&done.message.id, &done.attempt)).collect();
        attempts::insert(tx, &made).await?;
        let rendered: Vec<_> =
            recorded.iter().filter_map(|done| Some((&done.message.id, done.rendering.as_ref()?))).collect();
        attempts::insert_renderings(tx, &rendered).await?;
        Ok(recorded)
    }

    fn recorded<'a>(&'a self, Done { message, attempt, capture, .. }: &'a Done, now: Timestamp) -> Recorded<'a> {
        let [chance] = random_bytes();
        let schedule = &self.0.settings.delivery.retry_schedule;
        Recorded {
            id: &message.id,
            attempt: message.attempt,
            by: &self.0.delivery.worker,
            next: next_state(message.lane, attempt, *capture, schedule, now, chance),
        }
    }

    /// Everything that this process is sending stays its own for another while.
    pub(super) async fn renew_lease(&self) -> Result<()> {
        let mut tx = self.store().begin().await?;
        messages::renew(&mut tx, self.lease()).await?;
        tx.commit().await
    }

    fn lease(&self) -> Lease<'_> {
        let from = self.now();
        Lease { by: &self.0.delivery.worker, from, until: from.plus(self.0.settings.delivery.lease) }
    }

    pub(super) fn tell_all<'a>(&self, sandboxes: impl IntoIterator<Item = &'a SandboxName>) {
        for sandbox in sandboxes {
            self.0.news.tell(sandbox);
        }
    }
}
