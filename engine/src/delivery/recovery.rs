//! Messages whose process stopped between the claim and the record: nobody knows whether the server took them.

use std::collections::BTreeSet;

use domain::Timestamp;
use domain::id::AttemptId;
use domain::message::{Attempt, MessageState, Outcome};

use crate::ids::new_id;
use crate::intake::TRANSACTIONAL_LANE;
use crate::store::attempts;
use crate::store::messages::{self, Abandoned, NextState};
use crate::{Engine, Result};

impl Engine {
    /// Notes an attempt in doubt for each. A transactional message is queued again at once, under the same Message-ID; a
    /// marketing message stays in doubt. `at_start`: on an embedded database nobody else can be sending.
    pub(super) async fn recover_abandoned(&self, at_start: bool) -> Result<()> {
        let now = self.now();
        let end = if at_start && self.store().is_embedded() { Timestamp::from_millis(i64::MAX) } else { now };
        loop {
            let mut tx = self.store().begin().await?;
            let abandoned = messages::abandoned(&mut tx, end).await?;
            if abandoned.is_empty() {
                return Ok(());
            }
            let mut sandboxes = BTreeSet::new();
            for message in &abandoned {
                let next = after_doubt(message, now);
                let (id, by) = (&message.id, &message.leased_by);
                if messages::record(&mut tx, id, message.attempt, by, &next, now).await? {
                    attempts::insert(&mut tx, id, &in_doubt(message, now)).await?;
                    sandboxes.insert(message.sandbox.clone());
                }
            }
            tx.commit().await?;
            tracing::warn!(messages = abandoned.len(), "messages were being sent when a process stopped");
            for sandbox in &sandboxes {
                self.0.news.tell(sandbox);
            }
        }
    }
}

const STOPPED: &str = "Hermod stopped before it could note the server's answer.";

fn after_doubt(message: &Abandoned, now: Timestamp) -> NextState {
    let transactional = message.lane == TRANSACTIONAL_LANE;
    NextState {
        state: if transactional { MessageState::Queued } else { MessageState::InDoubt },
        reason: Some("in_doubt".to_owned()),
        detail: Some(STOPPED.to_owned()),
        due_at: transactional.then_some(now),
    }
}

fn in_doubt(message: &Abandoned, now: Timestamp) -> Attempt {
    Attempt {
        id: new_id(now, AttemptId::new),
        number: message.attempt,
        outcome: Outcome::InDoubt,
        via: "hermod".to_owned(),
        answer: STOPPED.to_owned(),
        reason: Some("in_doubt".to_owned()),
        started_at: now,
        duration_ms: 0,
    }
}
