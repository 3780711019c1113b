//! Members become messages. Each step is one transaction that writes messages and moves the cursor, so that a process
//! that dies leaves the run exactly where the next one goes on.

use std::collections::HashMap;
use std::sync::Arc;

use domain::Failure;
use domain::campaign::CampaignStatus;
use domain::channel_configuration::{Channel, ChannelConfiguration};
use domain::execution::{ChannelData, Recipient, RecipientKind, RunState};
use domain::id::{CampaignId, ExecutionId, MessageId};
use domain::profile::Identity;
use domain::{SandboxName, Timestamp};
use serde_json::{Map, Value};

use super::members::{Members, Next};
use super::pace::LOOK_AHEAD;
use crate::addresses::{self, Destination};
use crate::campaigns::CompiledVersion;
use crate::clock::random_bytes;
use crate::intake::Place;
use crate::lane::Lane;
use crate::store::audiences::StoredMember;
use crate::store::messages::{self, Batch, Fate, NewMessage, Queue};
use crate::store::runs::{self, Pace, Step, StoredRun};
use crate::{Engine, Error, Result};

/// Of members who have nothing on the campaign's channel.
const NO_ADDRESS: Fate = Fate::Excluded {
    reason: "no_address",
    detail: "Nothing is known by which this person is reached on this channel.",
};

/// How a step ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stepped {
    /// There is more to do at once.
    Further,
    /// Delivery has to catch up, or the time of the next messages to come nearer.
    Ahead,
    /// Another process does it.
    Elsewhere,
    Over,
}

/// Messages of a step, and where the run is after them.
struct Made {
    messages: Vec<NewMessage>,
    pace: Pace,
    place: runs::Place,
}

/// Members who were looked at while those before them were written, and the place after which they come.
type Ahead = Option<(runs::Place, Members)>;

impl Engine {
    /// Makes the messages of all runs, as far as they may be made now, and returns how many there were. Runs take turns.
    pub async fn expand_runs(&self) -> Result<usize> {
        let mut made = 0;
        let mut ahead: HashMap<ExecutionId, Ahead> = HashMap::new();
        loop {
            let mut further = false;
            // What a run does not take in its next turn is too old for a later one.
            let mut looked_at = std::mem::take(&mut ahead);
            // Read in each round: a run that begins meanwhile takes its turns at once.
            for id in runs::running(self.store()).await? {
                let mut members = looked_at.remove(&id).flatten();
                match self.expand_step(&id, &mut members).await {
                    Ok((stepped, messages)) => {
                        made += messages;
                        further |= stepped == Stepped::Further;
                    }
                    Err(error) => tracing::error!(execution = %id, %error, "a run cannot go on yet"),
                }
                ahead.insert(id, members);
            }
            if !further {
                return Ok(made);
            }
        }
    }

    async fn expand_step(&self, id: &ExecutionId, ahead: &mut Ahead) -> Result<(Stepped, usize)> {
        let looked_at = ahead.take();
        let Some(run) = runs::find(self.store(), id).await? else { return Ok((Stepped::Over, 0)) };
        let now = self.now();
        if run.state != RunState::Running {
            return Ok((Stepped::Over, 0));
        }
        if self.is_elsewhere(&run, now) {
            return Ok((Stepped::Elsewhere, 0));
        }
        if self.was_stopped(&run).await? {
            return Ok((self.stop_run(&run, "campaign_stopped").await?, 0));
        }
        let room = self.room(&run);
        if run.made > room && runs::is_ahead_by(self.store(), id, room).await? {
            return Ok((Stepped::Ahead, 0));
        }
        let channel = self.version(&run.campaign_id, run.campaign_version).await?.definition.content.channel();
        let Members { next, end, further } = match looked_at {
            Some((from, members)) if from == run.place => members,
            _ => self.next_members(&run, &run.place, channel).await?,
        };
        let Made { messages, pace, place } = self.messages_of(&run, &next, now).await?;
        let held_up = messages.len() < next.len();
        if held_up && messages.is_empty() {
            return Ok((Stepped::Ahead, 0));
        }
        let state = if further || held_up { RunState::Running } else { RunState::Complete };
        let place = if held_up { place } else { end };
        let write = self.write_step(&run, channel, &messages, &place, pace, state);
        let written = if further && !held_up {
            let (written, members) = tokio::join!(write, self.next_members(&run, &place, channel));
            // A fault is met again by the next step.
            *ahead = members.ok().map(|members| (place.clone(), members));
            written?
        } else {
            write.await?
        };
        if !written {
            return Ok((Stepped::Elsewhere, 0));
        }
        let stepped = match state {
            RunState::Running if held_up => Stepped::Ahead,
            RunState::Running => Stepped::Further,
            _ => Stepped::Over,
        };
        Ok((stepped, messages.len()))
    }

    /// The messages of these members, as far as they are due soon enough.
    async fn messages_of(&self, run: &StoredRun, members: &[Next], now: Timestamp) -> Result<Made> {
        let mut made = Made { messages: Vec::with_capacity(members.len()), pace: run.pace, place: run.place.clone() };
        let places = self.places_of_members(run, members).await?;
        for (member, to) in members.iter().zip(places) {
            let Some(fate) = made.pace.next(now, run.ends_at) else { break };
            made.place.clone_from(&member.place);
            made.messages.push(message(&member.member, to, fate, now)?);
        }
        Ok(made)
    }

    async fn write_step(
        &self,
        run: &StoredRun,
        channel: Channel,
        messages: &[NewMessage],
        place: &runs::Place,
        pace: Pace,
        state: RunState,
    ) -> Result<bool> {
        let now = self.now();
        let by = self.0.delivery.worker();
        let made = i64::try_from(messages.len()).map_err(Error::unexpected)?;
        let until = now.plus(self.0.settings.runs.lease);
        let mut tx = self.store().begin().await?;
        if !runs::advance(&mut tx, &Step { run, place, made, pace, state, by, until }).await? {
            return Ok(false);
        }
        let queue = Queue { configuration_id: run.configuration_id.clone(), lane: Lane::Marketing };
        let batch = batch_of(run, &queue, channel, now);
        let all: Vec<_> = messages.iter().map(|message| (&batch, message)).collect();
        messages::insert(&mut tx, &all).await?;
        tx.commit().await?;
        self.0.delivery.wake();
        self.0.news.tell(&run.sandbox);
        Ok(true)
    }

    /// Where the message of each member goes: one place each, because a list is numbered by its members. Whoever cannot be
    /// reached on this channel gets an excluded message.
    async fn places_of_members(&self, run: &StoredRun, members: &[Next]) -> Result<Vec<Place>> {
        let version = self.version(&run.campaign_id, run.campaign_version).await?;
        let configuration = self.configuration_if_any(&run.configuration_id).await?;
        let channel = version.definition.content.channel();
        let configuration = configuration.as_ref().map(|sending| &sending.configuration);
        let to = Destination::of(channel, configuration);
        let shared = self.context_of(&run.execution_id).await?.map(|shared| shared.values).unwrap_or_default();
        let mut people: Vec<Recipient> = members.iter().map(|next| person_of(&next.member)).collect();
        self.complete_addresses(&run.sandbox, channel, &mut people).await?;
        let mut places = Vec::with_capacity(members.len());
        for (Next { member, others, .. }, person) in members.iter().zip(&people) {
            let address = match addresses::of_recipient(person, to) {
                Ok(Some(address)) => Some(address),
                Ok(None) => {
                    self.device_of(&run.sandbox, member, others, configuration, (&run.campaign_id, &version), &shared)
                        .await?
                }
                Err(_) => None,
            };
            places.push(match address {
                Some(address) => Place { address, excluded: None },
                None => Place { address: member.user_id.clone(), excluded: Some(NO_ADDRESS) },
            });
        }
        Ok(places)
    }

    /// The newest device of a member, registered under the member's identity or under another one of the person.
    async fn device_of(
        &self,
        sandbox: &SandboxName,
        member: &StoredMember,
        others: &[Identity],
        configuration: Option<&ChannelConfiguration>,
        campaign: (&CampaignId, &CompiledVersion),
        shared: &Arc<Map<String, Value>>,
    ) -> Result<Option<String>> {
        let own = recipient_of(member, None)?;
        let others = others.iter().filter(|other| !(other.is_of(&own.namespace) && other.user_id == own.user_id));
        let others = others.map(|Identity { namespace, user_id }| Recipient {
            namespace: namespace.clone(),
            user_id: user_id.clone(),
            ..own.clone()
        });
        for recipient in std::iter::once(own.clone()).chain(others) {
            let devices = self.devices_of(sandbox, &recipient, configuration, campaign, || Arc::clone(shared)).await?;
            if let Some(device) = devices.ok().and_then(|devices| devices.into_iter().next()) {
                return Ok(Some(device));
            }
        }
        Ok(None)
    }

    /// Is another process at it? On an embedded database there is none.
    fn is_elsewhere(&self, run: &StoredRun, now: Timestamp) -> bool {
        let by_other = run.leased_by.as_deref().is_some_and(|by| by != self.0.delivery.worker());
        by_other && !self.store().is_embedded() && run.leased_until.is_some_and(|until| until > now)
    }

    /// A stop by hand reaches a run that is still being expanded. An end that passes does not: the run began in time.
    async fn was_stopped(&self, run: &StoredRun) -> Result<bool> {
        match self.live_campaign(&run.sandbox, run.campaign_id.as_str()).await {
            Ok(campaign) => Ok(campaign.status == CampaignStatus::Stopped),
            Err(Error::Failure(Failure::NotFound { .. } | Failure::Conflict { .. })) => Ok(true),
            Err(error) => Err(error),
        }
    }

    async fn stop_run(&self, run: &StoredRun, reason: &str) -> Result<Stepped> {
        let mut tx = self.store().begin().await?;
        runs::stop(&mut tx, &run.execution_id, reason).await?;
        tx.commit().await?;
        self.0.news.tell(&run.sandbox);
        Ok(Stepped::Over)
    }

    /// Messages that may wait to be tried. With a rate, no more than those that are due soon.
    fn room(&self, run: &StoredRun) -> i64 {
        let ahead = i64::from(self.0.settings.runs.queued_ahead.max(1));
        let soon = i64::try_from(LOOK_AHEAD.as_secs()).unwrap_or(1) + 1;
        run.pace.per_second.map_or(ahead, |rate| ahead.min(rate.saturating_mul(soon)))
    }
}

/// They wait in the queue like all marketing messages: whatever a run makes at once is more than is sent at once.
fn batch_of<'a>(run: &'a StoredRun, queue: &'a Queue, channel: Channel, now: Timestamp) -> Batch<'a> {
    Batch {
        execution_id: &run.execution_id,
        sandbox: &run.sandbox,
        campaign_id: &run.campaign_id,
        campaign_version: run.campaign_version,
        queue,
        channel,
        created_at: now,
        claim: None,
    }
}

/// The message of a member, without what all recipients share.
fn message(member: &StoredMember, place: Place, fate: Fate, now: Timestamp) -> Result<NewMessage> {
    let recipient = recipient_of(member, None)?;
    Ok(NewMessage {
        id: message_id(now, member.position),
        user_id: member.user_id.clone(),
        namespace: member.namespace.clone(),
        address: place.address,
        recipient: serde_json::to_string(&recipient)?,
        fate: place.excluded.unwrap_or(fate),
        variant: None,
    })
}

/// A member as a call would name it.
pub(super) fn recipient_of(member: &StoredMember, context: Option<Map<String, Value>>) -> Result<Recipient> {
    // Nothing is kept here of whoever has a profile: it is read when the message is made.
    let profile = Some(member.profile.as_str()).filter(|profile| !profile.is_empty());
    Ok(Recipient { profile: profile.map(serde_json::from_str).transpose()?, context, ..person_of(member) })
}

/// A member as far as addresses are concerned.
fn person_of(member: &StoredMember) -> Recipient {
    let given = |address: &str, channel: Channel| {
        let is_said = address == member.user_id && member.namespace.eq_ignore_ascii_case(channel.namespace());
        (!address.is_empty() && !is_said).then(|| address.to_owned())
    };
    let email_address = given(&member.address, Channel::Email);
    let mobile_phone_number = given(&member.phone, Channel::Mobile);
    let has_any = email_address.is_some() || mobile_phone_number.is_some();
    Recipient {
        kind: RecipientKind::Aep,
        user_id: member.user_id.clone(),
        namespace: member.namespace.clone(),
        channel_data: has_any.then_some(ChannelData { email_address, mobile_phone_number, push_token: None }),
        profile: None,
        context: None,
        attachments: Vec::new(),
    }
}

/// Ids of one moment sort in the order of the list.
fn message_id(now: Timestamp, position: i64) -> MessageId {
    let mut bytes: [u8; 10] = random_bytes();
    bytes[..4].copy_from_slice(&u32::try_from(position).unwrap_or(u32::MAX).to_be_bytes());
    MessageId::new(u64::try_from(now.as_millis()).unwrap_or(0), bytes)
}
