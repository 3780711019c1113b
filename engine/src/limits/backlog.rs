//! How much waits. Counted now and then; in between, what was accepted here is added.

use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::Duration;

use domain::failure::BACKLOG_FULL;
use domain::{Failure, Timestamp};

use crate::store::backlog;
use crate::{Engine, Result};

/// A count is good for so long, since it costs the more the more waits.
const GOOD_FOR: Duration = Duration::from_secs(10);
/// When it says "full", for so long.
const FULL_FOR: Duration = Duration::from_secs(1);

/// What this process knows of the backlog.
pub(crate) struct Backlog {
    waiting: AtomicU64,
    /// In milliseconds.
    counted_at: AtomicI64,
}

impl Default for Backlog {
    fn default() -> Self {
        Self { waiting: AtomicU64::new(0), counted_at: AtomicI64::new(i64::MIN) }
    }
}

impl Backlog {
    /// So many messages were added to the queues.
    pub(crate) fn add(&self, messages: usize) {
        self.waiting.fetch_add(u64::try_from(messages).unwrap_or(u64::MAX), Ordering::Relaxed);
    }

    /// Is it this caller's turn to count?
    fn is_due(&self, now: Timestamp, good_for: Duration) -> bool {
        let counted_at = self.counted_at.load(Ordering::Relaxed);
        let age = now.as_millis().saturating_sub(counted_at);
        let due = !(0..i64::try_from(good_for.as_millis()).unwrap_or(i64::MAX)).contains(&age);
        let now = now.as_millis();
        due && self.counted_at.compare_exchange(counted_at, now, Ordering::Relaxed, Ordering::Relaxed).is_ok()
    }
}

impl Engine {
    /// Limited `backlog_full` when no more messages may wait.
    pub(crate) async fn check_backlog(&self) -> Result<()> {
        let limit = self.0.settings.limits.waiting_messages;
        if limit == 0 {
            return Ok(());
        }
        let backlog = &self.0.backlog;
        if backlog.waiting.load(Ordering::Relaxed) < limit {
            if backlog.is_due(self.now(), GOOD_FOR) {
                let engine = self.clone();
                tokio::spawn(async move {
                    if let Err(error) = engine.count_backlog().await {
                        tracing::warn!(%error, "what waits cannot be counted");
                    }
                });
            }
            return Ok(());
        }
        if backlog.is_due(self.now(), FULL_FOR) {
            self.count_backlog().await?;
        }
        if backlog.waiting.load(Ordering::Relaxed) < limit {
            return Ok(());
        }
        let text = format!("{limit} messages wait to be sent, and no more are taken. Try again in 5 seconds.");
        Err(Failure::Limited { reason: BACKLOG_FULL.to_owned(), text, retry_after_seconds: 5 }.into())
    }

    async fn count_backlog(&self) -> Result<()> {
        let waiting = backlog::count(self.store()).await?;
        self.0.backlog.waiting.store(u64::try_from(waiting).unwrap_or(0), Ordering::Relaxed);
        Ok(())
    }
}
