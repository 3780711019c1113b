//! Messages that are taken back before they are sent.

use domain::Timestamp;
use domain::id::{ExecutionId, MessageId};
use sqlx::query_scalar;

use super::{Store, Tx, cap_places, read, within};
use crate::Result;

super::statements! {
    /// The last message of the next step.
    STEP = "SELECT MAX(id) FROM (SELECT id FROM messages WHERE execution_id = $1 AND id > $2 ORDER BY id LIMIT 500) step";
    /// A message that is claimed meanwhile is not queued any more, and stays.
    CANCEL_STEP = "UPDATE messages SET state = 'cancelled', reason = 'cancelled', detail = $4, due_at = NULL, updated_at = $5
                   WHERE execution_id = $1 AND id > $2 AND id <= $3 AND state = 'queued' RETURNING id";
    CANCEL_ONE = "UPDATE messages SET state = 'cancelled', reason = 'cancelled', detail = $2, due_at = NULL, updated_at = $3
                  WHERE id = $1 AND state = 'queued' RETURNING id";
}

/// Who takes back, and when.
#[derive(Clone, Copy)]
pub(crate) struct Taking<'a> {
    pub(crate) detail: &'a str,
    pub(crate) now: Timestamp,
}

/// The last of the next 500 messages of an execution; `None` when there are no more. `after` is the one before them.
pub(crate) async fn step(store: &Store, execution: &ExecutionId, after: &str) -> Result<Option<String>> {
    Ok(read!(store, db => query_scalar(STEP).bind(execution.as_str()).bind(after).fetch_one(db).await)?)
}

/// Takes back what waits of one step; says how many.
pub(crate) async fn cancel_step(
    tx: &mut Tx,
    execution: &ExecutionId,
    after: &str,
    last: &str,
    taking: Taking<'_>,
) -> Result<u64> {
    let ids: Vec<String> = within!(tx, db => query_scalar(CANCEL_STEP)
        .bind(execution.as_str())
        .bind(after)
        .bind(last)
        .bind(taking.detail)
        .bind(taking.now.as_millis())
        .fetch_all(db)
        .await)?;
    given_back(tx, &ids).await
}

/// Takes one message back if it waits; says how many that were.
pub(crate) async fn cancel_one(tx: &mut Tx, message: &MessageId, taking: Taking<'_>) -> Result<u64> {
    let ids: Vec<String> = within!(tx, db => query_scalar(CANCEL_ONE)
        .bind(message.as_str())
        .bind(taking.detail)
        .bind(taking.now.as_millis())
        .fetch_all(db)
        .await)?;
    given_back(tx, &ids).await
}

/// What is taken back counts for no cap; how many are that?
async fn given_back(tx: &mut Tx, ids: &[String]) -> Result<u64> {
    cap_places::give_back(tx, &ids.iter().map(String::as_str).collect::<Vec<_>>()).await?;
    Ok(ids.len() as u64)
}
