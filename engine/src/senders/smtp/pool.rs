//! The connections of one channel configuration, and the mails that wait for them.

use std::collections::VecDeque;
use std::pin::pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::{Notify, watch};
use tokio::time::Instant;

use super::fault::Fault;
use super::greeting::Door;
use super::job::{Ending, Job, Waiting, no_connection};
use super::session::Session;
use super::{BACK_OFF, IDLE};
use crate::senders::Mail;

/// Opens connections when mails wait, at most `max_connections`, and closes them when there is nothing to do.
pub(in crate::senders) struct Pool {
    /// Of the configuration.
    revision: i64,
    door: Door,
    via: Arc<str>,
    ending: watch::Receiver<Ending>,
    state: Mutex<State>,
    /// The server offers CHUNKING without knowing BDAT.
    without_chunking: AtomicBool,
    /// A mail was queued, or the pool is retired.
    changed: Notify,
}

#[derive(Default)]
struct State {
    queue: VecDeque<Job>,
    /// Connections, with those that are being opened.
    connections: usize,
    /// Those of them that will take a mail from the queue at once, or as soon as they are open.
    ready: usize,
    /// When a connection could not be opened, or broke before it did any work.
    refused_at: Option<Instant>,
    retired: bool,
}

impl Pool {
    pub(in crate::senders) fn new(revision: i64, door: Door, ending: watch::Receiver<Ending>) -> Arc<Self> {
        let via = door.via().into();
        Arc::new(Self {
            revision,
            door,
            via,
            ending,
            state: Mutex::default(),
            without_chunking: AtomicBool::new(false),
            changed: Notify::new(),
        })
    }

    pub(in crate::senders) fn revision(&self) -> i64 {
        self.revision
    }

    /// Most mails over one connection.
    pub(super) fn mails_max(&self) -> u32 {
        self.door.relay.max_messages_per_connection
    }

    pub(super) fn is_chunking(&self) -> bool {
        !self.without_chunking.load(Ordering::Relaxed)
    }

    /// From now on no mail goes with BDAT.
    pub(super) fn stop_chunking(&self) {
        self.without_chunking.store(true, Ordering::Relaxed);
    }

    /// Puts a mail in the queue.
    pub(in crate::senders) fn push(self: &Arc<Self>, mail: Mail) -> Waiting {
        let (job, waiting) = Job::new(mail, self.via.clone(), self.ending.clone());
        let mut state = self.state();
        state.queue.push_back(job);
        if state.wants_connection(usize::from(self.door.relay.max_connections)) {
            state.connections += 1;
            state.ready += 1;
            tokio::spawn(self.clone().keep_connection());
        }
        drop(state);
        self.changed.notify_one();
        waiting
    }

    /// What waits is still sent; then the connections close.
    pub(in crate::senders) fn retire(&self) {
        self.state().retired = true;
        self.changed.notify_waiters();
    }

    /// The next mail that somebody still waits for.
    pub(super) fn take(&self) -> Option<Job> {
        let mut state = self.state();
        while let Some(job) = std::iter::from_fn(|| state.queue.pop_front()).find(Job::claim) {
            if !job.is_late() {
                return Some(job);
            }
            job.retry(&no_connection());
        }
        None
    }

    /// Waits for a mail. `None` when it is time to close the connection: nothing came for a while, the pool is retired,
    /// or the server spoke unasked.
    pub(super) async fn next(&self, server_spoke: impl Future<Output = ()>) -> Option<Job> {
        if let Some(job) = self.take() {
            return Some(job);
        }
        self.state().ready += 1;
        let found = self.wait(server_spoke).await;
        self.state().ready -= 1;
        found
    }

    async fn wait(&self, server_spoke: impl Future<Output = ()>) -> Option<Job> {
        let mut server_spoke = pin!(server_spoke);
        let mut idle = pin!(tokio::time::sleep(IDLE));
        loop {
            // Registered before the look, so no change is missed.
            let changed = self.changed.notified();
            if let Some(job) = self.take() {
                return Some(job);
            }
            if self.state().retired {
                return None;
            }
            tokio::select! {
                biased;
                () = &mut server_spoke => return None,
                () = changed => {}
                () = &mut idle => return None,
            }
        }
    }

    /// A mail whose connection broke before the mail was handed over goes to the front, once.
    pub(super) fn give_back(&self, mut job: Job, fault: &Fault) {
        if job.release() {
            self.state().queue.push_front(job);
            self.changed.notify_one();
        } else {
            job.retry(fault);
        }
    }

    async fn keep_connection(self: Arc<Self>) {
        loop {
            let opened = self.door.open().await;
            self.state().ready -= 1;
            let (wire, offered) = match opened {
                Ok(open) => open,
                Err(fault) => return self.give_up(&fault),
            };
            let mut session = Session::new(wire, offered, &self);
            match session.work().await {
                Err(fault) if !session.worked => return self.give_up(&fault),
                _ => {}
            }
            if !self.has_more() {
                return;
            }
        }
    }

    /// A connection that never worked goes. The last one to go takes the hope of all who wait with it.
    fn give_up(&self, fault: &Fault) {
        let mut state = self.state();
        state.connections -= 1;
        state.refused_at = Some(Instant::now());
        let hopeless = if state.connections == 0 { std::mem::take(&mut state.queue) } else { VecDeque::new() };
        drop(state);
        hopeless.into_iter().filter(Job::claim).for_each(|job| job.retry(fault));
    }

    /// Another connection in place of the one that ended? Otherwise it is gone.
    fn has_more(&self) -> bool {
        let mut state = self.state();
        let more = !state.queue.is_empty();
        if more {
            state.ready += 1;
        } else {
            state.connections -= 1;
        }
        more
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn wants_connection(&self, most: usize) -> bool {
        let refused_lately = self.refused_at.is_some_and(|at| at.elapsed() < BACK_OFF);
        // Somebody has to find out whether a server that refused works again.
        let may_open = self.connections == 0 || !refused_lately;
        may_open && self.connections < most && self.queue.len() > self.ready
    }
}
