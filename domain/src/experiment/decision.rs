//! What the figures of an experiment decide by themselves.

use std::collections::BTreeMap;
use std::time::Duration;

use super::{ExperimentKind, ExperimentReport, Scaling, shares};
use crate::Timestamp;

/// How often people are shared out anew. Reference §1.2.1.
const SHARED_OUT_EVERY: Duration = Duration::from_hours(7 * 24);

/// What is to be done now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    /// Everybody gets this treatment from now on.
    Winner(String),
    /// Percents by the ids of treatments.
    Shares(BTreeMap<String, u8>),
}

impl ExperimentReport {
    /// What the figures decide at this moment; `None`: nothing yet, or nothing any more.
    pub fn decide(&self, now: Timestamp) -> Option<Decision> {
        let since = self.since.filter(|_| self.winner.is_none())?;
        let winner = match self.scaling {
            Scaling::WhenFound => self.found(),
            Scaling::After { .. } if self.scaling.ends_at(since).is_some_and(|end| end <= now) => self.best(),
            Scaling::After { .. } | Scaling::ByHand => None,
        };
        if let Some(winner) = winner.filter(|_| !self.is_by_hand) {
            return Some(Decision::Winner(winner.id.clone()));
        }
        let is_due = self.shared_out_at.unwrap_or(since).plus(SHARED_OUT_EVERY) <= now;
        (is_due && self.kind == ExperimentKind::Bandit).then(|| Decision::Shares(self.shares()))
    }

    /// More of the people to what may be the best one.
    fn shares(&self) -> BTreeMap<String, u8> {
        let shares = shares(&self.counts(), self.metric.is_loss(), 100_u8.saturating_sub(self.holdout));
        self.treatments.iter().map(|treatment| treatment.id.clone()).zip(shares).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::experiment;
    use super::super::{Experiment, ExperimentState, TreatmentReport, Winner};
    use super::*;

    const START: Timestamp = Timestamp::from_millis(1_000);
    const HOUR: Duration = Duration::from_hours(1);

    fn report(experiment: &Experiment, opened: [i64; 2]) -> ExperimentReport {
        let counted = opened.iter().zip(["a", "b"]).map(|(opened, id)| TreatmentReport {
            id: id.into(),
            sent: 10_000,
            opened: *opened,
            ..TreatmentReport::default()
        });
        let report = ExperimentReport::new(experiment, &ExperimentState::default(), &counted.collect::<Vec<_>>());
        ExperimentReport { since: Some(START), ..report }
    }

    fn winner(id: &str) -> Decision {
        Decision::Winner(id.into())
    }

    #[test]
    fn a_winner_is_chosen_when_it_is_found_or_when_its_time_has_come() {
        let mut it = experiment(&[50, 50], 0);
        assert_eq!(report(&it, [1_000, 2_000]).decide(START.plus(HOUR * 9_999)), None, "by hand");
        it.scaling = Scaling::WhenFound;
        assert_eq!(report(&it, [1_000, 1_010]).decide(START.plus(HOUR)), None);
        assert_eq!(report(&it, [1_000, 2_000]).decide(START.plus(HOUR)), Some(winner("b")));
        it.scaling = Scaling::After { hours: 2 };
        assert_eq!(report(&it, [1_000, 2_000]).decide(START.plus(HOUR)), None);
        assert_eq!(report(&it, [1_000, 1_010]).decide(START.plus(HOUR * 2)), Some(winner("b")), "as it is then");
    }

    #[test]
    fn after_a_winner_or_a_decision_by_hand_figures_choose_none() {
        let it = Experiment { scaling: Scaling::WhenFound, ..experiment(&[50, 50], 0) };
        let mut by_hand = report(&it, [1_000, 2_000]);
        by_hand.is_by_hand = true;
        assert_eq!(by_hand.decide(START.plus(HOUR)), None);
        let mut won = report(&it, [1_000, 2_000]);
        won.winner = Some(Winner { treatment: "a".into(), at: START, by: "ann".into() });
        assert_eq!(won.decide(START.plus(HOUR)), None);
        let nothing_sent = ExperimentReport { since: None, ..report(&it, [0, 0]) };
        assert_eq!(nothing_sent.decide(START.plus(HOUR)), None);
    }

    #[test]
    fn a_bandit_shares_people_out_anew_every_seven_days() {
        let it = Experiment { kind: ExperimentKind::Bandit, ..experiment(&[45, 45], 10) };
        let mut bandit = report(&it, [1_000, 2_000]);
        assert_eq!(bandit.decide(START.plus(HOUR * (7 * 24 - 1))), None);
        let shares = [("a".to_owned(), 5), ("b".to_owned(), 85)].into();
        assert_eq!(bandit.decide(START.plus(HOUR * 7 * 24)), Some(Decision::Shares(shares)));
        bandit.shared_out_at = Some(START.plus(HOUR * 7 * 24));
        assert_eq!(bandit.decide(START.plus(HOUR * 8 * 24)), None);
    }
}
