//! Lanes: what is served first.

use std::cmp::Ordering;

use domain::id::ExecutionKind;

use crate::{Error, Result};

/// Which messages go before which. A lower lane never waits for a higher one; the numbers are as they are stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Lane {
    HighThroughput = 0,
    Transactional = 1,
    Marketing = 2,
    /// Somebody waits for them; nobody's business does.
    Proof = 3,
}

impl Lane {
    pub(crate) const fn of(kind: ExecutionKind) -> Self {
        match kind {
            ExecutionKind::HighThroughput => Self::HighThroughput,
            ExecutionKind::Unitary => Self::Transactional,
            ExecutionKind::Audience => Self::Marketing,
            ExecutionKind::Proof => Self::Proof,
        }
    }

    /// As it is stored.
    pub(crate) const fn number(self) -> i64 {
        self as i64
    }

    pub(crate) fn stored(number: i64) -> Result<Self> {
        match number {
            0 => Ok(Self::HighThroughput),
            1 => Ok(Self::Transactional),
            2 => Ok(Self::Marketing),
            3 => Ok(Self::Proof),
            other => Err(Error::unexpected(format!("there is no lane {other}"))),
        }
    }

    /// Does business wait for its messages?
    pub(crate) fn is_urgent(self) -> bool {
        matches!(self, Self::HighThroughput | Self::Transactional)
    }

    const fn place(self) -> u8 {
        match self {
            Self::HighThroughput => 0,
            Self::Transactional => 1,
            Self::Proof => 2,
            Self::Marketing => 3,
        }
    }

    /// May a message be sent again that may have arrived? Nobody needs the same offer twice.
    pub(crate) fn repeats_what_is_in_doubt(self) -> bool {
        self != Self::Marketing
    }
}

impl Ord for Lane {
    fn cmp(&self, other: &Self) -> Ordering {
        self.place().cmp(&other.place())
    }
}

impl PartialOrd for Lane {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
