//! Messages of an account that go several in one request: who comes while few requests are under way goes at once, and what
//! comes meanwhile is gathered. So nobody waits for company.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::oneshot;

use super::account::Account;
use crate::outbound::{Outbound, Sent, Trouble};
use crate::providers::{Bulk, Entry, Meaning};

/// Requests under way at a time.
const AT_ONCE: usize = 4;
/// Bytes of one request, about: far below what a provider takes, and soon read.
const BYTES_MAX: usize = 4 * 1024 * 1024;

/// What waits, and how much is under way.
#[derive(Default)]
pub(super) struct Batches(Mutex<State>);

#[derive(Default)]
struct State {
    waiting: VecDeque<Waiting>,
    under_way: usize,
}

/// A message and whoever waits for what becomes of it; nothing: it has to go by itself.
struct Waiting {
    entry: Entry,
    answer: oneshot::Sender<Option<Sent>>,
}

impl Batches {
    /// Whether somebody has to send what waits.
    fn push(&self, waiting: Waiting) -> bool {
        let mut state = self.lock();
        state.waiting.push_back(waiting);
        let is_wanted = state.under_way < AT_ONCE;
        state.under_way += usize::from(is_wanted);
        is_wanted
    }

    /// The next messages for one request, in order: those that have the frame of the first. Nothing waits: whoever asks has
    /// done its part.
    fn take(&self, most: usize) -> Vec<Waiting> {
        let mut state = self.lock();
        // Whoever does not wait any more is not sent to.
        state.waiting.retain(|waiting| !waiting.answer.is_closed());
        let mut batch: Vec<Waiting> = Vec::new();
        let (mut bytes, mut place) = (0, 0);
        while batch.len() < most && place < state.waiting.len() {
            let entry = &state.waiting[place].entry;
            let fits = batch.first().is_none_or(|first| first.entry.frame == entry.frame);
            if fits && !batch.is_empty() && bytes + entry.bytes > BYTES_MAX {
                break;
            }
            if fits {
                bytes += entry.bytes;
                batch.extend(state.waiting.remove(place));
            } else {
                place += 1;
            }
        }
        state.under_way -= usize::from(batch.is_empty());
        batch
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // Nothing here leaves the state half changed.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Sends the message, perhaps with others. `None`: it has to go by itself.
pub(super) async fn send(account: &Arc<Account>, entry: Entry) -> Option<Sent> {
    let (answer, answered) = oneshot::channel();
    if account.batches.push(Waiting { entry, answer }) {
        // On its own: whoever came first may be the first to wait no longer.
        tokio::spawn(send_all(Arc::clone(account)));
    }
    answered.await.unwrap_or_else(|_| Some(Sent::Trouble(lost())))
}

/// Until nothing waits.
async fn send_all(account: Arc<Account>) {
    let Some(bulk) = account.provider.bulk() else { return };
    loop {
        let batch = account.batches.take(bulk.entries_max());
        if batch.is_empty() {
            return;
        }
        send_batch(&account.outbound, bulk, batch).await;
    }
}

async fn send_batch(outbound: &Outbound, bulk: &dyn Bulk, batch: Vec<Waiting>) {
    let Some(now) = batch.iter().map(|waiting| waiting.entry.now).max() else { return };
    let frame = batch[0].entry.frame.clone();
    let (entries, answers): (Vec<_>, Vec<_>) =
        batch.into_iter().map(|waiting| (waiting.entry.entry, waiting.answer)).unzip();
    let asked = outbound.ask(bulk.request_for(&frame, entries, now)).await;
    let mut readings = match &asked {
        Ok(response) => bulk.read_each(response, answers.len()).into_iter(),
        Err(_) => Vec::new().into_iter(),
    };
    for answer in answers {
        let sent = match (&asked, readings.next()) {
            (Err(trouble), _) => Some(Sent::Trouble(trouble.clone())),
            // Another one may have spoilt the request.
            (Ok(response), Some(reading)) if response.status >= 300 && reading.meaning == Meaning::Rejected => None,
            (Ok(_), Some(reading)) => Some(Sent::Read(reading)),
            // The answer is that of a success and says nothing of this message.
            (Ok(_), None) => Some(Sent::Trouble(lost())),
        };
        // Whoever waited may have gone.
        let _ = answer.send(sent);
    }
}

fn lost() -> Trouble {
    let words = "There is no answer for this message.".to_owned();
    Trouble::NoAnswer { reason: "connection_lost", words }
}

#[cfg(test)]
mod tests {
    use domain::Timestamp;
    use serde_json::json;

    use super::*;

    fn push(batches: &Batches, frame: &str, name: &str) -> (bool, oneshot::Receiver<Option<Sent>>) {
        let (answer, answered) = oneshot::channel();
        let entry = Entry { frame: json!(frame), entry: json!(name), bytes: 1_000, now: Timestamp::from_millis(0) };
        (batches.push(Waiting { entry, answer }), answered)
    }

    fn names(batch: &[Waiting]) -> Vec<&str> {
        batch.iter().filter_map(|waiting| waiting.entry.entry.as_str()).collect()
    }

    #[test]
    fn who_comes_first_goes_at_once_and_the_others_together() {
        let batches = Batches::default();
        let mut waiting = Vec::new();
        let mut first = Vec::new();
        for name in ["a", "b", "c", "d"] {
            let (is_wanted, answered) = push(&batches, "x", name);
            assert!(is_wanted, "{name}");
            waiting.push(answered);
            first.push(batches.take(50));
        }
        assert_eq!(first.iter().map(|batch| names(batch)).collect::<Vec<_>>(), [["a"], ["b"], ["c"], ["d"]]);
        for name in ["e", "f", "g"] {
            let (is_wanted, answered) = push(&batches, "x", name);
            assert!(!is_wanted, "{name}");
            waiting.push(answered);
        }
        assert_eq!(names(&batches.take(2)), ["e", "f"]);
        assert_eq!(names(&batches.take(2)), ["g"]);
    }

    #[test]
    fn only_what_has_the_same_frame_goes_together_and_nobody_is_passed_over() {
        let batches = Batches::default();
        let waiting: Vec<_> =
            [("x", "a"), ("y", "b"), ("x", "c"), ("y", "d")].map(|(frame, name)| push(&batches, frame, name)).into();
        assert_eq!(names(&batches.take(50)), ["a", "c"]);
        assert_eq!(names(&batches.take(50)), ["b", "d"]);
        drop(waiting);
    }

    #[test]
    fn who_waits_no_longer_is_not_sent_to() {
        let batches = Batches::default();
        let (_, gone) = push(&batches, "x", "a");
        let (_, there) = push(&batches, "x", "b");
        drop(gone);
        assert_eq!(names(&batches.take(50)), ["b"]);
        drop(there);
    }

    #[test]
    fn after_the_last_one_whoever_comes_goes_at_once_again() {
        let batches = Batches::default();
        for name in ["a", "b", "c", "d", "e", "f"] {
            let (is_wanted, answered) = push(&batches, "x", name);
            assert!(is_wanted, "{name}");
            assert_eq!(batches.take(50).len(), 1);
            assert!(batches.take(50).is_empty());
            drop(answered);
        }
    }
}
