//! How people are shared out anew when those who do better are to get more of them.

use super::Counts;

/// Nobody is left out for good: what looked bad by chance may show itself yet.
const LEAST: f64 = 5.0;
/// Places at which the densities are looked at.
const STEPS: u32 = 4_000;

/// Percents of the treatments, which make `whole`: in the proportion in which each of them may be the best one (Thompson
/// sampling, its chances computed rather than drawn, so that the same figures give the same shares).
pub fn shares(counts: &[Counts], lower_is_better: bool, whole: u8) -> Vec<u8> {
    let chances = chances(counts, lower_is_better);
    let least = LEAST.min(f64::from(whole) * even(counts));
    let free = f64::from(whole) - counts.iter().map(|_| least).sum::<f64>();
    in_whole_percents(&chances.iter().map(|chance| least + free * chance).collect::<Vec<_>>(), whole)
}

/// Each one's part when all get the same.
fn even(counts: &[Counts]) -> f64 {
    1.0 / counts.iter().map(|_| 1.0).sum::<f64>().max(1.0)
}

/// How likely each of them is the best.
fn chances(counts: &[Counts], lower_is_better: bool) -> Vec<f64> {
    let (low, high) = range(counts);
    let width = (high - low) / f64::from(STEPS);
    let places: Vec<f64> = (0..STEPS).map(|step| low + (f64::from(step) + 0.5) * width).collect();
    let densities: Vec<Vec<f64>> = counts.iter().map(|counts| density(*counts, &places)).collect();
    let below: Vec<Vec<f64>> = densities.iter().map(|density| sums(density)).collect();
    let mut chances: Vec<f64> = (0..counts.len())
        .map(|one| {
            let at = |place: usize| {
                let others = below.iter().enumerate().filter(|(other, _)| *other != one);
                let beaten = others.map(|(_, below)| if lower_is_better { 1.0 - below[place] } else { below[place] });
                densities[one][place] * beaten.product::<f64>()
            };
            (0..places.len()).map(at).sum()
        })
        .collect();
    let sum: f64 = chances.iter().sum();
    for chance in &mut chances {
        *chance = if sum > 0.0 { *chance / sum } else { even(counts) };
    }
    chances
}

/// Where rates can be at all: six standard deviations around those seen.
fn range(counts: &[Counts]) -> (f64, f64) {
    let around = counts.iter().map(|counts| {
        let (yes, no) = beta(*counts);
        let (all, mean) = (yes + no, yes / (yes + no));
        let deviation = (mean * (1.0 - mean) / (all + 1.0)).sqrt();
        (mean - 6.0 * deviation, mean + 6.0 * deviation)
    });
    let (low, high) = around.fold((1.0_f64, 0.0_f64), |(low, high), (from, to)| (low.min(from), high.max(to)));
    (low.max(0.0), high.min(1.0).max(low.max(0.0) + 1e-9))
}

fn beta(counts: Counts) -> (f64, f64) {
    let successes = counts.successes.min(counts.people);
    (f64::from(successes) + 1.0, f64::from(counts.people - successes) + 1.0)
}

/// Of a beta distribution, at these places, with a sum of 1.
fn density(counts: Counts, places: &[f64]) -> Vec<f64> {
    let (yes, no) = beta(counts);
    let logs: Vec<f64> = places.iter().map(|it| (yes - 1.0) * it.ln() + (no - 1.0) * (1.0 - it).ln()).collect();
    let top = logs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let plain: Vec<f64> = logs.iter().map(|log| (log - top).exp()).collect();
    let sum: f64 = plain.iter().sum();
    plain.iter().map(|it| it / sum).collect()
}

/// At each place, what lies below it.
fn sums(density: &[f64]) -> Vec<f64> {
    density
        .iter()
        .scan(0.0, |sum, part| {
            let here = *sum + part / 2.0;
            *sum += part;
            Some(here)
        })
        .collect()
}

/// Whole numbers with the same sum: the largest remainders are rounded up.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "percents are 0 to 100")]
fn in_whole_percents(wanted: &[f64], whole: u8) -> Vec<u8> {
    let mut percents: Vec<u8> = wanted.iter().map(|it| it.floor() as u8).collect();
    let mut order: Vec<usize> = (0..wanted.len()).collect();
    order.sort_by(|one, other| wanted[*other].fract().total_cmp(&wanted[*one].fract()));
    let given: u8 = percents.iter().sum();
    let missing = usize::from(whole.saturating_sub(given));
    for place in order.into_iter().cycle().take(if wanted.is_empty() { 0 } else { missing }) {
        percents[place] += 1;
    }
    percents
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counts(all: &[(u32, u32)]) -> Vec<Counts> {
        all.iter().map(|(people, successes)| Counts { people: *people, successes: *successes }).collect()
    }

    #[test]
    fn what_does_better_gets_more_and_nobody_gets_nothing() {
        let given = shares(&counts(&[(1_000, 100), (1_000, 150)]), false, 100);
        assert_eq!((given.iter().map(|it| u32::from(*it)).sum::<u32>(), given[0]), (100, 5));
        let lower = shares(&counts(&[(1_000, 100), (1_000, 150)]), true, 100);
        assert_eq!(lower, [given[1], given[0]]);
    }

    #[test]
    fn without_figures_and_with_the_same_figures_all_get_the_same() {
        assert_eq!(shares(&counts(&[(0, 0), (0, 0), (0, 0)]), false, 90), [30, 30, 30]);
        assert_eq!(shares(&counts(&[(5_000, 60), (5_000, 60)]), false, 100), [50, 50]);
    }

    #[test]
    fn the_same_figures_give_the_same_shares_also_among_millions() {
        let many = counts(&[(3_000_000, 60_000), (3_000_000, 60_300), (1_000, 0)]);
        let given = shares(&many, false, 100);
        assert_eq!(given, shares(&many, false, 100));
        assert_eq!(given.iter().map(|it| u32::from(*it)).sum::<u32>(), 100);
        assert!(given[1] > given[0] && given[2] == 5, "{given:?}");
    }

    #[test]
    fn few_figures_move_little() {
        let given = shares(&counts(&[(20, 2), (20, 3)]), false, 100);
        assert!((30..50).contains(&given[0]), "{given:?}");
    }
}
