//! What this process is sending at the moment, and how much more it may take.

use tokio::task::{JoinError, JoinSet};

use super::record::Done;
use crate::Engine;
use crate::intake::{LANES, TRANSACTIONAL_LANE};
use crate::store::messages::Claimed;

/// Messages of one claim, all lanes together.
pub(super) const CLAIM: usize = 64;
/// Messages that are being sent at once.
const AT_ONCE: usize = 256;
/// Of these, so many may be marketing: a slow relay of theirs never stands in the way of transactional messages.
const MARKETING_AT_ONCE: usize = 192;

/// Attempts that are being made. Dropped, they end where they are, as if the process had been killed.
#[derive(Default)]
pub(super) struct Sending {
    attempts: JoinSet<Done>,
    done: Vec<Done>,
    marketing: usize,
}

impl Sending {
    /// Nothing is on its way or waits to be recorded.
    pub(super) fn is_empty(&self) -> bool {
        self.attempts.is_empty() && self.done.is_empty()
    }

    /// How many messages of each lane may be taken now: whole claims, or none.
    pub(super) fn room(&self) -> [usize; LANES.len()] {
        let whole = |free: bool| if free { CLAIM } else { 0 };
        let all = self.attempts.len() + CLAIM <= AT_ONCE;
        [whole(all), whole(all && self.marketing + CLAIM <= MARKETING_AT_ONCE)]
    }

    /// Makes an attempt for each, all at once.
    pub(super) fn start(&mut self, engine: &Engine, claimed: Vec<Claimed>) {
        for message in claimed {
            self.marketing += usize::from(message.lane != TRANSACTIONAL_LANE);
            let engine = engine.clone();
            self.attempts.spawn(async move { engine.attempt(message).await });
        }
    }

    /// Waits until another attempt has ended.
    pub(super) async fn one_done(&mut self) {
        if let Some(ended) = self.attempts.join_next().await {
            self.note(ended);
        }
    }

    /// Attempts that have ended by now, to be recorded together.
    pub(super) fn done_by_now(&mut self) -> Vec<Done> {
        while let Some(ended) = self.attempts.try_join_next() {
            self.note(ended);
        }
        std::mem::take(&mut self.done)
    }

    /// Waits until all attempts have ended.
    pub(super) async fn all_done(&mut self) -> Vec<Done> {
        while !self.attempts.is_empty() {
            self.one_done().await;
        }
        std::mem::take(&mut self.done)
    }

    fn note(&mut self, ended: Result<Done, JoinError>) {
        match ended {
            Ok(done) => {
                self.marketing -= usize::from(done.message.lane != TRANSACTIONAL_LANE);
                self.done.push(done);
            }
            // An attempt catches its own panics: only the end of the runtime comes here.
            Err(error) => tracing::error!(%error, "an attempt was lost; its message will be in doubt"),
        }
    }
}
