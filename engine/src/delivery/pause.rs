//! Campaigns that are paused, by a person or because all their messages fail: what they have queued is held.
//!
//! A message of such a campaign is held when it is claimed, and let go when its campaign is not paused any more.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::{Mutex, MutexGuard, PoisonError};

use domain::SandboxName;
use domain::campaign::{CampaignPause, CampaignStatus};
use domain::id::CampaignId;
use domain::message::MessageState;

use super::record::Done;
use crate::store::messages::{self, Claimed, PutBack};
use crate::store::{Tx, pauses};
use crate::{Engine, Result};

/// What this process knows of campaigns, for a second.
#[derive(Default)]
pub(crate) struct Pauses(Mutex<Known>);

#[derive(Default)]
struct Known {
    /// Campaigns whose messages are not sent.
    holding: HashMap<CampaignId, CampaignStatus>,
    /// Campaigns whose last message failed.
    failing: HashSet<CampaignId>,
}

/// Who pauses a campaign when nobody does.
const BY: &str = "Hermod";

/// What a batch of outcomes says of one campaign.
#[derive(Debug, Default, PartialEq, Eq)]
struct Streak {
    /// A message went.
    went: bool,
    /// Failures in a row, after that.
    failed: i64,
}

/// Messages still under way, and those in doubt, say nothing.
fn streaks<'a>(ended: impl Iterator<Item = (&'a CampaignId, MessageState)>) -> BTreeMap<&'a CampaignId, Streak> {
    let mut streaks = BTreeMap::<_, Streak>::new();
    for (campaign, state) in ended {
        if state.is_handed_over() {
            streaks.insert(campaign, Streak { went: true, failed: 0 });
        } else if state == MessageState::Failed {
            streaks.entry(campaign).or_default().failed += 1;
        }
    }
    streaks
}

impl Engine {
    /// Counts failures in a row, and pauses campaigns that have too many. Returns those.
    pub(super) async fn count_failures<'a>(
        &self,
        tx: &mut Tx,
        ended: impl Iterator<Item = (&'a Done, MessageState)>,
    ) -> Result<Vec<(SandboxName, CampaignId)>> {
        let most = i64::from(self.0.settings.delivery.pause_campaign_after_failures);
        if most == 0 {
            return Ok(Vec::new());
        }
        let ended: Vec<_> = ended.collect();
        let mut paused = Vec::new();
        // In one order everywhere, so that two processes never wait for each other.
        let counted = ended.iter().filter(|(done, _)| !done.message.is_proof());
        for (campaign, streak) in streaks(counted.map(|(done, state)| (&done.message.campaign_id, *state))) {
            let was_failing = self.0.delivery.pauses.lock().failing.contains(campaign);
            if streak.went && was_failing {
                pauses::forget_failures(tx, campaign).await?;
                self.0.delivery.pauses.lock().failing.remove(campaign);
            }
            if streak.failed == 0 {
                continue;
            }
            self.0.delivery.pauses.lock().failing.insert(campaign.clone());
            let failures = pauses::count_failures(tx, campaign, streak.failed).await?;
            let pause = CampaignPause { at: self.now(), by: BY.to_owned(), failures };
            if failures >= most && pauses::pause(tx, campaign, &pause).await? {
                tracing::warn!(%campaign, failures, "the campaign is paused: its last messages all failed");
                let sandbox = ended.iter().find(|(done, _)| done.message.campaign_id == *campaign);
                paused.extend(sandbox.map(|(done, _)| (done.message.sandbox.clone(), campaign.clone())));
            }
        }
        Ok(paused)
    }

    /// Puts messages back whose campaign is paused. Returns those that may go, and how many do not.
    pub(super) async fn hold(&self, tx: &mut Tx, claimed: Vec<Claimed>) -> Result<(Vec<Claimed>, usize)> {
        let status = |message: &Claimed| self.0.delivery.pauses.lock().holding.get(&message.campaign_id).copied();
        let (held, free): (Vec<Claimed>, Vec<Claimed>) =
            claimed.into_iter().partition(|message| !message.is_proof() && status(message).is_some());
        let back: Vec<PutBack<'_>> = held.iter().map(PutBack::held).collect();
        messages::put_back(tx, &back, self.lease()).await?;
        Ok((free, held.len()))
    }

    /// Takes over what people and other processes did, and lets go what is not held any more.
    pub(super) async fn look_at_pauses(&self) -> Result<()> {
        let holding = pauses::list_holding(self.store()).await?;
        let failing = pauses::list_failing(self.store()).await?;
        *self.0.delivery.pauses.lock() = Known { holding, failing };
        for held in pauses::list_held(self.store()).await? {
            loop {
                let mut tx = self.store().begin().await?;
                let gone = pauses::let_go(&mut tx, &held, self.now()).await?;
                tx.commit().await?;
                if gone == 0 {
                    break;
                }
                self.tell_all([&held.sandbox]);
            }
        }
        Ok(())
    }

    /// A campaign was paused, resumed or stopped here.
    pub(crate) async fn campaign_turned(&self, sandbox: &SandboxName, id: &CampaignId) {
        self.0.versions.forget_campaign(sandbox, id);
        if let Err(error) = self.look_at_pauses().await {
            tracing::error!(%error, "paused campaigns cannot be looked for");
        }
        self.0.delivery.wake();
        self.0.news.tell(sandbox);
    }
}

impl Pauses {
    fn lock(&self) -> MutexGuard<'_, Known> {
        // What is there is always whole.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_streak_begins_after_the_last_message_that_went() {
        use MessageState::{Captured, Failed, InDoubt, Queued, Sent};
        let id = CampaignId::new(1, [1; 10]);
        let of = |states: &[MessageState]| streaks(states.iter().map(|state| (&id, *state))).remove(&id);
        assert_eq!(of(&[Failed, Queued, Failed, InDoubt]), Some(Streak { went: false, failed: 2 }));
        assert_eq!(of(&[Failed, Sent, Failed]), Some(Streak { went: true, failed: 1 }));
        assert_eq!(of(&[Failed, Captured]), Some(Streak { went: true, failed: 0 }));
        assert_eq!(of(&[Queued, InDoubt]), None);
    }
}
