//! New ids and references.

use domain::Timestamp;

use crate::clock::random_bytes;

/// A new id of the wanted kind: `new_id(now, CampaignId::new)`.
pub fn new_id<Id>(now: Timestamp, make: impl FnOnce(u64, [u8; 10]) -> Id) -> Id {
    make(u64::try_from(now.as_millis()).unwrap_or(0), random_bytes())
}

/// A short random word that finds a failure in the log.
pub fn reference() -> String {
    let bytes: [u8; 10] = random_bytes();
    domain::id::time_ordered(0, bytes).trim_start_matches('0').to_owned()
}
