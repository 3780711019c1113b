//! What is said of people becomes profiles. A batch is read as a whole, changed in memory in its order, and what has changed is
//! written: few statements, however many people.

use std::collections::{BTreeSet, HashMap};

use domain::id::ProfileId;
use domain::profile::{IDENTITIES_OF_PROFILE_MAX, Profile, ProfileChange, check_attributes, merge_patch};
use domain::profile_schema::{Attribute, check_types};
use domain::{Failure, Fault, Faults, SandboxName, Timestamp};
use jiff::tz::TimeZone;

use super::told::{Telling, put_said, said};
use crate::ids::new_id;
use crate::store::profiles::{self, NewIdentity, StoredProfile};
use crate::store::{Alone, Tx, person_consents};
use crate::{Engine, Error, Result};

/// How often a batch is begun anew because a call has stored one of its people meanwhile.
const TRIES: usize = 5;

/// What became of one change: whose profile it is, and whether it is a new one; or why it was not written.
pub(super) type Written = std::result::Result<(ProfileId, bool), Faults>;

impl Engine {
    /// Says something of a person: whoever has one of the identities, or somebody new. Profiles whose identities these are
    /// become one: the oldest stays, the newer values win. Gives the profile, and whether it is new. Invalid with JSON paths:
    /// `identities`, `identities[0].userId`, `attributes.person.firstName` (`wrong_type`), `timeZone`, `language`,
    /// `consents.email`. `by`: who tells it.
    pub async fn upsert_profile(
        &self,
        sandbox: &SandboxName,
        change: ProfileChange,
        by: &str,
    ) -> Result<(Profile, bool)> {
        let sandbox = self.find_sandbox(sandbox).await?.name;
        let schema = self.schema_of(&sandbox).await?;
        let change = change.checked_upsert().and_then(|change| checked(change, &schema)).map_err(invalid)?;
        let written = self.upsert_all(&sandbox, std::slice::from_ref(&change), Telling::Call(by)).await?;
        let written = written.into_iter().next().ok_or_else(|| Error::unexpected("an upsert vanished"))?;
        let (id, created) = written.map_err(invalid)?;
        Ok((self.find_profile(&sandbox, &id).await?, created))
    }

    /// Writes changes that were checked, in their order, and in one transaction; together with the progress of an import.
    pub(super) async fn upsert_all(
        &self,
        sandbox: &SandboxName,
        changes: &[ProfileChange],
        mut told: Telling<'_>,
    ) -> Result<Vec<Written>> {
        let in_force = self.in_force(sandbox).await?;
        for _ in 0..TRIES {
            let mut tx = self.store().begin().await?;
            tx.alone(Alone::Profiles).await?;
            let mut people = People::load(&mut tx, sandbox, changes, self.now()).await?;
            let written: Vec<Written> = changes.iter().map(|change| people.take(change)).collect();
            if people.write(&mut tx, sandbox).await? {
                self.join_counters(&mut tx, sandbox, &people.joined(), &in_force).await?;
                let written = people.settled(written);
                let ids = written.iter().map(|it| it.as_ref().ok().map(|(id, _)| id));
                put_said(&mut tx, sandbox, &said(ids.zip(changes), &told, self.now())).await?;
                if let Telling::Import(progress) = &mut told {
                    progress.write(&mut tx, &written, self.now()).await?;
                }
                tx.commit().await?;
                self.profiles_changed(sandbox);
                return Ok(written);
            }
        }
        Err(Failure::Unavailable { retry_after_seconds: 1 }.into())
    }
}

pub(super) fn invalid(faults: Faults) -> Failure {
    Failure::Invalid { faults }
}

/// A change that the schema allows, of a time zone that there is.
pub(super) fn checked(change: ProfileChange, schema: &[Attribute]) -> Result<ProfileChange, Faults> {
    let mut faults = check_types(schema, &change.attributes);
    faults.0 = faults.0.into_iter().map(|fault| fault.under("attributes")).collect();
    if let Some(Some(name)) = &change.time_zone {
        faults.take("timeZone", check_zone(name));
    }
    if faults.is_empty() { Ok(change) } else { Err(faults) }
}

/// Is there such a time zone?
pub(super) fn check_zone(name: &str) -> Result<(), Fault> {
    let unknown = |_| Fault::new("", "unknown_time_zone", "There is no such time zone. Use a name such as Asia/Seoul.");
    TimeZone::get(name).map(drop).map_err(unknown)
}

/// One person of a batch.
struct Person {
    profile: StoredProfile,
    /// How many there are.
    identities: usize,
    is_new: bool,
    has_changed: bool,
    /// Has turned out to be the same as this one.
    same_as: Option<usize>,
}

/// Everybody whom a batch is about.
struct People {
    now: Timestamp,
    all: Vec<Person>,
    /// By the key of an identity.
    known: HashMap<Vec<u8>, usize>,
    /// Identities that nobody had, and whose they are now.
    new: Vec<(NewIdentity, usize)>,
}

impl People {
    async fn load(tx: &mut Tx, sandbox: &SandboxName, changes: &[ProfileChange], now: Timestamp) -> Result<Self> {
        let keys: BTreeSet<Vec<u8>> =
            changes.iter().flat_map(|change| &change.identities).map(|it| it.key().into_bytes()).collect();
        let owners = profiles::owners(tx, sandbox, &keys.into_iter().collect::<Vec<_>>()).await?;
        let ids: BTreeSet<String> = owners.values().map(ToString::to_string).collect();
        let ids: Vec<String> = ids.into_iter().collect();
        let found = profiles::find_all(tx, sandbox, &ids).await?;
        let counts = profiles::count_identities(tx, sandbox, &ids).await?;
        let count = |profile: &StoredProfile| counts.get(profile.id.as_str()).copied().unwrap_or_default();
        // A question that was padded finds its last one once, however often it asks.
        let all: Vec<Person> = found
            .into_iter()
            .map(|profile| Person {
                identities: usize::try_from(count(&profile)).unwrap_or(usize::MAX),
                profile,
                is_new: false,
                has_changed: false,
                same_as: None,
            })
            .collect();
        let places: HashMap<_, _> = all.iter().enumerate().map(|(place, it)| (it.profile.id.clone(), place)).collect();
        let known = owners.into_iter().filter_map(|(key, id)| Some((key, *places.get(&id)?))).collect();
        Ok(Self { now, all, known, new: Vec::new() })
    }

    /// Who this one has turned out to be.
    fn root(&self, mut place: usize) -> usize {
        while let Some(other) = self.all[place].same_as {
            place = other;
        }
        place
    }

    /// Applies a change; nothing of it when its profile would be too large.
    fn take(&mut self, change: &ProfileChange) -> Written {
        let keys: Vec<Vec<u8>> = change.identities.iter().map(|identity| identity.key().into_bytes()).collect();
        let mut found: Vec<usize> =
            keys.iter().filter_map(|key| self.known.get(key)).map(|place| self.root(*place)).collect();
        found.sort_unstable_by(|one, other| self.all[*one].profile.id.cmp(&self.all[*other].profile.id));
        found.dedup();
        let new = keys.iter().filter(|key| !self.known.contains_key(*key)).count();
        let identities = found.iter().map(|place| self.all[*place].identities).sum::<usize>() + new;
        check_count(identities)?;
        let merged = self.merged(&found, change)?;
        let place = match found.first() {
            Some(oldest) => *oldest,
            None => {
                let profile = merged.clone();
                self.all.push(Person { profile, identities, is_new: true, has_changed: true, same_as: None });
                self.all.len() - 1
            }
        };
        for other in found.iter().skip(1) {
            self.all[*other].same_as = Some(place);
        }
        let person = &mut self.all[place];
        person.identities = identities;
        if person.profile != merged || found.len() > 1 {
            person.profile = merged;
            person.has_changed = true;
        }
        for (key, identity) in keys.into_iter().zip(&change.identities) {
            if !self.known.contains_key(&key) {
                let id = self.all[place].profile.id.clone();
                self.new.push((NewIdentity { key: key.clone(), profile_id: id, identity: identity.clone() }, place));
                self.known.insert(key, place);
            }
        }
        Ok((self.all[place].profile.id.clone(), found.is_empty()))
    }

    /// The one profile of these people, the oldest first, with a change.
    fn merged(&self, found: &[usize], change: &ProfileChange) -> Result<StoredProfile, Faults> {
        let oldest = found.first().map(|place| self.all[*place].profile.clone());
        let mut merged = oldest.unwrap_or_else(|| StoredProfile::new(new_id(self.now, ProfileId::new), self.now));
        let mut by_change: Vec<&StoredProfile> = found.iter().map(|place| &self.all[*place].profile).collect();
        if by_change.len() > 1 {
            by_change.sort_by_key(|profile| (profile.updated_at, profile.id.clone()));
            merged.attributes.clear();
            for profile in by_change {
                merge_patch(&mut merged.attributes, &profile.attributes);
                for (word, newer) in
                    [(&mut merged.time_zone, &profile.time_zone), (&mut merged.language, &profile.language)]
                {
                    if !newer.is_empty() {
                        word.clone_from(newer);
                    }
                }
                merged.is_test = profile.is_test;
            }
        }
        change_of(&mut merged, change)?;
        Ok(merged)
    }

    /// Writes what has changed; `false` when somebody else has stored one of these people meanwhile.
    async fn write(&mut self, tx: &mut Tx, sandbox: &SandboxName) -> Result<bool> {
        let mut new = std::mem::take(&mut self.new);
        for (identity, place) in &mut new {
            identity.profile_id = self.all[self.root(*place)].profile.id.clone();
        }
        let mut new: Vec<NewIdentity> = new.into_iter().map(|(identity, _)| identity).collect();
        let wanted = new.len() as u64;
        if profiles::insert_identities(tx, sandbox, &mut new).await? < wanted {
            return Ok(false);
        }
        for (place, person) in self.all.iter().enumerate().filter(|(_, person)| !person.is_new) {
            let root = self.root(place);
            if root != place {
                profiles::move_identities(tx, sandbox, &person.profile.id, &self.all[root].profile.id).await?;
                person_consents::merge(tx, sandbox, &person.profile.id, &self.all[root].profile.id).await?;
                profiles::remove(tx, sandbox, &person.profile.id).await?;
            }
        }
        for person in self.all.iter_mut().filter(|person| person.has_changed && !person.is_new) {
            person.profile.revision += 1;
            person.profile.updated_at = self.now;
        }
        let changed = self.all.iter().filter(|person| person.has_changed && person.same_as.is_none());
        let changed: Vec<&StoredProfile> = changed.map(|person| &person.profile).collect();
        profiles::put(tx, sandbox, &changed).await?;
        Ok(true)
    }

    /// Profiles that are gone, and which they have become.
    fn joined(&self) -> Vec<(ProfileId, ProfileId)> {
        let all = self.all.iter().enumerate().filter(|(_, person)| person.same_as.is_some() && !person.is_new);
        all.map(|(place, person)| (person.profile.id.clone(), self.all[self.root(place)].profile.id.clone())).collect()
    }

    /// Whose profiles they are after the whole batch.
    fn settled(&self, written: Vec<Written>) -> Vec<Written> {
        let joined: HashMap<&ProfileId, &ProfileId> = self
            .all
            .iter()
            .enumerate()
            .filter(|(_, person)| person.same_as.is_some())
            .map(|(place, person)| (&person.profile.id, &self.all[self.root(place)].profile.id))
            .collect();
        let settled = |id: ProfileId| joined.get(&id).map_or(id, |other| (*other).clone());
        written.into_iter().map(|it| it.map(|(id, is_new)| (settled(id), is_new))).collect()
    }
}

/// Whoever has too many is no person.
fn check_count(identities: usize) -> Result<(), Faults> {
    if identities <= IDENTITIES_OF_PROFILE_MAX {
        return Ok(());
    }
    let text =
        format!("A profile has at most {IDENTITIES_OF_PROFILE_MAX} identities; this would make it {identities}.");
    Err(Faults(vec![Fault::new("identities", "too_many_identities", text)]))
}

/// Applies a change to a profile. A fault when it would be too large.
pub(super) fn change_of(profile: &mut StoredProfile, change: &ProfileChange) -> Result<(), Faults> {
    merge_patch(&mut profile.attributes, &change.attributes);
    check_attributes(&profile.attributes).map_err(|fault| Faults(vec![fault.under("attributes")]))?;
    for (word, given) in [(&mut profile.time_zone, &change.time_zone), (&mut profile.language, &change.language)] {
        if let Some(given) = given {
            *word = given.clone().unwrap_or_default();
        }
    }
    if let Some(is_test) = change.test {
        profile.is_test = is_test;
    }
    Ok(())
}
