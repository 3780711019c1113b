//! A rate and where it lies, as a bar: the same scale for all bars of a table.

use domain::experiment::TreatmentReport;
use leptos::prelude::*;

use crate::i18n::texts;

/// Size of the picture, in its own units.
const WIDTH: f64 = 100.0;
const HEIGHT: f64 = 12.0;
/// Steps at which a scale may end.
const ENDS: [f64; 7] = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0];

/// From 0 to where the longest bar ends, rounded up.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Scale {
    end: f64,
}

impl Scale {
    /// That holds all of these intervals.
    pub fn of(intervals: impl Iterator<Item = (f64, f64)>) -> Self {
        let most = intervals.map(|(_, high)| high).fold(0.0, f64::max);
        Self { end: ENDS.into_iter().find(|end| *end >= most && most > 0.0).unwrap_or(1.0) }
    }

    fn place(self, rate: f64) -> f64 {
        (rate / self.end).clamp(0.0, 1.0) * WIDTH
    }
}

/// The rate in figures, and a bar from the least to the most that it may be, with a stroke where it is; `–` of nobody.
#[component]
pub fn Interval(treatment: TreatmentReport, scale: Scale) -> impl IntoView {
    let t = texts();
    if treatment.sent == 0 {
        return "–".into_any();
    }
    let (low, high) = treatment.interval;
    let (from, to, at) = (scale.place(low), scale.place(high), scale.place(treatment.compared.rate));
    let between = t.experiment.between(percent(low), percent(high));
    view! {
        <span>{percent(treatment.compared.rate)}</span>" "<span class="hint">{between.clone()}</span>
        <svg class="interval" viewBox=format!("0 0 {WIDTH} {HEIGHT}") preserveAspectRatio="none" role="img" aria-label=t.experiment.bar(between, percent(scale.end))>
            <line class="interval-scale" x1="0" x2=WIDTH y1={HEIGHT / 2.0} y2={HEIGHT / 2.0}/>
            <rect class="interval-range" x=from width={(to - from).max(0.5)} y="2" height={HEIGHT - 4.0}/>
            <line class="interval-rate" x1=at x2=at y1="0" y2=HEIGHT/>
        </svg>
    }
    .into_any()
}

/// `12.3%`, of a share.
pub fn percent(share: f64) -> String {
    format!("{:.1}%", share * 100.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_bars_are_within_their_scale() {
        let scale = Scale::of([(0.01, 0.03), (0.02, 0.045)].into_iter());
        assert_eq!(scale, Scale { end: 0.05 });
        assert!((scale.place(0.025) - 50.0).abs() < 1e-9 && scale.place(0.2) <= WIDTH);
        assert_eq!(Scale::of(std::iter::empty()), Scale { end: 1.0 });
    }
}
