//! Tells open pages that something in a sandbox has changed, so that they can look again.

use domain::SandboxName;
use tokio::sync::broadcast;

/// Sends the name of the sandbox in which executions or messages changed. Nobody listening is fine.
pub(crate) struct News(broadcast::Sender<SandboxName>);

impl News {
    pub(crate) fn new() -> Self {
        Self(broadcast::channel(256).0)
    }

    pub(crate) fn tell(&self, sandbox: &SandboxName) {
        // An error only means that no page is open.
        let _ = self.0.send(sandbox.clone());
    }
}

impl crate::Engine {
    /// Names of sandboxes whose log changed, from now on. A slow listener misses some, which is harmless: one is enough.
    pub fn subscribe(&self) -> broadcast::Receiver<SandboxName> {
        self.0.news.0.subscribe()
    }
}
