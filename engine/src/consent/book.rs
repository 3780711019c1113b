//! Looking up and setting choices.

use std::collections::HashSet;

use domain::address::{EmailAddress, PhoneNumber, single_line};
use domain::channel_configuration::Channel;
use domain::consent::{Choice, Consent, ConsentEntry, ConsentRecord, ConsentSource};
use domain::id::TopicId;
use domain::listed::USER_MAX;
use domain::push_token::PushToken;
use domain::{Fault, Faults, SandboxName, Timestamp};

use crate::store::consents::{self, Put};
use crate::store::topics;
use crate::{Engine, Result};

/// Most choices of one call.
pub const SET_MAX: usize = 1_000;
/// Longest proof, in characters.
pub(crate) const PROOF_MAX: usize = 2_000;

/// A choice that somebody enters.
#[derive(Debug, Clone)]
pub struct NewConsent {
    pub channel: Channel,
    pub address: String,
    pub topic_id: Option<TopicId>,
    pub choice: Choice,
    pub source: ConsentSource,
    /// When it was said; `None`: now, over whatever is in force. A time does not take the place of what was said later.
    pub at: Option<Timestamp>,
    pub proof: String,
    pub entered_by: String,
}

impl Engine {
    /// What is in force for an address, and how it came to be so. Invalid at `address`.
    pub async fn find_consent(&self, sandbox: &SandboxName, channel: Channel, address: &str) -> Result<ConsentRecord> {
        let address = address_of(channel, address).map_err(|fault| fault.under("address"))?;
        let consents = consents::find_all(self.store(), sandbox, channel, &address).await?;
        let history = consents::history(self.store(), sandbox, channel, &address).await?;
        Ok(ConsentRecord { consents, history })
    }

    /// Enters choices, all or none; how many of them are new. Invalid at `[0].address`, `[0].topicId`, `[0].choice`, `[0].at`,
    /// `[0].proof`, `[0].user`; `[0]` when the same is set twice.
    pub async fn set_consents(&self, sandbox: &SandboxName, new: Vec<NewConsent>) -> Result<usize> {
        let topics = topics::ids(self.store(), sandbox).await?;
        let (mut said, mut dated) = (Vec::new(), Vec::new());
        let mut faults = Faults::default();
        let mut seen = HashSet::new();
        for (place, consent) in new.into_iter().enumerate() {
            let is_dated = consent.at.is_some();
            match self.checked(consent, &topics) {
                Ok(entry) if !seen.insert(key_of(&entry)) => {
                    faults.add(format!("[{place}]"), "repeated", "The same is set twice.");
                }
                Ok(entry) if is_dated => dated.push(entry),
                Ok(entry) => said.push(entry),
                Err(of_entry) => {
                    faults.0.extend(of_entry.0.into_iter().map(|fault| fault.under(&format!("[{place}]"))));
                }
            }
        }
        faults.into_result()?;
        let mut tx = self.store().begin().await?;
        let said = consents::put(&mut tx, sandbox, &said, Put::Said).await?;
        let dated = consents::put(&mut tx, sandbox, &dated, Put::Dated).await?;
        tx.commit().await?;
        self.0.news.tell(sandbox);
        Ok(said + dated)
    }

    pub(super) fn checked(&self, new: NewConsent, topics: &HashSet<TopicId>) -> Result<ConsentEntry, Faults> {
        let NewConsent { channel, address, topic_id, choice, source, at, proof, entered_by } = new;
        let now = self.now();
        let mut faults = Faults::default();
        let address = faults.take("address", address_of(channel, &address));
        let proof = faults.take("proof", single_line(&proof, PROOF_MAX));
        let entered_by = faults.take("user", single_line(&entered_by, USER_MAX));
        if topic_id.as_ref().is_some_and(|topic| !topics.contains(topic)) {
            faults.add("topicId", "unknown_topic", "There is no such topic in this sandbox.");
        }
        if choice == Choice::Pending {
            faults.add("choice", "not_settable", "Only a request for confirmation is pending.");
        }
        if at.is_some_and(|at| at > now) {
            faults.add("at", "in_the_future", "Nobody has said anything in the future.");
        }
        match (address, proof, entered_by) {
            (Some(address), Some(proof), Some(entered_by)) if faults.is_empty() => {
                let entry = ConsentEntry::of(channel, address, choice, source, now);
                Ok(ConsentEntry { topic_id, at: at.unwrap_or(now), proof, entered_by, ..entry })
            }
            _ => Err(faults),
        }
    }
}

/// What two entries may not share that go together.
pub(crate) fn key_of(entry: &ConsentEntry) -> (Channel, String, Option<TopicId>) {
    (entry.channel, entry.address.to_lowercase(), entry.topic_id.clone())
}

/// An address of a channel, as messages go to it.
pub(crate) fn address_of(channel: Channel, text: &str) -> Result<String, Fault> {
    match channel {
        Channel::Email => text.parse::<EmailAddress>().map(|address| address.to_string()),
        Channel::Mobile => text.parse::<PhoneNumber>().map(|number| number.to_string()),
        Channel::Push => {
            let text = text.trim();
            let wrong = || Fault::new("", "bad_push_token", "Give platform and token, such as fcm:d3v1c3.");
            let token = PushToken::from_address(text).ok_or_else(wrong)?;
            token.check().map(|()| token.to_address()).map_err(|fault| Fault { path: String::new(), ..fault })
        }
    }
}

/// The choice of the whole channel.
pub(crate) fn of_channel(held: &[Consent]) -> Option<&Consent> {
    held.iter().find(|consent| consent.topic_id.is_none())
}
