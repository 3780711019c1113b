//! Who gets which treatment: always the same for the same person, without anything being stored.

use sha2::{Digest, Sha256};

use super::{Experiment, Treatment};

/// What a person gets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Assigned<'a> {
    Treatment(&'a Treatment),
    /// Nothing.
    Holdout,
}

impl Experiment {
    /// What this person gets. Two experiments share people out independently. When shares change, only as many people move as
    /// they must (weighted rendezvous hashing), and the holdout stays.
    pub fn assign(&self, person: &[u8]) -> Assigned<'_> {
        let name = self.id.as_bytes();
        if fraction(&[name, b"holdout", person]) < f64::from(self.holdout) / 100.0 {
            return Assigned::Holdout;
        }
        let score = |treatment: &Treatment| {
            let drawn = fraction(&[name, treatment.id.as_bytes(), person]);
            -f64::from(treatment.percent) / drawn.ln()
        };
        let given = self.treatments.iter().filter(|treatment| treatment.percent > 0);
        let best = given.max_by(|one, other| score(one).total_cmp(&score(other)));
        best.map_or(Assigned::Holdout, Assigned::Treatment)
    }
}

/// A number between 0 and 1, both left out, that depends on nothing but the parts.
fn fraction(parts: &[&[u8]]) -> f64 {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part.len().to_be_bytes());
        hash.update(part);
    }
    let digest = hash.finalize();
    let high = digest.iter().take(4).fold(0_u32, |sum, byte| (sum << 8) | u32::from(*byte));
    (f64::from(high) + 0.5) / (f64::from(u32::MAX) + 1.0)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::super::tests::experiment;
    use super::*;

    const PEOPLE: u32 = 20_000;

    fn given(experiment: &Experiment, name: &str) -> Vec<String> {
        let experiment = Experiment { id: name.to_owned(), ..experiment.clone() };
        let assign = |person: u32| match experiment.assign(format!("p{person}@example.com").as_bytes()) {
            Assigned::Treatment(treatment) => treatment.id.clone(),
            Assigned::Holdout => "-".to_owned(),
        };
        (0..PEOPLE).map(assign).collect()
    }

    /// Percent of the people, by treatment.
    fn shares(given: &[String]) -> BTreeMap<&str, f64> {
        let mut shares = BTreeMap::new();
        for id in given {
            *shares.entry(id.as_str()).or_default() += 100.0 / f64::from(PEOPLE);
        }
        shares
    }

    #[test]
    fn people_are_shared_out_as_the_author_said_and_always_alike() {
        let experiment = experiment(&[60, 30], 10);
        let first = given(&experiment, "cmp_1");
        assert_eq!(first, given(&experiment, "cmp_1"));
        for (id, wanted) in [("a", 60.0), ("b", 30.0), ("-", 10.0)] {
            let share: f64 = shares(&first)[id];
            assert!((share - wanted).abs() < 1.5, "{id}: {share}");
        }
    }

    #[test]
    fn two_experiments_share_people_out_independently() {
        let experiment = experiment(&[50, 50], 0);
        let (one, other) = (given(&experiment, "cmp_1"), given(&experiment, "cmp_2"));
        let both = one.iter().zip(&other).map(|(one, other)| format!("{one}{other}")).collect::<Vec<_>>();
        assert!(shares(&both).values().all(|share| (share - 25.0).abs() < 1.5), "{:?}", shares(&both));
    }

    #[test]
    fn when_shares_change_nobody_moves_but_from_what_lost_to_what_gained() {
        let (before, after) = (given(&experiment(&[50, 40], 10), "x"), given(&experiment(&[70, 20], 10), "x"));
        let moved = before.iter().zip(&after).filter(|(before, after)| before != after).collect::<Vec<_>>();
        assert!(moved.iter().all(|(before, after)| *before == "b" && *after == "a"), "{:?}", moved.first());
        let moved = moved.len() * 100 / before.len();
        assert!((19..=21).contains(&moved), "{moved}");
    }

    #[test]
    fn a_treatment_without_a_share_goes_to_nobody() {
        assert!(given(&experiment(&[100, 0], 0), "x").iter().all(|id| id == "a"));
    }
}
