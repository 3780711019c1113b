//! What this process is sending at the moment, and how much more it may take.

use std::collections::HashMap;
use std::sync::Arc;

use domain::id::ChannelConfigurationId;
use tokio::task::{JoinError, JoinSet};

use super::record::Done;
use crate::Engine;
use crate::intake::TRANSACTIONAL_LANE;
use crate::store::messages::{Claimed, Queue};

/// Messages of one claim, all queues together.
pub(super) const CLAIM: usize = 64;
/// Messages that are being sent at once.
const AT_ONCE: usize = 1_024;
/// Of these, so many may be marketing: a slow relay of theirs never stands in the way of transactional messages.
const MARKETING_AT_ONCE: usize = 768;
/// Of these, so many may be of one configuration: a server that does not answer keeps no other from work.
const OF_ONE_CONFIGURATION: usize = 256;

/// Attempts that are being made. Dropped, they end where they are, as if the process had been killed.
#[derive(Default)]
pub(super) struct Sending {
    attempts: JoinSet<Done>,
    done: Vec<Done>,
    marketing: usize,
    by_configuration: HashMap<ChannelConfigurationId, usize>,
}

impl Sending {
    /// Nothing is on its way or waits to be recorded.
    pub(super) fn is_empty(&self) -> bool {
        self.attempts.is_empty() && self.done.is_empty()
    }

    /// No further claim fits: there is no need to look what is due.
    pub(super) fn is_full(&self) -> bool {
        self.attempts.len() + CLAIM > AT_ONCE
    }

    /// How many messages of which queues may be taken now, at most [`CLAIM`] of all together: transactional queues first,
    /// and queues of one lane alike.
    pub(super) fn wanted(&self, mut due: Vec<Queue>) -> Vec<(Queue, usize)> {
        due.retain(|queue| self.has_room(queue));
        due.sort_by_key(|queue| (queue.lane, self.of_configuration(&queue.configuration_id)));
        let alike = |lane: i64| due.iter().filter(|queue| queue.lane == lane).count();
        due.iter().map(|queue| (queue.clone(), CLAIM.div_ceil(alike(queue.lane)))).collect()
    }

    /// Is there room for a whole claim of this queue? Smaller ones would each cost a turn of the writer.
    fn has_room(&self, queue: &Queue) -> bool {
        self.of_configuration(&queue.configuration_id) + CLAIM <= OF_ONE_CONFIGURATION
            && (queue.lane == TRANSACTIONAL_LANE || self.marketing + CLAIM <= MARKETING_AT_ONCE)
    }

    fn of_configuration(&self, id: &ChannelConfigurationId) -> usize {
        self.by_configuration.get(id).copied().unwrap_or(0)
    }

    /// Makes an attempt for each, all at once.
    pub(super) fn start(&mut self, engine: &Engine, claimed: Vec<Claimed>) {
        for message in claimed {
            self.marketing += usize::from(message.lane != TRANSACTIONAL_LANE);
            *self.by_configuration.entry(message.configuration_id.clone()).or_default() += 1;
            let (engine, message) = (engine.clone(), Arc::new(message));
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
                self.leave(&done.message);
                self.done.push(done);
            }
            // An attempt catches its own panics: only the end of the runtime comes here.
            Err(error) => tracing::error!(%error, "an attempt was lost; its message will be in doubt"),
        }
    }

    fn leave(&mut self, message: &Claimed) {
        self.marketing -= usize::from(message.lane != TRANSACTIONAL_LANE);
        if let Some(count) = self.by_configuration.get_mut(&message.configuration_id) {
            *count -= 1;
            if *count == 0 {
                self.by_configuration.remove(&message.configuration_id);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn queue(configuration: u8, lane: i64) -> Queue {
        Queue { configuration_id: ChannelConfigurationId::new(1, [configuration; 10]), lane }
    }

    fn busy(configuration: u8, messages: usize) -> Sending {
        let id = queue(configuration, TRANSACTIONAL_LANE).configuration_id;
        Sending { by_configuration: HashMap::from([(id, messages)]), ..Sending::default() }
    }

    #[test]
    fn a_server_that_does_not_answer_keeps_no_other_from_work() {
        let (dead, alive) = (queue(1, TRANSACTIONAL_LANE), queue(2, TRANSACTIONAL_LANE));
        let sending = busy(1, OF_ONE_CONFIGURATION);
        assert_eq!(sending.wanted(vec![dead, alive.clone()]), [(alive, CLAIM)]);
    }

    #[test]
    fn transactional_messages_come_first_and_configurations_share_a_claim() {
        let wanted = busy(1, 10).wanted(vec![queue(1, 2), queue(1, TRANSACTIONAL_LANE), queue(2, TRANSACTIONAL_LANE)]);
        let half = CLAIM / 2;
        assert_eq!(wanted, [(queue(2, 1), half), (queue(1, 1), half), (queue(1, 2), CLAIM)]);
    }

    #[test]
    fn marketing_never_takes_all_places() {
        let sending = Sending { marketing: MARKETING_AT_ONCE, ..Sending::default() };
        let wanted = sending.wanted(vec![queue(1, TRANSACTIONAL_LANE), queue(2, 2)]);
        assert_eq!(wanted.len(), 1);
    }
}
