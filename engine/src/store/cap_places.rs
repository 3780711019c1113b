//! Places in the windows of caps: how many a person has used, and which message holds which.
//!
//! Whoever writes counters locks them in the order of their keys: two processes never wait for each other.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use domain::Timestamp;
use domain::id::{MessageId, RuleId};
use sqlx::{query, query_as, query_scalar};

use super::{Rows, Store, Tx, groups, read, stored, within};
use crate::Result;

super::statements! {
    /// Makes the rows that are missing, and keeps all for this transaction.
    LOCK = "INSERT INTO cap_counters (window_end, rule_id, person_key, used) VALUES ($1, $2, $3, 0)
            ON CONFLICT (window_end, rule_id, person_key) DO UPDATE SET used = cap_counters.used
            RETURNING window_end, rule_id, person_key, used";
    SET = "INSERT INTO cap_counters (window_end, rule_id, person_key, used) VALUES ($1, $2, $3, $4)
           ON CONFLICT (window_end, rule_id, person_key) DO UPDATE SET used = excluded.used";
    FIND = "SELECT used FROM cap_counters WHERE window_end = $1 AND rule_id = $2 AND person_key = $3";
    /// What these messages count for already.
    HELD = "WITH asked (id) AS (VALUES ($1))
            SELECT p.message_id, p.rule_id, p.window_end FROM cap_places p JOIN asked ON p.message_id = asked.id";
    /// A message that is tried again in another window counts there.
    INSERT = "INSERT INTO cap_places (message_id, rule_id, window_end, person_key) VALUES ($1, $2, $3, $4)
              ON CONFLICT (message_id, rule_id) DO UPDATE SET window_end = excluded.window_end,
              person_key = excluded.person_key";
    GIVE_BACK = "WITH gone (id) AS (VALUES ($1))
                 DELETE FROM cap_places WHERE message_id IN (SELECT id FROM gone)
                 RETURNING window_end, rule_id, person_key";
    LESS = "UPDATE cap_counters SET used = CASE WHEN used > $4 THEN used - $4 ELSE 0 END
            WHERE window_end = $1 AND rule_id = $2 AND person_key = $3";
    REMOVE_OVER = "DELETE FROM cap_counters WHERE window_end <= $1 AND (window_end, rule_id, person_key) IN (
                       SELECT window_end, rule_id, person_key FROM cap_counters WHERE window_end <= $1
                       ORDER BY window_end LIMIT $2)";
    REMOVE_WITHOUT_MESSAGE = "DELETE FROM cap_places WHERE message_id >= $1 AND message_id <= $2
                              AND NOT EXISTS (SELECT 1 FROM messages m WHERE m.id = cap_places.message_id)";
    /// Counters of whoever a message goes to. A place has the keys of the person one after the other, each of 16 bytes.
    FORGET = "DELETE FROM cap_counters WHERE (window_end, rule_id, person_key) IN (
                  SELECT window_end, rule_id, SUBSTR(person_key, 1, 16) FROM cap_places WHERE message_id = $1
                  UNION SELECT window_end, rule_id, SUBSTR(person_key, 17, 16) FROM cap_places WHERE message_id = $1)";
    REMOVE_OF = "DELETE FROM cap_places WHERE message_id = $1";
}

/// Who a person is, as counters know it: [`KEY_BYTES`].
pub(crate) type PersonKey = Vec<u8>;

/// Bytes of a [`PersonKey`].
pub(crate) const KEY_BYTES: usize = 16;

/// One counter.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct CounterKey {
    pub(crate) window_end: Timestamp,
    pub(crate) rule: RuleId,
    pub(crate) person: PersonKey,
}

/// What a message counts for.
pub(crate) struct Place<'a> {
    pub(crate) message: &'a MessageId,
    pub(crate) window_end: Timestamp,
    pub(crate) rule: &'a RuleId,
    /// As what the person is known: one or two.
    pub(crate) people: &'a [PersonKey],
}

fn counter(window_end: i64, rule: &str, person: PersonKey) -> Result<CounterKey> {
    Ok(CounterKey { window_end: Timestamp::from_millis(window_end), rule: stored(rule)?, person })
}

static LOCKS: Rows = Rows::new(LOCK);

/// How much is used of each of these counters. Nobody else changes them before the end of the transaction.
pub(crate) async fn lock(tx: &mut Tx, keys: &BTreeSet<CounterKey>) -> Result<BTreeMap<CounterKey, i64>> {
    let keys: Vec<&CounterKey> = keys.iter().collect();
    let mut used = BTreeMap::new();
    for rows in groups(&keys) {
        let sql = LOCKS.text(tx, rows.len());
        let found: Vec<(i64, String, Vec<u8>, i64)> = within!(tx, db => {
            let mut query = query_as(sql);
            for key in rows {
                query = query.bind(key.window_end.as_millis()).bind(key.rule.as_str()).bind(&key.person);
            }
            query.fetch_all(db).await
        })?;
        for (window_end, rule, person, count) in found {
            used.insert(counter(window_end, &rule, person)?, count);
        }
    }
    Ok(used)
}

static SETS: Rows = Rows::new(SET);

/// Writes counters that are locked.
pub(crate) async fn set(tx: &mut Tx, all: &[(&CounterKey, i64)]) -> Result<()> {
    for rows in groups(all) {
        let sql = SETS.text(tx, rows.len());
        within!(tx, db => {
            let mut query = query(sql);
            for (key, used) in rows {
                query = query.bind(key.window_end.as_millis()).bind(key.rule.as_str()).bind(&key.person).bind(used);
            }
            query.execute(db).await.map(drop)
        })?;
    }
    Ok(())
}

/// How much is used of a counter.
pub(crate) async fn find(store: &Store, key: &CounterKey) -> Result<i64> {
    let used: Option<i64> = read!(store, db => query_scalar(FIND)
        .bind(key.window_end.as_millis()).bind(key.rule.as_str()).bind(&key.person).fetch_optional(db).await)?;
    Ok(used.unwrap_or(0))
}

static HELDS: Rows = Rows::new(HELD);

/// Which of these messages count already, for which rules, in the windows that end then.
pub(crate) async fn held(tx: &mut Tx, messages: &[&MessageId]) -> Result<HashSet<(MessageId, RuleId, Timestamp)>> {
    let mut held = HashSet::new();
    for rows in groups(messages) {
        let sql = HELDS.text(tx, rows.len());
        let found: Vec<(String, String, i64)> = within!(tx, db => {
            let mut query = query_as(sql);
            for id in rows {
                query = query.bind(id.as_str());
            }
            query.fetch_all(db).await
        })?;
        for (message, rule, window_end) in found {
            held.insert((stored(&message)?, stored(&rule)?, Timestamp::from_millis(window_end)));
        }
    }
    Ok(held)
}

static INSERTS: Rows = Rows::new(INSERT);

pub(crate) async fn insert(tx: &mut Tx, all: &[Place<'_>]) -> Result<()> {
    for rows in groups(all) {
        let sql = INSERTS.text(tx, rows.len());
        within!(tx, db => {
            let mut query = query(sql);
            for Place { message, window_end, rule, people } in rows {
                query = query
                    .bind(message.as_str())
                    .bind(rule.as_str())
                    .bind(window_end.as_millis())
                    .bind(people.concat());
            }
            query.execute(db).await.map(drop)
        })?;
    }
    Ok(())
}

static GIVE_BACKS: Rows = Rows::new(GIVE_BACK);

/// Nothing was sent of these messages, and nothing will be: they count for nothing.
pub(crate) async fn give_back(tx: &mut Tx, messages: &[&str]) -> Result<()> {
    let mut less = BTreeMap::<CounterKey, i64>::new();
    for rows in groups(messages) {
        let sql = GIVE_BACKS.text(tx, rows.len());
        let gone: Vec<(i64, String, Vec<u8>)> = within!(tx, db => {
            let mut query = query_as(sql);
            for id in rows {
                query = query.bind(*id);
            }
            query.fetch_all(db).await
        })?;
        for (window_end, rule, people) in gone {
            for person in people.chunks(KEY_BYTES) {
                *less.entry(counter(window_end, &rule, person.to_vec())?).or_default() += 1;
            }
        }
    }
    for (key, count) in less {
        within!(tx, db => query(LESS)
            .bind(key.window_end.as_millis()).bind(key.rule.as_str()).bind(&key.person).bind(count)
            .execute(db).await.map(drop))?;
    }
    Ok(())
}

/// Removes up to `limit` counters of windows that are over; how many?
pub(crate) async fn remove_over(tx: &mut Tx, now: Timestamp, limit: i64) -> Result<u64> {
    Ok(within!(tx, db => query(REMOVE_OVER).bind(now.as_millis()).bind(limit).execute(db).await
        .map(|done| done.rows_affected()))?)
}
