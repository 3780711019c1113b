//! The connections of one configuration. They take their mails from one queue, so a slow one holds up nobody.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::{Notify, oneshot};
use tokio::time::timeout;

use super::reply::Broken;
use super::{Access, IDLE, connection};
use crate::senders::{Answer, Mail};

/// A mail and who waits for its answer.
pub(super) struct Job {
    pub(super) mail: Mail,
    told: oneshot::Sender<Answer>,
}

impl Job {
    pub(super) fn tell(self, answer: Answer) {
        // Who stopped waiting has given the mail another fate already.
        let _ = self.told.send(answer);
    }

    fn is_wanted(&self) -> bool {
        !self.told.is_closed()
    }
}

/// At most `max_connections` connections, opened when there is work and closed when there is none.
pub(in crate::senders) struct Pool {
    access: Access,
    state: Mutex<State>,
    work: Notify,
}

#[derive(Default)]
struct State {
    queue: VecDeque<Job>,
    open: usize,
    idle: usize,
}

impl Pool {
    pub(in crate::senders) fn new(access: Access) -> Self {
        Self { access, state: Mutex::default(), work: Notify::new() }
    }

    pub(super) fn access(&self) -> &Access {
        &self.access
    }

    /// Hands one mail over. Dropping the future before its turn takes the mail out of the queue.
    pub(in crate::senders) async fn send(self: &Arc<Self>, mail: Mail) -> Answer {
        let (told, answer) = oneshot::channel();
        {
            let mut state = self.lock();
            state.queue.push_back(Job { mail, told });
            if state.queue.len() > state.idle && state.open < usize::from(self.access.relay.max_connections) {
                state.open += 1;
                tokio::spawn(connection::run(self.clone()));
            }
        }
        self.work.notify_one();
        let lost = || Broken::new("connection_failed", "The connection ended.").answer(&self.access.via());
        answer.await.unwrap_or_else(|_| lost())
    }

    /// The next mail, if there is one now.
    pub(super) fn next_now(&self) -> Option<Job> {
        next_wanted(&mut self.lock().queue)
    }

    /// The next mail; `None` after a while without work, and the connection then no longer counts.
    pub(super) async fn next(&self) -> Option<Job> {
        loop {
            {
                let mut state = self.lock();
                if let Some(job) = next_wanted(&mut state.queue) {
                    return Some(job);
                }
                state.idle += 1;
            }
            let woken = timeout(IDLE, self.work.notified()).await;
            let mut state = self.lock();
            state.idle -= 1;
            if woken.is_err() && state.queue.is_empty() {
                state.open -= 1;
                return None;
            }
        }
    }

    /// The server cannot be reached: everybody who waits is told, instead of one after the other finding out.
    pub(super) fn fail_all(&self, broken: &Broken) {
        let waiting = std::mem::take(&mut self.lock().queue);
        for job in waiting {
            job.tell(broken.answer(&self.access.via()));
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // Nothing here leaves the state half changed.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn next_wanted(queue: &mut VecDeque<Job>) -> Option<Job> {
    std::iter::from_fn(|| queue.pop_front()).find(Job::is_wanted)
}
