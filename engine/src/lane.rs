//! Lanes: what is served first.

use domain::id::ExecutionKind;

use crate::{Error, Result};

/// Which messages go before which. A lower lane never waits for a higher one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Lane {
    HighThroughput = 0,
    Transactional = 1,
    Marketing = 2,
}

impl Lane {
    pub(crate) const fn of(kind: ExecutionKind) -> Self {
        match kind {
            ExecutionKind::HighThroughput => Self::HighThroughput,
            ExecutionKind::Unitary => Self::Transactional,
            ExecutionKind::Audience => Self::Marketing,
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
            other => Err(Error::unexpected(format!("there is no lane {other}"))),
        }
    }

    /// May a message be sent again that may have arrived? Nobody needs the same offer twice.
    pub(crate) fn repeats_what_is_in_doubt(self) -> bool {
        self != Self::Marketing
    }
}
