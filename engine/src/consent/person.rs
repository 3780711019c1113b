//! Who is behind an address, and how far an answer to a message goes: for this address, or for all that the person has.

use std::collections::HashSet;

use domain::SandboxName;
use domain::channel_configuration::Channel;
use domain::consent::{Choice, Consent, ConsentEntry, ConsentLevel};
use domain::id::{ChannelConfigurationId, ProfileId};
use domain::profile::Identity;
use domain::push_token::PushToken;

use crate::profiles::named;
use crate::store::consents::{self, Put, Whose};
use crate::store::message_events::{self, Known};
use crate::store::{Alone, Tx, person_consents, profiles, push_tokens};
use crate::{Engine, Result};

/// Somebody who answers a message.
#[derive(Debug, Clone)]
pub(crate) struct Reader {
    /// By what the person may be known, the first that is somebody's counts. None in a sandbox without profiles.
    behind: Vec<Identity>,
    /// How far the answer goes.
    level: ConsentLevel,
}

impl Reader {
    /// The same, with an answer that goes so far.
    pub(crate) fn with(self, level: ConsentLevel) -> Self {
        Self { level, ..self }
    }
}

impl Engine {
    /// Who has an address, as far as there is a profile.
    pub(crate) async fn owner_of(
        &self,
        sandbox: &SandboxName,
        channel: Channel,
        address: &str,
    ) -> Result<Option<ProfileId>> {
        if !self.has_profiles(sandbox).await? {
            return Ok(None);
        }
        match self.identity_of(sandbox, channel, address).await? {
            Some(identity) => profiles::owner(self.store(), sandbox, &identity).await,
            None => Ok(None),
        }
    }

    /// The reader of a message, whose answer goes as far as its configuration says.
    pub(crate) async fn reader_of(&self, message: &Known) -> Result<Reader> {
        let level = self.consent_level(&message.configuration_id).await?;
        let mut behind = Vec::new();
        if self.has_profiles(&message.sandbox).await? {
            let recipient = message_events::recipient(self.store(), &message.id).await?.unwrap_or_default();
            behind.extend(named(&recipient, &message.address));
            behind.extend(self.identity_of(&message.sandbox, message.channel, &message.address).await?);
        }
        Ok(Reader { behind, level })
    }

    /// Whoever writes to us from an address.
    pub(crate) async fn reader_at(
        &self,
        sandbox: &SandboxName,
        (channel, address): (Channel, &str),
        level: ConsentLevel,
    ) -> Result<Reader> {
        let mut behind = Vec::new();
        if self.has_profiles(sandbox).await? {
            behind.extend(self.identity_of(sandbox, channel, address).await?);
        }
        Ok(Reader { behind, level })
    }

    /// Who a reader is.
    pub(crate) async fn person_of(&self, sandbox: &SandboxName, reader: &Reader) -> Result<Option<ProfileId>> {
        for identity in &reader.behind {
            if let Some(person) = profiles::owner(self.store(), sandbox, identity).await? {
                return Ok(Some(person));
            }
        }
        Ok(None)
    }

    /// Does the answer of a reader count for all their addresses?
    pub(crate) async fn answers_for_all(&self, sandbox: &SandboxName, reader: &Reader) -> Result<bool> {
        Ok(reader.level == ConsentLevel::Channel && self.person_of(sandbox, reader).await?.is_some())
    }

    /// Enters what a reader says of an address now: of the person, too, when the answer goes so far and there is a profile. Did that
    /// change anything?
    pub(crate) async fn note_answer(
        &self,
        tx: &mut Tx,
        sandbox: &SandboxName,
        reader: &Reader,
        said: &[ConsentEntry],
    ) -> Result<bool> {
        let person = match reader.level {
            ConsentLevel::Channel => person_in(tx, sandbox, reader).await?,
            ConsentLevel::Identity => None,
        };
        let mut changed = consents::put(tx, sandbox, said, Put::Said).await?;
        if let Some(person) = person {
            let of_person: Vec<ConsentEntry> = said.iter().map(|entry| entry.of_person(person.clone())).collect();
            changed += put_of_people(tx, sandbox, &of_person, Put::Said).await?;
        }
        Ok(changed > 0)
    }

    /// Puts what a list says of all its addresses in force, where nobody ever answered; how many are new? Whoever left with all
    /// addresses has answered.
    pub(crate) async fn put_filled(
        &self,
        tx: &mut Tx,
        sandbox: &SandboxName,
        said: Vec<ConsentEntry>,
    ) -> Result<usize> {
        if said.is_empty() || !self.has_profiles(sandbox).await? {
            return consents::put(tx, sandbox, &said, Put::Filled).await;
        }
        let mut behind = Vec::with_capacity(said.len());
        for entry in &said {
            let identity = self.identity_of(sandbox, entry.channel, &entry.address).await?;
            behind.push(identity.map(|identity| identity.key().into_bytes()));
        }
        let keys: Vec<Vec<u8>> = behind.iter().flatten().cloned().collect();
        let owners = profiles::owners(tx, sandbox, &keys).await?;
        let people: HashSet<&ProfileId> = owners.values().collect();
        let nos = person_consents::nos(tx, sandbox, &people.into_iter().collect::<Vec<_>>()).await?;
        let has_left = |entry: &ConsentEntry, key: &Option<Vec<u8>>| {
            let owner = key.as_ref().and_then(|key| owners.get(key));
            owner.is_some_and(|owner| nos.contains(&(owner.clone(), entry.channel, entry.topic_id.clone())))
        };
        let pairs = said.into_iter().zip(&behind);
        let kept: Vec<ConsentEntry> =
            pairs.filter(|(entry, key)| !has_left(entry, key)).map(|(entry, _)| entry).collect();
        consents::put(tx, sandbox, &kept, Put::Filled).await
    }

    /// What an answer to a message of a configuration means.
    pub(crate) async fn consent_level(&self, configuration: &ChannelConfigurationId) -> Result<ConsentLevel> {
        let found = self.configuration_if_any(configuration).await?;
        Ok(found.map(|found| found.configuration.consent_level).unwrap_or_default())
    }

    /// By what whoever has an address is known.
    async fn identity_of(&self, sandbox: &SandboxName, channel: Channel, address: &str) -> Result<Option<Identity>> {
        let namespace = match channel {
            Channel::Email | Channel::Mobile => channel.namespace(),
            Channel::Push => {
                let Some(token) = PushToken::from_address(address) else { return Ok(None) };
                return push_tokens::owner(self.store(), sandbox, &token).await;
            }
        };
        Ok(Some(Identity { namespace: namespace.to_owned(), user_id: address.to_owned() }))
    }
}

/// Who a reader is, and stays until the end of the transaction: what is written of a person must not miss the one whom they become.
pub(crate) async fn person_in(tx: &mut Tx, sandbox: &SandboxName, reader: &Reader) -> Result<Option<ProfileId>> {
    if reader.behind.is_empty() {
        return Ok(None);
    }
    tx.alone(Alone::Profiles).await?;
    let keys: Vec<Vec<u8>> = reader.behind.iter().map(|identity| identity.key().into_bytes()).collect();
    let owners = profiles::owners(tx, sandbox, &keys).await?;
    Ok(keys.iter().find_map(|key| owners.get(key).cloned()))
}

/// Puts what people say of all their addresses in force; how many are new? A no that holds already is said anew where one of the
/// addresses has agreed since: that yes would stand otherwise.
pub(crate) async fn put_of_people(
    tx: &mut Tx,
    sandbox: &SandboxName,
    said: &[ConsentEntry],
    how: Put,
) -> Result<usize> {
    let changed = consents::put(tx, sandbox, said, how).await?;
    if changed == said.len() {
        return Ok(changed);
    }
    let mut again = Vec::new();
    for entry in said.iter().filter(|entry| entry.choice == Choice::Out) {
        let Some(person) = &entry.profile_id else { continue };
        let agreed = agreed_since(tx, sandbox, person, entry.channel).await?;
        if agreed.iter().any(|consent| consent.topic_id == entry.topic_id && consent.at < entry.at) {
            again.push(entry.clone());
        }
    }
    Ok(changed + consents::put(tx, sandbox, &again, Put::Repeated).await?)
}

/// What single addresses of a person agreed to after the person left with all of them.
async fn agreed_since(
    tx: &mut Tx,
    sandbox: &SandboxName,
    person: &ProfileId,
    channel: Channel,
) -> Result<Vec<Consent>> {
    let mut agreed = Vec::new();
    for address in addresses_in(tx, sandbox, person, channel).await? {
        let whose = Whose { channel, address: Some(&address), person: Some(person) };
        let held = consents::find_all_in(tx, sandbox, whose).await?;
        // Of two about the same, the address stands before the person.
        for pair in held.windows(2) {
            let (own, of_person) = (&pair[0], &pair[1]);
            let are_of_one = own.topic_id == of_person.topic_id && of_person.choice == Choice::Out;
            if are_of_one && own.choice == Choice::In && own.at > of_person.at {
                agreed.push(own.clone());
            }
        }
    }
    Ok(agreed)
}

/// Where a channel can reach a person.
pub(crate) async fn addresses_in(
    tx: &mut Tx,
    sandbox: &SandboxName,
    person: &ProfileId,
    channel: Channel,
) -> Result<Vec<String>> {
    let mut addresses = Vec::new();
    for Identity { namespace, user_id } in profiles::identities_in(tx, sandbox, person).await? {
        match (channel, namespace.as_str()) {
            (Channel::Email, "email") | (Channel::Mobile, "phone") => addresses.push(user_id),
            (Channel::Push, _) => {
                addresses.extend(push_tokens::addresses_of(tx, sandbox, &user_id, Some(&namespace)).await?);
            }
            _ => {}
        }
    }
    Ok(addresses)
}
