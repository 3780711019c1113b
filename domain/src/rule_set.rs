//! Rule sets: how often marketing may reach a person, and when it may not (reference §4.4, §4.5).
//!
//! The rules of the *global* set hold for all marketing of a sandbox; those of a *custom* set for the campaigns that choose it.
//! They are read when a message is about to go, so that a change acts on campaigns that are live.

mod cap;
mod form;
mod local;
mod quiet_days;
mod quiet_hours;
#[cfg(test)]
mod tests;

use std::collections::HashSet;

use serde::{Deserialize, Serialize};

pub use cap::{COUNT_MAX, Cap, CapPeriod, Window};
pub use form::{PeriodForm, PeriodFormKind, RuleForm, RuleFormKind, Ticks};
pub use quiet_days::QuietDay;
pub use quiet_hours::{PERIODS_MAX, QUEUED_AT_MOST, QuietHandling, QuietHours, QuietPeriod, Slot, zone_of_profile};

use crate::address::required_line;
use crate::id::{RuleId, RuleSetId};
use crate::word::words;
use crate::{Failure, Fault, Faults, Timestamp};

/// Custom sets of a sandbox that may be active (reference §9).
pub const ACTIVE_SETS_MAX: usize = 10;
/// Rules of one set. Each active cap is one more counter for every message.
pub const RULES_MAX: usize = 20;
/// Longest name of a set or a rule, in characters.
pub const NAME_MAX: usize = 100;
/// Longest description, in characters.
pub const DESCRIPTION_MAX: usize = 500;
/// Name of the global set.
pub const GLOBAL_NAME: &str = "Global default";

words! {
    /// Whether a set, or a rule, is in force.
    RuleStatus {
        /// Not yet.
        Draft = "draft",
        Active = "active",
        /// Not any more, for now.
        Inactive = "inactive",
    }
}

impl RuleStatus {
    /// The only way to change a status. Nothing becomes a draft again; nothing is inactive that never was active.
    pub fn to(self, next: Self) -> Result<Self, Failure> {
        match (self, next) {
            (_, Self::Active) | (Self::Active | Self::Inactive, Self::Inactive) | (Self::Draft, Self::Draft) => {
                Ok(next)
            }
            _ => Err(Failure::conflict("bad_transition", format!("What is {self} cannot become {next}."))),
        }
    }
}

words! {
    /// Days, as a week begins with them in the standard (ISO 8601).
    Weekday {
        Monday = "monday",
        Tuesday = "tuesday",
        Wednesday = "wednesday",
        Thursday = "thursday",
        Friday = "friday",
        Saturday = "saturday",
        Sunday = "sunday",
    }
}

impl Weekday {
    /// 0 is Monday.
    pub(crate) const fn number(self) -> i8 {
        self as i8
    }
}

/// Rules that are in force together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RuleSet {
    pub id: RuleSetId,
    pub name: String,
    pub description: String,
    /// Holds for all marketing of the sandbox. There is one, it is always active, and it has no quiet hours.
    pub global: bool,
    pub status: RuleStatus,
    /// In the order in which they were made.
    pub rules: Vec<Rule>,
    /// Counts changes; a change must name the revision that it started from. 0: never changed.
    pub revision: i64,
    /// `None`: never.
    pub modified_at: Option<Timestamp>,
    /// Empty: nobody.
    pub modified_by: String,
}

/// One rule of a set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Rule {
    pub id: RuleId,
    /// Unique in its set, in any case.
    pub name: String,
    pub status: RuleStatus,
    pub what: RuleKind,
}

/// What a rule says. Marketing only.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum RuleKind {
    /// So many messages to a person in a while, and no more.
    Cap(Cap),
    /// Nothing goes at these times.
    QuietHours(QuietHours),
}

impl RuleKind {
    /// What is wrong with it. The zone is known by those who have the zones: not in a browser.
    pub fn check(&self) -> Faults {
        match self {
            Self::Cap(cap) => cap.check(),
            Self::QuietHours(quiet) => quiet.check(),
        }
    }
}

impl RuleSet {
    /// The global set of a sandbox in which nobody has touched it.
    pub fn global() -> Self {
        Self {
            id: Self::global_id(),
            name: GLOBAL_NAME.to_owned(),
            description: String::new(),
            global: true,
            status: RuleStatus::Active,
            rules: Vec::new(),
            revision: 0,
            modified_at: None,
            modified_by: String::new(),
        }
    }

    /// The same in every sandbox.
    pub fn global_id() -> RuleSetId {
        RuleSetId::new(0, [0; 10])
    }

    /// Faults of name and description.
    pub fn check_head(name: &str, description: &str) -> Faults {
        let mut faults = Faults::default();
        faults.take("name", required_line(name, NAME_MAX));
        if description.chars().count() > DESCRIPTION_MAX {
            faults.add("description", "too_long", format!("Use at most {DESCRIPTION_MAX} characters."));
        }
        faults
    }

    /// What is wrong with the rules: paths begin with `rules[0]`.
    pub fn check_rules(&self) -> Faults {
        let mut faults = Faults::default();
        if self.rules.len() > RULES_MAX {
            faults.add("rules", "too_many_rules", format!("A rule set has at most {RULES_MAX} rules."));
        }
        let mut names = HashSet::new();
        for (position, rule) in self.rules.iter().enumerate() {
            let mut own = Faults::default();
            own.take("name", required_line(&rule.name, NAME_MAX));
            if !names.insert(rule.name.trim().to_lowercase()) {
                own.add("name", "taken", "Another rule of this set has this name.");
            }
            if self.global && matches!(rule.what, RuleKind::QuietHours(_)) {
                own.add(
                    "what.kind",
                    "only_custom",
                    "The global set has no quiet hours. Put them into a set of their own.",
                );
            }
            own.0.extend(rule.what.check().0.into_iter().map(|fault| fault.under("what")));
            faults.0.extend(own.0.into_iter().map(|fault| fault.under(&format!("rules[{position}]"))));
        }
        faults
    }

    /// `NotFound` `rule`.
    pub fn rule(&self, id: &RuleId) -> Result<&Rule, Failure> {
        self.rules.iter().find(|rule| rule.id == *id).ok_or_else(|| Failure::not_found("rule"))
    }

    /// The same, to be changed.
    pub fn rule_mut(&mut self, id: &RuleId) -> Result<&mut Rule, Failure> {
        self.rules.iter_mut().find(|rule| rule.id == *id).ok_or_else(|| Failure::not_found("rule"))
    }

    /// Rules that are in force; none, when the set is not.
    pub fn active(&self) -> impl Iterator<Item = &Rule> {
        let in_force = self.status == RuleStatus::Active;
        self.rules.iter().filter(move |rule| in_force && rule.status == RuleStatus::Active)
    }

    /// A draft that was never in force can go; so can nothing else, because campaigns may name it.
    pub fn check_removable(&self) -> Result<(), Failure> {
        if self.global || self.status != RuleStatus::Draft {
            let text = "Only a custom rule set that never was active can be deleted. Deactivate it.";
            return Err(Failure::conflict("rule_set_used", text));
        }
        Ok(())
    }
}

/// The fault of a zone that nobody knows.
fn unknown_zone(path: &str, name: &str) -> Fault {
    Fault::new(
        path,
        "unknown_time_zone",
        format!("“{}” is not a time zone such as Asia/Seoul.", crate::word::shown(name)),
    )
}
