//! How often somebody may try to sign in: counted per email address and per client, in memory, in a sliding window.

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use domain::{Failure, Timestamp};

use crate::keys::fingerprint;

const WINDOW: Duration = Duration::from_mins(15);
const PER_ADDRESS: usize = 5;
const PER_CLIENT: usize = 30;
/// Most addresses and clients remembered. When there are more, the one that tried longest ago is forgotten.
const REMEMBERED: usize = 10_000;

/// Tries of sign-in per address and per client, in memory.
#[derive(Default)]
pub(crate) struct SignInLimit(Mutex<HashMap<String, VecDeque<Timestamp>>>);

impl SignInLimit {
    /// Notes a try before it is made, so that many at once cannot slip through; or says when the next one is allowed.
    pub(super) fn note(&self, email: &str, client: &str, now: Timestamp) -> Result<(), Failure> {
        let mut tries = self.lock();
        let keys = keys(email, client);
        for (key, limit) in &keys {
            if let Some(times) = tries.get_mut(key) {
                forget_old(times, now);
                if let Some(first) = times.front().filter(|_| times.len() >= *limit) {
                    let wait = first.plus(WINDOW).millis_since(now);
                    let seconds = u64::try_from(wait).unwrap_or(0).div_ceil(1_000);
                    return Err(Failure::TooMany { retry_after_seconds: seconds });
                }
            }
        }
        for (key, _) in keys {
            make_room(&mut tries, &key, now);
            tries.entry(key).or_default().push_back(now);
        }
        Ok(())
    }

    /// The try of `now` succeeded: it does not count, and the address starts afresh.
    pub(super) fn succeeded(&self, email: &str, client: &str, now: Timestamp) {
        let mut tries = self.lock();
        let [(address, _), (client, _)] = keys(email, client);
        tries.remove(&address);
        if let Some(times) = tries.get_mut(&client)
            && let Some(position) = times.iter().rposition(|time| *time == now)
        {
            times.remove(position);
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, VecDeque<Timestamp>>> {
        // Nothing here leaves the table half changed.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Fingerprints, since a hostile address may be of any length.
fn keys(email: &str, client: &str) -> [(String, usize); 2] {
    let key = |kind: &str, text: &str| fingerprint(format!("{kind} {text}").as_bytes());
    [(key("address", email), PER_ADDRESS), (key("client", client), PER_CLIENT)]
}

fn forget_old(times: &mut VecDeque<Timestamp>, now: Timestamp) {
    while times.front().is_some_and(|time| time.plus(WINDOW) <= now) {
        times.pop_front();
    }
}

fn make_room(tries: &mut HashMap<String, VecDeque<Timestamp>>, key: &str, now: Timestamp) {
    if tries.len() < REMEMBERED || tries.contains_key(key) {
        return;
    }
    tries.retain(|_, times| times.back().is_some_and(|time| time.plus(WINDOW) > now));
    if tries.len() >= REMEMBERED {
        let oldest = tries.iter().min_by_key(|(_, times)| times.back().copied()).map(|(key, _)| key.clone());
        oldest.and_then(|key| tries.remove(&key));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_millis(0);

    #[test]
    fn the_sixth_try_for_an_address_waits_until_the_first_is_a_quarter_of_an_hour_old() {
        let limit = SignInLimit::default();
        for minute in 0..5 {
            limit.note("ann@example.com", "a", NOW.plus(Duration::from_mins(minute))).unwrap();
        }
        let sixth = limit.note("ann@example.com", "b", NOW.plus(Duration::from_mins(5)));
        assert_eq!(sixth, Err(Failure::TooMany { retry_after_seconds: 600 }));
        assert_eq!(limit.note("bob@example.com", "a", NOW.plus(Duration::from_mins(5))), Ok(()));
        assert_eq!(limit.note("ann@example.com", "b", NOW.plus(WINDOW)), Ok(()));
    }

    #[test]
    fn a_client_that_tries_many_addresses_is_stopped_at_thirty() {
        let limit = SignInLimit::default();
        for n in 0..30 {
            limit.note(&format!("p{n}@example.com"), "a", NOW).unwrap();
        }
        assert!(limit.note("next@example.com", "a", NOW).is_err());
        assert!(limit.note("next@example.com", "b", NOW).is_ok());
    }

    #[test]
    fn a_success_starts_afresh() {
        let limit = SignInLimit::default();
        for _ in 0..100 {
            limit.note("ann@example.com", "a", NOW).unwrap();
            limit.succeeded("ann@example.com", "a", NOW);
        }
    }

    #[test]
    fn memory_is_bounded() {
        let limit = SignInLimit::default();
        for n in 0..u32::try_from(REMEMBERED).unwrap() {
            let _ = limit.note(&format!("p{n}@example.com"), &format!("c{n}"), NOW);
        }
        assert!(limit.lock().len() <= REMEMBERED);
    }
}
