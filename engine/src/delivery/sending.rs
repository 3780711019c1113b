//! What this process is sending at the moment.

use std::collections::HashSet;
use std::sync::Arc;

use domain::id::MessageId;
use tokio::task::{JoinError, JoinSet};

use super::record::Done;
use crate::Engine;
use crate::store::messages::Claimed;

/// Attempts that are being made. Dropped, they end where they are, as if the process had been killed.
#[derive(Default)]
pub(super) struct Sending {
    attempts: JoinSet<Done>,
    messages: HashSet<MessageId>,
    done: Vec<Done>,
}

impl Sending {
    /// Something is on its way.
    pub(super) fn is_waiting(&self) -> bool {
        !self.attempts.is_empty()
    }

    /// Messages whose attempt has not ended or is not recorded.
    pub(super) fn messages(&self) -> Vec<&MessageId> {
        self.messages.iter().collect()
    }

    /// Makes an attempt for each, all at once. They have their places already.
    pub(super) fn start(&mut self, engine: &Engine, messages: Vec<Claimed>) {
        for message in messages {
            self.messages.insert(message.id.clone());
            let engine = engine.clone();
            self.attempts.spawn(async move { engine.attempt(Arc::new(message)).await });
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
        let done = std::mem::take(&mut self.done);
        for done in &done {
            self.messages.remove(&done.message.id);
        }
        done
    }

    /// Attempts that could not be recorded yet.
    pub(super) fn keep(&mut self, done: Vec<Done>) {
        self.messages.extend(done.iter().map(|done| done.message.id.clone()));
        self.done.extend(done);
    }

    /// Waits until all attempts have ended.
    pub(super) async fn all_done(&mut self) -> Vec<Done> {
        while self.is_waiting() {
            self.one_done().await;
        }
        self.done_by_now()
    }

    fn note(&mut self, ended: Result<Done, JoinError>) {
        match ended {
            Ok(done) => self.done.push(done),
            // An attempt catches its own panics: only the end of the runtime comes here.
            Err(error) => tracing::error!(%error, "an attempt was lost; its message will be in doubt"),
        }
    }
}
