//! A token bucket for each API client. It holds what may be called in a second, and is refilled all the time.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use domain::Timestamp;
use domain::id::ApiClientId;

use super::{Allowance, Taken};

/// Of this process.
#[derive(Default)]
pub(crate) struct Rates(Mutex<HashMap<ApiClientId, Bucket>>);

struct Bucket {
    /// In thousandths of a call, so that a millisecond fills a whole number of them.
    left: u64,
    at: Timestamp,
}

impl Rates {
    /// Takes one call out of the bucket. `limit` is at least 1.
    pub(crate) fn take(&self, client: &ApiClientId, limit: u32, now: Timestamp) -> Taken {
        let (limit, full) = (u64::from(limit), u64::from(limit) * 1_000);
        // Nothing here leaves a bucket half changed.
        let mut buckets = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let bucket = buckets.entry(client.clone()).or_insert(Bucket { left: full, at: now });
        let passed = u64::try_from(now.millis_since(bucket.at)).unwrap_or(0);
        bucket.left = bucket.left.saturating_add(passed.saturating_mul(limit)).min(full);
        bucket.at = now;
        let wait_seconds = match bucket.left.checked_sub(1_000) {
            Some(left) => {
                bucket.left = left;
                None
            }
            None => Some((1_000 - bucket.left).div_ceil(limit).div_ceil(1_000).max(1)),
        };
        let reset_seconds = (full - bucket.left).div_ceil(limit).div_ceil(1_000);
        Taken { allowance: Allowance { limit, remaining: bucket.left / 1_000, reset_seconds }, wait_seconds }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_millis(1_000_000);

    fn client(n: u8) -> ApiClientId {
        ApiClientId::new(1, [n; 10])
    }

    fn after(milliseconds: u64) -> Timestamp {
        NOW.plus(std::time::Duration::from_millis(milliseconds))
    }

    #[test]
    fn a_client_gets_its_rate_and_no_more_and_nobody_elses() {
        let rates = Rates::default();
        let take = |n, at| rates.take(&client(n), 2, at);
        let first = take(1, NOW);
        assert_eq!(first.allowance, Allowance { limit: 2, remaining: 1, reset_seconds: 1 });
        assert_eq!(take(1, NOW).wait_seconds, None);
        let third = take(1, NOW);
        assert_eq!((third.wait_seconds, third.allowance.remaining), (Some(1), 0));
        assert_eq!(take(2, NOW).wait_seconds, None, "another client");
        assert_eq!(take(1, after(499)).wait_seconds, Some(1));
        assert_eq!(take(1, after(500)).wait_seconds, None);
        let later = [after(60_000); 3].map(|at| take(1, at).wait_seconds);
        assert_eq!(later, [None, None, Some(1)], "what was not used is not saved for later");
    }

    #[test]
    fn a_clock_that_goes_back_takes_nothing_away() {
        let rates = Rates::default();
        assert_eq!(rates.take(&client(1), 1, after(5_000)).wait_seconds, None);
        assert_eq!(rates.take(&client(1), 1, NOW).wait_seconds, Some(1));
        assert_eq!(rates.take(&client(1), 1, after(1_000)).wait_seconds, None);
    }
}
