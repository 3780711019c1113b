//! Trigger calls of API clients by day, in blocks.

use domain::id::ApiClientId;
use sqlx::{query, query_scalar};

use super::{Tx, within};
use crate::Result;

super::statements! {
    /// Takes a block if the quota still has it.
    TAKE = "INSERT INTO api_client_days (client_id, day, used) VALUES ($1, $2, $3)
            ON CONFLICT (client_id, day) DO UPDATE SET used = api_client_days.used + excluded.used
            WHERE api_client_days.used + excluded.used <= $4 RETURNING used";
    FORGET = "DELETE FROM api_client_days WHERE day < $1";
}

/// Takes `block` calls of a day, at most `quota` in all; says how many are taken then, or `None` when there are not so many.
pub(crate) async fn take(tx: &mut Tx, client: &ApiClientId, day: i64, block: i64, quota: i64) -> Result<Option<i64>> {
    Ok(within!(tx, db => query_scalar(TAKE)
        .bind(client.as_str())
        .bind(day)
        .bind(block)
        .bind(quota)
        .fetch_optional(db)
        .await)?)
}

/// Days before this one are of no use any more.
pub(crate) async fn forget(tx: &mut Tx, before: i64) -> Result<()> {
    within!(tx, db => query(FORGET).bind(before).execute(db).await.map(drop))?;
    Ok(())
}
