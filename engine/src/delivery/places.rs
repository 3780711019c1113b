//! How many messages this process sends at once, over all and of each queue.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use domain::id::ChannelConfigurationId;

use crate::lane::Lane;
use crate::store::messages::Queue;

/// Messages of one claim, all queues together.
pub(super) const CLAIM: usize = 128;
/// Messages that are being sent at once.
const AT_ONCE: usize = 2_048;
/// Of these, so many may be marketing: a slow relay of theirs never stands in the way of transactional messages.
const MARKETING_AT_ONCE: usize = 1_536;
/// Of these, so many may be of one configuration: a server that does not answer keeps no other from work.
const OF_ONE_CONFIGURATION: usize = 512;

/// The places of messages that are being sent, taken by the delivery loop and by intake.
#[derive(Default)]
pub(crate) struct Places(Mutex<Taken>);

#[derive(Default)]
struct Taken {
    all: usize,
    marketing: usize,
    by_configuration: HashMap<ChannelConfigurationId, usize>,
}

impl Places {
    /// Takes places for new messages of a queue, or none when they do not all fit.
    pub(crate) fn try_take(&self, queue: &Queue, messages: usize) -> bool {
        let mut taken = self.lock();
        let fits = taken.have_room(queue, messages);
        if fits {
            taken.add(queue, messages);
        }
        fits
    }

    /// For a message that was claimed already.
    pub(super) fn take(&self, queue: &Queue) {
        self.lock().add(queue, 1);
    }

    pub(crate) fn leave(&self, queue: &Queue, messages: usize) {
        self.lock().remove(queue, messages);
    }

    pub(super) fn are_free(&self) -> bool {
        self.lock().all == 0
    }

    /// No further claim fits: there is no need to look what is due.
    pub(super) fn are_full(&self) -> bool {
        self.lock().all + CLAIM > AT_ONCE
    }

    /// How many messages of which queues may be taken now, at most [`CLAIM`] of all together: lower lanes first, and queues
    /// of one lane alike. Only where a whole claim fits: smaller ones would each cost a turn of the writer.
    pub(super) fn wanted(&self, mut due: Vec<Queue>) -> Vec<(Queue, usize)> {
        let taken = self.lock();
        due.retain(|queue| taken.have_room(queue, CLAIM));
        due.sort_by_key(|queue| (queue.lane, taken.of(&queue.configuration_id)));
        let alike = |lane: Lane| due.iter().filter(|queue| queue.lane == lane).count();
        due.iter().map(|queue| (queue.clone(), CLAIM.div_ceil(alike(queue.lane)))).collect()
    }

    fn lock(&self) -> MutexGuard<'_, Taken> {
        // Nothing here leaves the counts half changed.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Taken {
    fn have_room(&self, queue: &Queue, messages: usize) -> bool {
        self.all + messages <= AT_ONCE
            && self.of(&queue.configuration_id) + messages <= OF_ONE_CONFIGURATION
            && (queue.lane != Lane::Marketing || self.marketing + messages <= MARKETING_AT_ONCE)
    }

    fn of(&self, id: &ChannelConfigurationId) -> usize {
        self.by_configuration.get(id).copied().unwrap_or(0)
    }

    fn add(&mut self, queue: &Queue, messages: usize) {
        self.all += messages;
        if queue.lane == Lane::Marketing {
            self.marketing += messages;
        }
        match self.by_configuration.get_mut(&queue.configuration_id) {
            Some(count) => *count += messages,
            None => drop(self.by_configuration.insert(queue.configuration_id.clone(), messages)),
        }
    }

    fn remove(&mut self, queue: &Queue, messages: usize) {
        self.all -= messages;
        if queue.lane == Lane::Marketing {
            self.marketing -= messages;
        }
        if let Some(count) = self.by_configuration.get_mut(&queue.configuration_id) {
            *count -= messages;
            if *count == 0 {
                self.by_configuration.remove(&queue.configuration_id);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn queue(configuration: u8, lane: Lane) -> Queue {
        Queue { configuration_id: ChannelConfigurationId::new(1, [configuration; 10]), lane }
    }

    fn busy(queue: &Queue, messages: usize) -> Places {
        let places = Places::default();
        places.lock().add(queue, messages);
        places
    }

    #[test]
    fn a_server_that_does_not_answer_keeps_no_other_from_work() {
        let (dead, alive) = (queue(1, Lane::Transactional), queue(2, Lane::Transactional));
        let places = busy(&dead, OF_ONE_CONFIGURATION);
        assert_eq!(places.wanted(vec![dead.clone(), alive.clone()]), [(alive, CLAIM)]);
        assert!(!places.try_take(&dead, 1));
    }

    #[test]
    fn lower_lanes_come_first_and_configurations_share_a_claim() {
        use Lane::{HighThroughput, Marketing, Transactional};
        let places = busy(&queue(1, Transactional), 10);
        let due = vec![queue(1, Marketing), queue(1, Transactional), queue(2, Transactional), queue(3, HighThroughput)];
        let half = CLAIM / 2;
        let order =
            [(queue(3, HighThroughput), CLAIM), (queue(2, Transactional), half), (queue(1, Transactional), half)];
        assert_eq!(places.wanted(due)[..3], order);
    }

    #[test]
    fn marketing_never_takes_all_places() {
        let places = Places::default();
        for configuration in 0..4 {
            places.try_take(&queue(configuration, Lane::Marketing), OF_ONE_CONFIGURATION);
        }
        assert!(!places.try_take(&queue(9, Lane::Marketing), 1));
        assert!(places.try_take(&queue(9, Lane::Transactional), OF_ONE_CONFIGURATION));
    }

    #[test]
    fn who_left_is_forgotten() {
        let places = Places::default();
        assert!(places.try_take(&queue(1, Lane::Marketing), 20));
        places.leave(&queue(1, Lane::Marketing), 20);
        let taken = places.lock();
        assert_eq!((taken.all, taken.marketing, taken.by_configuration.len()), (0, 0, 0));
    }
}
