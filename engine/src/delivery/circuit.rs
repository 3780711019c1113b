//! The circuit breaker: a configuration whose server takes nothing is left alone, but for one message that probes now and then.
//!
//! The rows of the table `circuits` are the truth, for all processes. This process counts failures in a row for itself, and
//! remembers for a second what is open.

use std::collections::{HashMap, HashSet};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use domain::id::ChannelConfigurationId;
use domain::message::Outcome;

use super::record::Done;
use super::retry::retry_window;
use crate::senders::{Answer, ENDED, LONGEST_SEND};
use crate::store::Tx;
use crate::store::circuits::{self, Trouble};
use crate::store::messages::Claimed;
use crate::{Engine, Result};

/// So many attempts in a row that found no server open the circuit.
const OPENS_AFTER: u32 = 5;
/// Before the first probe.
const FIRST_PAUSE: Duration = Duration::from_secs(10);
/// Pauses double up to this.
const LONGEST_PAUSE: Duration = Duration::from_mins(5);

/// What this process knows of the configurations' servers.
#[derive(Default)]
pub(crate) struct Circuits(Mutex<Known>);

#[derive(Default)]
struct Known {
    failures: HashMap<ChannelConfigurationId, u32>,
    open: HashSet<ChannelConfigurationId>,
}

/// What an attempt does to the circuit of its configuration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Turn {
    Opens(Trouble),
    StaysOpen(Trouble),
    Closes,
}

impl Circuits {
    pub(crate) fn is_open(&self, id: &ChannelConfigurationId) -> bool {
        self.lock().open.contains(id)
    }

    pub(super) fn any_is_open(&self) -> bool {
        !self.lock().open.is_empty()
    }

    /// Closed by somebody here.
    pub(crate) fn forget(&self, id: &ChannelConfigurationId) {
        let mut known = self.lock();
        known.open.remove(id);
        known.failures.remove(id);
    }

    /// As stored.
    pub(super) fn set_open(&self, open: HashSet<ChannelConfigurationId>) {
        self.lock().open = open;
    }

    /// Counts an attempt.
    pub(super) fn note(&self, message: &Claimed, answer: &Answer, capture: bool) -> Option<Turn> {
        // What never left this process, or what it did not wait for, says nothing of the server.
        if capture || answer.via == "hermod" || answer.reason.as_deref() == Some(ENDED) {
            return None;
        }
        let id = &message.queue.configuration_id;
        let mut known = self.lock();
        if !found_no_server(answer) {
            known.failures.remove(id);
            return (known.open.remove(id) || message.probe).then_some(Turn::Closes);
        }
        let trouble = Trouble {
            reason: answer.reason.clone().unwrap_or_default(),
            words: super::attempt::storable(&answer.words),
        };
        if message.probe {
            known.open.insert(id.clone());
            return Some(Turn::StaysOpen(trouble));
        }
        let failures = known.failures.entry(id.clone()).or_default();
        *failures += 1;
        if *failures < OPENS_AFTER || known.open.contains(id) {
            return None;
        }
        known.failures.remove(id);
        known.open.insert(id.clone());
        Some(Turn::Opens(trouble))
    }

    fn lock(&self) -> MutexGuard<'_, Known> {
        // Nothing here leaves the counts half changed.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Nothing listens, nothing answers, or what answers wants nothing of us; a silence after the mail counts as well.
fn found_no_server(answer: &Answer) -> bool {
    answer.outcome == Outcome::Unavailable
        || (answer.outcome == Outcome::InDoubt && answer.reason.as_deref() == Some("no_answer_after_data"))
}

impl Engine {
    /// Takes over what other processes found out.
    pub(super) async fn look_at_circuits(&self) -> Result<()> {
        let open = circuits::list_ids(self.store()).await?;
        self.0.delivery.circuits.set_open(open);
        Ok(())
    }

    /// Writes what these attempts do to the circuits.
    pub(super) async fn turn_circuits(&self, tx: &mut Tx, all: &[Done]) -> Result<()> {
        let now = self.now();
        for done in all {
            let id = &done.message.queue.configuration_id;
            match &done.turn {
                None => {}
                Some(Turn::Opens(trouble)) => {
                    tracing::warn!(configuration = %id, reason = trouble.reason, words = trouble.words, "the server takes nothing; its messages wait");
                    circuits::open(tx, id, trouble, FIRST_PAUSE, now).await?;
                }
                Some(Turn::StaysOpen(trouble)) => circuits::stay_open(tx, id, trouble, LONGEST_PAUSE, now).await?,
                Some(Turn::Closes) => {
                    tracing::info!(configuration = %id, "the server is there again");
                    circuits::close(tx, id).await?;
                }
            }
        }
        Ok(())
    }

    /// Where the server is still away, messages whose retry window has ended are given up: nothing else would end them. The
    /// window is that of their own configuration, wherever they wait.
    pub(super) async fn give_up_late(&self, all: &[Done]) -> Result<()> {
        for done in all {
            let Some(Turn::StaysOpen(trouble)) = &done.turn else { continue };
            let here = &done.message.queue.configuration_id;
            let mut given_up = self.give_up(here, None, trouble).await?;
            for home in circuits::homes(self.store(), here, self.now()).await? {
                given_up += self.give_up(here, Some(&home), trouble).await?;
            }
            if given_up > 0 {
                self.tell_all([&done.message.sandbox]);
            }
        }
        Ok(())
    }

    /// How many were given up?
    async fn give_up(
        &self,
        here: &ChannelConfigurationId,
        home: Option<&ChannelConfigurationId>,
        trouble: &Trouble,
    ) -> Result<u64> {
        let own = self.configuration_if_any(home.unwrap_or(here)).await?;
        let now = self.now();
        let accepted_before = now.minus(retry_window(own.as_deref().map(|own| &own.configuration)));
        let mut all = 0;
        loop {
            let mut tx = self.store().begin().await?;
            let given_up = circuits::give_up(&mut tx, here, home, trouble, accepted_before, now).await?;
            tx.commit().await?;
            all += given_up;
            if given_up == 0 {
                return Ok(all);
            }
        }
    }

    /// Takes the right to probe, if it is time and nobody else does.
    pub(super) async fn take_probe(&self, tx: &mut Tx, id: &ChannelConfigurationId) -> Result<bool> {
        let now = self.now();
        circuits::take_probe(tx, id, now, now.plus(LONGEST_SEND)).await
    }
}

#[cfg(test)]
mod tests {
    use domain::Timestamp;
    use domain::id::{CampaignId, ExecutionId, MessageId};

    use super::*;
    use crate::lane::Lane;
    use crate::store::messages::Queue;

    fn message(probe: bool) -> Claimed {
        Claimed {
            id: MessageId::new(1, [1; 10]),
            execution_id: ExecutionId::new(1, [1; 10]),
            sandbox: "dev".parse().unwrap(),
            campaign_id: CampaignId::new(1, [1; 10]),
            campaign_version: 1,
            queue: Queue { configuration_id: ChannelConfigurationId::new(1, [1; 10]), lane: Lane::Transactional },
            address: "ann@example.com".into(),
            recipient: "{}".into(),
            home: None,
            attempt: 1,
            tries: 0,
            slot_at: None,
            created_at: Timestamp::from_millis(1),
            probe,
            quiet: None,
            variant: None,
        }
    }

    fn answer(outcome: Outcome, reason: &str) -> Answer {
        Answer {
            outcome,
            via: "smtp x:25".into(),
            words: reason.into(),
            reason: Some(reason.into()),
            ..Answer::default()
        }
    }

    fn note(circuits: &Circuits, probe: bool, outcome: Outcome) -> Option<Turn> {
        circuits.note(&message(probe), &answer(outcome, "connection_failed"), false)
    }

    #[test]
    fn five_attempts_in_a_row_without_a_server_open_the_circuit_once() {
        let circuits = Circuits::default();
        for _ in 0..4 {
            assert_eq!(note(&circuits, false, Outcome::Unavailable), None);
        }
        // A refused recipient is an answer of a server that works.
        assert_eq!(note(&circuits, false, Outcome::Rejected), None);
        for _ in 0..4 {
            assert_eq!(note(&circuits, false, Outcome::Unavailable), None);
        }
        assert!(matches!(note(&circuits, false, Outcome::Unavailable), Some(Turn::Opens(_))));
        for _ in 0..20 {
            assert_eq!(note(&circuits, false, Outcome::Unavailable), None, "what was under way changes nothing");
        }
        assert!(circuits.is_open(&message(false).queue.configuration_id));
    }

    #[test]
    fn one_answer_of_the_server_closes_it() {
        let circuits = Circuits::default();
        for _ in 0..5 {
            note(&circuits, false, Outcome::Unavailable);
        }
        assert!(matches!(note(&circuits, true, Outcome::Unavailable), Some(Turn::StaysOpen(_))));
        assert_eq!(note(&circuits, true, Outcome::Accepted), Some(Turn::Closes));
        assert!(!circuits.is_open(&message(false).queue.configuration_id));
        assert_eq!(note(&circuits, false, Outcome::Accepted), None);
        // Opened by another process, unknown here.
        assert_eq!(note(&circuits, true, Outcome::Retry), Some(Turn::Closes));
    }

    #[test]
    fn what_never_reached_the_network_says_nothing() {
        let circuits = Circuits::default();
        let own = Answer { via: "hermod".into(), ..answer(Outcome::Rejected, "bad_email_address") };
        for _ in 0..4 {
            note(&circuits, false, Outcome::Unavailable);
        }
        assert_eq!(circuits.note(&message(false), &own, false), None);
        assert_eq!(circuits.note(&message(true), &answer(Outcome::InDoubt, ENDED), false), None);
        assert_eq!(circuits.note(&message(false), &answer(Outcome::Accepted, ""), true), None);
        assert!(matches!(note(&circuits, false, Outcome::Unavailable), Some(Turn::Opens(_))));
    }

    #[test]
    fn a_server_that_takes_mails_and_never_answers_counts_as_none() {
        let circuits = Circuits::default();
        let silent = answer(Outcome::InDoubt, "no_answer_after_data");
        for _ in 0..4 {
            assert_eq!(circuits.note(&message(false), &silent, false), None);
        }
        assert!(matches!(circuits.note(&message(false), &silent, false), Some(Turn::Opens(_))));
    }
}
