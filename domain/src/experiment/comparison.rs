//! How much better one treatment does than another, and how sure that is.
//!
//! People look at running experiments every day, and figures that are only good for one look would soon "find" what is not
//! there. So the interval and the confidence are those of an asymptotic confidence sequence (Waudby-Smith, Arbour, Sinha,
//! Kennedy, Ramdas: *Time-uniform central limit theory and asymptotic confidence sequences*, theorem 2.2), which hold at
//! every moment at once.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// People who got a treatment, and those of them with whom it succeeded.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    pub people: u32,
    pub successes: u32,
}

/// A treatment beside the one that it is compared with.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Compared {
    /// Share of the people with whom it succeeded, 0 to 1.
    pub rate: f64,
    /// How much higher the rate is, relative to the other: 0.1 is ten percent more. `None`: the other has no success yet.
    pub lift: Option<f64>,
    /// By how much the rates differ at the least and at the most, with 95 percent confidence.
    pub difference: (f64, f64),
    /// How sure it is that the rates differ, 0 to 1.
    pub confidence: f64,
}

/// From here on the difference is told as found.
pub const SURE: f64 = 0.95;

/// Where the sequence is tightest: at some 5,000 people.
const RHO_SQUARED: f64 = 0.001_756;

impl Counts {
    /// Share of successes, 0 to 1; 0 of nobody.
    pub fn rate(self) -> f64 {
        if self.people == 0 { 0.0 } else { f64::from(self.successes.min(self.people)) / f64::from(self.people) }
    }

    /// Where the rate lies at the least and at the most, with 95 percent confidence; anywhere, of nobody.
    pub fn interval(self) -> (f64, f64) {
        if self.people == 0 {
            return (0.0, 1.0);
        }
        let half = half_width(f64::from(self.people), self.variance(), 1.0 - SURE);
        ((self.rate() - half).max(0.0), (self.rate() + half).min(1.0))
    }

    /// Variance of one person, never quite 0: that nobody has clicked yet does not say that nobody will.
    fn variance(self) -> f64 {
        let people = f64::from(self.people);
        let rate = (f64::from(self.successes.min(self.people)) + 0.5) / (people + 1.0);
        rate * (1.0 - rate)
    }
}

/// Compares a treatment with the first one; `others` is how many treatments are compared so in all (Bonferroni).
pub fn compare(baseline: Counts, treatment: Counts, others: u8) -> Compared {
    let rate = treatment.rate();
    let lift = (baseline.rate() > 0.0).then(|| (rate - baseline.rate()) / baseline.rate());
    if baseline.people == 0 || treatment.people == 0 {
        return Compared { rate, lift, difference: (-1.0, 1.0), confidence: 0.0 };
    }
    let others = f64::from(others.max(1));
    let people = f64::from(baseline.people) + f64::from(treatment.people);
    let difference = rate - baseline.rate();
    let per_person =
        baseline.variance() / f64::from(baseline.people) + treatment.variance() / f64::from(treatment.people);
    let variance = people * per_person;
    let spread = people * RHO_SQUARED + 1.0;
    let alpha = (1.0 - SURE) / others;
    let half = half_width(people, variance, alpha);
    // The alpha at which the interval would just touch 0.
    let exponent = -(difference * difference * people * people * RHO_SQUARED) / (2.0 * spread * variance);
    let doubt = (spread.sqrt() * exponent.exp() * others).min(1.0);
    Compared {
        rate,
        lift,
        difference: ((difference - half).max(-1.0), (difference + half).min(1.0)),
        confidence: 1.0 - doubt,
    }
}

/// Half the width of the interval of a mean, of people each of whom varies so.
fn half_width(people: f64, variance: f64, alpha: f64) -> f64 {
    let spread = people * RHO_SQUARED + 1.0;
    (2.0 * spread / (people * people * RHO_SQUARED) * (spread.sqrt() / alpha).ln() * variance).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counts(people: u32, successes: u32) -> Counts {
        Counts { people, successes }
    }

    #[test]
    fn a_large_difference_among_many_is_sure_and_among_few_is_not() {
        let few = compare(counts(100, 10), counts(100, 14), 1);
        assert!(few.confidence < 0.5 && few.difference.0 < 0.0 && few.difference.1 > 0.0, "{few:?}");
        let many = compare(counts(20_000, 2_000), counts(20_000, 2_800), 1);
        assert!(many.confidence > 0.999 && many.difference.0 > 0.0, "{many:?}");
        assert_eq!((many.rate, many.lift.map(|lift| (lift * 100.0).round())), (0.14, Some(40.0)));
        let worse = compare(counts(20_000, 2_800), counts(20_000, 2_000), 1);
        assert!(worse.confidence > 0.999 && worse.difference.1 < 0.0, "{worse:?}");
    }

    #[test]
    fn confidence_and_interval_say_the_same() {
        for successes in 1_000..1_400 {
            let compared = compare(counts(10_000, 1_000), counts(10_000, successes), 1);
            assert_eq!(compared.confidence > SURE, compared.difference.0 > 0.0, "{successes}: {compared:?}");
        }
    }

    #[test]
    fn of_nobody_nothing_is_said() {
        let none = compare(counts(0, 0), counts(0, 0), 1);
        assert_eq!((none.confidence, none.lift, none.rate), (0.0, None, 0.0));
        let first = compare(counts(10, 0), counts(10, 0), 1);
        assert_eq!((first.confidence, first.lift), (0.0, None));
    }

    #[test]
    fn more_treatments_make_each_of_them_less_sure() {
        let of = |others| compare(counts(5_000, 500), counts(5_000, 640), others).confidence;
        assert!(of(1) > of(4), "{} {}", of(1), of(4));
    }

    /// Two treatments that do not differ, looked at after every 50 people: an interval for one look would "find" a difference
    /// in far more of them.
    #[test]
    fn whoever_looks_all_the_time_finds_what_is_not_there_in_one_of_twenty_at_most() {
        let mut state = 7_u32;
        let mut draw = || {
            // Marsaglia's xorshift.
            state ^= state << 13;
            state ^= state >> 17;
            state ^= state << 5;
            f64::from(state) / f64::from(u32::MAX)
        };
        let mut found = 0;
        for _ in 0..200 {
            let mut both = [Counts::default(); 2];
            for person in 0..4_000 {
                let it = &mut both[person % 2];
                it.people += 1;
                it.successes += u32::from(draw() < 0.2);
                if person > 200 && person % 50 == 0 && compare(both[0], both[1], 1).confidence > SURE {
                    found += 1;
                    break;
                }
            }
        }
        assert!(found <= 10, "{found} of 200");
    }
}
