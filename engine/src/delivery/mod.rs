//! Delivery: claim → check → render → send → record.
//!
//! | file | does |
//! |---|---|
//! | [`run`] | the loop of a process: what is due, as much at once as there is room |
//! | [`attempt`] | one message: checked, rendered, handed over |
//! | [`record`] | attempts, renderings and states, several in one transaction |
//! | [`retry`] | when to try again, and when to give up |
//! | [`recovery`] | messages whose process stopped while it was sending |
//! | [`lock`] | one delivering process on an embedded database |

mod attempt;
mod lock;
mod record;
mod recovery;
mod retry;
mod run;

use std::time::Duration;

use tokio::sync::Notify;

use crate::senders::Senders;

/// How this process delivers.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Delays before the second, third, … attempt.
    pub retry_schedule: Vec<Duration>,
    /// How long a claim holds. Three quarters of it must outlast the longest send (185 s), or a mail could go out twice.
    pub lease: Duration,
    /// Name told to SMTP servers in EHLO.
    pub helo_name: String,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            retry_schedule: [60, 300, 900, 1800, 3600, 7200, 14400, 28800].map(Duration::from_secs).to_vec(),
            lease: Duration::from_mins(5),
            helo_name: "localhost".into(),
        }
    }
}

/// What delivery keeps between messages: connections, wake-up, this process's name.
pub(crate) struct Shared {
    pub(crate) senders: Senders,
    /// Name of this process in claims.
    worker: String,
    work: Notify,
}

impl Shared {
    pub(crate) fn new(settings: &Settings) -> Self {
        Self { senders: Senders::new(&settings.helo_name), worker: crate::ids::reference(), work: Notify::new() }
    }

    /// There is something new to send.
    pub(crate) fn wake(&self) {
        self.work.notify_one();
    }
}
