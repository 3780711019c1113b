//! What is told of a message after it was handed over, by providers and by mail that comes back: into its timeline, its
//! state, and the suppressions.
//!
//! A provider may tell the same thing twice, in any order, and before we have noted that it took the message.

pub mod bounce;
pub mod classify;
mod fallback;
mod inbound;
mod inbound_smtp;
pub mod named;
mod refusals;
mod reply;
pub mod report_fields;
mod returned;
mod sessions;
mod state;
pub mod told;
pub mod verp;

use std::time::Duration;

use domain::Failure;
use domain::consent::{Choice, ConsentEntry, ConsentSource};
use domain::experiment::Fact;
use domain::id::{ChannelConfigurationId, MessageId};
use domain::message::{Feedback, FeedbackKind, MessageState};
use domain::suppression::{Suppression, SuppressionReason};

use tokio::time::Instant;

use crate::experiments;
use crate::providers::{About, Callback, Heard, Refusal, Told, ToldKind, rcs};
use crate::store::channel_configurations::{self, StoredConfiguration};
use crate::store::message_events::{self, Event, Known};
use crate::store::{soft_bounces, suppressions};
use crate::{Engine, Result};
use fallback::{Turn, suppresses};
pub use inbound::CONFIRM_WITHIN;
pub(crate) use refusals::Refusals;
pub(crate) use reply::Replies;

/// How long a callback waits for the message to be recorded, when it comes before that.
const WAITS: Duration = Duration::from_secs(2);
const LOOKS_EVERY: Duration = Duration::from_millis(100);
/// Longest words of a provider or a person that are kept, in characters.
const WORDS_MAX: usize = 2_000;

/// A configuration that providers call back.
pub struct CalledBack(StoredConfiguration);

/// A callback that its provider sent, read and not yet noted.
pub struct ReadCallback {
    stored: StoredConfiguration,
    heard: Heard,
}

impl Engine {
    /// The configuration that callbacks of this address are for. `NotFound` when there is none.
    pub async fn called_back(&self, configuration: &ChannelConfigurationId) -> Result<CalledBack> {
        let found = channel_configurations::find(self.store(), configuration).await?;
        found.map(CalledBack).ok_or_else(|| Failure::not_found("channel configuration").into())
    }

    /// Reads a callback, and whether the provider of the configuration sent it.
    pub async fn read_callback(
        &self,
        CalledBack(stored): CalledBack,
        callback: Callback<'_>,
    ) -> Result<Result<ReadCallback, Refusal>> {
        let id = &stored.configuration.id;
        let sending = self.sending_configuration(id).await?;
        match self.0.delivery.senders.hear(&sending, callback).await {
            Ok(heard) => Ok(Ok(ReadCallback { stored, heard })),
            Err(refusal) => {
                self.note_refusal(id, &refusal).await;
                Ok(Err(refusal))
            }
        }
    }

    /// Notes what a callback told. `Unavailable` when a message that it speaks of is being recorded: the provider is to come
    /// again.
    pub async fn take_callback(&self, ReadCallback { stored, heard }: ReadCallback) -> Result<()> {
        self.take_in(&stored, heard).await
    }

    /// All of this, for a callback that is at hand.
    pub async fn hear(
        &self,
        configuration: &ChannelConfigurationId,
        callback: Callback<'_>,
    ) -> Result<Result<(), Refusal>> {
        let called = self.called_back(configuration).await?;
        match self.read_callback(called, callback).await? {
            Ok(read) => self.take_callback(read).await.map(Ok),
            Err(refusal) => Ok(Err(refusal)),
        }
    }

    /// Notes what was heard over a configuration.
    pub(crate) async fn take_in(&self, stored: &StoredConfiguration, heard: Heard) -> Result<()> {
        // However much is told at once: what nobody knows holds up the rest once, not each by itself.
        let end = Instant::now() + WAITS;
        for told in heard.told {
            self.take_told(stored, told, end).await?;
        }
        for inbound in heard.inbound {
            self.take_inbound(stored, inbound).await?;
        }
        Ok(())
    }

    async fn take_told(&self, stored: &StoredConfiguration, told: Told, end: Instant) -> Result<()> {
        let id = &stored.configuration.id;
        let Some(message) = self.message_of(Asked::Provider(id, &told.about), end).await? else {
            tracing::debug!(configuration = %id, "a callback speaks of a message that is not there");
            return Ok(());
        };
        self.note_told(&message, told).await
    }

    async fn note_told(&self, message: &Known, told: Told) -> Result<()> {
        let feedback = Feedback {
            kind: kind_of(told.kind),
            told_at: told.at,
            received_at: self.now(),
            reason: Some(told.reason.clone()).filter(|reason| !reason.is_empty()),
            words: storable(&told.words),
            raw: told.raw.clone(),
        };
        let says_no = consent_source(told.kind);
        let reader = match says_no {
            Some(_) => Some(self.reader_of(message).await?),
            None => None,
        };
        let arm = self.arm_told_of(message).await?;
        let threshold = if message.of_rcs { None } else { self.soft_bounce_threshold(message, told.kind).await? };
        let mut tx = self.store().begin().await?;
        if !message_events::insert(
            &mut tx,
            &message.id,
            &storable(&told.key),
            &Event { feedback: &feedback, link: None },
        )
        .await?
        {
            return Ok(());
        }
        let turn = self.rcs_turn(&mut tx, message, &told, &feedback).await?;
        if turn == Turn::Usual {
            self.move_on(&mut tx, message, &feedback).await?;
        }
        if let Some(reason) = suppression_reason(told.kind).filter(|_| suppresses(message, &told)) {
            suppressions::insert(&mut tx, &message.sandbox, &self.suppression(message, reason, &feedback.words))
                .await?;
        }
        if let Some((source, reader)) = says_no.zip(reader) {
            let (channel, address) = (message.channel, message.address.as_str());
            let entry = ConsentEntry {
                proof: feedback.words.clone(),
                message_id: Some(message.id.clone()),
                ..ConsentEntry::of(channel, address, Choice::Out, source, self.now())
            };
            self.note_answer(&mut tx, &message.sandbox, &reader, &[entry]).await?;
        }
        if told.kind == ToldKind::Delivered {
            soft_bounces::forget(&mut tx, &message.sandbox, &message.address).await?;
        }
        if let Some(threshold) = threshold
            && let Some(count) = self.count_soft_bounce(&mut tx, message, threshold).await?
        {
            let words = format!("{count} soft bounces in a row, at last: {}", feedback.words);
            let suppression = self.suppression(message, SuppressionReason::SoftBounced, &words);
            suppressions::insert(&mut tx, &message.sandbox, &suppression).await?;
        }
        let fact = fact(told.kind).zip(arm.as_ref()).map(|(fact, arm)| (&message.id, fact, arm));
        experiments::count(&mut tx, fact.as_slice(), self.now()).await?;
        tx.commit().await?;
        if turn == Turn::FallsBack {
            self.0.delivery.wake();
        }
        self.0.suppressions.forget(&message.sandbox);
        self.0.news.tell(&message.sandbox);
        Ok(())
    }

    fn suppression(&self, message: &Known, reason: SuppressionReason, words: &str) -> Suppression {
        Suppression {
            detail: words.to_owned(),
            message_id: Some(message.id.clone()),
            ..Suppression::of(message.channel, &message.address, reason, self.now())
        }
    }

    /// The message that is spoken of. One that is being recorded is waited for.
    async fn message_of(&self, asked: Asked<'_>, end: Instant) -> Result<Option<Known>> {
        loop {
            let found = match asked {
                Asked::Provider(configuration, about) => self.look_for(configuration, about).await?,
                Asked::ReturnPath(id) => message_events::find_any_message(self.store(), id).await?,
            };
            match found {
                Some(found) if found.state != MessageState::Sending => return Ok(Some(found)),
                None => match asked {
                    // A provider's id is unknown until the message is recorded: it may be one that is being sent. Then the
                    // record may have come between the two questions.
                    Asked::Provider(configuration, about @ About::ProviderId(_)) => {
                        if !message_events::is_any_sending(self.store(), configuration).await? {
                            return self.look_for(configuration, about).await;
                        }
                    }
                    // What our own id names would be there.
                    _ => return Ok(None),
                },
                Some(_) => {}
            }
            if Instant::now() >= end {
                return match found {
                    Some(_) => Err(Failure::Unavailable { retry_after_seconds: 5 }.into()),
                    None => Ok(None),
                };
            }
            tokio::time::sleep(LOOKS_EVERY).await;
        }
    }

    async fn look_for(&self, configuration: &ChannelConfigurationId, about: &About) -> Result<Option<Known>> {
        // Such a name was never stored, and PostgreSQL does not even take the question.
        let (About::Message(name) | About::ProviderId(name)) = about;
        if name.contains('\0') {
            return Ok(None);
        }
        let (id, of_rcs) = match about {
            About::Message(reference) => rcs::message_of(reference),
            About::ProviderId(provider_id) => {
                let found = message_events::find_by_provider_id(self.store(), configuration, provider_id).await?;
                let Some(found) = found else { return Ok(None) };
                found
            }
        };
        let found = message_events::find_message(self.store(), &id, configuration).await?;
        Ok(found.map(|found| Known { of_rcs, ..found }))
    }
}

/// Which message is meant, and who says so.
#[derive(Clone, Copy)]
enum Asked<'a> {
    /// The provider of a configuration: it is believed of messages of this configuration.
    Provider(&'a ChannelConfigurationId, &'a About),
    /// A return path that only we can have made.
    ReturnPath(&'a MessageId),
}

fn kind_of(told: ToldKind) -> FeedbackKind {
    match told {
        ToldKind::Accepted => FeedbackKind::Accepted,
        ToldKind::Delivered => FeedbackKind::Delivered,
        ToldKind::Deferred => FeedbackKind::Deferred,
        ToldKind::Bounced { .. } => FeedbackKind::Bounced,
        ToldKind::Failed => FeedbackKind::Failed,
        ToldKind::Complained => FeedbackKind::Complained,
        ToldKind::Unsubscribed => FeedbackKind::Unsubscribed,
        ToldKind::Opened => FeedbackKind::Opened,
        ToldKind::Clicked => FeedbackKind::Clicked,
    }
}

/// What it says for an experiment.
fn fact(told: ToldKind) -> Option<Fact> {
    match told {
        ToldKind::Delivered => Some(Fact::Delivered),
        ToldKind::Opened => Some(Fact::Opened),
        ToldKind::Clicked => Some(Fact::Clicked),
        ToldKind::Complained | ToldKind::Unsubscribed => Some(Fact::Unsubscribed),
        ToldKind::Accepted | ToldKind::Deferred | ToldKind::Bounced { .. } | ToldKind::Failed => None,
    }
}

fn suppression_reason(told: ToldKind) -> Option<SuppressionReason> {
    match told {
        ToldKind::Bounced { is_permanent: true } => Some(SuppressionReason::Bounced),
        ToldKind::Complained => Some(SuppressionReason::Complained),
        _ => None,
    }
}

/// What says that the person wants no more marketing.
fn consent_source(told: ToldKind) -> Option<ConsentSource> {
    match told {
        ToldKind::Complained => Some(ConsentSource::Complaint),
        ToldKind::Unsubscribed => Some(ConsentSource::Provider),
        _ => None,
    }
}

/// What PostgreSQL can store, of bounded length.
fn storable(text: &str) -> String {
    text.chars().take(WORDS_MAX).map(|letter| if letter.is_control() { ' ' } else { letter }).collect()
}

/// Bytes that nobody meant, the same in every run: for tests that hostile input does no harm.
#[cfg(test)]
pub(crate) struct Garbage(pub u64);

#[cfg(test)]
impl Garbage {
    /// A number below `limit` (xorshift64).
    pub fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 1).unwrap() % limit.max(1)
    }

    /// Pieces of `pieces` in any order, some cut off or damaged.
    pub fn text(&mut self, pieces: &[&str], count: usize) -> String {
        let mut bytes = Vec::new();
        for _ in 0..count {
            let piece = pieces[self.below(pieces.len())].as_bytes();
            let end = if self.below(4) == 0 { self.below(piece.len() + 1) } else { piece.len() };
            bytes.extend_from_slice(&piece[..end]);
            if self.below(8) == 0 {
                bytes.push(u8::try_from(self.below(256)).unwrap());
            }
        }
        String::from_utf8_lossy(&bytes).into_owned()
    }
}
