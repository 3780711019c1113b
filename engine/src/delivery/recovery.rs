//! Messages whose process stopped between the claim and the record: nobody knows whether the server took them.

use std::collections::BTreeSet;

use domain::Timestamp;
use domain::message::{Attempt, MessageState, Outcome};

use crate::store::attempts;
use crate::store::messages::{self, Abandoned, NextState, Recorded};
use crate::{Engine, Result};

impl Engine {
    /// Notes an attempt in doubt for each. A transactional message is queued again at once, under the same Message-ID; a
    /// marketing message stays in doubt. `at_start`: on an embedded database nobody else can be sending.
    pub(super) async fn recover_abandoned(&self, at_start: bool) -> Result<()> {
        let now = self.now();
        let end = if at_start && self.store().is_embedded() { Timestamp::from_millis(i64::MAX) } else { now };
        loop {
            let abandoned = messages::abandoned(self.store(), end).await?;
            if abandoned.is_empty() {
                return Ok(());
            }
            let mut variants = Vec::with_capacity(abandoned.len());
            for message in &abandoned {
                // A version that cannot be read any more keeps nobody from being told.
                variants.push(self.variant_in_doubt(&message.id).await.unwrap_or_default());
            }
            let mut tx = self.store().begin().await?;
            let retries = self.0.settings.delivery.retry_schedule.len();
            let next: Vec<Recorded<'_>> = abandoned
                .iter()
                .zip(variants)
                .map(|(message, variant)| {
                    let variant = variant.map(|key| key.to_string());
                    Recorded { variant, ..after_doubt(message, retries, now) }
                })
                .collect();
            let written = messages::record(&mut tx, &next, now).await?;
            let recorded =
                || abandoned.iter().zip(&written).filter_map(|(message, written)| written.then_some(message));
            let made: Vec<Attempt> = recorded().map(|message| in_doubt(message, now)).collect();
            let made: Vec<_> = recorded().map(|message| &message.id).zip(&made).collect();
            attempts::insert(&mut tx, &made).await?;
            let sandboxes: BTreeSet<_> = recorded().map(|message| &message.sandbox).collect();
            tx.commit().await?;
            tracing::warn!(messages = abandoned.len(), "messages were being sent when a process stopped");
            self.tell_all(sandboxes);
        }
    }
}

const STOPPED: &str = "Hermod stopped before it could note the server's answer.";

/// After `retries` further attempts even a transactional message stays in doubt: it may be what stops the process.
fn after_doubt(message: &Abandoned, retries: usize, now: Timestamp) -> Recorded<'_> {
    let tries = message.tries + 1;
    let again = message.lane.repeats_what_is_in_doubt() && usize::try_from(tries).is_ok_and(|tries| tries <= retries);
    let next = NextState {
        state: if again { MessageState::Queued } else { MessageState::InDoubt },
        reason: Some("in_doubt".to_owned()),
        detail: Some(STOPPED.to_owned()),
        due_at: again.then_some(now),
        tries,
    };
    Recorded { id: &message.id, attempt: message.attempt, by: &message.leased_by, next, variant: None }
}

fn in_doubt(message: &Abandoned, now: Timestamp) -> Attempt {
    Attempt {
        number: message.attempt,
        outcome: Outcome::InDoubt,
        via: "hermod".to_owned(),
        answer: STOPPED.to_owned(),
        reason: Some("in_doubt".to_owned()),
        started_at: now,
        duration_ms: 0,
        failover: None,
    }
}

#[cfg(test)]
mod tests {
    use domain::id::MessageId;

    use super::*;

    #[test]
    fn a_message_that_stops_the_process_each_time_is_given_up() {
        let message = |attempt| Abandoned {
            id: MessageId::new(1, [1; 10]),
            sandbox: "dev".parse().unwrap(),
            lane: crate::lane::Lane::Transactional,
            attempt,
            tries: attempt - 1,
            leased_by: "a".to_owned(),
        };
        let now = Timestamp::from_millis(1_000);
        let state = |attempt| after_doubt(&message(attempt), 2, now).next.state;
        assert_eq!([1, 2, 3].map(state), [MessageState::Queued, MessageState::Queued, MessageState::InDoubt]);
    }
}
