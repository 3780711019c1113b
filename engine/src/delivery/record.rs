//! Attempts, renderings and states: several messages in one transaction, each guarded by its claim.

use std::collections::BTreeSet;

use domain::message::Attempt;

use super::retry::next_state;
use crate::clock::random_bytes;
use crate::store::attempts::{self, Rendering};
use crate::store::messages::{self, Claimed};
use crate::{Engine, Result};

/// An attempt that has ended.
pub(super) struct Done {
    pub(super) message: Claimed,
    pub(super) attempt: Attempt,
    /// `None` when it could not even be checked.
    pub(super) rendering: Option<Rendering>,
    pub(super) capture: bool,
}

impl Engine {
    /// Writes how attempts ended; returns how many messages that changed. A message that another process has taken over
    /// is left alone.
    pub(super) async fn record(&self, all: &[Done]) -> Result<usize> {
        let now = self.now();
        let worker = &self.0.delivery.worker;
        let mut changed = 0;
        let mut sandboxes = BTreeSet::new();
        let mut tx = self.store().begin().await?;
        for Done { message, attempt, rendering, capture } in all {
            let [chance] = random_bytes();
            let next = next_state(attempt, *capture, &self.0.settings.delivery.retry_schedule, now, chance);
            if !messages::record(&mut tx, &message.id, message.attempt, worker, &next, now).await? {
                tracing::warn!(message = %message.id, "another process took this message over; its record stands");
                continue;
            }
            attempts::insert(&mut tx, &message.id, attempt).await?;
            if let Some(rendering) = rendering {
                attempts::insert_rendering(&mut tx, &message.id, rendering).await?;
            }
            changed += 1;
            sandboxes.insert(&message.sandbox);
        }
        tx.commit().await?;
        for sandbox in sandboxes {
            self.0.news.tell(sandbox);
        }
        Ok(changed)
    }
}
