//! What is removed: by age, or because a person is to be forgotten. Each call is one small step of a transaction.

use domain::id::{ExecutionId, InboundId, MessageId};
use domain::{SandboxName, Timestamp};
use sqlx::{query, query_scalar};

use super::messages::{self, search_key};
use super::{Tx, cap_places, copies, experiments, files, within};
use crate::Result;

super::statements! {
    /// What is still to be sent stays, however old it is.
    REMOVE_MESSAGES = "DELETE FROM messages WHERE id IN (
                           SELECT id FROM messages WHERE id < $1 AND state NOT IN ('queued', 'sending')
                           ORDER BY id LIMIT $2) RETURNING id";
    REMOVE_ATTEMPTS = "DELETE FROM attempts WHERE message_id >= $1 AND message_id <= $2
                       AND NOT EXISTS (SELECT 1 FROM messages m WHERE m.id = attempts.message_id)";
    REMOVE_RENDERINGS = "DELETE FROM renderings WHERE message_id >= $1 AND message_id <= $2
                         AND NOT EXISTS (SELECT 1 FROM messages m WHERE m.id = renderings.message_id)";
    REMOVE_EVENTS = "DELETE FROM message_events WHERE message_id >= $1 AND message_id <= $2
                     AND NOT EXISTS (SELECT 1 FROM messages m WHERE m.id = message_events.message_id)";
    REMOVE_PROVIDER_IDS = "DELETE FROM provider_ids WHERE message_id >= $1 AND message_id <= $2
                           AND NOT EXISTS (SELECT 1 FROM messages m WHERE m.id = provider_ids.message_id)";
    REMOVE_FALLBACKS = "DELETE FROM fallbacks WHERE message_id >= $1 AND message_id <= $2
                        AND NOT EXISTS (SELECT 1 FROM messages m WHERE m.id = fallbacks.message_id)";
    REMOVE_INBOUND = "DELETE FROM inbound_messages WHERE id IN (SELECT id FROM inbound_messages WHERE id < $1 ORDER BY id LIMIT $2)";
    /// Ids sort by time, those of all kinds together; $1 is the first that is to stay.
    REMOVE_EXECUTIONS = "DELETE FROM executions WHERE id IN (
                             SELECT e.id FROM executions e WHERE e.id < $1
                             AND NOT EXISTS (SELECT 1 FROM messages m WHERE m.execution_id = e.id)
                             AND NOT EXISTS (SELECT 1 FROM runs r WHERE r.execution_id = e.id AND r.state = 'running')
                             ORDER BY e.id LIMIT $2)";
    REMOVE_RUNS = "DELETE FROM runs WHERE execution_id IN (
                       SELECT r.execution_id FROM runs r WHERE r.execution_id < $1 AND r.state <> 'running'
                       AND NOT EXISTS (SELECT 1 FROM executions e WHERE e.id = r.execution_id)
                       ORDER BY r.execution_id LIMIT $2)";
    REMOVE_SCHEDULES = "DELETE FROM schedules WHERE id IN (
                            SELECT s.id FROM schedules s WHERE s.execute_at < $1 AND s.state <> 'scheduled' LIMIT $2)";
    BODIES_DONE = "SELECT done_until FROM sweeps WHERE name = 'bodies'";
    /// The last of the next rows; one at most.
    NEXT_BODIES = "SELECT MAX(message_id) FROM (SELECT message_id FROM renderings
                   WHERE message_id > $1 AND message_id < $2 ORDER BY message_id LIMIT $3) AS next";
    CLEAR_BODIES = "UPDATE renderings SET body = NULL WHERE message_id > $1 AND message_id <= $2";
    SET_BODIES_DONE = "UPDATE sweeps SET done_until = $1 WHERE name = 'bodies'";
    FIND_OF_PERSON = "SELECT id FROM messages WHERE sandbox = $1 AND address_key = $2
                      UNION SELECT id FROM messages WHERE sandbox = $1 AND user_key = $2 AND user_key <> address_key
                      LIMIT $3";
    /// Of a user id of this namespace only.
    FIND_OF_IDENTITY = "SELECT id FROM messages
                        WHERE sandbox = $1 AND address_key = $2 AND user_key = $2 AND namespace = $4
                        UNION SELECT id FROM messages
                        WHERE sandbox = $1 AND user_key = $2 AND user_key <> address_key AND namespace = $4
                        LIMIT $3";
    REMOVE_MESSAGE = "DELETE FROM messages WHERE id = $1";
    REMOVE_ATTEMPTS_OF = "DELETE FROM attempts WHERE message_id = $1";
    REMOVE_RENDERING_OF = "DELETE FROM renderings WHERE message_id = $1";
    REMOVE_EVENTS_OF = "DELETE FROM message_events WHERE message_id = $1";
    REMOVE_PROVIDER_IDS_OF = "DELETE FROM provider_ids WHERE message_id = $1";
    REMOVE_FALLBACK_OF = "DELETE FROM fallbacks WHERE message_id = $1";
    REMOVE_SHORT_LINKS_OF = "DELETE FROM short_links WHERE message_id = $1";
    REMOVE_INBOUND_OF = "DELETE FROM inbound_messages WHERE sandbox = $1 AND sender = $2";
}

/// Removes up to `limit` messages that were made before `end`, with their attempts and renderings; how many messages?
pub(crate) async fn remove_messages(tx: &mut Tx, end: Timestamp, limit: i64) -> Result<usize> {
    let mut ids: Vec<String> = within!(tx, db => query_scalar(REMOVE_MESSAGES)
        .bind(first_message_at(end)).bind(limit).fetch_all(db).await)?;
    ids.sort_unstable();
    if let (Some(first), Some(last)) = (ids.first(), ids.last()) {
        for text in [
            REMOVE_ATTEMPTS,
            REMOVE_RENDERINGS,
            REMOVE_EVENTS,
            REMOVE_PROVIDER_IDS,
            REMOVE_FALLBACKS,
            cap_places::REMOVE_WITHOUT_MESSAGE,
            copies::REMOVE_WITHOUT_MESSAGE,
            experiments::REMOVE_FACTS_WITHOUT_MESSAGE,
            files::REMOVE_USES_WITHOUT_MESSAGE,
        ] {
            within!(tx, db => query(text).bind(first).bind(last).execute(db).await.map(drop))?;
        }
    }
    Ok(ids.len())
}

/// Removes up to `limit` executions that were made before `end` and have no messages any more.
pub(crate) async fn remove_executions(tx: &mut Tx, end: Timestamp, limit: i64) -> Result<u64> {
    let first = ExecutionId::new(millis(end), [0; 10]);
    let removed = within!(tx, db => query(REMOVE_EXECUTIONS).bind(first.as_str()).bind(limit).execute(db).await
        .map(|done| done.rows_affected()))?;
    within!(tx, db => query(REMOVE_RUNS).bind(first.as_str()).bind(limit).execute(db).await.map(drop))?;
    Ok(removed)
}

/// Removes up to `limit` messages that people wrote before `end`.
pub(crate) async fn remove_inbound(tx: &mut Tx, end: Timestamp, limit: i64) -> Result<u64> {
    let first = InboundId::new(millis(end), [0; 10]);
    Ok(within!(tx, db => query(REMOVE_INBOUND).bind(first.as_str()).bind(limit).execute(db).await
        .map(|done| done.rows_affected()))?)
}

/// Removes what came from a number.
pub(crate) async fn remove_inbound_of(tx: &mut Tx, sandbox: &SandboxName, sender: &str) -> Result<u64> {
    Ok(within!(tx, db => query(REMOVE_INBOUND_OF).bind(sandbox.as_str()).bind(sender).execute(db).await
        .map(|done| done.rows_affected()))?)
}

/// Removes up to `limit` schedules whose time came before `end`.
pub(crate) async fn remove_schedules(tx: &mut Tx, end: Timestamp, limit: i64) -> Result<u64> {
    Ok(within!(tx, db => query(REMOVE_SCHEDULES).bind(end.as_millis()).bind(limit).execute(db).await
        .map(|done| done.rows_affected()))?)
}

/// Empties the next renderings, up to `limit`, of messages that were made before `end`; how many?
pub(crate) async fn clear_bodies(tx: &mut Tx, end: Timestamp, limit: i64) -> Result<u64> {
    let done: String = within!(tx, db => query_scalar(BODIES_DONE).fetch_one(db).await)?;
    let last: Option<String> = within!(tx, db => query_scalar(NEXT_BODIES)
        .bind(&done).bind(first_message_at(end)).bind(limit).fetch_one(db).await)?;
    let Some(last) = last else { return Ok(0) };
    let cleared = within!(tx, db => query(CLEAR_BODIES).bind(&done).bind(&last).execute(db).await
        .map(|done| done.rows_affected()))?;
    within!(tx, db => query(SET_BODIES_DONE).bind(&last).execute(db).await.map(drop))?;
    Ok(cleared)
}

/// Ids sort by time: the least id that a message of this moment could have.
fn first_message_at(time: Timestamp) -> String {
    MessageId::new(millis(time), [0; 10]).to_string()
}

fn millis(time: Timestamp) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(0)
}

/// What was removed of a person.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Removed {
    pub(crate) messages: u64,
    pub(crate) attempts: u64,
    pub(crate) renderings: u64,
}

/// Removes up to `limit` messages to whoever has this address, or this user id, in a sandbox, in whatever state they are; of one
/// namespace only, when there is a `namespace`.
pub(crate) async fn remove_of_person(
    tx: &mut Tx,
    sandbox: &SandboxName,
    (address, namespace): (&str, Option<&str>),
    limit: i64,
) -> Result<Removed> {
    let ids = match namespace {
        Some(namespace) => find_of_identity(tx, sandbox, (address, namespace), limit).await?,
        None => within!(tx, db => query_scalar(FIND_OF_PERSON)
            .bind(sandbox.as_str()).bind(search_key(address)).bind(limit).fetch_all(db).await)?,
    };
    let mut removed = Removed::default();
    for id in &ids {
        for (text, count) in [
            (REMOVE_MESSAGE, &mut removed.messages),
            (REMOVE_ATTEMPTS_OF, &mut removed.attempts),
            (REMOVE_RENDERING_OF, &mut removed.renderings),
        ] {
            *count += within!(tx, db => query(text).bind(id).execute(db).await.map(|done| done.rows_affected()))?;
        }
        for text in [
            REMOVE_EVENTS_OF,
            REMOVE_PROVIDER_IDS_OF,
            REMOVE_FALLBACK_OF,
            REMOVE_SHORT_LINKS_OF,
            cap_places::FORGET,
            cap_places::REMOVE_OF,
            copies::REMOVE_OF,
            experiments::REMOVE_FACTS_OF,
            files::REMOVE_USES,
        ] {
            within!(tx, db => query(text).bind(id).execute(db).await.map(drop))?;
        }
    }
    Ok(removed)
}

/// Up to `limit` messages of a user id, of this namespace however it is written.
async fn find_of_identity(
    tx: &mut Tx,
    sandbox: &SandboxName,
    (user_id, namespace): (&str, &str),
    limit: i64,
) -> Result<Vec<String>> {
    for written in messages::namespaces_in(tx, sandbox, (user_id, namespace)).await? {
        let ids: Vec<String> = within!(tx, db => query_scalar(FIND_OF_IDENTITY)
            .bind(sandbox.as_str()).bind(search_key(user_id)).bind(limit).bind(written).fetch_all(db).await)?;
        if !ids.is_empty() {
            return Ok(ids);
        }
    }
    Ok(Vec::new())
}
