//! Runs: executions for an audience. The members become messages in steps, as far ahead of delivery as is useful.
//!
//! | file | does |
//! |---|---|
//! | [`accept`] | a call becomes an execution with a run, or a schedule |
//! | [`dry_run`] | what a call would do |
//! | [`expand`] | members become messages, from where the cursor stands |
//! | [`members`] | who is next: the people of a list, or those of whom a rule holds |
//! | [`pace`] | rate control: when the next message is due, and what is too late |
//! | [`pause`] | one run is paused and goes on later |
//! | [`context`] | what all recipients of a run share, kept once |

mod accept;
mod context;
mod dry_run;
mod expand;
mod members;
mod pace;
mod pause;

use std::time::Duration;

pub use accept::AudienceAccepted;
pub(crate) use accept::{Origin, Wish, execution_of};
pub(crate) use context::{ContextCache, SharedContext};

/// How runs are expanded.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Messages of a run that may wait to be tried first. More would only make the table large, and a stop late.
    pub queued_ahead: u32,
    /// How soon another process takes over a run when the one that expanded it died.
    pub lease: Duration,
}

impl Default for Settings {
    fn default() -> Self {
        Self { queued_ahead: 50_000, lease: Duration::from_secs(30) }
    }
}
