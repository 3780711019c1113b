//! Places in the windows of caps. A message takes its places when it is about to go, after everything else was asked: what two
//! messages find free at the same moment, one gets. Those that ask at the same moment share a transaction.
//!
//! A message keeps its places while it is tried again. It gives them back when nothing of it was sent and nothing will be.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::sync::Arc;

use domain::channel_configuration::Channel;
use domain::id::{MessageId, ProfileId, RuleId};
use domain::{SandboxName, Timestamp};
use tokio::time::timeout;

use super::Rules;
use super::in_force::{ActiveCap, InForce};
use crate::group_commit::{self, Committer, WRITTEN_WITHIN, unavailable};
use crate::profiles::whom;
use crate::store::cap_places::{self, CounterKey, KEY_BYTES, PersonKey, Place};
use crate::store::health::Health;
use crate::store::messages::Claimed;
use crate::store::{Store, Tx};
use crate::{Engine, Result};

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
    /// As what the person is known: with a profile by it, and by the identity too. So nobody begins anew who gets a profile, or
    /// whose identity is taken off one.
    people: Vec<PersonKey>,
    /// In the order in which they are asked.
    limits: Vec<Limit>,
}

/// The most that a rule lets pass in one window.
struct Limit {
    window_end: Timestamp,
    rule: RuleId,
    most: i64,
}

impl Wish {
    fn counters(&self, limit: &Limit) -> impl Iterator<Item = CounterKey> {
        let Limit { window_end, rule, .. } = limit;
        let key = move |person: &PersonKey| CounterKey {
            window_end: *window_end,
            rule: rule.clone(),
            person: person.clone(),
        };
        self.people.iter().map(key)
    }
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
        for (position, limit) in wish.limits.iter().enumerate() {
            let mut used = 0;
            for key in wish.counters(limit) {
                used = used.max(cap_places::find(self.store(), &key).await?);
            }
            if used >= limit.most {
                return Ok(Some(Taken { may_go: false, words: full_words(caps[position], now) }));
            }
            all.push(used + 1);
        }
        Ok(Some(Taken { may_go: true, words: all_words(&caps, &all, now) }))
    }

    fn wish(&self, message: &Claimed, rules: &Rules, caps: &[&ActiveCap], now: Timestamp) -> Result<Wish> {
        let limits = caps.iter().map(|active| Limit {
            window_end: active.cap.window(&active.zone, now).end,
            rule: active.id.clone(),
            most: i64::from(active.cap.count),
        });
        Ok(Wish { message: message.id.clone(), people: self.person_keys(message, rules)?, limits: limits.collect() })
    }

    /// Who the person is to whom a message goes, over all channels: the one place that decides it. The identity counts in any
    /// writing.
    fn person_keys(&self, message: &Claimed, rules: &Rules) -> Result<Vec<PersonKey>> {
        let (_, identity) = whom(&message.recipient, &message.address)?;
        let profile = rules.profile_id().map(|profile| self.person_key(&message.sandbox, profile.as_str()));
        Ok(profile.into_iter().chain([self.person_key(&message.sandbox, &identity.key())]).collect())
    }

    fn person_key(&self, sandbox: &SandboxName, known_by: &str) -> PersonKey {
        self.0.keys.person(&[sandbox.as_str(), known_by])[..KEY_BYTES].to_vec()
    }

    /// Profiles have become others: what counts for the one that is gone counts for the one that it has become, too.
    pub(crate) async fn join_counters(
        &self,
        tx: &mut Tx,
        sandbox: &SandboxName,
        joined: &[(ProfileId, ProfileId)],
        in_force: &[Arc<InForce>],
    ) -> Result<()> {
        if joined.is_empty() {
            return Ok(());
        }
        let now = self.now();
        let windows: BTreeSet<(Timestamp, &RuleId)> = in_force
            .iter()
            .flat_map(|set| set.caps())
            .map(|ActiveCap { id, cap, zone, .. }| (cap.window(zone, now).end, id))
            .collect();
        let key = |(window_end, rule): (Timestamp, &RuleId), profile: &ProfileId| CounterKey {
            window_end,
            rule: rule.clone(),
            person: self.person_key(sandbox, profile.as_str()),
        };
        let pairs: Vec<(CounterKey, CounterKey)> = windows
            .iter()
            .flat_map(|window| joined.iter().map(move |(gone, stays)| (key(*window, gone), key(*window, stays))))
            .collect();
        let keys = pairs.iter().flat_map(|(gone, stays)| [gone.clone(), stays.clone()]).collect();
        let mut used = cap_places::lock(tx, &keys).await?;
        for (gone, stays) in &pairs {
            let more = used.insert(gone.clone(), 0).unwrap_or(0);
            *used.entry(stays.clone()).or_default() += more;
        }
        cap_places::set(tx, &used.iter().map(|(key, count)| (key, *count)).collect::<Vec<_>>()).await
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
    let keys = wishes.iter().flat_map(|wish| wish.limits.iter().flat_map(|limit| wish.counters(limit)));
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
        let is_full = |limit: &Limit| !self.holds(wish, limit) && self.used(wish, limit) >= limit.most;
        if let Some(full) = wish.limits.iter().position(is_full) {
            return Places::Full(full);
        }
        for limit in &wish.limits {
            if !self.holds(wish, limit) {
                for key in wish.counters(limit) {
                    *self.used.entry(key.clone()).or_default() += 1;
                    self.changed.insert(key);
                }
                let Limit { window_end, rule, .. } = limit;
                self.new.push(Place { message: &wish.message, window_end: *window_end, rule, people: &wish.people });
            }
        }
        Places::Taken(wish.limits.iter().map(|limit| self.used(wish, limit)).collect())
    }

    /// By the person, as whatever they are known.
    fn used(&self, wish: &Wish, limit: &Limit) -> i64 {
        wish.counters(limit).map(|key| self.used.get(&key).copied().unwrap_or(0)).max().unwrap_or(0)
    }

    /// It has its place there since an earlier attempt.
    fn holds(&self, wish: &Wish, limit: &Limit) -> bool {
        self.held.contains(&(wish.message.clone(), limit.rule.clone(), limit.window_end))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const END: Timestamp = Timestamp::from_millis(1_000);

    fn rule(number: u8) -> RuleId {
        RuleId::new(1, [number; 10])
    }

    fn key(number: u8) -> CounterKey {
        CounterKey { window_end: END, rule: rule(number), person: vec![1; KEY_BYTES] }
    }

    /// Counted by these rules, each of which lets so many pass.
    fn wish(message: u8, most: &[i64]) -> Wish {
        wish_of(message, &[1], most)
    }

    fn wish_of(message: u8, people: &[u8], most: &[i64]) -> Wish {
        let limits =
            most.iter().zip(1..).map(|(most, number)| Limit { window_end: END, rule: rule(number), most: *most });
        let people = people.iter().map(|person| vec![*person; KEY_BYTES]).collect();
        Wish { message: MessageId::new(1, [message; 10]), people, limits: limits.collect() }
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
        let used = |number: u8| windows.used.get(&key(number)).copied();
        assert_eq!((used(1), used(2), windows.new.len()), (Some(1), None, 1));
    }

    #[test]
    fn whoever_is_known_as_two_counts_as_both_and_the_one_who_got_more_decides() {
        let (alone, both, other) = (wish_of(1, &[1], &[2]), wish_of(2, &[9, 1], &[2]), wish_of(3, &[9, 2], &[2]));
        let full = wish_of(4, &[9], &[2]);
        let taken = |used| Places::Taken(vec![used]);
        let mut windows = Windows::default();
        let decided = [&alone, &both, &both, &other, &full].map(|wish| windows.decide(wish));
        assert_eq!(decided, [taken(1), taken(2), Places::Full(0), taken(2), Places::Full(0)]);
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
