//! One profile, as a person or a caller looks at it and changes it.

use domain::id::ProfileId;
use domain::profile::{Identity, Profile, ProfileChange, ProfileConsents, ProfileDraft, checked_identities};
use domain::{Failure, Faults, SandboxName};

use super::told::{Telling, put_said, said};
use super::upsert::{change_of, checked, invalid};
use crate::ids::new_id;
use crate::store::profiles::{self, NewIdentity, StoredProfile};
use crate::store::{Alone, Tx};
use crate::{Engine, Result};

impl Engine {
    /// `NotFound` `profile`.
    pub async fn find_profile(&self, sandbox: &SandboxName, id: &ProfileId) -> Result<Profile> {
        let found = profiles::find(self.store(), sandbox, id).await?;
        let profile = found.ok_or_else(|| Failure::not_found("profile"))?;
        Ok(profile.with(profiles::identities(self.store(), sandbox, id).await?))
    }

    /// Whoever has this identity. `NotFound` `profile`.
    pub async fn find_profile_by(&self, sandbox: &SandboxName, identity: &Identity) -> Result<Profile> {
        let found = profiles::find_by_identity(self.store(), sandbox, identity).await?;
        let profile = found.ok_or_else(|| Failure::not_found("profile"))?;
        let identities = profiles::identities(self.store(), sandbox, &profile.id).await?;
        Ok(profile.with(identities))
    }

    /// Changes what the change names. Its identities, when it has any, become all that the profile has. Invalid as
    /// [`Engine::upsert_profile`], `NotFound` `profile`, Conflict `identity_taken`. `by`: who tells it.
    pub async fn change_profile(
        &self,
        sandbox: &SandboxName,
        id: &ProfileId,
        change: ProfileChange,
        by: &str,
    ) -> Result<Profile> {
        let schema = self.schema_of(sandbox).await?;
        let change = change.checked_change().and_then(|change| checked(change, &schema)).map_err(invalid)?;
        let mut tx = self.store().begin().await?;
        tx.alone(Alone::Profiles).await?;
        let found = profiles::find_in(&mut tx, sandbox, id).await?;
        let mut profile = found.ok_or_else(|| Failure::not_found("profile"))?;
        let before = profile.clone();
        change_of(&mut profile, &change).map_err(invalid)?;
        let replaced = if change.identities.is_empty() {
            false
        } else {
            replace_identities(&mut tx, sandbox, id, &change.identities).await?
        };
        if replaced || profile != before {
            self.put_changed(&mut tx, sandbox, profile).await?;
        }
        let changes = std::iter::once((Some(id), &change));
        put_said(&mut tx, sandbox, &said(changes, &Telling::Call(by), self.now())).await?;
        tx.commit().await?;
        self.profiles_changed(sandbox);
        self.find_profile(sandbox, id).await
    }

    /// Stores somebody new. Invalid as [`Engine::upsert_profile`], Conflict `identity_taken`.
    pub async fn create_profile(&self, sandbox: &SandboxName, draft: ProfileDraft) -> Result<ProfileId> {
        let draft = self.checked_draft(sandbox, draft).await?;
        let sandbox = self.find_sandbox(sandbox).await?.name;
        let now = self.now();
        let id = new_id(now, ProfileId::new);
        let mut tx = self.store().begin().await?;
        tx.alone(Alone::Profiles).await?;
        replace_identities(&mut tx, &sandbox, &id, &draft.identities).await?;
        profiles::put(&mut tx, &sandbox, &[&drafted(StoredProfile::new(id.clone(), now), draft)]).await?;
        tx.commit().await?;
        self.profiles_changed(&sandbox);
        Ok(id)
    }

    /// Makes a profile what a person has written, when nobody has changed it since `revision`. Invalid as
    /// [`Engine::upsert_profile`], `NotFound` `profile`, Conflict `identity_taken` | `profile_changed`.
    pub async fn save_profile(
        &self,
        sandbox: &SandboxName,
        id: &ProfileId,
        revision: i64,
        draft: ProfileDraft,
    ) -> Result<()> {
        let draft = self.checked_draft(sandbox, draft).await?;
        let mut tx = self.store().begin().await?;
        tx.alone(Alone::Profiles).await?;
        let found = profiles::find_in(&mut tx, sandbox, id).await?;
        let profile = found.ok_or_else(|| Failure::not_found("profile"))?;
        if profile.revision != revision {
            let text = "This profile was changed meanwhile. Load it again, and enter your changes once more.";
            return Err(Failure::conflict("profile_changed", text).into());
        }
        replace_identities(&mut tx, sandbox, id, &draft.identities).await?;
        self.put_changed(&mut tx, sandbox, drafted(profile, draft)).await?;
        tx.commit().await?;
        self.profiles_changed(sandbox);
        Ok(())
    }

    async fn put_changed(&self, tx: &mut Tx, sandbox: &SandboxName, profile: StoredProfile) -> Result<()> {
        let changed = StoredProfile { revision: profile.revision + 1, updated_at: self.now(), ..profile };
        profiles::put(tx, sandbox, &[&changed]).await
    }

    async fn checked_draft(&self, sandbox: &SandboxName, draft: ProfileDraft) -> Result<ProfileDraft> {
        let schema = self.schema_of(sandbox).await?;
        let given = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
        let mut faults = Faults::default();
        let identities = checked_identities(&draft.identities, &mut faults);
        let change = ProfileChange {
            identities: Vec::new(),
            attributes: draft.attributes,
            time_zone: Some(given(&draft.time_zone)),
            language: Some(given(&draft.language)),
            test: Some(draft.is_test),
            consents: ProfileConsents::default(),
        };
        match change.checked_change().and_then(|change| checked(change, &schema)) {
            Ok(change) if faults.is_empty() => Ok(ProfileDraft {
                identities,
                attributes: change.attributes,
                time_zone: change.time_zone.flatten().unwrap_or_default(),
                language: change.language.flatten().unwrap_or_default(),
                is_test: draft.is_test,
            }),
            Ok(_) => Err(invalid(faults).into()),
            Err(others) => {
                faults.0.extend(others.0);
                Err(invalid(faults).into())
            }
        }
    }
}

fn drafted(profile: StoredProfile, draft: ProfileDraft) -> StoredProfile {
    let ProfileDraft { attributes, time_zone, language, is_test, .. } = draft;
    // As everywhere: what is null is not there.
    let mut kept = serde_json::Map::new();
    domain::profile::merge_patch(&mut kept, &attributes);
    StoredProfile { attributes: kept, time_zone, language, is_test, ..profile }
}

/// Makes these all identities that the profile has; were they others? Conflict `identity_taken` when one is somebody else's.
async fn replace_identities(
    tx: &mut Tx,
    sandbox: &SandboxName,
    id: &ProfileId,
    identities: &[Identity],
) -> Result<bool> {
    let before = profiles::identities_in(tx, sandbox, id).await?;
    let wanted: Vec<_> = identities.iter().map(Identity::key).collect();
    let (mut kept, mut changed) = (Vec::new(), false);
    for identity in before {
        let key = identity.key();
        if wanted.contains(&key) {
            kept.push(key);
        } else {
            profiles::remove_identity(tx, sandbox, &identity).await?;
            changed = true;
        }
    }
    let new = identities.iter().filter(|identity| !kept.contains(&identity.key()));
    let mut new: Vec<_> = new.map(|identity| NewIdentity::new(identity.clone(), id.clone())).collect();
    let count = new.len() as u64;
    if profiles::insert_identities(tx, sandbox, &mut new).await? < count {
        let text = "One of these identities is another profile's already.";
        return Err(Failure::conflict("identity_taken", text).into());
    }
    Ok(changed || count > 0)
}
