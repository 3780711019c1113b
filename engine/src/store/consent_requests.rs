//! Opt-ins that wait for their confirmation by a mail.

use domain::channel_configuration::Channel;
use domain::id::{ConsentRequestId, TopicId};
use domain::{SandboxName, Timestamp};
use sqlx::{query, query_as, query_scalar};

use super::messages::search_key;
use super::{Store, Tx, read, stored, within};
use crate::Result;

super::statements! {
    INSERT = "INSERT INTO consent_requests (id, sandbox, channel, subject_key, address, topics, source, language, asked_at,
              expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    ASKED_SINCE = "SELECT COUNT(*) FROM consent_requests WHERE sandbox = $1 AND subject_key = $2 AND asked_at > $3";
    FIND = "SELECT id, sandbox, address, topics, source, language, asked_at, expires_at, confirmed_at
            FROM consent_requests WHERE id = $1";
    CONFIRM = "UPDATE consent_requests SET confirmed_at = CAST($2 AS BIGINT) WHERE id = $1 AND confirmed_at IS NULL";
    REMOVE = "DELETE FROM consent_requests WHERE id = $1";
    REMOVE_EXPIRED = "DELETE FROM consent_requests WHERE id IN (
                          SELECT id FROM consent_requests WHERE expires_at <= $1 LIMIT $2)";
    FORGET = "DELETE FROM consent_requests WHERE sandbox = $1 AND subject_key = $2";
}

/// What somebody asked for.
#[derive(Debug, Clone)]
pub(crate) struct StoredRequest {
    pub(crate) id: ConsentRequestId,
    pub(crate) sandbox: SandboxName,
    pub(crate) address: String,
    /// None: the whole channel.
    pub(crate) topics: Vec<TopicId>,
    pub(crate) source: String,
    pub(crate) language: String,
    pub(crate) asked_at: Timestamp,
    pub(crate) expires_at: Timestamp,
    pub(crate) confirmed_at: Option<Timestamp>,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    sandbox: String,
    address: String,
    topics: String,
    source: String,
    language: String,
    asked_at: i64,
    expires_at: i64,
    confirmed_at: Option<i64>,
}

pub(crate) async fn insert(tx: &mut Tx, new: &StoredRequest) -> Result<()> {
    let topics = serde_json::to_string(&new.topics)?;
    within!(tx, db => query(INSERT)
        .bind(new.id.as_str())
        .bind(new.sandbox.as_str())
        .bind(Channel::Email.as_str())
        .bind(search_key(&new.address))
        .bind(&new.address)
        .bind(topics)
        .bind(&new.source)
        .bind(&new.language)
        .bind(new.asked_at.as_millis())
        .bind(new.expires_at.as_millis())
        .execute(db)
        .await
        .map(drop))?;
    Ok(())
}

/// How often was the address asked after `since`?
pub(crate) async fn asked_since(tx: &mut Tx, sandbox: &SandboxName, address: &str, since: Timestamp) -> Result<i64> {
    Ok(within!(tx, db => query_scalar(ASKED_SINCE)
        .bind(sandbox.as_str()).bind(search_key(address)).bind(since.as_millis()).fetch_one(db).await)?)
}

pub(crate) async fn find(store: &Store, id: &ConsentRequestId) -> Result<Option<StoredRequest>> {
    let row: Option<Row> = read!(store, db => query_as(FIND).bind(id.as_str()).fetch_optional(db).await)?;
    let Some(row) = row else { return Ok(None) };
    Ok(Some(StoredRequest {
        id: stored(&row.id)?,
        sandbox: stored(&row.sandbox)?,
        topics: serde_json::from_str(&row.topics)?,
        asked_at: Timestamp::from_millis(row.asked_at),
        expires_at: Timestamp::from_millis(row.expires_at),
        confirmed_at: row.confirmed_at.map(Timestamp::from_millis),
        address: row.address,
        source: row.source,
        language: row.language,
    }))
}

/// Was it not confirmed before?
pub(crate) async fn confirm(tx: &mut Tx, id: &ConsentRequestId, now: Timestamp) -> Result<bool> {
    let done = within!(tx, db => query(CONFIRM).bind(id.as_str()).bind(now.as_millis()).execute(db).await
        .map(|done| done.rows_affected()))?;
    Ok(done > 0)
}

/// Nobody was asked after all.
pub(crate) async fn remove(tx: &mut Tx, id: &ConsentRequestId) -> Result<()> {
    within!(tx, db => query(REMOVE).bind(id.as_str()).execute(db).await.map(drop))?;
    Ok(())
}

/// Removes up to `limit` whose link confirms nothing any more.
pub(crate) async fn remove_expired(tx: &mut Tx, now: Timestamp, limit: i64) -> Result<u64> {
    Ok(within!(tx, db => query(REMOVE_EXPIRED).bind(now.as_millis()).bind(limit).execute(db).await
        .map(|done| done.rows_affected()))?)
}

/// Removes what somebody was asked.
pub(crate) async fn forget(tx: &mut Tx, sandbox: &SandboxName, address: &str) -> Result<()> {
    within!(tx, db => query(FORGET).bind(sandbox.as_str()).bind(search_key(address)).execute(db).await.map(drop))?;
    Ok(())
}
