//! API clients: the outside systems that trigger campaigns.

use serde::{Deserialize, Serialize};

use crate::id::ApiClientId;
use crate::{Fault, Faults, SandboxName, Timestamp};

/// An API client of one sandbox. The secret is shown once, when it is created.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApiClient {
    pub id: ApiClientId,
    pub sandbox: SandboxName,
    pub name: String,
    pub created_at: Timestamp,
    pub created_by: String,
    pub last_used_at: Option<Timestamp>,
    pub revoked_at: Option<Timestamp>,
    pub limits: ClientLimits,
}

/// How much an API client may call. `None`: as the settings have it; 0: no limit.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClientLimits {
    /// Trigger calls in a second.
    pub requests_per_second: Option<u32>,
    /// Trigger calls in a day (UTC).
    pub requests_per_day: Option<u32>,
}

/// Limits as they are typed: empty for those of the settings.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ClientLimitsDraft {
    pub requests_per_second: String,
    pub requests_per_day: String,
}

impl ClientLimitsDraft {
    /// The numbers; or all faults.
    pub fn check(&self) -> Result<ClientLimits, Faults> {
        let mut faults = Faults::default();
        let requests_per_second = faults.take("requestsPerSecond", number(&self.requests_per_second)).flatten();
        let requests_per_day = faults.take("requestsPerDay", number(&self.requests_per_day)).flatten();
        if faults.is_empty() { Ok(ClientLimits { requests_per_second, requests_per_day }) } else { Err(faults) }
    }
}

fn number(text: &str) -> Result<Option<u32>, Fault> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    let number = text.parse().ok().filter(|number| *number <= LIMIT_MAX);
    let fault = || Fault::new("", "out_of_range", format!("Give a whole number up to {LIMIT_MAX}, or nothing."));
    number.map(Some).ok_or_else(fault)
}

/// The largest number that a limit can have.
pub const LIMIT_MAX: u32 = 1_000_000_000;

/// Id and secret, the only time the secret is seen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewApiClient {
    pub client_id: ApiClientId,
    pub client_secret: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draft(second: &str, day: &str) -> ClientLimitsDraft {
        ClientLimitsDraft { requests_per_second: second.into(), requests_per_day: day.into() }
    }

    #[test]
    fn a_limit_is_a_number_or_left_to_the_settings() {
        let limits = draft(" 50 ", "").check().unwrap();
        assert_eq!((limits.requests_per_second, limits.requests_per_day), (Some(50), None));
        assert_eq!(draft("0", "0").check().unwrap().requests_per_day, Some(0));
        let faults = draft("-1", "1.5").check().unwrap_err();
        let paths: Vec<&str> = faults.0.iter().map(|fault| fault.path.as_str()).collect();
        assert_eq!(paths, ["requestsPerSecond", "requestsPerDay"]);
        assert!(draft("1000000001", "").check().is_err());
    }
}
