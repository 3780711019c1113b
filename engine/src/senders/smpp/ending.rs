//! How a session ends.

use std::time::Instant;

/// Why a session is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Ended(pub &'static str);

impl Ended {
    /// The SMSC asked to end it, and waits for our answer.
    pub const UNBOUND: Self = Self("The SMSC ended the session.");
    /// We asked to end it, and have its answer or wait no longer.
    pub const CLOSED: Self = Self("The session was closed.");

    /// Whether the connection is still good.
    pub fn is_polite(self) -> bool {
        self == Self::UNBOUND || self == Self::CLOSED
    }
}

/// How far the closing of a session is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Closing {
    No,
    /// What is outstanding is awaited until then.
    Draining(Instant),
    /// We asked to unbind, and wait for the answer until then.
    Unbinding(Instant),
}
