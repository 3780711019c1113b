//! What was decided of an experiment since it was published.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Experiment, ExperimentKind};
use crate::Timestamp;

/// Decisions of people and of figures. Of an experiment that began a moment ago: none.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ExperimentState {
    /// Percents by the ids of treatments, as the figures have it; `None`: as the author said.
    pub shares: Option<BTreeMap<String, u8>>,
    pub shared_out_at: Option<Timestamp>,
    pub winner: Option<Winner>,
    /// Somebody has decided by hand: figures choose no winner any more.
    pub is_by_hand: bool,
}

/// What everybody gets from now on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Winner {
    /// Its id.
    pub treatment: String,
    pub at: Timestamp,
    /// The person, or `Hermod`.
    pub by: String,
}

impl ExperimentState {
    /// The experiment as it is now. What was decided of treatments that it does not have any more does not count.
    #[must_use]
    pub fn applied(&self, experiment: &Experiment) -> Experiment {
        let mut now = experiment.clone();
        if let Some(winner) = self.winner_of(experiment) {
            now.scale(&winner.treatment);
        } else if let Some(shares) = self.shares.as_ref().filter(|_| experiment.kind == ExperimentKind::Bandit) {
            now.share_out(shares);
        }
        now
    }

    /// The winner, when it is a treatment of this experiment.
    pub fn winner_of(&self, experiment: &Experiment) -> Option<&Winner> {
        self.winner.as_ref().filter(|winner| experiment.has(&winner.treatment))
    }
}

impl Experiment {
    /// Is there a treatment of this id?
    pub fn has(&self, id: &str) -> bool {
        self.treatments.iter().any(|treatment| treatment.id == id)
    }

    /// Everybody gets this treatment, but for those who get nothing.
    fn scale(&mut self, winner: &str) {
        let whole = self.given();
        for treatment in &mut self.treatments {
            treatment.percent = if treatment.id == winner { whole } else { 0 };
        }
    }

    /// Gives every treatment its share, when these are shares of all of them.
    fn share_out(&mut self, shares: &BTreeMap<String, u8>) {
        let sum: u32 = shares.values().map(|share| u32::from(*share)).sum();
        let fits = shares.len() == self.treatments.len() && shares.keys().all(|id| self.has(id));
        if fits && sum == u32::from(self.given()) {
            for treatment in &mut self.treatments {
                treatment.percent = shares.get(&treatment.id).copied().unwrap_or_default();
            }
        }
    }

    /// Percent of the people who get a treatment.
    pub(super) fn given(&self) -> u8 {
        100_u8.saturating_sub(self.holdout)
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::experiment;
    use super::*;

    fn percents(state: &ExperimentState, experiment: &Experiment) -> Vec<u8> {
        let now = state.applied(experiment);
        assert!(now.check().is_empty());
        now.treatments.iter().map(|it| it.percent).collect()
    }

    fn won(treatment: &str) -> ExperimentState {
        let winner = Winner { treatment: treatment.into(), at: Timestamp::from_millis(1), by: "ann".into() };
        ExperimentState { winner: Some(winner), ..ExperimentState::default() }
    }

    #[test]
    fn everybody_gets_the_winner_and_those_left_out_still_nothing() {
        assert_eq!(percents(&won("b"), &experiment(&[60, 30], 10)), [0, 90]);
    }

    #[test]
    fn what_was_decided_of_other_treatments_does_not_count() {
        let mut state = won("c");
        state.shares = Some([("a".into(), 70), ("b".into(), 30)].into());
        let bandit =
            |percents: &[u8], holdout| Experiment { kind: ExperimentKind::Bandit, ..experiment(percents, holdout) };
        assert_eq!(percents(&state, &bandit(&[50, 50], 0)), [70, 30]);
        assert_eq!(percents(&state, &experiment(&[50, 50], 0)), [50, 50], "the author shares out again");
        assert_eq!(percents(&state, &bandit(&[50, 40], 10)), [50, 40], "another holdout");
        assert_eq!(percents(&state, &bandit(&[50, 25, 25], 0)), [0, 0, 100], "there is the winner");
        state.winner = None;
        assert_eq!(percents(&state, &bandit(&[50, 25, 25], 0)), [50, 25, 25]);
    }
}
