//! Failover: a message that its configuration's server does not take goes over the configuration that this one names.
//!
//! It moves from one queue to the other, so that at any time one configuration has it. It leaves only after an attempt that
//! certainly handed nothing over, once; what may have arrived stays where it went. From a stand-in that is down itself it
//! goes home again.

use domain::Timestamp;
use domain::id::ChannelConfigurationId;
use domain::message::{MessageState, Outcome};

use super::record::Done;
use crate::store::messages::NextState;
use crate::store::{attempts, circuits, failover};
use crate::{Engine, Result};

/// Where a message goes on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Way {
    pub(super) to: ChannelConfigurationId,
    /// The configuration that it leaves; `None`: it goes home.
    pub(super) home: Option<ChannelConfigurationId>,
}

/// What an attempt says of the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verdict {
    /// Nobody took part, or nobody takes anything.
    Down,
    /// It takes others, and for the moment wants no more.
    Busy,
    /// It does not want this message.
    Refuses,
}

impl Way {
    /// A message that leaves is tried at once; one that comes home after the pause that any message has.
    pub(super) fn begins(&self, ordinary: NextState, now: Timestamp) -> NextState {
        let due_at = if self.home.is_some() { now } else { ordinary.due_at.unwrap_or(now) };
        NextState { state: MessageState::Queued, due_at: Some(due_at), ..ordinary }
    }
}

impl Engine {
    /// Where messages go after their attempts, in this order; `None`: they stay in their queues. Asked before the transaction.
    pub(super) async fn ways(&self, all: &[Done]) -> Result<Vec<Option<Way>>> {
        let now = self.now();
        let mut ways = Vec::with_capacity(all.len());
        for done in all {
            ways.push(self.other_way(done, now).await?);
        }
        Ok(ways)
    }

    async fn other_way(&self, done: &Done, now: Timestamp) -> Result<Option<Way>> {
        let Some(verdict) = verdict(done) else { return Ok(None) };
        let message = &done.message;
        let here = &message.queue.configuration_id;
        let is_open = |id| self.0.delivery.circuits.is_open(id);
        let way = match &message.home {
            _ if now > done.retried_until => None,
            Some(home) if verdict == Verdict::Down && !is_open(home) => Some(Way { to: home.clone(), home: None }),
            Some(_) => None,
            None if verdict == Verdict::Busy && !is_open(here) => None,
            None => {
                let Some(sending) = self.configuration_if_any(here).await? else { return Ok(None) };
                let to = self.failover_of(&sending).await?;
                to.map(|to| Way { to, home: Some(here.clone()) })
            }
        };
        // Earlier attempts are recorded.
        let may_have_arrived =
            way.is_some() && message.attempt > 1 && attempts::was_in_doubt(self.store(), &message.id).await?;
        Ok(way.filter(|_| !may_have_arrived))
    }

    /// Messages whose server is away are passed on to whoever stands in; one at a time stays to probe.
    pub(super) async fn pass_on(&self) -> Result<()> {
        if !self.0.delivery.circuits.any_is_open() {
            return Ok(());
        }
        let now = self.now();
        for (id, next_try_at) in circuits::list_tries(self.store()).await? {
            let Some(sending) = self.configuration_if_any(&id).await? else { continue };
            let stand_in = self.failover_of(&sending).await?;
            if next_try_at <= now || !failover::waits(self.store(), &id, stand_in.is_none(), now).await? {
                continue;
            }
            loop {
                let mut tx = self.store().begin().await?;
                let left = match &stand_in {
                    Some(to) => failover::leave(&mut tx, &id, to, now).await?,
                    None => 0,
                };
                let went_home = failover::go_home(&mut tx, &id, now).await?;
                tx.commit().await?;
                // To probe, one goes; and then the next look is early enough.
                if left == 0 && went_home <= 1 {
                    break;
                }
            }
        }
        Ok(())
    }
}

/// `None`: it took the message, or may have, or the address is no good anywhere, or nothing was tried.
fn verdict(done: &Done) -> Option<Verdict> {
    if done.capture || matches!(done.attempt.via.as_str(), "hermod" | "attachments") {
        return None;
    }
    match done.attempt.outcome {
        Outcome::Unavailable if done.after.pause.is_some() => Some(Verdict::Busy),
        Outcome::Unavailable => Some(Verdict::Down),
        Outcome::Rejected if !done.after.suppresses => Some(Verdict::Refuses),
        Outcome::Rejected | Outcome::Accepted | Outcome::Retry | Outcome::InDoubt => None,
    }
}
