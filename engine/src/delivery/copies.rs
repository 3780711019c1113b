//! Copies of mails, for an archive and for seed addresses: written in the transaction that notes that a mail was handed
//! over, and sent afterwards. A copy is rendered anew, without the addresses by which its reader could act for the person.
//! A crash may send one twice, under the same Message-ID.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use domain::Timestamp;
use domain::address::EmailAddress;
use domain::id::{ChannelConfigurationId, ExecutionKind, MessageId};
use domain::mail_copy::{CopyKind, CopyState};
use domain::message::Outcome;
use futures::future::join_all;

use super::attempt::{Surroundings, storable};
use super::prepare::{Obstacle, Prepared};
use super::record::Done;
use crate::eligibility::Facts;
use crate::ids::new_id;
use crate::senders::{Answer, GIVEN_BACK, LONGEST_SEND, Parcel};
use crate::store::Tx;
use crate::store::copies::{self, ClaimedCopy, NewCopy, Tried};
use crate::store::messages::{self, Claimed};
use crate::{Engine, Result};

/// Copies that are sent at once.
const AT_ONCE: i64 = 32;
/// How long a process has for a try before another one may make it.
const LEASE: Duration = LONGEST_SEND.saturating_add(Duration::from_mins(1));
/// Pauses before the second, third, … try; then it is given up.
const PAUSES: [Duration; 7] = [
    Duration::from_mins(1),
    Duration::from_mins(5),
    Duration::from_mins(30),
    Duration::from_hours(2),
    Duration::from_hours(6),
    Duration::from_hours(12),
    Duration::from_hours(24),
];

/// Whom a message is rendered for instead of its recipient.
#[derive(Debug, Clone)]
pub(super) struct CopyTo {
    pub(super) id: MessageId,
    pub(super) kind: CopyKind,
    pub(super) address: EmailAddress,
}

/// Who gets copies of what a configuration sends.
pub(super) struct Takers {
    archive: Option<EmailAddress>,
    seeds: Vec<EmailAddress>,
}

impl Engine {
    /// Who gets copies of the mails that were handed over. Asked before the transaction.
    pub(super) async fn takers(&self, all: &[Done]) -> Result<HashMap<ChannelConfigurationId, Takers>> {
        let handed_over = all.iter().filter(|done| done.attempt.outcome == Outcome::Accepted);
        let senders: HashSet<&ChannelConfigurationId> = handed_over.map(|done| own(&done.message)).collect();
        let mut takers = HashMap::new();
        for id in senders {
            let sending = self.configuration_if_any(id).await?;
            let sender = sending.as_ref().and_then(|sending| sending.configuration.sender.email());
            if let Some(sender) = sender.filter(|sender| sender.archive.is_some() || !sender.seeds.is_empty()) {
                takers.insert(id.clone(), Takers { archive: sender.archive.clone(), seeds: sender.seeds.clone() });
            }
        }
        Ok(takers)
    }

    /// Writes the copies of these mails that are to be made.
    pub(super) async fn note_copies(
        &self,
        tx: &mut Tx,
        recorded: &[&Done],
        takers: &HashMap<ChannelConfigurationId, Takers>,
    ) -> Result<()> {
        let now = self.now();
        let takes_copies = |done: &&&Done| done.attempt.outcome == Outcome::Accepted && !done.message.is_proof();
        for done in recorded.iter().filter(takes_copies) {
            let message = &done.message;
            let Some(Takers { archive, seeds }) = takers.get(own(message)) else { continue };
            let seeds = if seeds.is_empty() || !is_first(tx, message).await? { &[][..] } else { seeds };
            let all = archive.iter().map(|address| (CopyKind::Archive, address));
            for (kind, address) in all.chain(seeds.iter().map(|address| (CopyKind::Seed, address))) {
                let new = NewCopy { id: new_id(now, MessageId::new), message: &message.id, kind, address };
                copies::insert(tx, &new, now).await?;
            }
        }
        Ok(())
    }

    /// Sends the copies that are due.
    pub(crate) async fn send_copies(&self) -> Result<()> {
        loop {
            let now = self.now();
            if !copies::is_due(self.store(), now).await? {
                return Ok(());
            }
            let mut tx = self.store().begin().await?;
            let claimed = copies::claim(&mut tx, now, now.plus(LEASE), AT_ONCE).await?;
            if claimed.is_empty() {
                return Ok(());
            }
            tx.commit().await?;
            let answers = join_all(claimed.iter().map(|copy| self.send_copy(copy))).await;
            let mut tx = self.store().begin().await?;
            let now = self.now();
            for (copy, answer) in claimed.iter().zip(&answers) {
                let (state, due_at) = state_after(copy, answer, now);
                let words = storable(&answer.words);
                let tried = Tried { state, due_at, reason: answer.reason.as_deref(), words: &words };
                copies::record(&mut tx, copy, &tried, now).await?;
            }
            tx.commit().await?;
            // What waits for the end of this process waits for the next one.
            if answers.iter().any(|answer| answer.reason.as_deref() == Some(GIVEN_BACK)) {
                return Ok(());
            }
        }
    }

    /// One try. Always answers: what goes wrong on our side is tried again.
    async fn send_copy(&self, copy: &ClaimedCopy) -> Answer {
        self.try_copy(copy).await.unwrap_or_else(|error| {
            let failure = error.into_failure();
            let reason = Some(failure.code().to_owned());
            Answer { outcome: Outcome::Retry, words: failure.to_string(), reason, ..Answer::default() }
        })
    }

    async fn try_copy(&self, copy: &ClaimedCopy) -> Result<Answer> {
        let Some(message) = messages::find(self.store(), &copy.message).await? else {
            let reason = Some("message_erased".to_owned());
            return Ok(Answer { outcome: Outcome::Rejected, reason, ..Answer::default() });
        };
        let to = CopyTo { id: copy.id.clone(), kind: copy.kind, address: copy.address.clone() };
        let around = self.surroundings(&message).await?;
        let around = self.with_files(&message, around).await?;
        let _room = around.attached.as_ref().ok().and_then(|attached| attached.room.clone());
        // Servers and providers tell of it under its own id, which is no message's: what becomes of it is not told of the
        // message.
        let return_path = around.sending.as_deref().and_then(|sending| self.return_path(&copy.id, sending));
        // Whatever becomes of the person's address: the copy goes elsewhere, where the allow list lets it.
        let standing = self.standing_of_copy(&message.sandbox, copy.address.as_str()).await?;
        // It says what the person's message says.
        let Facts { profile, choice, .. } = around.facts;
        let facts = Facts { standing, choice, profile, ..Facts::default() };
        let around = Surroundings { facts, keeps_body: false, copy: Some(to), return_path, ..around };
        let sending = around.sending.clone();
        if let Some(sending) = &sending
            && !around.is_captured()
            && self.0.delivery.circuits.is_open(&sending.configuration.id)
        {
            let reason = Some("circuit_open".to_owned());
            let words = "The mail server takes nothing for the moment.".to_owned();
            return Ok(Answer { outcome: Outcome::Unavailable, reason, words, ..Answer::default() });
        }
        let Prepared { rendered, ready, capture, .. } = self.prepare(&Arc::new(message), around).await?;
        Ok(match (ready, rendered, sending) {
            (Ok(mail), Some(rendered), Some(sending)) => {
                let parcel = Parcel { message: &copy.id, address: copy.address.as_str(), rendered, mail };
                let answer = self.0.delivery.senders.send(&sending, capture, parcel, self.now()).await;
                if capture { Answer { via: CopyState::Captured.to_string(), ..answer } } else { answer }
            }
            (Err(obstacle), _, _) => Obstacle::answer(obstacle),
            _ => return Err(crate::Error::unexpected("a copy without a configuration")),
        })
    }
}

/// Whose mail it is, whichever configuration stood in.
fn own(message: &Claimed) -> &ChannelConfigurationId {
    message.home.as_ref().unwrap_or(&message.queue.configuration_id)
}

/// Each run has a first mail of its own; of calls, each version.
async fn is_first(tx: &mut Tx, message: &Claimed) -> Result<bool> {
    let is_run = message.execution_id.kind() == ExecutionKind::Audience;
    let run = if is_run { message.execution_id.as_str() } else { "" };
    copies::is_first(tx, &message.campaign_id, message.campaign_version, run).await
}

/// Where a copy is after a try, and when the next one is due.
fn state_after(copy: &ClaimedCopy, answer: &Answer, now: Timestamp) -> (CopyState, Option<Timestamp>) {
    let position = usize::try_from(copy.tries - 1).unwrap_or(0);
    match answer.outcome {
        Outcome::Accepted if answer.via == CopyState::Captured.as_str() => (CopyState::Captured, None),
        Outcome::Accepted => (CopyState::Sent, None),
        Outcome::Rejected => (CopyState::Failed, None),
        _ if answer.reason.as_deref() == Some(GIVEN_BACK) => (CopyState::Waiting, Some(now)),
        Outcome::Retry | Outcome::Unavailable | Outcome::InDoubt => match PAUSES.get(position) {
            Some(pause) => (CopyState::Waiting, Some(now.plus(*pause))),
            None => (CopyState::Failed, None),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copy_is_tried_for_two_days_and_then_given_up() {
        let now = Timestamp::from_millis(1_000_000);
        let state = |tries: i64, outcome: Outcome| {
            let copy = ClaimedCopy {
                id: MessageId::new(1, [1; 10]),
                message: MessageId::new(1, [2; 10]),
                kind: CopyKind::Archive,
                address: "archive@example.com".parse().unwrap(),
                tries,
            };
            state_after(&copy, &Answer { outcome, ..Answer::default() }, now)
        };
        assert_eq!(state(1, Outcome::Accepted), (CopyState::Sent, None));
        assert_eq!(state(1, Outcome::Rejected), (CopyState::Failed, None));
        assert_eq!(state(1, Outcome::Unavailable), (CopyState::Waiting, Some(now.plus(PAUSES[0]))));
        assert_eq!(state(7, Outcome::InDoubt), (CopyState::Waiting, Some(now.plus(PAUSES[6]))));
        assert_eq!(state(8, Outcome::Retry), (CopyState::Failed, None));
        assert!(PAUSES.iter().sum::<Duration>() < Duration::from_hours(48));
    }
}
