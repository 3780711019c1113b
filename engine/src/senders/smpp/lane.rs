//! Keeps one session of an account: connects when there is something to send, reconnects when the session is lost, and
//! answers for it while it is not there.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::{Notify, mpsc, watch};
use tokio::time::sleep_until;
use tokio_rustls::rustls::ClientConfig;

use super::account::Account;
use super::acknowledgement::Coming;
use super::ending::Ended;
use super::session::{BIND_SEQUENCE, Session};
use super::status::busy;
use super::talk::{Job, Talk};
use super::tally::Answer;
use crate::providers::{Meaning, Reading};

/// What all sessions of an account share.
pub(super) struct Shared {
    pub account: Account,
    pub tls: Arc<ClientConfig>,
    pub deliveries: mpsc::Sender<Coming>,
    /// A refused bind, and until when no session tries again.
    refused: Mutex<Option<(Instant, Reading)>>,
}

impl Shared {
    pub fn new(account: Account, tls: Arc<ClientConfig>, deliveries: mpsc::Sender<Coming>) -> Self {
        Self { account, tls, deliveries, refused: Mutex::new(None) }
    }

    fn refused(&self, now: Instant) -> Option<(Instant, Reading)> {
        let refused = self.refused.lock().unwrap_or_else(PoisonError::into_inner);
        refused.clone().filter(|(until, _)| *until > now)
    }

    /// Opens a session, unless another one was refused a while ago.
    async fn open(&self) -> Result<Session, (Option<Instant>, Reading)> {
        if let Some((until, reading)) = self.refused(Instant::now()) {
            return Err((Some(until), reading));
        }
        let reading = match Session::open(&self.account, &self.tls).await {
            Ok(session) => return Ok(session),
            Err(reading) => reading,
        };
        tracing::warn!(account = ?self.account, reason = reading.reason, words = reading.words, "no session with the SMSC");
        if reading.meaning != Meaning::Misconfigured {
            return Err((None, reading));
        }
        let until = Instant::now() + self.account.pace.refused;
        *self.refused.lock().unwrap_or_else(PoisonError::into_inner) = Some((until, reading.clone()));
        Err((Some(until), reading))
    }
}

/// What others see of a lane.
#[derive(Debug, Default)]
pub(super) struct Gauge {
    /// Messages given to it and not yet answered.
    pub load: AtomicUsize,
    /// It has no session and waits to try again.
    pub is_down: AtomicBool,
    /// Rung to connect without having anything to send.
    pub bell: Notify,
}

/// One session, kept.
pub(super) struct Lane {
    pub shared: Arc<Shared>,
    pub gauge: Arc<Gauge>,
    pub jobs: mpsc::Receiver<Job>,
    pub closing: watch::Receiver<bool>,
}

/// It is over for good.
struct Closed;

impl Lane {
    /// Until it is closed, or nobody is left to give it messages.
    pub async fn keep(mut self) {
        let first = tokio::select! {
            job = self.jobs.recv() => job,
            () = self.gauge.bell.notified() => None,
            _ = self.closing.wait_for(|is_closing| *is_closing) => None,
        };
        let mut wait = self.shared.account.pace.first_back_off;
        let mut job = first;
        while !self.is_closed() {
            let Ok(lost) = self.live(job.take(), &mut wait).await else { break };
            if self.be_down(lost).await.is_err() {
                break;
            }
        }
        self.jobs.close();
        self.refuse_all(&busy("The session was closed.", wait));
    }

    fn is_closed(&self) -> bool {
        *self.closing.borrow() || (self.jobs.is_closed() && self.jobs.is_empty())
    }

    /// Opens a session and talks until it is lost. Returns until when to wait, and why.
    async fn live(&mut self, job: Option<Job>, wait: &mut Duration) -> Result<(Instant, Reading), Closed> {
        let shared = Arc::clone(&self.shared);
        let opened = tokio::select! {
            opened = shared.open() => opened,
            _ = self.closing.wait_for(|is_closing| *is_closing) => {
                refuse(job, &busy("The session was closed.", *wait));
                return Err(Closed);
            }
        };
        let started = Instant::now();
        let (until, reading) = match opened {
            Ok(session) => {
                let ended = self.talk(session, job, *wait).await;
                if self.is_closed() {
                    return Err(Closed);
                }
                tracing::info!(account = ?shared.account, why = ended.0, "the session with the SMSC is lost");
                if started.elapsed() > shared.account.pace.last_back_off / 2 {
                    *wait = shared.account.pace.first_back_off;
                }
                (None, busy(ended.0, *wait))
            }
            Err((until, reading)) => {
                let reading = if until.is_some() { reading } else { busy(&reading.words, *wait) };
                refuse(job, &reading);
                (until, reading)
            }
        };
        let until = until.unwrap_or_else(|| Instant::now() + *wait);
        *wait = (*wait * 2).min(shared.account.pace.last_back_off);
        Ok((until, reading))
    }

    async fn talk(&mut self, session: Session, job: Option<Job>, wait: Duration) -> Ended {
        let shared = Arc::clone(&self.shared);
        let mut talk = Talk::new(&shared.account, &shared.deliveries, BIND_SEQUENCE, Instant::now());
        if let Some(job) = job {
            talk.accept(job);
        }
        let ended = session.drive(&mut talk, &mut self.jobs, &mut self.closing).await;
        talk.finish(ended, wait);
        ended
    }

    /// Waits to try again, and says so to whoever has a message.
    async fn be_down(&mut self, (until, reading): (Instant, Reading)) -> Result<(), Closed> {
        self.gauge.is_down.store(true, Ordering::Relaxed);
        let back = loop {
            tokio::select! {
                () = sleep_until(until.into()) => break Ok(()),
                job = self.jobs.recv() => match job {
                    Some(job) => refuse(Some(job), &later(&reading, until)),
                    None => break Err(Closed),
                },
                _ = self.closing.wait_for(|is_closing| *is_closing) => break Err(Closed),
            }
        };
        self.gauge.is_down.store(false, Ordering::Relaxed);
        back
    }

    fn refuse_all(&mut self, reading: &Reading) {
        while let Ok(job) = self.jobs.try_recv() {
            refuse(Some(job), reading);
        }
    }
}

/// With what is left to wait.
fn later(reading: &Reading, until: Instant) -> Reading {
    let meaning = match &reading.meaning {
        Meaning::Busy { .. } => Meaning::Busy { retry_after: Some(until.saturating_duration_since(Instant::now())) },
        other => other.clone(),
    };
    Reading { meaning, ..reading.clone() }
}

fn refuse(job: Option<Job>, reading: &Reading) {
    if let Some(job) = job {
        // whoever waited may have gone
        let _ = job.answer.send(Answer::NotSent(reading.clone()));
    }
}
