//! What messages ask of profiles. Where a sandbox has none, no message asks.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use domain::address::PhoneNumber;
use domain::execution::RecipientKind;
use domain::id::ProfileId;
use domain::profile::Identity;
use domain::profile_schema::Attribute;
use domain::{SandboxName, Timestamp};
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::{Map, Value};

use crate::recent::Recent;
use crate::store::messages::Claimed;
use crate::store::profiles::{self, NewIdentity, StoredProfile};
use crate::store::{Tx, profile_schemas};
use crate::{Engine, Result};

/// What decisions and contents take from a profile.
#[derive(Debug, Clone, PartialEq)]
pub struct ProfileFacts {
    pub profile_id: ProfileId,
    /// The stored values for `profile.*`.
    pub attributes: Map<String, Value>,
    /// IANA name.
    pub time_zone: Option<String>,
    /// BCP 47 tag.
    pub language: Option<String>,
    /// Of the attributes, as JSON.
    pub(crate) bytes: usize,
}

impl From<StoredProfile> for ProfileFacts {
    fn from(profile: StoredProfile) -> Self {
        let known = |text: String| Some(text).filter(|text| !text.is_empty());
        Self {
            bytes: domain::execution::json_bytes(&profile.attributes),
            profile_id: profile.id,
            attributes: profile.attributes,
            time_zone: known(profile.time_zone),
            language: known(profile.language),
        }
    }
}

/// How a stored recipient begins who is known to the caller only.
const EXTERNAL: &str = "{\"type\":\"external\"";

/// What a sandbox has of profiles.
#[derive(Clone, Default)]
struct Look {
    any: bool,
    schema: Arc<Vec<Attribute>>,
}

/// What sandboxes have of profiles, as it was within the last second.
pub(crate) struct ProfileCache(Recent<SandboxName, Look>);

impl Default for ProfileCache {
    fn default() -> Self {
        Self(Recent::new(1_000, Some(Duration::from_secs(1))))
    }
}

/// Somebody whom a call names and nobody has stored: becomes a profile together with the execution.
#[derive(Debug, Clone)]
pub(crate) struct NewPerson {
    pub(crate) id: ProfileId,
    pub(crate) identity: Identity,
    /// Where the message goes, unless somebody else has this address.
    pub(crate) address: Option<Identity>,
}

impl Engine {
    /// What is stored of whoever has this identity. Another process's first profile of a sandbox is known within a second.
    pub async fn profile_of(
        &self,
        sandbox: &SandboxName,
        namespace: &str,
        user_id: &str,
    ) -> Result<Option<Arc<ProfileFacts>>> {
        if !self.has_profiles(sandbox).await? {
            return Ok(None);
        }
        let identity = Identity { namespace: namespace.to_owned(), user_id: user_id.to_owned() };
        let found = profiles::find_by_identity(self.store(), sandbox, &identity).await?;
        Ok(found.map(|profile| Arc::new(profile.into())))
    }

    /// What is stored of the recipient of a message. Nothing is read for whoever is known to the caller only.
    pub(crate) async fn profile_behind(&self, message: &Claimed) -> Result<Option<Arc<ProfileFacts>>> {
        if message.recipient.starts_with(EXTERNAL) || !self.has_profiles(&message.sandbox).await? {
            return Ok(None);
        }
        match named(&message.recipient, &message.address) {
            Some(Identity { namespace, user_id }) => self.profile_of(&message.sandbox, &namespace, &user_id).await,
            None => Ok(None),
        }
    }

    /// Does anybody have to be looked for? As it was within the last second.
    pub(crate) async fn has_profiles(&self, sandbox: &SandboxName) -> Result<bool> {
        Ok(self.look_at_profiles(sandbox).await?.any)
    }

    /// Identities of a profile.
    pub(crate) async fn identities_of(&self, sandbox: &SandboxName, id: &ProfileId) -> Result<Vec<Identity>> {
        profiles::identities(self.store(), sandbox, id).await
    }

    /// The schema of a sandbox's profiles, as it was within the last second.
    pub(super) async fn schema_of(&self, sandbox: &SandboxName) -> Result<Arc<Vec<Attribute>>> {
        Ok(self.look_at_profiles(sandbox).await?.schema)
    }

    /// Profiles of the sandbox were written: it has some, if nobody knew.
    pub(crate) fn profiles_changed(&self, sandbox: &SandboxName) {
        self.0.profiles.0.forget_when(sandbox, |look| !look.any);
        self.0.news.tell(sandbox);
    }

    /// The sandbox has another schema.
    pub(super) fn schema_changed(&self, sandbox: &SandboxName) {
        self.0.profiles.0.forget(sandbox);
        self.0.news.tell(sandbox);
    }

    async fn look_at_profiles(&self, sandbox: &SandboxName) -> Result<Look> {
        let load = async {
            let any = profiles::any(self.store(), sandbox).await?;
            let schema = Arc::new(profile_schemas::find(self.store(), sandbox).await?);
            Ok::<_, crate::Error>(Some(Look { any, schema }))
        };
        Ok(self.0.profiles.0.find_or(sandbox, self.now(), load).await?.unwrap_or_default())
    }
}

/// By what a stored recipient names somebody whose profile the message reads; `None` for whoever is known to the caller only.
/// `address`: where the message goes. What cannot be read is told where it is needed.
pub(crate) fn named(recipient: &str, address: &str) -> Option<Identity> {
    let (kind, identity) = whom(recipient, address).ok()?;
    (kind == RecipientKind::Aep).then_some(identity)
}

/// Whom a stored recipient is, whose message goes to this address.
pub(crate) fn whom(recipient: &str, address: &str) -> Result<(RecipientKind, Identity)> {
    /// Of a stored recipient, as far as it says who it is.
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Named {
        #[serde(rename = "type")]
        kind: RecipientKind,
        namespace: String,
        user_id: String,
        #[serde(default)]
        channel_data: Option<IgnoredAny>,
    }

    let Named { kind, namespace, user_id, channel_data } = serde_json::from_str(recipient)?;
    // A number without its country is the one that the message goes to.
    let is_local = namespace.trim().eq_ignore_ascii_case("phone")
        && channel_data.is_none()
        && user_id.parse::<PhoneNumber>().is_err();
    let user_id = if is_local { address.to_owned() } else { user_id };
    Ok((kind, Identity { namespace, user_id }))
}

/// Somebody whom a call named, of this sandbox and at this time.
pub(crate) type Named<'a> = (&'a SandboxName, &'a NewPerson, Timestamp);

/// Stores people whom calls named. Whoever got an identity meanwhile is somebody already and stays who they are, and an address
/// that is somebody's stays theirs: a call never joins two people.
pub(crate) async fn insert_people(tx: &mut Tx, people: &[Named<'_>]) -> Result<()> {
    let sandboxes: BTreeSet<&SandboxName> = people.iter().map(|(sandbox, ..)| *sandbox).collect();
    for sandbox in sandboxes {
        let people: Vec<_> = people.iter().filter(|(of, ..)| *of == sandbox).collect();
        let named = people.iter().map(|(_, person, _)| NewIdentity::new(person.identity.clone(), person.id.clone()));
        let mut wanted: Vec<NewIdentity> = named.collect();
        let keys: Vec<Vec<u8>> = wanted.iter().map(|name| name.key.clone()).collect();
        // Who somebody is comes before where somebody is written to.
        wanted.extend(
            people
                .iter()
                .filter_map(|(_, person, _)| Some(NewIdentity::new(person.address.clone()?, person.id.clone()))),
        );
        wanted.sort_by(|one, other| one.key.cmp(&other.key));
        wanted.dedup_by(|one, other| one.key == other.key);
        profiles::insert_identities(tx, sandbox, &mut wanted).await?;
        let owners = profiles::owners(tx, sandbox, &keys).await?;
        let (mut new, mut known) = (Vec::new(), Vec::new());
        for ((_, person, now), key) in people.iter().zip(&keys) {
            if owners.get(key) == Some(&person.id) {
                new.push(StoredProfile::new(person.id.clone(), *now));
            } else {
                known.push(&person.id);
            }
        }
        profiles::put(tx, sandbox, &new.iter().collect::<Vec<_>>()).await?;
        for id in known {
            // The address that came with somebody who was quicker elsewhere.
            profiles::remove(tx, sandbox, id).await?;
        }
    }
    Ok(())
}
