//! Values seen lately: a bounded memory with an age limit, for what every call asks.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use domain::Timestamp;

/// Remembers up to `capacity` values, each for `lifetime`. Another process may have changed what is remembered; the
/// lifetime says how long this one may then be wrong.
pub(crate) struct Recent<K, V> {
    capacity: usize,
    /// `None`: values that never change.
    lifetime: Option<Duration>,
    state: Mutex<State<K, V>>,
}

struct State<K, V> {
    entries: HashMap<K, Entry<V>>,
    /// Counts changes, so that a value read before a change is not remembered after it.
    changes: u64,
    uses: u64,
}

struct Entry<V> {
    value: V,
    stored_at: Timestamp,
    last_use: u64,
}

impl<K: Eq + Hash + Clone, V: Clone> Recent<K, V> {
    pub(crate) fn new(capacity: usize, lifetime: Option<Duration>) -> Self {
        let state = State { entries: HashMap::new(), changes: 0, uses: 0 };
        Self { capacity, lifetime, state: Mutex::new(state) }
    }

    /// The remembered value, or the one that `load` finds, which is then remembered. `None` is not remembered.
    pub(crate) async fn find_or<E>(
        &self,
        key: &K,
        now: Timestamp,
        load: impl Future<Output = Result<Option<V>, E>>,
    ) -> Result<Option<V>, E> {
        if let Some(value) = self.find(key, now) {
            return Ok(Some(value));
        }
        let changes = self.lock().changes;
        let loaded = load.await?;
        if let Some(value) = &loaded {
            self.remember(key.clone(), value.clone(), now, changes);
        }
        Ok(loaded)
    }

    /// Forgets one key, at once: what it stands for has changed.
    pub(crate) fn forget(&self, key: &K) {
        let mut state = self.lock();
        state.changes += 1;
        state.entries.remove(key);
    }

    /// Forgets one key when what is remembered of it is out of date now.
    pub(crate) fn forget_when(&self, key: &K, is_outdated: impl FnOnce(&V) -> bool) {
        let mut state = self.lock();
        if state.entries.get(key).is_none_or(|entry| is_outdated(&entry.value)) {
            state.changes += 1;
            state.entries.remove(key);
        }
    }

    /// The remembered value, when it is young enough. A clock that went back makes everything old.
    fn find(&self, key: &K, now: Timestamp) -> Option<V> {
        let mut state = self.lock();
        state.uses += 1;
        let uses = state.uses;
        let entry = state.entries.get_mut(key)?;
        let age = now.millis_since(entry.stored_at);
        let young = self.lifetime.is_none_or(|limit| (0..as_millis(limit)).contains(&age));
        if young {
            entry.last_use = uses;
            Some(entry.value.clone())
        } else {
            state.entries.remove(key);
            None
        }
    }

    fn remember(&self, key: K, value: V, now: Timestamp, changes: u64) {
        let mut state = self.lock();
        if state.changes != changes {
            return;
        }
        if state.entries.len() >= self.capacity && !state.entries.contains_key(&key) {
            let oldest = state.entries.iter().min_by_key(|(_, entry)| entry.last_use).map(|(key, _)| key.clone());
            oldest.and_then(|key| state.entries.remove(&key));
        }
        let last_use = state.uses;
        state.entries.insert(key, Entry { value, stored_at: now, last_use });
    }

    fn lock(&self) -> MutexGuard<'_, State<K, V>> {
        // Nothing here leaves the state half changed.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn as_millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_millis(1_000);

    async fn look(recent: &Recent<u32, u32>, key: u32, now: Timestamp, stored: u32) -> u32 {
        let load = async { Ok::<_, ()>(Some(stored)) };
        recent.find_or(&key, now, load).await.unwrap().unwrap()
    }

    #[tokio::test]
    async fn a_value_is_remembered_until_it_is_old_or_changed() {
        let recent = Recent::new(10, Some(Duration::from_millis(500)));
        assert_eq!(look(&recent, 1, NOW, 10).await, 10);
        assert_eq!(look(&recent, 1, NOW.plus(Duration::from_millis(499)), 11).await, 10);
        assert_eq!(look(&recent, 1, NOW.plus(Duration::from_millis(500)), 12).await, 12);
        recent.forget(&1);
        assert_eq!(look(&recent, 1, NOW.plus(Duration::from_millis(500)), 13).await, 13);
        assert_eq!(look(&recent, 1, NOW, 14).await, 14, "the clock went back");
    }

    #[tokio::test]
    async fn what_was_read_before_a_change_is_not_remembered_after_it() {
        let recent = Recent::new(10, None);
        let load = async {
            recent.forget(&1);
            Ok::<_, ()>(Some(1))
        };
        assert_eq!(recent.find_or(&1, NOW, load).await, Ok(Some(1)));
        assert_eq!(look(&recent, 1, NOW, 2).await, 2);
    }

    #[tokio::test]
    async fn what_was_used_longest_ago_makes_room() {
        let recent = Recent::new(2, None);
        for key in [1, 2, 1, 3] {
            look(&recent, key, NOW, key).await;
        }
        assert_eq!(look(&recent, 1, NOW, 100).await, 1);
        assert_eq!(look(&recent, 2, NOW, 200).await, 200);
    }
}
