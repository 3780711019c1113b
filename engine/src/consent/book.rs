//! Looking up and setting choices.

use std::collections::HashSet;

use domain::address::{EmailAddress, comparable, single_line};
use domain::channel_configuration::Channel;
use domain::consent::{Choice, Consent, ConsentEntry, ConsentRecord, ConsentSource};
use domain::id::{ProfileId, TopicId};
use domain::listed::USER_MAX;
use domain::push_token::PushToken;
use domain::{Fault, Faults, SandboxName, Timestamp};

use super::person::put_of_people;
use crate::addresses::canonical_number;
use crate::store::consents::{self, Put, Whose};
use crate::store::{Alone, Tx, profiles, topics};
use crate::{Engine, Result};

/// Most choices of one call.
pub const SET_MAX: usize = 1_000;
/// Longest proof, in characters.
pub(crate) const PROOF_MAX: usize = 2_000;

/// A choice that somebody enters, of an address or of a person.
#[derive(Debug, Clone)]
pub struct NewConsent {
    pub channel: Channel,
    /// Empty when it is of a person.
    pub address: String,
    /// Of all addresses of this person.
    pub profile_id: Option<ProfileId>,
    pub topic_id: Option<TopicId>,
    pub choice: Choice,
    pub source: ConsentSource,
    /// When it was said; `None`: now, over whatever is in force. A time does not take the place of what was said later.
    pub at: Option<Timestamp>,
    pub proof: String,
    pub entered_by: String,
}

impl Engine {
    /// What is in force for an address and for whoever has it, and how it came to be so. Invalid at `address`.
    pub async fn find_consent(&self, sandbox: &SandboxName, channel: Channel, address: &str) -> Result<ConsentRecord> {
        let address = address_of(channel, address).map_err(|fault| fault.under("address"))?;
        let person = self.owner_of(sandbox, channel, &address).await?;
        let whose = Whose { channel, address: Some(&address), person: person.as_ref() };
        self.consent_record(sandbox, whose).await
    }

    /// The same of a person, without what single addresses said. `NotFound` `profile`.
    pub async fn find_consent_of_profile(
        &self,
        sandbox: &SandboxName,
        channel: Channel,
        profile: &ProfileId,
    ) -> Result<ConsentRecord> {
        self.find_profile(sandbox, profile).await?;
        self.consent_record(sandbox, Whose { channel, address: None, person: Some(profile) }).await
    }

    async fn consent_record(&self, sandbox: &SandboxName, whose: Whose<'_>) -> Result<ConsentRecord> {
        let consents = consents::find_all(self.store(), sandbox, whose).await?;
        let history = consents::history(self.store(), sandbox, whose).await?;
        Ok(ConsentRecord { profile_id: whose.person.cloned(), consents, history })
    }

    /// Enters choices, all or none; how many of them are new. Invalid at `[0].address`, `[0].profileId`, `[0].topicId`,
    /// `[0].choice`, `[0].at`, `[0].proof`, `[0].user`; `[0]` when the same is set twice.
    pub async fn set_consents(&self, sandbox: &SandboxName, new: Vec<NewConsent>) -> Result<usize> {
        let topics = topics::ids(self.store(), sandbox).await?;
        let mut all = Vec::new();
        let mut faults = Faults::default();
        let mut seen = HashSet::new();
        for (place, consent) in new.into_iter().enumerate() {
            let put = if consent.at.is_some() { Put::Dated } else { Put::Said };
            match self.checked(consent, &topics) {
                Ok(entry) if !seen.insert(key_of(&entry)) => {
                    faults.add(format!("[{place}]"), "repeated", "The same is set twice.");
                }
                Ok(entry) => all.push((place, entry, put)),
                Err(of_entry) => {
                    faults.0.extend(of_entry.0.into_iter().map(|fault| fault.under(&format!("[{place}]"))));
                }
            }
        }
        faults.into_result()?;
        let mut tx = self.store().begin().await?;
        let unknown = unknown_people(&mut tx, sandbox, all.iter().map(|(_, entry, _)| entry)).await?;
        let missing =
            all.iter().filter(|(_, entry, _)| entry.profile_id.as_ref().is_some_and(|it| unknown.contains(it)));
        let missing = missing.map(|(place, ..)| no_such_person().under("profileId").under(&format!("[{place}]")));
        Faults(missing.collect()).into_result()?;
        let changed =
            self.put_all(&mut tx, sandbox, all.into_iter().map(|(_, entry, put)| (entry, put)).collect()).await?;
        tx.commit().await?;
        self.0.news.tell(sandbox);
        Ok(changed)
    }

    /// Puts choices in force, each in its way; how many are new? No two are of the same.
    pub(super) async fn put_all(
        &self,
        tx: &mut Tx,
        sandbox: &SandboxName,
        all: Vec<(ConsentEntry, Put)>,
    ) -> Result<usize> {
        let (of_people, of_addresses): (Vec<_>, Vec<_>) = all.into_iter().partition(|(it, _)| it.profile_id.is_some());
        let alike = |all: &[(ConsentEntry, Put)], how: Put| -> Vec<ConsentEntry> {
            all.iter().filter(|(_, put)| *put == how).map(|(entry, _)| entry.clone()).collect()
        };
        let mut changed = self.put_filled(tx, sandbox, alike(&of_addresses, Put::Filled)).await?;
        changed += consents::put(tx, sandbox, &alike(&of_people, Put::Filled), Put::Filled).await?;
        for how in [Put::Said, Put::Dated] {
            changed += consents::put(tx, sandbox, &alike(&of_addresses, how), how).await?;
            changed += put_of_people(tx, sandbox, &alike(&of_people, how), how).await?;
        }
        Ok(changed)
    }

    pub(super) fn checked(&self, new: NewConsent, topics: &HashSet<TopicId>) -> Result<ConsentEntry, Faults> {
        let NewConsent { channel, address, profile_id, topic_id, choice, source, at, proof, entered_by } = new;
        let now = self.now();
        let mut faults = Faults::default();
        let address = match &profile_id {
            None => faults.take("address", address_of(channel, &address)),
            Some(_) if address.is_empty() => Some(address),
            Some(_) => {
                let text = "A choice is of an address or of a person: give one of address and profileId.";
                faults.add("profileId", "one_of_both", text);
                None
            }
        };
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
                Ok(ConsentEntry { profile_id, topic_id, at: at.unwrap_or(now), proof, entered_by, ..entry })
            }
            _ => Err(faults),
        }
    }
}

/// Those of whom something is said and who are not there. Those who are stay so until the end of the transaction.
pub(super) async fn unknown_people<'a>(
    tx: &mut Tx,
    sandbox: &SandboxName,
    all: impl Iterator<Item = &'a ConsentEntry>,
) -> Result<HashSet<ProfileId>> {
    let people: HashSet<&ProfileId> = all.filter_map(|entry| entry.profile_id.as_ref()).collect();
    if people.is_empty() {
        return Ok(HashSet::new());
    }
    tx.alone(Alone::Profiles).await?;
    let ids: Vec<&ProfileId> = people.into_iter().collect();
    let there = profiles::there(tx, sandbox, &ids).await?;
    Ok(ids.into_iter().filter(|id| !there.contains(*id)).cloned().collect())
}

pub(super) fn no_such_person() -> Fault {
    Fault::new("", "unknown_profile", "There is no such profile in this sandbox.")
}

/// What two entries may not share that go together.
pub(crate) fn key_of(entry: &ConsentEntry) -> (Channel, String, Option<TopicId>) {
    (entry.channel, comparable(entry.subject()), entry.topic_id.clone())
}

/// An address of a channel, as messages go to it.
pub(crate) fn address_of(channel: Channel, text: &str) -> Result<String, Fault> {
    match channel {
        Channel::Email => text.parse::<EmailAddress>().map(|address| address.to_string()),
        Channel::Mobile => canonical_number(text).map(|number| number.to_string()),
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
