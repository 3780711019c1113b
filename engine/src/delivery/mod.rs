//! Delivery: claim → check → render → send → record.
use crate::{Engine, Result};
use std::time::Duration;
/// How this process delivers.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Delays before the second, third, … attempt.
    pub retry_schedule: Vec<Duration>,
    /// How long a claim holds.
    pub lease: Duration,
    /// Name told to SMTP servers in EHLO.
    pub helo_name: String,
}
impl Default for Settings {
    fn default() -> Self {
        Self {
            retry_schedule: [60, 300, 900, 1800, 3600, 7200, 14400, 28800].map(Duration::from_secs).to_vec(),
            lease: Duration::from_secs(60),
            helo_name: "localhost".into(),
        }
    }
}
/// What delivery keeps between messages: pools, wake-up, this process's name.
pub(crate) struct Shared;
impl Shared {
    pub(crate) fn new(_settings: &Settings) -> Self {
        Self
    }
}
impl Engine {
    /// Delivers until `shutdown` resolves; finishes what is being sent. Call once per process (`tokio::spawn`).
    pub async fn deliver_until(&self, shutdown: impl Future<Output = ()> + Send) -> Result<()> {
        let _ = shutdown;
        todo!()
    }
    /// Delivers everything that is due and returns how many messages changed state. For tests and the demo.
    pub async fn drain(&self) -> Result<usize> {
        todo!()
    }
}
