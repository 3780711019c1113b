//! What messages ask of profiles. Where a sandbox has none, no message asks.

use std::sync::Arc;
use std::time::Duration;

use domain::SandboxName;
use domain::id::ProfileId;
use domain::profile::Identity;
use domain::profile_schema::Attribute;
use serde_json::{Map, Value};

use crate::recent::Recent;
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
}

impl From<StoredProfile> for ProfileFacts {
    fn from(profile: StoredProfile) -> Self {
        let known = |text: String| Some(text).filter(|text| !text.is_empty());
        Self {
            profile_id: profile.id,
            attributes: profile.attributes,
            time_zone: known(profile.time_zone),
            language: known(profile.language),
        }
    }
}

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

impl ProfileCache {
    pub(crate) fn forget(&self, sandbox: &SandboxName) {
        self.0.forget(sandbox);
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
        if !self.look_at_profiles(sandbox).await?.any {
            return Ok(None);
        }
        let identity = Identity { namespace: namespace.to_owned(), user_id: user_id.to_owned() };
        let found = profiles::find_by_identity(self.store(), sandbox, &identity).await?;
        Ok(found.map(|profile| Arc::new(profile.into())))
    }

    /// The schema of a sandbox's profiles, as it was within the last second.
    pub(super) async fn schema_of(&self, sandbox: &SandboxName) -> Result<Arc<Vec<Attribute>>> {
        Ok(self.look_at_profiles(sandbox).await?.schema)
    }

    /// Something of the sandbox's profiles has changed that messages ask.
    pub(super) fn profiles_changed(&self, sandbox: &SandboxName) {
        self.0.profiles.forget(sandbox);
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

/// Stores people whom calls named. Whoever got an identity meanwhile is somebody already, and stays who they are: a call never
/// joins two people.
pub(crate) async fn insert_people(
    tx: &mut Tx,
    people: &[(&SandboxName, &NewPerson, domain::Timestamp)],
) -> Result<()> {
    let mut sandboxes: Vec<&SandboxName> = people.iter().map(|(sandbox, ..)| *sandbox).collect();
    sandboxes.sort_unstable();
    sandboxes.dedup();
    for sandbox in sandboxes {
        let of_sandbox: Vec<_> = people.iter().filter(|(of, ..)| *of == sandbox).collect();
        let by_name = |(_, person, _): &&(&SandboxName, &NewPerson, domain::Timestamp)| {
            NewIdentity::new(person.identity.clone(), person.id.clone())
        };
        let mut names: Vec<NewIdentity> = of_sandbox.iter().copied().map(|it| by_name(&it)).collect();
        names.sort_unstable_by(|one, other| one.key.cmp(&other.key));
        names.dedup_by(|one, other| one.key == other.key);
        profiles::insert_identities(tx, sandbox, &mut names).await?;
        let keys: Vec<Vec<u8>> = names.iter().map(|name| name.key.clone()).collect();
        let owners = profiles::owners(tx, sandbox, &keys).await?;
        let is_new = |person: &NewPerson| owners.values().any(|owner| *owner == person.id);
        let new: Vec<_> = of_sandbox.iter().filter(|(_, person, _)| is_new(person)).collect();
        let stored: Vec<_> = new.iter().map(|(_, person, now)| StoredProfile::new(person.id.clone(), *now)).collect();
        profiles::put(tx, sandbox, &stored.iter().collect::<Vec<_>>()).await?;
        let addresses = new.iter().filter_map(|(_, person, _)| {
            Some(NewIdentity::new(person.address.clone()?, person.id.clone()))
        });
        profiles::insert_identities(tx, sandbox, &mut addresses.collect::<Vec<_>>()).await?;
    }
    Ok(())
}
