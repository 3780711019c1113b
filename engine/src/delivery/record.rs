//! Attempts, renderings and states: several messages in one transaction, each guarded by its claim.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;
use std::time::Duration;

use domain::eligibility::Exclusion;
use domain::experiment::Fact;
use domain::id::{CampaignId, MessageId};
use domain::message::{Attempt, Fallback, MessageState, Outcome};
use domain::variants::VariantKey;
use domain::{SandboxName, Timestamp};

use super::circuit::Turn;
use super::claim::{Claims, Wanted};
use super::failover::Way;
use super::retry::{Patience, next_state};
use crate::clock::random_bytes;
use crate::experiments::{self, Arm};
use crate::lane::Lane;
use crate::senders::{Answer, GIVEN_BACK};
use crate::store::Tx;
use crate::store::attempts::{self, Rendering};
use crate::store::cap_places;
use crate::store::circuits;
use crate::store::failover;
use crate::store::fallbacks;
use crate::store::message_events;
use crate::store::messages::{self, Claimed, Lease, PutBack, QuietWait, Recorded};
use crate::{Engine, Result};

/// An attempt that has ended.
pub(super) struct Done {
    pub(super) message: Arc<Claimed>,
    pub(super) attempt: Attempt,
    /// `None` when it could not even be checked.
    pub(super) rendering: Option<Rendering>,
    /// Of a campaign with variants, once it is decided.
    pub(super) variant: Option<VariantKey>,
    pub(super) capture: bool,
    pub(super) retried_until: Timestamp,
    /// What it does to the circuit of its configuration.
    pub(super) turn: Option<Turn>,
    pub(super) after: After,
    /// No attempt was made: it is quiet until then.
    pub(super) wait: Option<QuietWait>,
}

/// What else an answer says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct After {
    /// Not before so long: the provider said so.
    pub(super) pause: Option<Duration>,
    /// The address is not written to any more.
    pub(super) suppresses: bool,
    /// What the provider calls the message, or its parts.
    pub(super) provider_ids: Vec<String>,
    /// RCS does not reach the person: from now on it goes as SMS.
    pub(super) fell_back: Option<Fallback>,
}

impl After {
    pub(super) fn of(answer: &Answer) -> Self {
        let Answer { retry_after, suppresses, provider_ids, .. } = answer;
        Self { pause: *retry_after, suppresses: *suppresses, provider_ids: provider_ids.clone(), fell_back: None }
    }
}

impl Done {
    /// No attempt was made: this process ends, or the database is away.
    fn is_given_back(&self) -> bool {
        self.attempt.reason.as_deref() == Some(GIVEN_BACK)
    }

    /// Of marketing: nothing was sent, and nothing will be.
    fn counts_no_more(&self, state: MessageState) -> bool {
        self.message.queue.lane == Lane::Marketing && matches!(state, MessageState::Failed | MessageState::Excluded)
    }

    /// What its end is for an experiment; `None`: it has not gone.
    fn fact(&self) -> Option<Fact> {
        let reason = self.attempt.reason.as_deref();
        match self.attempt.outcome {
            Outcome::Accepted => Some(Fact::Sent),
            _ => (reason == Some(Exclusion::ExperimentHoldout.as_str())).then_some(Fact::HeldOut),
        }
    }

    /// It was decided that nothing is sent, so there was no attempt.
    pub(super) fn is_excluded(&self) -> bool {
        self.attempt.reason.as_deref().is_some_and(|reason| Exclusion::of(reason).is_some())
    }
}

/// Counts what was recorded of experiments.
async fn count_recorded(
    tx: &mut Tx,
    recorded: &[&Done],
    arms: &HashMap<&MessageId, Arm>,
    now: Timestamp,
) -> Result<()> {
    let told = recorded.iter().filter_map(|done| {
        let id = &done.message.id;
        Some((id, done.fact()?, arms.get(id)?))
    });
    experiments::count(tx, &told.collect::<Vec<_>>(), now).await
}

/// What one transaction wrote and took.
pub(super) struct Exchanged {
    /// Messages whose attempt was recorded.
    pub(super) changed: usize,
    pub(super) claimed: Vec<Claimed>,
    /// Messages that were taken and may not go now.
    pub(super) put_back: usize,
}

impl Engine {
    /// Records how attempts ended and claims what is wanted, in one transaction: one wait for the disk.
    pub(super) async fn exchange(&self, done: &[Done], wanted: &[Wanted]) -> Result<Exchanged> {
        let (ways, takers) = (self.ways(done).await?, self.takers(done).await?);
        let arms = self.arms(done).await?;
        let mut tx = self.store().begin().await?;
        let (recorded, paused) = self.record(&mut tx, done, ways).await?;
        self.note_copies(&mut tx, &recorded, &takers).await?;
        self.turn_circuits(&mut tx, done).await?;
        self.give_back(&mut tx, done).await?;
        let Claims { claimed, put_back } = self.claim(&mut tx, wanted).await?;
        count_recorded(&mut tx, &recorded, &arms, self.now()).await?;
        tx.commit().await?;
        let changed = recorded.len();
        let waiting = done.iter().filter(|done| done.wait.is_some());
        self.tell_all(recorded.into_iter().chain(waiting).map(|done| &done.message.sandbox).collect::<BTreeSet<_>>());
        for (sandbox, campaign) in paused {
            self.campaign_turned(&sandbox, &campaign).await;
        }
        if done.iter().any(|done| done.turn == Some(Turn::Closes) || done.after.fell_back.is_some()) {
            self.0.delivery.wake();
        }
        if let Err(error) = self.give_up_late(done).await {
            tracing::error!(%error, "messages whose retry window has ended cannot be given up");
        }
        Ok(Exchanged { changed, claimed, put_back })
    }

    /// Where those count that are of an experiment, by message.
    async fn arms<'a>(&self, all: &'a [Done]) -> Result<HashMap<&'a MessageId, Arm>> {
        let mut arms = HashMap::new();
        for done in all.iter().filter(|done| !done.message.is_proof()) {
            let (campaign, version) = (&done.message.campaign_id, done.message.campaign_version);
            let arm = match done.fact() {
                Some(Fact::HeldOut) => self.holdout_of(campaign, version).await?,
                Some(_) => self.arm_of(campaign, version, done.variant.as_ref()).await?,
                None => None,
            };
            arms.extend(arm.map(|arm| (&done.message.id, arm)));
        }
        Ok(arms)
    }

    /// Claims for which nothing was done are undone.
    async fn give_back(&self, tx: &mut Tx, all: &[Done]) -> Result<()> {
        let now = self.now();
        let given_back = || all.iter().filter(|done| done.is_given_back());
        let back = given_back().map(|done| match done.wait {
            Some(wait) => PutBack::quiet(&done.message, wait, &done.attempt.answer),
            None => PutBack::due(&done.message, now),
        });
        messages::put_back(tx, &back.collect::<Vec<_>>(), self.lease()).await?;
        for message in given_back().map(|done| &done.message).filter(|message| message.probe) {
            circuits::return_probe(tx, &message.queue.configuration_id, now).await?;
        }
        Ok(())
    }

    /// Records these together, or else each for itself, so that one cannot spoil the others. Returns what the database did
    /// not take: it is kept, and recorded as soon as the database is there again.
    pub(super) async fn record_or_keep(&self, all: Vec<Done>) -> Vec<Done> {
        match self.exchange(&all, &[]).await {
            Ok(_) => {
                self.leave(&all);
                Vec::new()
            }
            Err(error) if error.is_database_away() => all,
            Err(_) => self.record_apart(all).await,
        }
    }

    async fn record_apart(&self, all: Vec<Done>) -> Vec<Done> {
        let mut kept = Vec::new();
        for done in all {
            match self.exchange(std::slice::from_ref(&done), &[]).await {
                Ok(_) => self.leave(std::slice::from_ref(&done)),
                Err(error) if error.is_database_away() => kept.push(done),
                Err(error) => {
                    tracing::error!(message = %done.message.id, %error, "how sending ended cannot be recorded; it will be in doubt");
                    self.leave(std::slice::from_ref(&done));
                }
            }
        }
        kept
    }

    /// Writes how these attempts ended, but for those whose message another process has taken over: its record stands. Returns
    /// the campaigns that are paused because of it, too.
    async fn record<'a>(
        &self,
        tx: &mut Tx,
        all: &'a [Done],
        ways: Vec<Option<Way>>,
    ) -> Result<(Vec<&'a Done>, Vec<(SandboxName, CampaignId)>)> {
        let now = self.now();
        let all: Vec<_> = all.iter().zip(ways).filter(|(done, _)| !done.is_given_back()).collect();
        let next: Vec<Recorded<'_>> = all.iter().map(|(done, way)| self.recorded(done, way.as_ref(), now)).collect();
        let written = messages::record(tx, &next, now).await?;
        let mut recorded = Vec::with_capacity(all.len());
        let mut states = Vec::with_capacity(all.len());
        for (((done, way), next), written) in all.iter().zip(&next).zip(written) {
            if written {
                if let Some(Way { to, home }) = way {
                    failover::move_one(tx, next.id, to, home.as_ref()).await?;
                }
                recorded.push(*done);
                states.push((*done, next.next.state));
            } else {
                tracing::warn!(message = %done.message.id, "another process took this message over; its record stands");
            }
        }
        let tried = recorded.iter().filter(|done| !done.is_excluded());
        let made: Vec<_> = tried.map(|done| (&done.message.id, &done.attempt)).collect();
        attempts::insert(tx, &made).await?;
        let rendered: Vec<_> =
            recorded.iter().filter_map(|done| Some((&done.message.id, done.rendering.as_ref()?))).collect();
        attempts::insert_renderings(tx, &rendered).await?;
        self.note_answers(tx, &recorded).await?;
        let ended = states.iter().filter(|(done, state)| done.counts_no_more(*state));
        cap_places::give_back(tx, &ended.map(|(done, _)| done.message.id.as_str()).collect::<Vec<_>>()).await?;
        let paused = self.count_failures(tx, states.into_iter()).await?;
        Ok((recorded, paused))
    }

    /// What answers say beside the outcome: the provider's name of a message, and addresses that are no good.
    async fn note_answers(&self, tx: &mut Tx, recorded: &[&Done]) -> Result<()> {
        let called = recorded.iter().flat_map(|done| {
            let (message, is_rcs) = (&done.message, done.attempt.is_rcs());
            let configuration = &message.queue.configuration_id;
            done.after.provider_ids.iter().map(move |id| (configuration, id.as_str(), &message.id, is_rcs))
        });
        message_events::insert_provider_ids(tx, &called.collect::<Vec<_>>()).await?;
        for done in recorded {
            let (message, after) = (&done.message, &done.after);
            if let Some(fallback) = &after.fell_back {
                fallbacks::insert(tx, &message.id, fallback).await?;
            }
            if after.suppresses {
                self.suppress_after(tx, message, &done.attempt).await?;
            }
        }
        Ok(())
    }

    fn recorded<'a>(&'a self, done: &'a Done, way: Option<&Way>, now: Timestamp) -> Recorded<'a> {
        let [chance] = random_bytes();
        let is_open = self.0.delivery.circuits.is_open(&done.message.queue.configuration_id);
        let patience =
            Patience { schedule: &self.0.settings.delivery.retry_schedule, until: done.retried_until, chance, is_open };
        let next = next_state(done, &patience, now);
        let next = match way {
            Some(way) => way.begins(next, now),
            None => next,
        };
        Recorded {
            id: &done.message.id,
            attempt: done.message.attempt,
            by: &self.0.delivery.worker,
            next,
            variant: done.variant.as_ref().map(VariantKey::to_string),
        }
    }

    /// These messages stay this process's own for another while.
    pub(super) async fn renew_lease(&self, sending: &[&MessageId]) -> Result<()> {
        let mut tx = self.store().begin().await?;
        messages::renew(&mut tx, self.lease(), sending).await?;
        tx.commit().await
    }

    pub(super) fn lease(&self) -> Lease<'_> {
        self.0.delivery.lease(self.now())
    }

    pub(super) fn tell_all<'a>(&self, sandboxes: impl IntoIterator<Item = &'a SandboxName>) {
        for sandbox in sandboxes {
            self.0.news.tell(sandbox);
        }
    }
}
