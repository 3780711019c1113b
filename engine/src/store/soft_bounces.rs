//! Mails that did not arrive and may next time, counted for each address.

use domain::{SandboxName, Timestamp};
use sqlx::{query, query_scalar};

use super::messages::search_key;
use super::{Tx, within};
use crate::Result;

super::statements! {
    /// No row comes back when one was counted lately.
    COUNT = "INSERT INTO soft_bounces (sandbox, address_key, bounces, last_at) VALUES ($1, $2, 1, $3)
             ON CONFLICT (sandbox, address_key)
             DO UPDATE SET bounces = soft_bounces.bounces + 1, last_at = excluded.last_at WHERE soft_bounces.last_at <= $4
             RETURNING bounces";
    FORGET = "DELETE FROM soft_bounces WHERE sandbox = $1 AND address_key = $2";
    REMOVE = "DELETE FROM soft_bounces WHERE (sandbox, address_key) IN (
                  SELECT sandbox, address_key FROM soft_bounces WHERE last_at < $1 LIMIT $2)";
}

/// The next is counted so much later at the earliest: one full mailbox and ten mails on one day are one bounce.
const APART_MILLIS: i64 = 24 * 60 * 60 * 1_000;

/// Counts one; how many are there now? `None` when one was counted within a day.
pub(crate) async fn count(tx: &mut Tx, sandbox: &SandboxName, address: &str, now: Timestamp) -> Result<Option<i64>> {
    let now = now.as_millis();
    Ok(within!(tx, db => query_scalar(COUNT)
        .bind(sandbox.as_str())
        .bind(search_key(address))
        .bind(now)
        .bind(now - APART_MILLIS)
        .fetch_optional(db)
        .await)?)
}

/// Something arrived, or the address is suppressed.
pub(crate) async fn forget(tx: &mut Tx, sandbox: &SandboxName, address: &str) -> Result<()> {
    within!(tx, db => query(FORGET).bind(sandbox.as_str()).bind(search_key(address)).execute(db).await.map(drop))?;
    Ok(())
}

/// Removes up to `limit` counts that ended before `end`.
pub(crate) async fn remove(tx: &mut Tx, end: Timestamp, limit: i64) -> Result<u64> {
    Ok(within!(tx, db => query(REMOVE).bind(end.as_millis()).bind(limit).execute(db).await
        .map(|done| done.rows_affected()))?)
}
