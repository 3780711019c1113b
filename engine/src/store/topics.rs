//! What marketing is about.

use std::collections::HashSet;

use domain::id::TopicId;
use domain::topic::Topic;
use domain::{SandboxName, Timestamp};
use sqlx::{query, query_as, query_scalar};

use super::{Store, Tx, read, stored, within};
use crate::Result;

super::statements! {
    LIST = "SELECT id, words, removed, modified_at, modified_by FROM topics WHERE sandbox = $1 LIMIT 1000";
    IDS = "SELECT id FROM topics WHERE sandbox = $1 LIMIT 1000";
    COUNT = "SELECT COUNT(*) FROM topics WHERE sandbox = $1 AND NOT removed";
    INSERT = "INSERT INTO topics (id, sandbox, words, removed, created_at, modified_at, modified_by)
              VALUES ($1, $2, $3, FALSE, $4, $4, $5)";
    SET_WORDS = "UPDATE topics SET words = $3, modified_at = $4, modified_by = $5 WHERE sandbox = $1 AND id = $2";
    SET_REMOVED = "UPDATE topics SET removed = $3, modified_at = $4, modified_by = $5 WHERE sandbox = $1 AND id = $2";
}

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    words: String,
    removed: bool,
    modified_at: i64,
    modified_by: String,
}

/// By English name, removed ones too.
pub(crate) async fn list(store: &Store, sandbox: &SandboxName) -> Result<Vec<Topic>> {
    let rows: Vec<Row> = read!(store, db => query_as(LIST).bind(sandbox.as_str()).fetch_all(db).await)?;
    let topic = |row: Row| {
        Ok(Topic {
            id: stored(&row.id)?,
            words: serde_json::from_str(&row.words)?,
            removed: row.removed,
            modified_at: Timestamp::from_millis(row.modified_at),
            modified_by: row.modified_by,
        })
    };
    let mut all = rows.into_iter().map(topic).collect::<Result<Vec<Topic>>>()?;
    all.sort_by(|one, other| (&one.words.name_en, &one.id).cmp(&(&other.words.name_en, &other.id)));
    Ok(all)
}

/// Of all, removed ones too.
pub(crate) async fn ids(store: &Store, sandbox: &SandboxName) -> Result<HashSet<TopicId>> {
    let ids: Vec<String> = read!(store, db => query_scalar(IDS).bind(sandbox.as_str()).fetch_all(db).await)?;
    ids.iter().map(|id| stored(id)).collect()
}

/// How many are offered?
pub(crate) async fn count(tx: &mut Tx, sandbox: &SandboxName) -> Result<i64> {
    Ok(within!(tx, db => query_scalar(COUNT).bind(sandbox.as_str()).fetch_one(db).await)?)
}

pub(crate) async fn insert(tx: &mut Tx, sandbox: &SandboxName, topic: &Topic) -> Result<()> {
    let words = serde_json::to_string(&topic.words)?;
    within!(tx, db => query(INSERT).bind(topic.id.as_str()).bind(sandbox.as_str()).bind(words)
        .bind(topic.modified_at.as_millis()).bind(&topic.modified_by).execute(db).await.map(drop))?;
    Ok(())
}

/// Writes words, or whether it is removed. Was there such a topic?
pub(crate) async fn save(tx: &mut Tx, sandbox: &SandboxName, topic: &Topic) -> Result<bool> {
    let words = serde_json::to_string(&topic.words)?;
    let at = topic.modified_at.as_millis();
    let done = within!(tx, db => query(SET_WORDS).bind(sandbox.as_str()).bind(topic.id.as_str()).bind(words)
        .bind(at).bind(&topic.modified_by).execute(db).await.map(|done| done.rows_affected()))?;
    Ok(done > 0)
}

/// Was there such a topic?
pub(crate) async fn set_removed(
    tx: &mut Tx,
    sandbox: &SandboxName,
    id: &TopicId,
    removed: bool,
    (now, by): (Timestamp, &str),
) -> Result<bool> {
    let done = within!(tx, db => query(SET_REMOVED).bind(sandbox.as_str()).bind(id.as_str()).bind(removed)
        .bind(now.as_millis()).bind(by).execute(db).await.map(|done| done.rows_affected()))?;
    Ok(done > 0)
}
