//! How much an API client may call, and how much may wait.
//!
//! | limit | holds | how exactly |
//! |---|---|---|
//! | rate | per client and process | to the call; several processes behind a balancer each grant it |
//! | quota of a day | per client, all processes together, also after a restart | never more; each process may leave up to a thousandth of it unused |
//! | backlog | messages of trigger calls that wait, over all | counted every ten seconds; what this process accepted since is added |

mod backlog;
mod quota;
mod rate;

use domain::{Failure, Timestamp};

use crate::api_clients::ApiCaller;
use crate::{Engine, Result};
pub(crate) use backlog::Backlog;
pub(crate) use quota::Quotas;
pub(crate) use rate::Rates;

/// Limits of all API clients that have none of their own. 0: no limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Settings {
    /// Trigger calls of a client in a second.
    pub requests_per_second: u32,
    /// Trigger calls of a client in a day (UTC).
    pub requests_per_day: u32,
    /// Messages of trigger calls that may wait to be sent.
    pub waiting_messages: u64,
}

impl Default for Settings {
    fn default() -> Self {
        Self { requests_per_second: 10_000, requests_per_day: 0, waiting_messages: 2_000_000 }
    }
}

/// What a client has left of the limit that it will reach first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Allowance {
    pub limit: u64,
    pub remaining: u64,
    /// Until all of it is there again.
    pub reset_seconds: u64,
}

impl Allowance {
    /// Which of two is reached first?
    fn tighter(self, other: Self) -> Self {
        let (own, others) = (self.remaining * other.limit.max(1), other.remaining * self.limit.max(1));
        if others < own { other } else { self }
    }
}

/// A call at the door: what is left, and whether it may come in.
#[derive(Debug)]
pub struct Admission {
    /// `None`: this client has no limit.
    pub allowance: Option<Allowance>,
    /// Limited `rate_limited` | `quota_used_up`; Unavailable when the storage is away.
    pub refused: Option<Failure>,
}

impl Engine {
    /// Counts a trigger call of this client.
    pub async fn admit(&self, caller: &ApiCaller) -> Admission {
        let now = self.now();
        let settings = &self.0.settings.limits;
        let per_second = caller.limits.requests_per_second.unwrap_or(settings.requests_per_second);
        let per_day = caller.limits.requests_per_day.unwrap_or(settings.requests_per_day);
        let rate = (per_second > 0).then(|| self.0.rates.take(&caller.client_id, per_second, now));
        let mut allowance = rate.as_ref().map(|taken| taken.allowance);
        if let Some(seconds) = rate.and_then(|taken| taken.wait_seconds) {
            return Admission { allowance, refused: Some(rate_limited(per_second, seconds)) };
        }
        if per_day == 0 {
            return Admission { allowance, refused: None };
        }
        match self.take_of_quota(caller, per_day, now).await {
            Ok(taken) => {
                let of_day = taken.allowance;
                allowance = Some(allowance.map_or(of_day, |allowance| allowance.tighter(of_day)));
                match taken.wait_seconds {
                    Some(seconds) => Admission { allowance: Some(of_day), refused: Some(used_up(per_day, seconds)) },
                    None => Admission { allowance, refused: None },
                }
            }
            Err(error) => Admission { allowance, refused: Some(error.into_failure()) },
        }
    }

    async fn take_of_quota(&self, caller: &ApiCaller, quota: u32, now: Timestamp) -> Result<Taken> {
        let taken = self.0.quotas.take(self.store(), &caller.client_id, quota, now).await;
        self.0.health.note(taken)
    }
}

/// How a call was counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Taken {
    pub(crate) allowance: Allowance,
    /// There was nothing left: when to come back.
    pub(crate) wait_seconds: Option<u64>,
}

fn rate_limited(limit: u32, retry_after_seconds: u64) -> Failure {
    let text = format!("This API client may make {limit} calls in a second. Try again in {retry_after_seconds} s.");
    Failure::Limited { reason: "rate_limited".to_owned(), text, retry_after_seconds }
}

fn used_up(quota: u32, retry_after_seconds: u64) -> Failure {
    let text =
        format!("This API client may make {quota} calls in a day, and all are made. The next day begins at 00:00 UTC.");
    Failure::Limited { reason: "quota_used_up".to_owned(), text, retry_after_seconds }
}
