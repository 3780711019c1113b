//! How often a caller may fail to get a token: counted per address and client, and per address, in memory, in fixed windows.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use domain::Failure;
use domain::id::ApiClientId;
use tokio::time::Instant;

const WINDOW: Duration = Duration::from_mins(1);
/// Of one client from one address. Other clients behind the same address do not suffer from it.
const OF_CLIENT: u32 = 30;
/// Of all clients from one address, whether they exist or not.
const OF_ADDRESS: u32 = 300;
/// Entries remembered. When there are more, all are forgotten: a secret has 256 bits, so this guards work, not secrets.
const REMEMBERED: usize = 10_000;

/// What failures are counted for.
#[derive(Debug, PartialEq, Eq, Hash)]
enum Counted {
    Address(IpAddr),
    /// `None` stands for every text that cannot be the id of a client.
    Client(IpAddr, Option<ApiClientId>),
}

impl Counted {
    fn both(address: IpAddr, client_id: &str) -> [Self; 2] {
        [Self::Client(address, client_id.parse().ok()), Self::Address(address)]
    }

    const fn limit(&self) -> u32 {
        match self {
            Self::Address(_) => OF_ADDRESS,
            Self::Client(..) => OF_CLIENT,
        }
    }
}

/// Failures and the start of their window.
#[derive(Debug, Default)]
pub struct TokenLimit(Mutex<HashMap<Counted, (Instant, u32)>>);

impl TokenLimit {
    /// May this client try from this address? Asked before anything is known of the client, so the answer tells nothing
    /// of whether it exists.
    pub fn check(&self, address: IpAddr, client_id: &str) -> Result<(), Failure> {
        let failures = self.lock();
        for counted in Counted::both(address, client_id) {
            if let Some((start, count)) = failures.get(&counted)
                && *count >= counted.limit()
                && start.elapsed() < WINDOW
            {
                let left = WINDOW.saturating_sub(start.elapsed()).as_secs();
                return Err(Failure::TooMany { retry_after_seconds: left.max(1) });
            }
        }
        Ok(())
    }

    /// Notes a failure.
    pub fn note_failure(&self, address: IpAddr, client_id: &str) {
        let mut failures = self.lock();
        for counted in Counted::both(address, client_id) {
            if failures.len() >= REMEMBERED && !failures.contains_key(&counted) {
                failures.clear();
            }
            let (start, count) = failures.entry(counted).or_insert_with(|| (Instant::now(), 0));
            if start.elapsed() >= WINDOW {
                (*start, *count) = (Instant::now(), 0);
            }
            *count += 1;
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Counted, (Instant, u32)>> {
        // Nothing here leaves the table half changed.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BAD: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 1));
    const GOOD: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 2));

    fn client(number: u64) -> String {
        ApiClientId::new(number, [0; 10]).to_string()
    }

    fn fail(limit: &TokenLimit, address: IpAddr, client_id: &str, times: u32) {
        for _ in 0..times {
            limit.check(address, client_id).unwrap();
            limit.note_failure(address, client_id);
        }
    }

    #[tokio::test(start_paused = true)]
    async fn after_thirty_failures_a_client_waits_for_the_end_of_the_minute() {
        let limit = TokenLimit::default();
        fail(&limit, BAD, &client(1), 30);
        tokio::time::advance(Duration::from_secs(20)).await;
        assert_eq!(limit.check(BAD, &client(1)), Err(Failure::TooMany { retry_after_seconds: 40 }));
        assert_eq!(limit.check(GOOD, &client(1)), Ok(()));
        tokio::time::advance(Duration::from_secs(40)).await;
        assert_eq!(limit.check(BAD, &client(1)), Ok(()));
    }

    #[tokio::test(start_paused = true)]
    async fn one_client_that_fails_does_not_lock_out_another_behind_the_same_address() {
        let limit = TokenLimit::default();
        fail(&limit, BAD, &client(1), 30);
        assert_eq!(limit.check(BAD, &client(2)), Ok(()));
    }

    #[tokio::test(start_paused = true)]
    async fn an_address_that_guesses_clients_waits_after_three_hundred_failures() {
        let limit = TokenLimit::default();
        for number in 0..10 {
            fail(&limit, BAD, &client(number), 30);
        }
        assert!(limit.check(BAD, &client(99)).is_err());
        assert_eq!(limit.check(GOOD, &client(99)), Ok(()));
    }

    #[tokio::test(start_paused = true)]
    async fn what_cannot_be_a_client_is_counted_together() {
        let limit = TokenLimit::default();
        for number in 0..30 {
            fail(&limit, BAD, &format!("shop {number}"), 1);
        }
        assert!(limit.check(BAD, "shop 31").is_err());
    }

    #[test]
    fn memory_is_bounded() {
        let limit = TokenLimit::default();
        for number in 0..20_000_u32 {
            limit.note_failure(std::net::Ipv4Addr::from(number).into(), &client(number.into()));
        }
        assert!(limit.lock().len() <= REMEMBERED);
    }
}
