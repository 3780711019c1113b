//! Delivery: claim → check → render → send → record.
//!
//! | file | does |
//! |---|---|
//! | [`run`] | the loop of a process: record what is done, take what is due |
//! | [`sending`] | what is being sent at the moment, and how much more of each queue may be taken |
//! | [`attempt`] | one message: prepared, handed over, whatever happens |
//! | [`prepare`] | checks and rendering: pure |
//! | [`record`] | attempts, renderings and states, several in one transaction |
//! | [`retry`] | when to try again, and when to give up |
//! | [`recovery`] | messages whose process stopped while it was sending |
//! | [`lock`] | one delivering process on an embedded database |

mod attempt;
mod lock;
mod prepare;
mod record;
mod recovery;
mod retry;
mod run;
mod sending;

use std::time::Duration;

use tokio::sync::{Notify, Semaphore};

use crate::senders::Senders;

/// How this process delivers.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Delays before the second, third, … attempt.
    pub retry_schedule: Vec<Duration>,
    /// How long a claim holds unless it is renewed: how soon others take over what this process was sending.
    pub lease: Duration,
    /// Name told to SMTP servers in EHLO.
    pub helo_name: String,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            retry_schedule: [60, 300, 900, 1800, 3600, 7200, 14400, 28800].map(Duration::from_secs).to_vec(),
            lease: Duration::from_mins(1),
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
    /// Who may render at the moment.
    renderers: Semaphore,
}

impl Shared {
    pub(crate) fn new(settings: &Settings) -> Self {
        let processors = std::thread::available_parallelism().map_or(1, usize::from);
        Self {
            senders: Senders::new(&settings.helo_name),
            worker: crate::ids::reference(),
            work: Notify::new(),
            renderers: Semaphore::new((processors - 1).max(1)),
        }
    }

    /// There is something new to send.
    pub(crate) fn wake(&self) {
        self.work.notify_one();
    }
}
