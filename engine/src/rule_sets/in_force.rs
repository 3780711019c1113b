//! The rules that hold for a message: read when it is about to go, kept for a second.

use std::sync::Arc;
use std::time::Duration;

use domain::SandboxName;
use domain::channel_configuration::Channel;
use domain::id::{ProfileId, RuleId, RuleSetId};
use domain::rule_set::{Cap, QuietHours, Rule, RuleKind, RuleSet, zone_of_profile};
use jiff::tz::TimeZone;
use serde_json::{Map, Value};

use crate::campaigns::CompiledVersion;
use crate::lane::Lane;
use crate::profiles::ProfileFacts;
use crate::recent::Recent;
use crate::store::messages::Claimed;
use crate::store::rule_sets;
use crate::{Engine, Result};

/// A cap that is in force.
#[derive(Debug)]
pub(crate) struct ActiveCap {
    pub(crate) id: RuleId,
    pub(crate) name: String,
    pub(crate) cap: Cap,
    pub(crate) zone: TimeZone,
}

/// Quiet hours that are in force.
#[derive(Debug)]
pub(crate) struct ActiveQuietHours {
    pub(crate) name: String,
    pub(crate) quiet: QuietHours,
    /// `None`: that of the recipient.
    pub(crate) zone: Option<TimeZone>,
}

/// What is in force of a set.
#[derive(Debug)]
pub(crate) struct InForce {
    id: RuleSetId,
    caps: Vec<ActiveCap>,
    quiet_hours: Vec<ActiveQuietHours>,
}

impl InForce {
    fn of(set: &RuleSet) -> Result<Self> {
        let mut in_force = Self { id: set.id.clone(), caps: Vec::new(), quiet_hours: Vec::new() };
        for Rule { id, name, what, .. } in set.active() {
            let name = name.clone();
            match what {
                RuleKind::Cap(cap) => {
                    let (zone, cap) = (cap.zone()?, cap.clone());
                    in_force.caps.push(ActiveCap { id: id.clone(), name, cap, zone });
                }
                RuleKind::QuietHours(quiet) => {
                    let (zone, quiet) = (quiet.zone()?, quiet.clone());
                    in_force.quiet_hours.push(ActiveQuietHours { name, quiet, zone });
                }
            }
        }
        Ok(in_force)
    }

    pub(super) fn caps(&self) -> &[ActiveCap] {
        &self.caps
    }

    fn is_empty(&self) -> bool {
        self.caps.is_empty() && self.quiet_hours.is_empty()
    }
}

/// The rules that hold for a message: those of the global set, then those of the set of its campaign. None, for one that is no
/// marketing.
#[derive(Debug, Clone, Default)]
pub(crate) struct Rules {
    sets: Vec<Arc<InForce>>,
    /// What is stored of the person whom they concern.
    profile: Option<Arc<ProfileFacts>>,
}

impl Rules {
    /// Those that count messages of this channel, in the order in which they are asked.
    pub(crate) fn caps(&self, channel: Channel) -> impl Iterator<Item = &ActiveCap> {
        let caps = self.sets.iter().flat_map(|set| &set.caps);
        caps.filter(move |active| active.cap.channels.contains(&channel))
    }

    /// Whose messages caps count together, over all channels: those of one profile.
    pub(super) fn profile_id(&self) -> Option<&ProfileId> {
        self.profile.as_deref().map(|profile| &profile.profile_id)
    }

    /// Where the person lives: what the call or the list says of it, then the zone of the profile, then an attribute that says
    /// one. `told`: the values of the call over the attributes.
    pub(super) fn zone_of_person(&self, told: &Map<String, Value>) -> Option<TimeZone> {
        let profile = self.profile.as_deref();
        let stored = profile.and_then(|profile| TimeZone::get(profile.time_zone.as_deref()?).ok());
        let is_attribute = profile.is_some_and(|profile| profile.attributes.get("timeZone") == told.get("timeZone"));
        if is_attribute { stored.or_else(|| zone_of_profile(told)) } else { zone_of_profile(told).or(stored) }
    }

    /// In the order in which they are asked.
    pub(crate) fn quiet_hours(&self) -> impl Iterator<Item = &ActiveQuietHours> {
        self.sets.iter().flat_map(|set| &set.quiet_hours)
    }
}

/// What is in force in sandboxes, as it was within the last second.
pub(crate) struct RuleSetCache(Recent<SandboxName, Arc<[Arc<InForce>]>>);

impl Default for RuleSetCache {
    fn default() -> Self {
        Self(Recent::new(1_000, Some(Duration::from_secs(1))))
    }
}

impl RuleSetCache {
    pub(super) fn forget(&self, sandbox: &SandboxName) {
        self.0.forget(sandbox);
    }
}

impl Engine {
    /// The rules that hold for a message of a version. What another process changed holds within a second.
    pub(crate) async fn rules_for(
        &self,
        message: &Claimed,
        version: &CompiledVersion,
        profile: Option<&Arc<ProfileFacts>>,
    ) -> Result<Rules> {
        if message.queue.lane != Lane::Marketing {
            return Ok(Rules::default());
        }
        let (global, chosen) = (RuleSet::global_id(), version.definition.rule_set_id.as_ref());
        let in_force = self.in_force(&message.sandbox).await?;
        let holds = |set: &&Arc<InForce>| set.id == global || Some(&set.id) == chosen;
        let sets: Vec<_> = in_force.iter().filter(holds).cloned().collect();
        Ok(Rules { sets, profile: profile.cloned() })
    }

    /// Of all sets of a sandbox, the global one first.
    pub(crate) async fn in_force(&self, sandbox: &SandboxName) -> Result<Arc<[Arc<InForce>]>> {
        let load = async {
            let mut all = Vec::new();
            for set in rule_sets::list(self.store(), sandbox).await? {
                let in_force = InForce::of(&set)?;
                if !in_force.is_empty() {
                    all.push(Arc::new(in_force));
                }
            }
            Ok::<_, crate::Error>(Some(Arc::from(all)))
        };
        let found = self.0.rule_sets.0.find_or(sandbox, self.now(), load).await?;
        Ok(found.unwrap_or_else(|| Arc::from(Vec::new())))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_told_of_a_zone_comes_before_the_profile_and_the_profile_before_an_attribute() {
        let zone = |told: Value, stored: Option<&str>, attributes: Value| {
            let profile = ProfileFacts {
                profile_id: ProfileId::new(1, [1; 10]),
                attributes: attributes.as_object().unwrap().clone(),
                time_zone: stored.map(str::to_owned),
                language: None,
                bytes: 0,
            };
            let rules = Rules { sets: Vec::new(), profile: Some(Arc::new(profile)) };
            let found = rules.zone_of_person(told.as_object().unwrap());
            found.and_then(|zone| zone.iana_name().map(str::to_owned))
        };
        let (seoul, paris) = (json!({"timeZone": "Asia/Seoul"}), json!({"timeZone": "Europe/Paris"}));
        assert_eq!(zone(seoul.clone(), Some("UTC"), paris.clone()).as_deref(), Some("Asia/Seoul"), "told");
        assert_eq!(zone(paris.clone(), Some("UTC"), paris.clone()).as_deref(), Some("UTC"), "of the profile");
        assert_eq!(zone(paris.clone(), None, paris).as_deref(), Some("Europe/Paris"), "an attribute");
        assert_eq!(zone(json!({}), Some("Asia/Seoul"), json!({})).as_deref(), Some("Asia/Seoul"));
        assert_eq!(zone(json!({}), None, json!({})), None);
    }
}
