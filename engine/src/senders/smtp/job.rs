//! A mail on its way, and who waits for its answer.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use domain::message::Outcome;
use tokio::sync::{oneshot, watch};
use tokio::time::Instant;

use super::fault::{Fault, in_doubt};
use super::{LONGEST_SEND, QUEUE};
use crate::senders::{Answer, Mail};

/// How soon a caller notices that a mail was given back and that its time in the queue is over.
const GIVEN_BACK: Duration = Duration::from_secs(1);

/// What a mail is told that waited for too long.
pub(super) fn no_connection() -> Fault {
    Fault::new("timeout", "No connection became free.")
}

/// Reason for a mail that a server was taking when this process ended: it says nothing of the server.
pub(crate) const ENDED: &str = "in_doubt";

/// How far this process is on its way to its end.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::senders) enum Ending {
    #[default]
    NotYet,
    /// What is begun is finished, and nothing else is begun.
    NothingNew,
    /// Nothing is waited for any more.
    Now,
}

/// One mail in a pool. Whoever claims it answers it.
pub(super) struct Job {
    pub(super) mail: Mail,
    claim: Claim,
    /// Taken by the connection before the first byte of the mail, or by the caller: then it is never written.
    body: Claim,
    queued_at: Instant,
    /// Was begun once on a connection that then broke.
    again: bool,
    via: Arc<str>,
    answer: oneshot::Sender<Answer>,
}

/// The caller's side of a [`Job`].
pub(in crate::senders) struct Waiting {
    claim: Claim,
    body: Claim,
    ending: watch::Receiver<Ending>,
    via: Arc<str>,
    answer: oneshot::Receiver<Answer>,
}

/// Taken by a connection, or by the caller who no longer waits; never by both.
#[derive(Clone, Default)]
struct Claim(Arc<AtomicBool>);

impl Claim {
    fn take(&self) -> bool {
        !self.0.swap(true, Ordering::SeqCst)
    }
}

impl Job {
    pub(super) fn new(mail: Mail, via: Arc<str>, ending: watch::Receiver<Ending>) -> (Self, Waiting) {
        let (answer, receiver) = oneshot::channel();
        let (claim, body) = (Claim::default(), Claim::default());
        let waiting = Waiting { claim: claim.clone(), body: body.clone(), ending, via: via.clone(), answer: receiver };
        (Self { mail, claim, body, queued_at: Instant::now(), again: false, via, answer }, waiting)
    }

    /// `false`: nobody waits for it any more, and it must not be sent.
    pub(super) fn claim(&self) -> bool {
        !self.is_abandoned() && self.claim.take()
    }

    /// Has waited for too long. When this process stood still meanwhile, another one may have taken the message over.
    pub(super) fn is_late(&self) -> bool {
        self.queued_at.elapsed() >= QUEUE
    }

    /// The mail is about to be written. `false`: the caller has taken it back.
    pub(super) fn begin_body(&self) -> bool {
        self.body.take()
    }

    /// The caller left: whatever becomes of the mail now, the caller has decided otherwise.
    pub(super) fn is_abandoned(&self) -> bool {
        self.answer.is_closed()
    }

    /// Makes it free again for another connection, once, and only while it is young. `false`: answer it.
    pub(super) fn release(&mut self) -> bool {
        if self.again || self.is_late() {
            return false;
        }
        self.again = true;
        self.body.0.store(false, Ordering::SeqCst);
        self.claim.0.store(false, Ordering::SeqCst);
        true
    }

    /// The end.
    pub(super) fn end(self, outcome: Outcome, reason: Option<String>, words: String) {
        let answer = Answer { outcome, via: self.via.to_string(), words, reason, ..Answer::default() };
        // A caller that no longer waits has no use for it.
        let _ = self.answer.send(answer);
    }

    /// The server did nothing for it or against it; it may later.
    pub(super) fn retry(self, fault: &Fault) {
        self.end(Outcome::Unavailable, Some(fault.reason.clone()), fault.text.clone());
    }
}

impl Waiting {
    /// Comes within [`LONGEST_SEND`]: [`QUEUE`] for a connection that begins, and as long as that may take.
    pub(in crate::senders) async fn answer(mut self) -> Answer {
        let end = Instant::now() + LONGEST_SEND;
        let mut look = Instant::now() + QUEUE;
        loop {
            if let Some(answer) = self.ended() {
                return answer;
            }
            tokio::select! {
                biased;
                answer = &mut self.answer => {
                    return answer.unwrap_or_else(|_| self.instead(in_doubt(), "The connection ended."));
                }
                () = changed(&mut self.ending) => continue,
                () = tokio::time::sleep_until(look) => {}
            }
            if self.claim.take() {
                let Fault { reason, text } = no_connection();
                return self.instead((Outcome::Unavailable, Some(reason)), &text);
            }
            if look >= end {
                return self.instead(in_doubt(), "The connection does not end.");
            }
            // A connection that breaks may give the mail back.
            look = Instant::now() + GIVEN_BACK;
        }
    }

    /// The answer when this process ends: what is not begun is given back, and at last everything that certainly was not sent.
    fn ended(&mut self) -> Option<Answer> {
        let ending = *self.ending.borrow_and_update();
        if ending >= Ending::NothingNew && self.claim.take() {
            return Some(Answer::given_back());
        }
        if ending < Ending::Now {
            return None;
        }
        let in_time = self.answer.try_recv().ok();
        let in_time = in_time.or_else(|| self.body.take().then(Answer::given_back));
        Some(in_time.unwrap_or_else(|| {
            self.instead((Outcome::InDoubt, Some(ENDED.to_owned())), "Hermod ended before the server answered.")
        }))
    }

    /// The answer when none comes from a connection.
    fn instead(&self, (outcome, reason): (Outcome, Option<String>), words: &str) -> Answer {
        Answer { outcome, via: self.via.to_string(), words: words.to_owned(), reason, ..Answer::default() }
    }
}

/// Never, when nobody is left who could end.
async fn changed(ending: &mut watch::Receiver<Ending>) {
    if ending.changed().await.is_err() {
        std::future::pending::<()>().await;
    }
}
