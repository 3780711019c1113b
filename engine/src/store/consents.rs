//! What people said about marketing: what is in force, and the history, to which rows are only added. Of an address, or of a
//! person: then the id of the profile stands where the address does.

use std::collections::HashMap;

use domain::channel_configuration::Channel;
use domain::consent::{Consent, ConsentEntry};
use domain::id::{MessageId, ProfileId, TopicId};
use domain::{SandboxName, Timestamp};
use sqlx::{query, query_as};

use super::messages::search_key;
use super::{Rows, Store, Tx, groups, read, stored, within};
use crate::Result;

/// Puts a choice in force where there is none, or where this holds of the one that is.
macro_rules! put {
    ($holds:literal) => {
        concat!(
            "INSERT INTO consents (sandbox, channel, subject_key, topic_id, address, choice, source, at, entries)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 1)
             ON CONFLICT (sandbox, channel, subject_key, topic_id) DO UPDATE SET address = excluded.address,
             choice = excluded.choice, source = excluded.source, at = excluded.at, entries = consents.entries + 1
             WHERE ",
            $holds,
            " RETURNING channel, subject_key, topic_id, entries"
        )
    };
}

super::statements! {
    /// Whoever left has left, however often; and who is only asked keeps what was said before.
    PUT_SAID = put!("(excluded.choice <> 'out' OR consents.choice <> 'out')
                     AND (excluded.choice <> 'pending' OR consents.choice = 'pending')");
    PUT_REPEATED = put!("excluded.at > consents.at");
    PUT_FILLED = put!("consents.choice = 'pending'");
    /// Of two that were said at one moment, a no counts.
    PUT_DATED = put!("(excluded.at > consents.at OR (excluded.at = consents.at AND excluded.choice = 'out'))
                      AND (excluded.choice <> 'out' OR consents.choice <> 'out')");
    ADD = "INSERT INTO consent_history (sandbox, channel, subject_key, topic_id, number, address, choice, source, at, recorded_at,
           proof, message_id, entered_by) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)";
    /// Of the channel, and of one topic; one way through the key.
    FIND = "SELECT channel, address, topic_id, choice, source, at FROM consents
            WHERE sandbox = $1 AND channel = $2 AND subject_key IN ($3, $4) AND topic_id IN ('', $5)";
    FIND_ALL = "SELECT channel, address, topic_id, choice, source, at FROM consents
                WHERE sandbox = $1 AND channel = $2 AND subject_key IN ($3, $4)";
    HISTORY = "SELECT channel, address, topic_id, choice, source, at, recorded_at, proof, message_id, entered_by
               FROM consent_history WHERE sandbox = $1 AND channel = $2 AND subject_key IN ($3, $4)
               ORDER BY recorded_at DESC, topic_id DESC, subject_key DESC, number DESC LIMIT 1000";
    AFTER = "SELECT channel, address, topic_id, choice, source, at FROM consents
             WHERE sandbox = $1 AND (channel, subject_key, topic_id) > ($2, $3, $4)
             ORDER BY channel, subject_key, topic_id LIMIT $5";
    FORGET_HISTORY = "DELETE FROM consent_history WHERE sandbox = $1 AND channel IN ('email', 'mobile', 'push')
                      AND subject_key = $2";
    /// That somebody wants nothing stays: it is what keeps us away.
    FORGET = "DELETE FROM consents WHERE sandbox = $1 AND channel IN ('email', 'mobile', 'push') AND subject_key = $2
              AND choice <> 'out'";
}

/// When a choice takes the place of the one that is in force.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Put {
    /// Somebody says so now.
    Said,
    /// The same, and what holds already is said again: it is later than what an address agreed to.
    Repeated,
    /// A list says so of all its people: only where nobody ever answered.
    Filled,
    /// Said at a time of its own: what was said later stays.
    Dated,
}

static SAID: Rows = Rows::new(PUT_SAID);
static REPEATED: Rows = Rows::new(PUT_REPEATED);
static FILLED: Rows = Rows::new(PUT_FILLED);
static DATED: Rows = Rows::new(PUT_DATED);
static HISTORY_ROWS: Rows = Rows::new(ADD);

/// Who, on which channel, about what.
type Key = (String, Vec<u8>, String);

fn key_of(entry: &ConsentEntry) -> Key {
    let topic = entry.topic_id.as_ref().map_or("", TopicId::as_str);
    (entry.channel.to_string(), search_key(entry.subject()), topic.to_owned())
}

/// Puts choices in force and adds those that are to the history; how many? Two of one person and topic do not go together.
pub(crate) async fn put(tx: &mut Tx, sandbox: &SandboxName, all: &[ConsentEntry], how: Put) -> Result<usize> {
    let rows = match how {
        Put::Said => &SAID,
        Put::Repeated => &REPEATED,
        Put::Filled => &FILLED,
        Put::Dated => &DATED,
    };
    let mut numbers: HashMap<Key, i64> = HashMap::new();
    for group in groups(all) {
        let sql = rows.text(tx, group.len());
        let changed: Vec<(String, Vec<u8>, String, i64)> = within!(tx, db => {
            let mut query = query_as(sql);
            for entry in group {
                let (channel, subject, topic) = key_of(entry);
                query = query
                    .bind(sandbox.as_str())
                    .bind(channel)
                    .bind(subject)
                    .bind(topic)
                    .bind(entry.subject())
                    .bind(entry.choice.as_str())
                    .bind(entry.source.as_str())
                    .bind(entry.at.as_millis());
            }
            query.fetch_all(db).await
        })?;
        numbers
            .extend(changed.into_iter().map(|(channel, subject, topic, number)| ((channel, subject, topic), number)));
    }
    let with_number = |entry| numbers.get(&key_of(entry)).map(|number| (entry, *number));
    let changed: Vec<(&ConsentEntry, i64)> = all.iter().filter_map(with_number).collect();
    add(tx, sandbox, &changed).await?;
    Ok(changed.len())
}

/// To the history.
async fn add(tx: &mut Tx, sandbox: &SandboxName, all: &[(&ConsentEntry, i64)]) -> Result<()> {
    for group in groups(all) {
        let sql = HISTORY_ROWS.text(tx, group.len());
        within!(tx, db => {
            let mut query = query(sql);
            for (entry, number) in group {
                let (channel, subject, topic) = key_of(entry);
                query = query
                    .bind(sandbox.as_str())
                    .bind(channel)
                    .bind(subject)
                    .bind(topic)
                    .bind(*number)
                    .bind(entry.subject())
                    .bind(entry.choice.as_str())
                    .bind(entry.source.as_str())
                    .bind(entry.at.as_millis())
                    .bind(entry.recorded_at.as_millis())
                    .bind(&entry.proof)
                    .bind(entry.message_id.as_ref().map(MessageId::as_str))
                    .bind(&entry.entered_by);
            }
            query.execute(db).await.map(drop)
        })?;
    }
    Ok(())
}

#[derive(sqlx::FromRow)]
pub(super) struct Row {
    channel: String,
    address: String,
    topic_id: String,
    choice: String,
    source: String,
    at: i64,
}

impl TryFrom<Row> for Consent {
    type Error = crate::Error;

    fn try_from(row: Row) -> Result<Self> {
        let (profile_id, address) = subject(row.address);
        Ok(Self {
            channel: stored(&row.channel)?,
            profile_id,
            address,
            topic_id: topic(&row.topic_id)?,
            choice: stored(&row.choice)?,
            source: stored(&row.source)?,
            at: Timestamp::from_millis(row.at),
        })
    }
}

/// A person, or an address: none looks like the id of a profile.
fn subject(text: String) -> (Option<ProfileId>, String) {
    match text.parse() {
        Ok(person) => (Some(person), String::new()),
        Err(_) => (None, text),
    }
}

pub(super) fn topic(id: &str) -> Result<Option<TopicId>> {
    Some(id).filter(|id| !id.is_empty()).map(stored).transpose()
}

/// Whose choices on a channel are looked for: those of an address, of a person, or of both.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Whose<'a> {
    pub(crate) channel: Channel,
    pub(crate) address: Option<&'a str>,
    pub(crate) person: Option<&'a ProfileId>,
}

impl Whose<'_> {
    /// One twice, where there is only one.
    fn keys(&self) -> (Vec<u8>, Vec<u8>) {
        let person = self.person.map(ProfileId::as_str);
        let [first, second] = [self.address.or(person), person.or(self.address)].map(Option::unwrap_or_default);
        (search_key(first), search_key(second))
    }
}

/// What is in force of a channel and of one topic.
pub(crate) async fn find(
    store: &Store,
    sandbox: &SandboxName,
    whose: Whose<'_>,
    topic: Option<&TopicId>,
) -> Result<Vec<Consent>> {
    let (own, person) = whose.keys();
    let topic = topic.map_or("", TopicId::as_str);
    let rows: Vec<Row> = read!(store, db => query_as(FIND)
        .bind(sandbox.as_str()).bind(whose.channel.as_str()).bind(own).bind(person).bind(topic).fetch_all(db).await)?;
    ordered(rows)
}

/// What is in force of a channel and of its topics.
pub(crate) async fn find_all(store: &Store, sandbox: &SandboxName, whose: Whose<'_>) -> Result<Vec<Consent>> {
    let (own, person) = whose.keys();
    let rows: Vec<Row> = read!(store, db => query_as(FIND_ALL)
        .bind(sandbox.as_str()).bind(whose.channel.as_str()).bind(own).bind(person).fetch_all(db).await)?;
    ordered(rows)
}

/// The same as a transaction sees it.
pub(crate) async fn find_all_in(tx: &mut Tx, sandbox: &SandboxName, whose: Whose<'_>) -> Result<Vec<Consent>> {
    let (own, person) = whose.keys();
    let rows: Vec<Row> = within!(tx, db => query_as(FIND_ALL)
        .bind(sandbox.as_str()).bind(whose.channel.as_str()).bind(own).bind(person).fetch_all(db).await)?;
    ordered(rows)
}

/// The channel before its topics, and of each the address before the person.
pub(super) fn ordered(rows: Vec<Row>) -> Result<Vec<Consent>> {
    let mut all = rows.into_iter().map(Consent::try_from).collect::<Result<Vec<_>>>()?;
    all.sort_by(|one, other| (&one.topic_id, &one.profile_id).cmp(&(&other.topic_id, &other.profile_id)));
    Ok(all)
}

#[derive(sqlx::FromRow)]
struct HistoryRow {
    channel: String,
    address: String,
    topic_id: String,
    choice: String,
    source: String,
    at: i64,
    recorded_at: i64,
    proof: String,
    message_id: Option<String>,
    entered_by: String,
}

/// Oldest first, the newest 1,000.
pub(crate) async fn history(store: &Store, sandbox: &SandboxName, whose: Whose<'_>) -> Result<Vec<ConsentEntry>> {
    let (own, person) = whose.keys();
    let rows: Vec<HistoryRow> = read!(store, db => query_as(HISTORY)
        .bind(sandbox.as_str()).bind(whose.channel.as_str()).bind(own).bind(person).fetch_all(db).await)?;
    let entry = |row: HistoryRow| {
        let (profile_id, address) = subject(row.address);
        Ok(ConsentEntry {
            channel: stored(&row.channel)?,
            profile_id,
            address,
            topic_id: topic(&row.topic_id)?,
            choice: stored(&row.choice)?,
            source: stored(&row.source)?,
            at: Timestamp::from_millis(row.at),
            recorded_at: Timestamp::from_millis(row.recorded_at),
            message_id: row.message_id.as_deref().map(stored).transpose()?,
            proof: row.proof,
            entered_by: row.entered_by,
        })
    };
    rows.into_iter().rev().map(entry).collect()
}

/// What is in force in a sandbox, by channel, address or person, and topic; after this one.
pub(crate) async fn after(
    store: &Store,
    sandbox: &SandboxName,
    last: Option<&Consent>,
    limit: i64,
) -> Result<Vec<Consent>> {
    let (channel, subject) = last.map_or(("", ""), |last| (last.channel.as_str(), last.subject()));
    let topic = last.and_then(|last| last.topic_id.as_ref()).map_or("", TopicId::as_str);
    let rows: Vec<Row> = read!(store, db => query_as(AFTER)
        .bind(sandbox.as_str()).bind(channel).bind(search_key(subject)).bind(topic).bind(limit).fetch_all(db).await)?;
    rows.into_iter().map(TryInto::try_into).collect()
}

/// Removes how it came to be so, and what is in force but a no. How many entries were there?
pub(crate) async fn forget(tx: &mut Tx, sandbox: &SandboxName, address: &str) -> Result<u64> {
    within!(tx, db => query(FORGET).bind(sandbox.as_str()).bind(search_key(address)).execute(db).await.map(drop))?;
    Ok(within!(tx, db => query(FORGET_HISTORY).bind(sandbox.as_str()).bind(search_key(address)).execute(db).await
        .map(|done| done.rows_affected()))?)
}
