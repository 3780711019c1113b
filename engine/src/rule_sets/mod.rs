//! Rule sets: how often marketing may reach a person, and when it may not.
//!
//! | file | does |
//! |---|---|
//! | [`edit`] | people change them |
//! | [`in_force`] | the rules that hold for a message, kept for a second |
//! | [`quiet`] | whether it is quiet: pure |
//! | [`caps`] | places in the windows of caps, taken just before a message goes |

mod caps;
mod edit;
mod in_force;
mod quiet;

pub(crate) use caps::{Caps, Desk, Taken};
pub use edit::RuleChange;
pub(crate) use in_force::{RuleSetCache, Rules};
pub(crate) use quiet::{Quiet, quiet_at};
