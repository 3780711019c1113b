//! Delivery: claim → check → render → send → record.
//!
//! | file | does |
//! |---|---|
//! | [`run`] | the loop of a process: record what is done, take what is due |
//! | [`handover`] | new messages come from intake without a turn in the queue |
//! | [`places`] | how many messages are sent at once, over all and of each queue |
//! | [`claim`] | what is due is taken |
//! | [`line`] | the arithmetic of rates: pure |
//! | [`circuit`] | a configuration whose server takes nothing is left alone |
//! | [`failover`] | a message that its server does not take goes over another configuration |
//! | [`pause`] | what a paused campaign has queued is held |
//! | [`sending`] | what is being sent at the moment |
//! | [`attempt`] | one message: prepared, handed over, whatever happens |
//! | [`prepare`] | checks and rendering: pure |
//! | [`caps`] | the last question: whether the person has had enough
//! | [`rcs`] | whether a rich message goes as RCS or as its SMS |
//! | [`try_out`] | the same without a message: dry runs |
//! | [`record`] | attempts, renderings and states, several in one transaction |
//! | [`retry`] | when to try again, and when to give up |
//! | [`copies`] | copies for an archive and for seed addresses |
//! | [`recovery`] | messages whose process stopped while it was sending |
//! | [`bell`] | processes tell each other of new messages |
//! | [`lock`] | one delivering process on an embedded database |

mod attempt;
mod bell;
mod caps;
mod choice;
mod circuit;
mod claim;
mod copies;
mod failover;
mod handover;
mod line;
mod lock;
mod pause;
mod places;
mod prepare;
mod rcs;
mod record;
mod recovery;
mod retry;
mod run;
mod sending;
mod try_out;

use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use domain::Timestamp;
use tokio::sync::{Notify, Semaphore};

use crate::senders::{Accounts, Senders};
use crate::store::Store;
use crate::store::messages::Lease;
use bell::Bell;
pub(crate) use circuit::Circuits;
pub(crate) use handover::Handover;
use pause::Pauses;
use places::Places;
pub(crate) use retry::retried_until;
pub(crate) use try_out::TriedOut;

/// How this process delivers.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Pauses before the second, third, … try; the last one repeats. Empty: nothing is tried again.
    pub retry_schedule: Vec<Duration>,
    /// So many messages in a row that fail for good pause their campaign; 0: never.
    pub pause_campaign_after_failures: u32,
    /// How long a claim holds unless it is renewed: how soon others take over what this process was sending.
    pub lease: Duration,
    /// Name told to SMTP servers in EHLO.
    pub helo_name: String,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            retry_schedule: [60, 300, 900, 1800, 3600, 7200, 14400, 28800].map(Duration::from_secs).to_vec(),
            pause_campaign_after_failures: 100,
            lease: Duration::from_mins(1),
            helo_name: "localhost".into(),
        }
    }
}

/// What delivery keeps between messages: connections, wake-up, this process's name.
pub(crate) struct Shared {
    pub(crate) senders: Senders,
    pub(crate) handover: Handover,
    pub(crate) circuits: Arc<Circuits>,
    pauses: Pauses,
    /// This process has claimed messages of configurations with a rate.
    has_rates: AtomicBool,
    places: Arc<Places>,
    /// Name of this process in claims.
    worker: String,
    /// How long a claim holds.
    lease: Duration,
    work: Notify,
    bell: Bell,
    /// Who may render at the moment.
    renderers: Semaphore,
    /// Who may sign at the moment.
    signers: Semaphore,
    /// Who may try something out at the moment.
    pub(crate) tries: Semaphore,
}

impl Shared {
    pub(crate) fn new(settings: &Settings, store: &Store, accounts: Accounts) -> Self {
        let processors = std::thread::available_parallelism().map_or(1, usize::from);
        let places = Arc::<Places>::default();
        let circuits = Arc::<Circuits>::default();
        Self {
            senders: Senders::new(&settings.helo_name, accounts),
            handover: Handover::new(Arc::clone(&places), Arc::clone(&circuits)),
            circuits,
            pauses: Pauses::default(),
            has_rates: AtomicBool::new(false),
            places,
            worker: crate::ids::reference(),
            lease: settings.lease,
            work: Notify::new(),
            bell: Bell::new(store),
            renderers: Semaphore::new((processors - 1).max(1)),
            signers: Semaphore::new(processors),
            tries: Semaphore::new(1),
        }
    }

    /// Name of this process in claims.
    pub(crate) fn worker(&self) -> &str {
        &self.worker
    }

    /// A claim of this process, made now.
    pub(crate) fn lease(&self, now: Timestamp) -> Lease<'_> {
        Lease { by: &self.worker, from: now, until: now.plus(self.lease) }
    }

    /// There is something new in the queue. A process that does not deliver tells the others.
    pub(crate) fn wake(&self) {
        if self.handover.is_open() {
            self.work.notify_one();
        } else {
            self.bell.ring();
        }
    }
}
