//! What an experiment has shown so far.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    Compared, Counts, Experiment, ExperimentKind, ExperimentState, SURE, Scaling, SuccessMetric, Winner, compare,
};
use crate::Timestamp;

/// Of the version of a campaign that is live, and of those before it with the same experiment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ExperimentReport {
    /// The id of the experiment.
    pub id: String,
    pub kind: ExperimentKind,
    pub metric: SuccessMetric,
    pub scaling: Scaling,
    /// Somebody has decided by hand: figures choose no winner any more.
    pub is_by_hand: bool,
    /// The first one is what the others are compared with.
    pub treatments: Vec<TreatmentReport>,
    /// Percent of the people who get nothing.
    pub holdout: u8,
    /// Messages that were not sent because their people are left out.
    pub held_out: i64,
    /// When the first message of a treatment went.
    pub since: Option<Timestamp>,
    /// When the shares were last changed by the figures.
    pub shared_out_at: Option<Timestamp>,
    /// Who gets it from now on, and who decided so.
    pub winner: Option<Winner>,
}

/// One treatment: what became of its messages, and how it does beside the first one.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct TreatmentReport {
    pub id: String,
    pub name: String,
    /// Of all people, as it is now.
    pub percent: u8,
    /// Messages that were handed over. The others are counted of these, each message once.
    pub sent: i64,
    pub delivered: i64,
    pub opened: i64,
    pub clicked: i64,
    pub unsubscribed: i64,
    /// Where its rate lies at the least and at the most, with 95 percent confidence.
    pub interval: (f64, f64),
    pub compared: Compared,
}

impl TreatmentReport {
    /// Messages that were handed over, and those of them with which it succeeded.
    pub fn counts(&self, metric: SuccessMetric) -> Counts {
        let successes = match metric {
            SuccessMetric::Opened => self.opened,
            SuccessMetric::Clicked => self.clicked,
            SuccessMetric::Unsubscribed => self.unsubscribed,
        };
        let small = |count: i64| u32::try_from(count.max(0)).unwrap_or(u32::MAX);
        Counts { people: small(self.sent), successes: small(successes.min(self.sent)) }
    }
}

impl ExperimentReport {
    /// Of an experiment, as it was decided since; `counted`: what is known of treatments by their ids.
    pub fn new(experiment: &Experiment, state: &ExperimentState, counted: &[TreatmentReport]) -> Self {
        let now = state.applied(experiment);
        let treatments = now.treatments.iter().map(|treatment| {
            let counted = counted.iter().find(|it| it.id == treatment.id).cloned().unwrap_or_default();
            let (id, name) = (treatment.id.clone(), treatment.name.clone());
            TreatmentReport { id, name, percent: treatment.percent, ..counted }
        });
        let mut report = Self {
            id: experiment.id.clone(),
            kind: experiment.kind,
            metric: experiment.metric,
            scaling: experiment.scaling,
            is_by_hand: state.is_by_hand,
            treatments: treatments.collect(),
            holdout: experiment.holdout,
            held_out: 0,
            since: None,
            shared_out_at: state.shared_out_at,
            winner: state.winner_of(experiment).cloned(),
        };
        report.compare();
        report
    }

    /// Compares every treatment with the first one.
    fn compare(&mut self) {
        let counts = self.counts();
        let others = u8::try_from(counts.len().saturating_sub(1)).unwrap_or(u8::MAX);
        let Some(baseline) = counts.first().copied() else { return };
        for (place, (treatment, counts)) in self.treatments.iter_mut().zip(counts).enumerate() {
            treatment.interval = counts.interval();
            treatment.compared = match place {
                0 => Compared { rate: counts.rate(), lift: None, difference: (0.0, 0.0), confidence: 0.0 },
                _ => compare(baseline, counts, others),
            };
        }
    }

    /// Figures of the metric, one of each treatment.
    pub fn counts(&self) -> Vec<Counts> {
        self.treatments.iter().map(|treatment| treatment.counts(self.metric)).collect()
    }

    /// The treatment that does best so far; `None` when nothing was sent.
    pub fn best(&self) -> Option<&TreatmentReport> {
        let sent = self.treatments.iter().filter(|treatment| treatment.sent > 0);
        let rate = |treatment: &TreatmentReport| treatment.counts(self.metric).rate();
        // Of equal ones the first.
        sent.reduce(|best, other| {
            let better = if self.metric.is_loss() { rate(other) < rate(best) } else { rate(other) > rate(best) };
            if better { other } else { best }
        })
    }

    /// The best treatment, when it is sure that it differs from every other one.
    pub fn found(&self) -> Option<&TreatmentReport> {
        let best = self.best()?;
        let others = u8::try_from(self.treatments.len().saturating_sub(1)).unwrap_or(u8::MAX);
        let counts = best.counts(self.metric);
        let mut rivals = self.treatments.iter().filter(|treatment| treatment.id != best.id);
        rivals.all(|rival| compare(rival.counts(self.metric), counts, others).confidence > SURE).then_some(best)
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::experiment;
    use super::*;

    fn report(metric: SuccessMetric, figures: &[(i64, i64)]) -> ExperimentReport {
        let counted = figures.iter().zip('a'..).map(|((sent, successes), id)| TreatmentReport {
            id: id.to_string(),
            sent: *sent,
            opened: *successes,
            unsubscribed: *successes,
            ..TreatmentReport::default()
        });
        let experiment = Experiment { metric, ..experiment(&vec![10; figures.len()], 0) };
        ExperimentReport::new(&experiment, &ExperimentState::default(), &counted.collect::<Vec<_>>())
    }

    fn found(report: &ExperimentReport) -> Option<&str> {
        report.found().map(|treatment| treatment.id.as_str())
    }

    #[test]
    fn a_winner_is_found_only_when_it_is_sure_that_it_beats_every_other_one() {
        let clear = report(SuccessMetric::Opened, &[(10_000, 1_000), (10_000, 1_600), (10_000, 1_100)]);
        assert_eq!(found(&clear), Some("b"));
        let close = report(SuccessMetric::Opened, &[(10_000, 1_000), (10_000, 1_600), (10_000, 1_580)]);
        assert_eq!((found(&close), close.best().unwrap().id.as_str()), (None, "b"));
        let losses = report(SuccessMetric::Unsubscribed, &[(10_000, 1_000), (10_000, 1_600)]);
        assert_eq!(found(&losses), Some("a"));
        let nothing = report(SuccessMetric::Opened, &[(0, 0), (0, 0)]);
        assert_eq!((found(&nothing), nothing.best()), (None, None));
    }

    #[test]
    fn every_treatment_is_compared_with_the_first_one() {
        let report = report(SuccessMetric::Opened, &[(10_000, 1_000), (10_000, 1_200)]);
        let compared = |place: usize| report.treatments[place].compared;
        assert_eq!((compared(0).lift, compared(0).confidence), (None, 0.0));
        assert_eq!(compared(1).lift.map(|lift| (lift * 100.0).round()), Some(20.0));
        let (low, high) = report.treatments[1].interval;
        assert!(low < 0.12 && high > 0.12 && high - low < 0.05, "{low} {high}");
    }
}
