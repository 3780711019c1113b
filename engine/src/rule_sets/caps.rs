//! Places in the windows of caps. A message takes its places when it is about to go, after everything else was asked: what two
//! messages find free at the same moment, one gets. Those that ask at the same moment share a transaction.
//!
//! A message keeps its places while it is tried again. It gives them back when nothing of it was sent and nothing will be.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use domain::Timestamp;
use domain::channel_configuration::Channel;
use domain::execution::Recipient;
use domain::id::{MessageId, RuleId};
use tokio::time::timeout;

use super::Rules;
use super::in_force::ActiveCap;
use crate::group_commit::{self, Committer, WRITTEN_WITHIN, unavailable};
use crate::store::Store;
use crate::store::cap_places::{self, CounterKey, PersonKey, Place};
use crate::store::health::Health;
use crate::store::messages::Claimed;
use crate::{Engine, Result};

/// Bytes of a [`PersonKey`].
const KEY_BYTES: usize = 16;

/// Takes places.
pub(crate) type Caps = Committer<Desk>;

/// Where places are taken.
pub(crate) struct Desk {
    pub(crate) store: Store,
    pub(crate) health: Health,
}

/// What a message would count for.
pub(crate) struct Wish {
    message: MessageId,
    /// In the order in which they are asked, with the most that each lets pass.
    counters: Vec<(CounterKey, i64)>,
}

/// Whether there were places.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Places {
    /// One in each window; so much is used of each now.
    Taken(Vec<i64>),
    /// None in the window of the counter at this position, and so in no other either.
    Full(usize),
}

/// What caps say to a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Taken {
    /// It may go.
    pub(crate) may_go: bool,
    /// Of every cap, or of the one that is reached.
    pub(crate) words: String,
}

impl Engine {
    /// Takes a place in every window that the message counts for, or in none. `None`: no cap counts it. `Unavailable` while
    /// the database is away.
    pub(crate) async fn take_places(
        &self,
        message: &Claimed,
        rules: &Rules,
        channel: Channel,
    ) -> Result<Option<Taken>> {
        let caps: Vec<&ActiveCap> = rules.caps(channel).collect();
        if caps.is_empty() {
            return Ok(None);
        }
        let now = self.now();
        let places = self.0.caps.commit(self.wish(message, rules, &caps, now)?).await?;
        let words = match &places {
            Places::Taken(used) => all_words(&caps, used, now),
            Places::Full(position) => full_words(caps[*position], now),
        };
        Ok(Some(Taken { may_go: matches!(places, Places::Taken(_)), words }))
    }

    /// What [`Engine::take_places`] would say now. Takes nothing.
    pub(crate) async fn try_places(&self, message: &Claimed, rules: &Rules, channel: Channel) -> Result<Option<Taken>> {
        let caps: Vec<&ActiveCap> = rules.caps(channel).collect();
        if caps.is_empty() {
            return Ok(None);
        }
        let now = self.now();
        let wish = self.wish(message, rules, &caps, now)?;
        let mut all = Vec::with_capacity(caps.len());
        for (position, (key, most)) in wish.counters.iter().enumerate() {
            let used = cap_places::find(self.store(), key).await?;
            if used >= *most {
                return Ok(Some(Taken { may_go: false, words: full_words(caps[position], now) }));
            }
            all.push(used + 1);
        }
        Ok(Some(Taken { may_go: true, words: all_words(&caps, &all, now) }))
    }

    fn wish(&self, message: &Claimed, rules: &Rules, caps: &[&ActiveCap], now: Timestamp) -> Result<Wish> {
        let person = self.person_key(message, rules)?;
        let counters = caps.iter().map(|ActiveCap { id, cap, zone, .. }| {
            let window_end = cap.window(zone, now).end;
            (CounterKey { window_end, rule: id.clone(), person: person.clone() }, i64::from(cap.count))
        });
        Ok(Wish { message: message.id.clone(), counters: counters.collect() })
    }

    /// Who the person is to whom a message goes, over all channels: the one place that decides it. Whoever has no profile is
    /// known by the user id in its namespace, in any case of letters.
    fn person_key(&self, message: &Claimed, rules: &Rules) -> Result<PersonKey> {
        if let Some(profile) = rules.profile_id() {
            let key = self.0.keys.person(&[message.sandbox.as_str(), profile.as_str()]);
            return Ok(key[..KEY_BYTES].to_vec());
        }
        let Recipient { user_id, namespace, .. } = serde_json::from_str(&message.recipient)?;
        let (user_id, namespace) = (user_id.trim().to_lowercase(), namespace.trim().to_lowercase());
        let key = self.0.keys.person(&[message.sandbox.as_str(), &namespace, &user_id]);
        Ok(key[..KEY_BYTES].to_vec())
    }
}

/// “Weekly”: 1 of 2 in this week.
fn all_words(caps: &[&ActiveCap], used: &[i64], now: Timestamp) -> String {
    let all = caps.iter().zip(used).map(|(active, used)| {
        let ActiveCap { name, cap, zone, .. } = active;
        let end = cap.window(zone, now).end;
        format!("“{name}”: with this one {used} of {} in {}, which ends at {end}.", cap.count, cap.window_words())
    });
    all.collect::<Vec<_>>().join(" ")
}

fn full_words(active: &ActiveCap, now: Timestamp) -> String {
    let ActiveCap { name, cap, zone, .. } = active;
    let end = cap.window(zone, now).end;
    let count = cap.count;
    format!("“{name}”: {count} of {count} in {}; next possible from {end}.", cap.window_words())
}

impl group_commit::Desk for Desk {
    type Work = Wish;
    type Done = Places;

    async fn write(&self, all: &[&Wish]) -> Result<Vec<Places>> {
        timeout(WRITTEN_WITHIN, take(&self.store, all)).await.unwrap_or_else(|_| Err(unavailable()))
    }

    fn away(&self) {
        self.health.failed();
    }
}

async fn take(store: &Store, wishes: &[&Wish]) -> Result<Vec<Places>> {
    let mut tx = store.begin().await?;
    let keys = wishes.iter().flat_map(|wish| wish.counters.iter().map(|(key, _)| key.clone()));
    let used = cap_places::lock(&mut tx, &keys.collect()).await?;
    let messages: Vec<&MessageId> = wishes.iter().map(|wish| &wish.message).collect();
    let held = cap_places::held(&mut tx, &messages).await?;
    let mut windows = Windows { used, held, ..Windows::default() };
    let decided = wishes.iter().map(|wish| windows.decide(wish)).collect();
    let Windows { used, changed, new, .. } = &windows;
    let changed: Vec<_> = changed.iter().filter_map(|key| Some((key, *used.get(key)?))).collect();
    cap_places::set(&mut tx, &changed).await?;
    cap_places::insert(&mut tx, new).await?;
    tx.commit().await?;
    Ok(decided)
}

/// Counters, while messages are decided one after the other.
#[derive(Default)]
struct Windows<'a> {
    used: BTreeMap<CounterKey, i64>,
    /// What messages count for already.
    held: HashSet<(MessageId, RuleId, Timestamp)>,
    changed: BTreeSet<CounterKey>,
    new: Vec<Place<'a>>,
}

impl<'a> Windows<'a> {
    fn decide(&mut self, wish: &'a Wish) -> Places {
        let is_full = |(key, most): &(CounterKey, i64)| !self.holds(wish, key) && self.of(key) >= *most;
        if let Some(full) = wish.counters.iter().position(is_full) {
            return Places::Full(full);
        }
        for (key, _) in &wish.counters {
            if !self.holds(wish, key) {
                *self.used.entry(key.clone()).or_default() += 1;
                self.changed.insert(key.clone());
                self.new.push(Place { message: &wish.message, counter: key.clone() });
            }
        }
        Places::Taken(wish.counters.iter().map(|(key, _)| self.of(key)).collect())
    }

    fn of(&self, key: &CounterKey) -> i64 {
        self.used.get(key).copied().unwrap_or(0)
    }

    /// It has its place there since an earlier attempt.
    fn holds(&self, wish: &Wish, key: &CounterKey) -> bool {
        self.held.contains(&(wish.message.clone(), key.rule.clone(), key.window_end))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const END: Timestamp = Timestamp::from_millis(1_000);

    fn key(rule: u8) -> CounterKey {
        CounterKey { window_end: END, rule: RuleId::new(1, [rule; 10]), person: vec![1; KEY_BYTES] }
    }

    /// Counted by these rules, each of which lets so many pass.
    fn wish(message: u8, most: &[i64]) -> Wish {
        let counters = most.iter().zip(1..).map(|(most, rule)| (key(rule), *most));
        Wish { message: MessageId::new(1, [message; 10]), counters: counters.collect() }
    }

    fn decided(wishes: &[Wish]) -> Vec<Places> {
        let mut windows = Windows::default();
        wishes.iter().map(|wish| windows.decide(wish)).collect()
    }

    #[test]
    fn of_several_at_the_same_moment_as_many_go_as_there_are_places() {
        let wishes: Vec<Wish> = (1..=4).map(|number| wish(number, &[2])).collect();
        let (full, taken) = (Places::Full(0), |used| Places::Taken(vec![used]));
        assert_eq!(decided(&wishes), [taken(1), taken(2), full.clone(), full]);
    }

    #[test]
    fn a_message_takes_a_place_in_every_window_or_in_none() {
        let (wide, both) = (wish(1, &[5]), wish(2, &[5, 0]));
        let mut windows = Windows::default();
        windows.decide(&wide);
        assert_eq!(windows.decide(&both), Places::Full(1));
        assert_eq!((windows.of(&key(1)), windows.of(&key(2)), windows.new.len()), (1, 0, 1));
    }

    #[test]
    fn a_message_that_has_its_place_counts_once_also_when_the_window_is_full() {
        let again = wish(1, &[1]);
        let mut windows = Windows::default();
        windows.used.insert(key(1), 1);
        windows.held.insert((again.message.clone(), key(1).rule, END));
        assert_eq!(windows.decide(&again), Places::Taken(vec![1]));
        assert!(windows.changed.is_empty() && windows.new.is_empty());
    }
}
