//! Open circuits: channel configurations whose messages wait for their server.

use std::collections::HashSet;
use std::time::Duration;

use domain::circuit::Circuit;
use domain::id::ChannelConfigurationId;
use domain::message::MessageState;
use domain::{SandboxName, Timestamp};
use sqlx::{query, query_as, query_scalar};

use super::{Store, Tx, cap_places, read, stored, within};
use crate::Result;

/// Messages that nobody tries any more because their retry window ended while they waited. It counts anew from where one fell
/// back to SMS, or was released from quiet hours. What may have arrived never ends as failed.
macro_rules! give_up {
    ($which:literal) => {
        concat!(
            "UPDATE messages SET reason = $3, detail = $4, due_at = NULL, updated_at = $5,
             state = CASE WHEN EXISTS (SELECT 1 FROM attempts a WHERE a.message_id = messages.id AND a.outcome = 'in_doubt')
                     THEN 'in_doubt' ELSE 'failed' END
             WHERE id IN (SELECT m.id FROM messages m LEFT JOIN fallbacks f ON f.message_id = m.id
                          WHERE m.state = 'queued' AND m.configuration_id = $1 AND m.due_at <= $5 AND ",
            $which,
            " AND COALESCE(f.at, m.quiet_until, m.created_at) < $2 LIMIT 500)
             RETURNING id, state"
        )
    };
}

super::statements! {
    LIST = "SELECT k.configuration_id, k.opened_at, k.reason, k.words, k.next_try_at FROM circuits k
            JOIN channel_configurations c ON c.id = k.configuration_id WHERE c.sandbox = $1 ORDER BY k.configuration_id";
    LIST_IDS = "SELECT configuration_id FROM circuits";
    LIST_TRIES = "SELECT configuration_id, next_try_at FROM circuits";
    FIND = "SELECT configuration_id, opened_at, reason, words, next_try_at FROM circuits WHERE configuration_id = $1";
    /// Another process may have opened it already.
    OPEN = "INSERT INTO circuits (configuration_id, opened_at, reason, words, pause_ms, next_try_at)
            VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (configuration_id) DO NOTHING";
    /// The next pause is twice the last one, up to $5.
    STAY_OPEN = "UPDATE circuits SET reason = $3, words = $4,
                 pause_ms = CASE WHEN pause_ms * 2 > $5 THEN $5 ELSE pause_ms * 2 END,
                 next_try_at = $2 + CASE WHEN pause_ms * 2 > $5 THEN $5 ELSE pause_ms * 2 END
                 WHERE configuration_id = $1";
    CLOSE = "DELETE FROM circuits WHERE configuration_id = $1";
    /// One of several processes gets the probe.
    TAKE_PROBE = "UPDATE circuits SET next_try_at = $3 WHERE configuration_id = $1 AND next_try_at <= $2";
    RETURN_PROBE = "UPDATE circuits SET next_try_at = $2 WHERE configuration_id = $1";
    TELL = "UPDATE circuits SET reason = $2, words = $3 WHERE configuration_id = $1";
    /// Those for which it stands in.
    HOMES = "SELECT DISTINCT home_id FROM messages
             WHERE state = 'queued' AND configuration_id = $1 AND due_at <= $2 AND home_id IS NOT NULL";
    GIVE_UP = give_up!("m.home_id IS NULL");
    GIVE_UP_GUESTS = give_up!("m.home_id = $6");
}

#[derive(sqlx::FromRow)]
struct Row {
    configuration_id: String,
    opened_at: i64,
    reason: String,
    words: String,
    next_try_at: i64,
}

impl TryFrom<Row> for Circuit {
    type Error = crate::Error;

    fn try_from(row: Row) -> Result<Self> {
        Ok(Self {
            configuration_id: stored(&row.configuration_id)?,
            since: Timestamp::from_millis(row.opened_at),
            reason: row.reason,
            words: row.words,
            next_try_at: Timestamp::from_millis(row.next_try_at),
            failover: None,
        })
    }
}

/// Of a sandbox.
pub(crate) async fn list(store: &Store, sandbox: &SandboxName) -> Result<Vec<Circuit>> {
    let rows: Vec<Row> = read!(store, db => query_as(LIST).bind(sandbox.as_str()).fetch_all(db).await)?;
    rows.into_iter().map(TryInto::try_into).collect()
}

/// Of all sandboxes.
pub(crate) async fn list_ids(store: &Store) -> Result<HashSet<ChannelConfigurationId>> {
    let ids: Vec<String> = read!(store, db => query_scalar(LIST_IDS).fetch_all(db).await)?;
    ids.iter().map(|id| stored(id)).collect()
}

/// Of all sandboxes, with the time of the next probe.
pub(crate) async fn list_tries(store: &Store) -> Result<Vec<(ChannelConfigurationId, Timestamp)>> {
    let rows: Vec<(String, i64)> = read!(store, db => query_as(LIST_TRIES).fetch_all(db).await)?;
    rows.iter().map(|(id, at)| Ok((stored(id)?, Timestamp::from_millis(*at)))).collect()
}

pub(crate) async fn find(store: &Store, id: &ChannelConfigurationId) -> Result<Option<Circuit>> {
    let row: Option<Row> = read!(store, db => query_as(FIND).bind(id.as_str()).fetch_optional(db).await)?;
    row.map(TryInto::try_into).transpose()
}

/// Why nothing is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Trouble {
    pub(crate) reason: String,
    pub(crate) words: String,
}

pub(crate) async fn open(
    tx: &mut Tx,
    id: &ChannelConfigurationId,
    trouble: &Trouble,
    pause: Duration,
    now: Timestamp,
) -> Result<()> {
    within!(tx, db => query(OPEN)
        .bind(id.as_str())
        .bind(now.as_millis())
        .bind(&trouble.reason)
        .bind(&trouble.words)
        .bind(millis(pause))
        .bind(now.plus(pause).as_millis())
        .execute(db)
        .await
        .map(drop))?;
    Ok(())
}

/// A probe failed. The pause doubles, up to the longest.
pub(crate) async fn stay_open(
    tx: &mut Tx,
    id: &ChannelConfigurationId,
    trouble: &Trouble,
    longest: Duration,
    now: Timestamp,
) -> Result<()> {
    within!(tx, db => query(STAY_OPEN)
        .bind(id.as_str())
        .bind(now.as_millis())
        .bind(&trouble.reason)
        .bind(&trouble.words)
        .bind(millis(longest))
        .execute(db)
        .await
        .map(drop))?;
    Ok(())
}

/// Does nothing when it is not open.
pub(crate) async fn close(tx: &mut Tx, id: &ChannelConfigurationId) -> Result<()> {
    within!(tx, db => query(CLOSE).bind(id.as_str()).execute(db).await.map(drop))?;
    Ok(())
}

/// Is it time to probe, and nobody else does? `lost_at`: when others may.
pub(crate) async fn take_probe(
    tx: &mut Tx,
    id: &ChannelConfigurationId,
    now: Timestamp,
    lost_at: Timestamp,
) -> Result<bool> {
    let taken = within!(tx, db => query(TAKE_PROBE)
        .bind(id.as_str())
        .bind(now.as_millis())
        .bind(lost_at.as_millis())
        .execute(db)
        .await
        .map(|done| done.rows_affected()))?;
    Ok(taken > 0)
}

/// The next one is due at `at`.
pub(crate) async fn return_probe(tx: &mut Tx, id: &ChannelConfigurationId, at: Timestamp) -> Result<()> {
    within!(tx, db => query(RETURN_PROBE).bind(id.as_str()).bind(at.as_millis()).execute(db).await.map(drop))?;
    Ok(())
}

/// A person has looked, and this is what the server says now.
pub(crate) async fn tell(tx: &mut Tx, id: &ChannelConfigurationId, trouble: &Trouble) -> Result<()> {
    within!(tx, db => query(TELL)
        .bind(id.as_str())
        .bind(&trouble.reason)
        .bind(&trouble.words)
        .execute(db)
        .await
        .map(drop))?;
    Ok(())
}

/// The configurations whose messages are due there, because it stands in for them.
pub(crate) async fn homes(
    store: &Store,
    id: &ChannelConfigurationId,
    now: Timestamp,
) -> Result<Vec<ChannelConfigurationId>> {
    let homes: Vec<String> =
        read!(store, db => query_scalar(HOMES).bind(id.as_str()).bind(now.as_millis()).fetch_all(db).await)?;
    homes.iter().map(|id| stored(id)).collect()
}

/// Gives up messages that wait there and were accepted before `accepted_before`, some at a time; how many were there? `home`:
/// for which it stands in; `None`: its own.
pub(crate) async fn give_up(
    tx: &mut Tx,
    id: &ChannelConfigurationId,
    home: Option<&ChannelConfigurationId>,
    trouble: &Trouble,
    accepted_before: Timestamp,
    now: Timestamp,
) -> Result<u64> {
    let text = if home.is_some() { GIVE_UP_GUESTS } else { GIVE_UP };
    let given_up: Vec<(String, String)> = within!(tx, db => {
        let query = query_as(text)
            .bind(id.as_str())
            .bind(accepted_before.as_millis())
            .bind(&trouble.reason)
            .bind(&trouble.words)
            .bind(now.as_millis());
        let query = match home {
            Some(home) => query.bind(home.as_str()),
            None => query,
        };
        query.fetch_all(db).await
    })?;
    let failed = given_up.iter().filter(|(_, state)| state == MessageState::Failed.as_str());
    cap_places::give_back(tx, &failed.map(|(id, _)| id.as_str()).collect::<Vec<_>>()).await?;
    Ok(given_up.len() as u64)
}

fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}
