//! Outside systems that trigger one recipient after the other, and repeat a call that got no answer or was told to come back.

use std::collections::HashSet;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread::sleep;
use std::time::Duration;

use crate::campaign;
use crate::hermod::{Caller, Client};

/// Before a call is repeated.
const AGAIN_AFTER: Duration = Duration::from_millis(5);

/// What the callers know, and how they call.
pub struct Callers {
    /// What their request ids begin with.
    run: &'static str,
    /// Of each caller, between two calls.
    pause: Duration,
    /// Recipients of all together.
    most: u64,
    next: AtomicU64,
    repeated: AtomicU64,
    accepted: Mutex<HashSet<String>>,
    stop: AtomicBool,
}

impl Callers {
    pub fn new(run: &'static str, pause: Duration, most: u64) -> Self {
        Self {
            run,
            pause,
            most,
            next: AtomicU64::default(),
            repeated: AtomicU64::default(),
            accepted: Mutex::default(),
            stop: AtomicBool::default(),
        }
    }

    /// Calls until it is told to stop, or until there are no more recipients. A call that was not accepted is repeated under
    /// the same request id.
    pub fn call(&self, port: u16, client: &Client, campaign: &str) {
        let mut caller = Caller::new(port, client);
        while !self.is_stopped() {
            let number = self.next.fetch_add(1, Ordering::Relaxed);
            if number >= self.most {
                return;
            }
            let recipient = campaign::recipient(number);
            while caller.trigger(campaign, &format!("{}-{number}", self.run), &recipient).is_err() {
                if self.is_stopped() {
                    return;
                }
                self.repeated.fetch_add(1, Ordering::Relaxed);
                sleep(self.pause.max(AGAIN_AFTER));
            }
            self.accepted.lock().expect("no caller panics").insert(recipient);
            sleep(self.pause);
        }
    }

    pub fn stop(&self) {
        self.stop.store(true, Ordering::Relaxed);
    }

    fn is_stopped(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }

    /// Recipients that were accepted so far.
    pub fn count(&self) -> usize {
        self.accepted.lock().expect("no caller panics").len()
    }

    /// Calls that were not accepted at once.
    pub fn repeated(&self) -> u64 {
        self.repeated.load(Ordering::Relaxed)
    }

    /// Recipients that were accepted.
    pub fn into_accepted(self) -> HashSet<String> {
        self.accepted.into_inner().expect("no caller panics")
    }
}
