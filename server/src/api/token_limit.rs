//! How often a caller may fail to get a token: counted per address, in memory, in fixed windows.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use domain::Failure;
use tokio::time::Instant;

const WINDOW: Duration = Duration::from_mins(1);
const FAILURES: u32 = 30;
/// Addresses remembered. When there are more, all are forgotten: a secret has 256 bits, so this guards work, not secrets.
const REMEMBERED: usize = 10_000;

/// Failures per address and the start of their window.
#[derive(Debug, Default)]
pub struct TokenLimit(Mutex<HashMap<IpAddr, (Instant, u32)>>);

impl TokenLimit {
    /// May this address try?
    pub fn check(&self, address: IpAddr) -> Result<(), Failure> {
        match self.lock().get(&address) {
            Some((start, FAILURES..)) if start.elapsed() < WINDOW => {
                let left = WINDOW.saturating_sub(start.elapsed()).as_secs();
                Err(Failure::TooMany { retry_after_seconds: left.max(1) })
            }
            _ => Ok(()),
        }
    }

    /// Notes a failure.
    pub fn note_failure(&self, address: IpAddr) {
        let mut failures = self.lock();
        if failures.len() >= REMEMBERED && !failures.contains_key(&address) {
            failures.clear();
        }
        let (start, count) = failures.entry(address).or_insert_with(|| (Instant::now(), 0));
        if start.elapsed() >= WINDOW {
            (*start, *count) = (Instant::now(), 0);
        }
        *count += 1;
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<IpAddr, (Instant, u32)>> {
        // Nothing here leaves the table half changed.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn after_thirty_failures_an_address_waits_for_the_end_of_the_minute() {
        let limit = TokenLimit::default();
        let (bad, good): (IpAddr, IpAddr) = ([192, 0, 2, 1].into(), [192, 0, 2, 2].into());
        for _ in 0..30 {
            limit.check(bad).unwrap();
            limit.note_failure(bad);
        }
        tokio::time::advance(Duration::from_secs(20)).await;
        assert_eq!(limit.check(bad), Err(Failure::TooMany { retry_after_seconds: 40 }));
        assert_eq!(limit.check(good), Ok(()));
        tokio::time::advance(Duration::from_secs(40)).await;
        assert_eq!(limit.check(bad), Ok(()));
    }

    #[test]
    fn memory_is_bounded() {
        let limit = TokenLimit::default();
        for number in 0..20_000_u32 {
            limit.note_failure(std::net::Ipv4Addr::from(number).into());
        }
        assert!(limit.lock().len() <= REMEMBERED);
    }
}
