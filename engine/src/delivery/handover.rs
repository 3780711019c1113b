//! New messages on their way from intake to delivery, without a turn in the queue.
//!
//! Intake takes their places first, writes them as claimed by this process, and hands them over once they are on disk. When
//! there is no place, or older messages wait, they are queued like any other.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::sync::{Mutex, OwnedMutexGuard};

use super::circuit::Circuits;
use super::places::Places;
use crate::store::messages::{Claimed, Queue};

/// Handed over, in groups of one commit.
pub(super) type HandedOver = OwnedMutexGuard<UnboundedReceiver<Vec<Claimed>>>;

pub(crate) struct Handover {
    places: Arc<Places>,
    circuits: Arc<Circuits>,
    sender: UnboundedSender<Vec<Claimed>>,
    receiver: Arc<Mutex<UnboundedReceiver<Vec<Claimed>>>>,
    /// This process delivers.
    open: AtomicBool,
    /// Older messages wait in the queue, and new ones must not overtake them.
    behind: AtomicBool,
}

impl Handover {
    pub(super) fn new(places: Arc<Places>, circuits: Arc<Circuits>) -> Self {
        let (sender, receiver) = unbounded_channel();
        let receiver = Arc::new(Mutex::new(receiver));
        Self { places, circuits, sender, receiver, open: AtomicBool::new(false), behind: AtomicBool::new(false) }
    }

    /// Takes places for new messages of a queue. With `false` they have to be queued.
    pub(crate) fn try_reserve(&self, queue: &Queue, messages: usize) -> bool {
        queue.lane.is_urgent()
            && self.is_open()
            && !self.is_behind()
            && !self.circuits.is_open(&queue.configuration_id)
            && self.places.try_take(queue, messages)
    }

    /// Messages that were not written after all.
    pub(crate) fn release(&self, queue: &Queue, messages: usize) {
        self.places.leave(queue, messages);
    }

    /// What was written as claimed, for delivery at once.
    pub(crate) fn hand_over(&self, messages: Vec<Claimed>) {
        // Both ends live as long as this.
        let _ = self.sender.send(messages);
    }

    /// The other end; for one delivery loop at a time.
    pub(super) async fn open(&self) -> HandedOver {
        let receiver = Arc::clone(&self.receiver).lock_owned().await;
        self.open.store(true, Ordering::Release);
        receiver
    }

    /// Does this process deliver?
    pub(super) fn is_open(&self) -> bool {
        self.open.load(Ordering::Acquire)
    }

    /// From now on new messages are queued.
    pub(super) fn close(&self) {
        self.open.store(false, Ordering::Release);
    }

    pub(crate) fn is_behind(&self) -> bool {
        self.behind.load(Ordering::Acquire)
    }

    /// Notes whether messages wait in the queue.
    pub(crate) fn set_behind(&self, behind: bool) {
        self.behind.store(behind, Ordering::Release);
    }
}
