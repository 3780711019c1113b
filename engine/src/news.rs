//! Tells open pages that something in a sandbox has changed, so that they can look again.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use domain::SandboxName;
use tokio::sync::broadcast;

/// How long a page may take from being made to listening.
const LATELY: Duration = Duration::from_secs(10);

/// Sends the name of the sandbox in which executions or messages changed. Nobody listening is fine.
pub(crate) struct News {
    listeners: broadcast::Sender<SandboxName>,
    last: Mutex<HashMap<SandboxName, Instant>>,
}

impl News {
    pub(crate) fn new() -> Self {
        Self { listeners: broadcast::channel(256).0, last: Mutex::default() }
    }

    pub(crate) fn tell(&self, sandbox: &SandboxName) {
        self.last().insert(sandbox.clone(), Instant::now());
        // An error only means that no page is open.
        let _ = self.listeners.send(sandbox.clone());
    }

    fn last(&self) -> MutexGuard<'_, HashMap<SandboxName, Instant>> {
        self.last.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl crate::Engine {
    /// Names of sandboxes whose log changed, from now on. A slow listener misses some, which is harmless: one is enough.
    pub fn subscribe(&self) -> broadcast::Receiver<SandboxName> {
        self.0.news.listeners.subscribe()
    }

    /// Has the log of this sandbox changed in the moments before? A page that was made then may not show it.
    pub fn changed_lately(&self, sandbox: &SandboxName) -> bool {
        self.0.news.last().get(sandbox).is_some_and(|last| last.elapsed() < LATELY)
    }
}
