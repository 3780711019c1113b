//! Rich messages that go as SMS instead. A message has one row at most, which is never changed: it falls back once.

use domain::Timestamp;
use domain::id::MessageId;
use domain::message::{Fallback, MessageState};
use sqlx::{query, query_as, query_scalar};

use super::{Store, Tx, read, within};
use crate::Result;

super::statements! {
    INSERT = "INSERT INTO fallbacks (message_id, at, reason, words) VALUES ($1, $2, $3, $4)
              ON CONFLICT (message_id) DO NOTHING";
    /// Unless somebody else has moved it on meanwhile, or it has fallen back before.
    REQUEUE = "UPDATE messages SET state = 'queued', due_at = CAST($3 AS BIGINT), reason = $4, detail = $5, updated_at = $3
               WHERE id = $1 AND state = $2
               AND NOT EXISTS (SELECT 1 FROM fallbacks f WHERE f.message_id = messages.id)";
    FIND = "SELECT at, reason, words FROM fallbacks WHERE message_id = $1";
    EXISTS = "SELECT COUNT(*) FROM fallbacks WHERE message_id = $1";
}

/// Goes as SMS from now on.
pub(crate) async fn insert(tx: &mut Tx, message: &MessageId, new: &Fallback) -> Result<()> {
    within!(tx, db => query(INSERT)
        .bind(message.as_str())
        .bind(new.at.as_millis())
        .bind(&new.reason)
        .bind(&new.words)
        .execute(db)
        .await
        .map(drop))?;
    Ok(())
}

/// The same for a message that was handed over and is in this state: it is due again. Was it so?
pub(crate) async fn requeue(tx: &mut Tx, message: &MessageId, state: MessageState, new: &Fallback) -> Result<bool> {
    let changed = within!(tx, db => query(REQUEUE)
        .bind(message.as_str())
        .bind(state.as_str())
        .bind(new.at.as_millis())
        .bind(&new.reason)
        .bind(&new.words)
        .execute(db)
        .await
        .map(|done| done.rows_affected()))?;
    if changed == 0 {
        return Ok(false);
    }
    insert(tx, message, new).await?;
    Ok(true)
}

/// Has it fallen back?
pub(crate) async fn exists(tx: &mut Tx, message: &MessageId) -> Result<bool> {
    let found: i64 = within!(tx, db => query_scalar(EXISTS).bind(message.as_str()).fetch_one(db).await)?;
    Ok(found > 0)
}

pub(crate) async fn find(store: &Store, message: &MessageId) -> Result<Option<Fallback>> {
    let row: Option<(i64, String, String)> =
        read!(store, db => query_as(FIND).bind(message.as_str()).fetch_optional(db).await)?;
    Ok(row.map(|(at, reason, words)| Fallback { at: Timestamp::from_millis(at), reason, words }))
}
