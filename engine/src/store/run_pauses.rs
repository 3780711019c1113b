//! Runs that somebody paused. What waits of one is put off by so much time that nobody takes it, and comes back as it was,
//! later by as long as the pause took: the distances between messages stay.

use domain::Timestamp;
use domain::id::ExecutionId;
use sqlx::{query, query_scalar};

use super::{Store, Tx, read, within};
use crate::Result;

/// By which a due time is put off: no message is ever due this late by itself.
const PUT_OFF_MS: i64 = 200_000_000_000_000;

super::statements! {
    /// One that has come to its end too: its messages may still wait.
    PAUSE = "UPDATE runs SET state = 'paused', paused_at = COALESCE(paused_at, $2),
             paused_by = COALESCE(paused_by, $3), leased_by = NULL, leased_until = NULL
             WHERE execution_id = $1 AND state <> 'stopped'";
    /// Whether there is more to do, the next step finds out.
    RESUME = "UPDATE runs SET state = 'running', ends_at = ends_at + $2, paused_at = NULL, paused_by = NULL
              WHERE execution_id = $1 AND state = 'paused'";
    /// Of whoever writes it nothing changes until the transaction ends: on PostgreSQL a statement alone sees what was true when
    /// it began to wait.
    KEEP_PAUSED = "UPDATE runs SET state = state WHERE execution_id = $1 AND state = 'paused'";
    KEEP_GOING = "UPDATE runs SET state = state WHERE execution_id = $1 AND state <> 'paused'";
    PAUSED_AT = "SELECT paused_at FROM runs WHERE execution_id = $1 AND state = 'paused'";
    ANY_WAITS = "SELECT COUNT(*) FROM (SELECT 1 FROM messages WHERE execution_id = $1 AND state IN ('queued', 'sending') LIMIT 1) one";
    /// Held by a pause of its campaign as well: it is due as soon as both are over.
    HOLD = "UPDATE messages SET due_at = COALESCE(due_at, $5) + $4
            WHERE execution_id = $1 AND id > $2 AND id <= $3 AND state = 'queued' AND (due_at IS NULL OR due_at < $4)";
    LET_GO = "UPDATE messages SET due_at = due_at - $4 + $5
              WHERE execution_id = $1 AND id > $2 AND id <= $3 AND state = 'queued' AND due_at >= $4";
}

/// Is this the due time of a message whose run is paused?
pub(crate) const fn is_put_off(due_at: i64) -> bool {
    due_at >= PUT_OFF_MS
}

/// Of one that is paused already nothing changes. `false` when it was ended early.
pub(crate) async fn pause(tx: &mut Tx, id: &ExecutionId, by: &str, now: Timestamp) -> Result<bool> {
    let done = within!(tx, db => query(PAUSE).bind(id.as_str()).bind(now.as_millis()).bind(by).execute(db).await
        .map(|done| done.rows_affected()))?;
    Ok(done > 0)
}

/// Does a message of an execution wait, or is it being sent?
pub(crate) async fn any_waits(store: &Store, id: &ExecutionId) -> Result<bool> {
    let found: i64 = read!(store, db => query_scalar(ANY_WAITS).bind(id.as_str()).fetch_one(db).await)?;
    Ok(found > 0)
}

/// Since when is it paused? `None`: it is not.
pub(crate) async fn paused_at(store: &Store, id: &ExecutionId) -> Result<Option<Timestamp>> {
    let since: Option<i64> = read!(store, db => query_scalar(PAUSED_AT).bind(id.as_str()).fetch_optional(db).await)?;
    Ok(since.map(Timestamp::from_millis))
}

/// Lets a run go on, its end later by this many milliseconds; `false` when it is not paused any more.
pub(crate) async fn resume(tx: &mut Tx, id: &ExecutionId, later: i64) -> Result<bool> {
    let done = within!(tx, db => query(RESUME).bind(id.as_str()).bind(later).execute(db).await
        .map(|done| done.rows_affected()))?;
    Ok(done > 0)
}

/// Is the run paused? If so, it stays paused until the transaction ends.
pub(crate) async fn keep_paused(tx: &mut Tx, id: &ExecutionId) -> Result<bool> {
    let kept =
        within!(tx, db => query(KEEP_PAUSED).bind(id.as_str()).execute(db).await.map(|done| done.rows_affected()))?;
    Ok(kept > 0)
}

/// Is the run not paused? If so, nobody pauses it until the transaction ends.
pub(crate) async fn keep_going(tx: &mut Tx, id: &ExecutionId) -> Result<bool> {
    let kept =
        within!(tx, db => query(KEEP_GOING).bind(id.as_str()).execute(db).await.map(|done| done.rows_affected()))?;
    Ok(kept > 0)
}

/// Holds what waits of one step of an execution.
pub(crate) async fn hold(tx: &mut Tx, id: &ExecutionId, after: &str, last: &str, now: Timestamp) -> Result<u64> {
    Ok(within!(tx, db => query(HOLD).bind(id.as_str()).bind(after).bind(last).bind(PUT_OFF_MS).bind(now.as_millis())
        .execute(db).await.map(|done| done.rows_affected()))?)
}

/// Lets go what is held of one step, later by this many milliseconds.
pub(crate) async fn let_go(tx: &mut Tx, id: &ExecutionId, after: &str, last: &str, later: i64) -> Result<u64> {
    Ok(within!(tx, db => query(LET_GO).bind(id.as_str()).bind(after).bind(last).bind(PUT_OFF_MS).bind(later)
        .execute(db).await.map(|done| done.rows_affected()))?)
}
