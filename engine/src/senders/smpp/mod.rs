//! Short messages over SMPP 3.4 (SMPP Developers Forum, issue 1.2): an account is a handful of sessions, each with a window
//! of submissions that await their answer. Numbers of sections are those of that document.

mod account;
mod acknowledgement;
mod ending;
mod frame;
mod incoming;
mod lane;
mod outgoing;
mod receipt;
mod session;
mod settings;
mod status;
mod talk;
mod tally;
#[cfg(test)]
mod tests;

use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use domain::Fault;
use tokio::sync::{mpsc, oneshot, watch};
use tokio::task::JoinHandle;
use tokio_rustls::rustls::ClientConfig;

pub use account::Account;
pub use acknowledgement::Coming;
pub use incoming::Delivery;
pub use outgoing::Short;
pub use tally::Answer;

use crate::providers::{Meaning, Reading};
use lane::{Gauge, Lane, Shared};
use session::{BIND_SEQUENCE, Session};
use status::busy;
use talk::{Job, Talk};

/// The sessions of an account. When the last one who holds it lets go, they are unbound.
pub struct Smsc {
    shared: Arc<Shared>,
    lanes: Vec<Door>,
    closing: watch::Sender<bool>,
    tasks: Mutex<Vec<JoinHandle<()>>>,
}

/// The way to a lane.
struct Door {
    jobs: mpsc::Sender<Job>,
    gauge: Arc<Gauge>,
}

/// A message at a lane, for as long as it is there.
struct Load<'a>(&'a Gauge);

impl<'a> Load<'a> {
    fn on(gauge: &'a Gauge) -> Self {
        gauge.load.fetch_add(1, Ordering::Relaxed);
        Self(gauge)
    }
}

impl Drop for Load<'_> {
    fn drop(&mut self) {
        self.0.load.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Smsc {
    /// Checks the account and starts its sessions, which connect when there is something to send. What the SMSC tells comes
    /// out at `deliveries`, each with the answer that the SMSC waits for; when nobody takes it from there the SMSC is asked to
    /// keep it. Needs a Tokio runtime.
    pub fn new(account: Account, tls: Arc<ClientConfig>, deliveries: mpsc::Sender<Coming>) -> Result<Self, Fault> {
        account.check()?;
        let (closing, _) = watch::channel(false);
        let shared = Arc::new(Shared::new(account, tls, deliveries));
        let mut lanes = Vec::new();
        let mut tasks = Vec::new();
        for _ in 0..shared.account.sessions {
            let (jobs, receiver) = mpsc::channel(shared.account.window);
            let gauge = Arc::new(Gauge::default());
            let lane = Lane {
                shared: Arc::clone(&shared),
                gauge: Arc::clone(&gauge),
                jobs: receiver,
                closing: closing.subscribe(),
            };
            tasks.push(tokio::spawn(lane.keep()));
            lanes.push(Door { jobs, gauge });
        }
        Ok(Self { shared, lanes, closing, tasks: Mutex::new(tasks) })
    }

    /// Connects all sessions now: after a restart receipts may be waiting though nothing is to be sent.
    pub fn open(&self) {
        for door in &self.lanes {
            door.gauge.bell.notify_one();
        }
    }

    /// Submits a message, in as many parts as it takes, all through one session. May wait: for room in the window, for a
    /// connection, for the end of a pause that the SMSC asked for, and for the answers. Who waits no longer must hold the
    /// message for one in doubt.
    pub async fn submit(&self, message: Short<'_>) -> Answer {
        let pdus = match outgoing::pdus(&self.shared.account, &message) {
            Ok(pdus) => pdus,
            Err(reading) => return Answer::NotSent(reading),
        };
        let gone = || Answer::NotSent(busy("The session was closed.", self.shared.account.pace.first_back_off));
        let Some(door) = self.idlest() else { return gone() };
        let _load = Load::on(&door.gauge);
        let (answer, answered) = oneshot::channel();
        if door.jobs.send(Job { pdus, answer }).await.is_err() {
            return gone();
        }
        // a lane answers every message; that it does not is its end by a panic, with the message somewhere
        answered.await.unwrap_or_else(|_| Answer::InDoubt {
            reading: status::reading(Meaning::Retry, "smpp_session_failed", "The session failed."),
            provider_ids: Vec::new(),
        })
    }

    /// The lane with the least to do, of those that are not down; the first of equals, so that no more sessions are opened
    /// than there is work for.
    fn idlest(&self) -> Option<&Door> {
        self.lanes
            .iter()
            .min_by_key(|door| (door.gauge.is_down.load(Ordering::Relaxed), door.gauge.load.load(Ordering::Relaxed)))
    }

    /// Ends all sessions: awaits what is outstanding for a while and unbinds. Messages that come later are not sent.
    pub async fn close(&self) {
        self.closing.send_replace(true);
        let tasks = std::mem::take(&mut *self.tasks.lock().unwrap_or_else(PoisonError::into_inner));
        for task in tasks {
            // a lane that panicked is closed as well
            let _ = task.await;
        }
    }
}

/// Binds once and unbinds, to see whether host, name and password are good: `Accepted`, or why not.
pub async fn verify(account: &Account, tls: &Arc<ClientConfig>) -> Reading {
    if let Err(fault) = account.check() {
        return status::reading(Meaning::Misconfigured, "smpp_bad_account", &format!("{}: {}", fault.path, fault.text));
    }
    let session = match Session::open(account, tls).await {
        Ok(session) => session,
        Err(reading) => return reading,
    };
    let (deliveries, _) = mpsc::channel(1);
    let (_jobs, mut no_jobs) = mpsc::channel(1);
    let (_closing, mut closing) = watch::channel(true);
    let mut talk = Talk::new(account, &deliveries, BIND_SEQUENCE, Instant::now());
    let _ended = session.drive(&mut talk, &mut no_jobs, &mut closing).await;
    status::read(rusmpp::CommandStatus::EsmeRok, Duration::ZERO)
}
