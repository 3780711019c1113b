//! Opt-ins that wait for their confirmation.

use domain::id::ChannelConfigurationId;
use domain::{SandboxName, Timestamp};
use sqlx::{query, query_scalar};

use super::{Tx, within};
use crate::Result;

super::statements! {
    ASK = "INSERT INTO opt_in_requests (configuration_id, sender, sandbox, asked_at, expires_at) VALUES ($1, $2, $3, $4, $5)
           ON CONFLICT (configuration_id, sender)
           DO UPDATE SET asked_at = excluded.asked_at, expires_at = excluded.expires_at";
    COUNT = "SELECT COUNT(*) FROM opt_in_requests WHERE configuration_id = $1 AND sender = $2 AND expires_at > $3";
    FORGET = "DELETE FROM opt_in_requests WHERE configuration_id = $1 AND sender = $2";
    FORGET_PERSON = "DELETE FROM opt_in_requests WHERE sandbox = $1 AND sender = $2";
    REMOVE = "DELETE FROM opt_in_requests WHERE (configuration_id, sender) IN (
                  SELECT configuration_id, sender FROM opt_in_requests WHERE expires_at <= $1 LIMIT $2)";
}

/// A person at a configuration.
#[derive(Clone, Copy)]
pub(crate) struct Asked<'a> {
    pub(crate) configuration: &'a ChannelConfigurationId,
    pub(crate) sender: &'a str,
}

/// The person is asked to confirm until `expires_at`; whoever was asked before has longer now.
pub(crate) async fn ask(
    tx: &mut Tx,
    asked: Asked<'_>,
    sandbox: &SandboxName,
    now: Timestamp,
    expires_at: Timestamp,
) -> Result<()> {
    within!(tx, db => query(ASK)
        .bind(asked.configuration.as_str())
        .bind(asked.sender)
        .bind(sandbox.as_str())
        .bind(now.as_millis())
        .bind(expires_at.as_millis())
        .execute(db)
        .await
        .map(drop))?;
    Ok(())
}

/// Is a confirmation awaited?
pub(crate) async fn is_awaited(tx: &mut Tx, asked: Asked<'_>, now: Timestamp) -> Result<bool> {
    let count: i64 = within!(tx, db => query_scalar(COUNT)
        .bind(asked.configuration.as_str()).bind(asked.sender).bind(now.as_millis()).fetch_one(db).await)?;
    Ok(count > 0)
}

/// The person answered, one way or the other.
pub(crate) async fn forget(tx: &mut Tx, asked: Asked<'_>) -> Result<()> {
    within!(tx, db => query(FORGET).bind(asked.configuration.as_str()).bind(asked.sender).execute(db).await.map(drop))?;
    Ok(())
}

/// The same for all configurations of a sandbox.
pub(crate) async fn forget_person(tx: &mut Tx, sandbox: &SandboxName, sender: &str) -> Result<()> {
    within!(tx, db => query(FORGET_PERSON).bind(sandbox.as_str()).bind(sender).execute(db).await.map(drop))?;
    Ok(())
}

/// Removes up to `limit` that nobody confirmed in time.
pub(crate) async fn remove(tx: &mut Tx, now: Timestamp, limit: i64) -> Result<u64> {
    Ok(within!(tx, db => query(REMOVE).bind(now.as_millis()).bind(limit).execute(db).await
        .map(|done| done.rows_affected()))?)
}
