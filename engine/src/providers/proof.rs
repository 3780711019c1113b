//! How requests and callbacks show who speaks: what the proofs of several providers have in common.

use std::time::Duration;

use base64::prelude::{BASE64_STANDARD, Engine as _};
use domain::Timestamp;

use super::Refusal;

/// A clock may be this much ahead of ours.
const SKEW: Duration = Duration::from_mins(5);

/// Basic authentication (RFC 7617).
pub fn basic(user: &str, password: &str) -> String {
    format!("Basic {}", BASE64_STANDARD.encode(format!("{user}:{password}")))
}

/// Lower-case hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Refuses what was signed longer ago than `longest`, or in the future.
pub fn check_age(signed: Timestamp, now: Timestamp, longest: Duration) -> Result<(), Refusal> {
    if signed < now.minus(longest) || signed > now.plus(SKEW) { Err(Refusal::Stale) } else { Ok(()) }
}
