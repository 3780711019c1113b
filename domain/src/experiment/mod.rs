//! Experiments: several contents of a campaign, each for a share of the people, and what tells which of them does best.
//! Reference §1.2.1.

use std::collections::BTreeSet;
use std::time::Duration;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::address::required_line;
use crate::word::words;
use crate::{Faults, Timestamp};

mod assignment;
mod bandit;
mod comparison;
mod decision;
mod fact;
mod report;
mod state;

pub use assignment::Assigned;
pub use bandit::shares;
pub use comparison::{Compared, Counts, SURE, compare};
pub use decision::Decision;
pub use fact::Fact;
pub use report::{ExperimentReport, TreatmentReport};
pub use state::{ExperimentState, Winner};

/// Most contents that are compared.
pub const TREATMENTS_MAX: usize = 10;
/// The name of those who get nothing, which no treatment may have.
const HOLDOUT: &str = "holdout";

words! {
    /// How people are shared out.
    #[derive(Default)]
    ExperimentKind {
        /// As the author said, until somebody chooses the winner.
        #[default]
        AbTest = "ab_test",
        /// Every week, more of them to what does better (multi-armed bandit).
        Bandit = "bandit",
    }
}

words! {
    /// What counts as success of a message that was sent.
    #[derive(Default)]
    SuccessMetric {
        #[default]
        Opened = "opened",
        Clicked = "clicked",
        /// The fewer, the better.
        Unsubscribed = "unsubscribed",
    }
}

impl Scaling {
    /// When everybody gets the best one at the latest, of an experiment that begins then; `None`: at no known time.
    pub fn ends_at(self, start: Timestamp) -> Option<Timestamp> {
        match self {
            Self::After { hours } => Some(start.plus(Duration::from_hours(hours.into()))),
            Self::ByHand | Self::WhenFound => None,
        }
    }
}

impl SuccessMetric {
    /// Is a lower rate the better one?
    pub const fn is_loss(self) -> bool {
        matches!(self, Self::Unsubscribed)
    }
}

/// Who decides that one of them is for everybody from now on.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum Scaling {
    /// A person.
    #[default]
    ByHand,
    /// The figures, as soon as they are sure.
    WhenFound,
    /// The figures as they are after this many hours.
    After { hours: u16 },
}

/// An experiment of a campaign.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct Experiment {
    /// Its own for good, given when it is first saved: people are shared out, and figures are kept, by it.
    pub id: String,
    pub kind: ExperimentKind,
    pub metric: SuccessMetric,
    /// The first one is what the others are compared with.
    pub treatments: Vec<Treatment>,
    /// Percent of the people who get nothing.
    pub holdout: u8,
    pub scaling: Scaling,
}

/// One of the contents that are compared.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct Treatment {
    /// Short and its own for good: `a`, `b`. Decides, with the person, who gets it.
    pub id: String,
    pub name: String,
    /// Of all people; those of the treatments and the holdout make 100.
    pub percent: u8,
}

impl Experiment {
    /// Do figures decide anything of it?
    pub fn decides_by_itself(&self) -> bool {
        self.kind == ExperimentKind::Bandit || self.scaling != Scaling::ByHand
    }

    /// Shares that are as even as whole percents allow.
    pub fn distribute_evenly(&mut self) {
        let count = u8::try_from(self.treatments.len()).unwrap_or(u8::MAX).max(1);
        let whole = 100_u8.saturating_sub(self.holdout);
        let (each, mut over) = (whole / count, whole % count);
        for treatment in &mut self.treatments {
            treatment.percent = each + u8::from(over > 0);
            over = over.saturating_sub(1);
        }
    }

    /// Faults with paths such as `treatments[1].name`.
    pub fn check(&self) -> Faults {
        let mut faults = Faults::default();
        if !(2..=TREATMENTS_MAX).contains(&self.treatments.len()) {
            let text = format!("Compare 2 to {TREATMENTS_MAX} treatments.");
            faults.add("treatments", "treatment_count", text);
        }
        if self.id.len() > 40 || !self.id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_') {
            faults.add("id", "bad_id", "Leave it empty: it is given.");
        }
        let (mut ids, mut names) = (BTreeSet::new(), BTreeSet::new());
        for (place, treatment) in self.treatments.iter().enumerate() {
            let at = |field: &str| format!("treatments[{place}].{field}");
            if !is_short_id(&treatment.id) {
                faults.add(at("id"), "bad_id", "Use up to eight small letters and digits.");
            } else if !ids.insert(&treatment.id) {
                faults.add(at("id"), "duplicate_id", "Another treatment has this id.");
            }
            let Some(name) = faults.take(&at("name"), required_line(&treatment.name, 100)) else { continue };
            let name = name.to_lowercase();
            if name == HOLDOUT {
                faults.add(at("name"), "reserved_name", "“Holdout” are those who get nothing. Give another name.");
            } else if !names.insert(name) {
                faults.add(at("name"), "duplicate_name", "Another treatment is called so.");
            }
        }
        let sum: u32 = self.treatments.iter().map(|treatment| u32::from(treatment.percent)).sum();
        if sum + u32::from(self.holdout) != 100 {
            faults.add("treatments", "shares", "The shares of treatments and holdout make 100 percent.");
        }
        if self.holdout > 50 {
            faults.add("holdout", "out_of_range", "At most 50 percent get nothing.");
        }
        if matches!(self.scaling, Scaling::After { hours } if !(1..=24 * 90).contains(&hours)) {
            faults.add("scaling", "out_of_range", "Give 1 to 2160 hours.");
        }
        faults
    }
}

/// One to eight small letters and digits: what tells the treatments, or the targeting rules, of a campaign apart.
pub(crate) fn is_short_id(text: &str) -> bool {
    (1..=8).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    pub(super) fn experiment(percents: &[u8], holdout: u8) -> Experiment {
        let treatments = percents.iter().zip('a'..).map(|(percent, id)| Treatment {
            id: id.to_string(),
            name: format!("Treatment {id}"),
            percent: *percent,
        });
        Experiment { treatments: treatments.collect(), holdout, ..Experiment::default() }
    }

    #[test]
    fn shares_make_a_hundred_and_names_are_their_own() {
        assert_eq!(experiment(&[50, 40], 10).check(), Faults::default());
        let code = |experiment: Experiment| experiment.check().0.into_iter().map(|it| it.code).collect::<Vec<_>>();
        assert_eq!(code(experiment(&[50, 40], 0)), ["shares"]);
        assert_eq!(code(experiment(&[100], 0)), ["treatment_count"]);
        assert_eq!(code(experiment(&[20, 20], 60)), ["out_of_range"]);
        let mut named = experiment(&[50, 50], 0);
        named.treatments[1].name = "Holdout".into();
        assert_eq!(code(named.clone()), ["reserved_name"]);
        named.treatments[1].name = named.treatments[0].name.to_uppercase();
        assert_eq!(code(named), ["duplicate_name"]);
    }

    #[test]
    fn even_shares_differ_by_one_percent_at_most() {
        let mut three = experiment(&[0, 0, 0], 10);
        three.distribute_evenly();
        assert_eq!(three.treatments.iter().map(|it| it.percent).collect::<Vec<_>>(), [30, 30, 30]);
        three.holdout = 0;
        three.distribute_evenly();
        assert_eq!(three.treatments.iter().map(|it| it.percent).collect::<Vec<_>>(), [34, 33, 33]);
        assert_eq!(three.check(), Faults::default());
    }
}
