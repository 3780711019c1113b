//! Addresses that are not written to any more.

use domain::channel_configuration::Channel;
use domain::suppression::Suppression;
use domain::{SandboxName, Timestamp};
use sqlx::{query, query_as, query_scalar};

use super::messages::search_key;
use super::{Store, Tx, read, stored, within};
use crate::Result;

super::statements! {
    /// What is known already stays: the first reason, and its time.
    INSERT = "INSERT INTO suppressions
              (sandbox, channel, address_key, configuration_id, address, reason, detail, message_id, created_at)
              VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
              ON CONFLICT (sandbox, channel, address_key, configuration_id) DO NOTHING";
    /// That of the configuration, or of the whole channel.
    FIND = "SELECT channel, address, reason, detail, configuration_id, message_id, created_at FROM suppressions
            WHERE sandbox = $1 AND channel = $2 AND address_key = $3 AND configuration_id IN ('', $4)
            ORDER BY configuration_id LIMIT 1";
    EXISTS = "SELECT COUNT(*) FROM (SELECT 1 FROM suppressions WHERE sandbox = $1 LIMIT 1) one";
    LIST = "SELECT channel, address, reason, detail, configuration_id, message_id, created_at FROM suppressions
            WHERE sandbox = $1 ORDER BY created_at DESC, channel, address LIMIT $2";
    /// Written together with that of another configuration.
    REMOVE_TWIN = "DELETE FROM suppressions WHERE sandbox = $1 AND channel = $2 AND address_key = $3 AND configuration_id = $4
                   AND created_at = (SELECT s.created_at FROM suppressions s WHERE s.sandbox = $1 AND s.channel = $2
                                     AND s.address_key = $3 AND s.configuration_id = $5)";
    REMOVE = "DELETE FROM suppressions WHERE sandbox = $1 AND channel = $2 AND address_key = $3 AND configuration_id = $4";
}

#[derive(sqlx::FromRow)]
struct Row {
    channel: String,
    address: String,
    reason: String,
    detail: String,
    configuration_id: String,
    message_id: Option<String>,
    created_at: i64,
}

impl TryFrom<Row> for Suppression {
    type Error = crate::Error;

    fn try_from(row: Row) -> Result<Self> {
        let configuration = Some(row.configuration_id.as_str()).filter(|id| !id.is_empty());
        Ok(Self {
            channel: stored(&row.channel)?,
            reason: stored(&row.reason)?,
            configuration_id: configuration.map(stored).transpose()?,
            message_id: row.message_id.as_deref().map(stored).transpose()?,
            created_at: Timestamp::from_millis(row.created_at),
            address: row.address,
            detail: row.detail,
        })
    }
}

/// Was it not there yet?
pub(crate) async fn insert(tx: &mut Tx, sandbox: &SandboxName, new: &Suppression) -> Result<bool> {
    let done = within!(tx, db => query(INSERT)
        .bind(sandbox.as_str())
        .bind(new.channel.as_str())
        .bind(search_key(&new.address))
        .bind(new.configuration_id.as_ref().map_or("", |id| id.as_str()))
        .bind(&new.address)
        .bind(new.reason.as_str())
        .bind(&new.detail)
        .bind(new.message_id.as_ref().map(domain::id::MessageId::as_str))
        .bind(new.created_at.as_millis())
        .execute(db)
        .await
        .map(|done| done.rows_affected()))?;
    Ok(done > 0)
}

pub(crate) async fn find(
    store: &Store,
    sandbox: &SandboxName,
    channel: Channel,
    address: &str,
    configuration: &str,
) -> Result<Option<Suppression>> {
    let row: Option<Row> = read!(store, db => query_as(FIND)
        .bind(sandbox.as_str()).bind(channel.as_str()).bind(search_key(address)).bind(configuration)
        .fetch_optional(db).await)?;
    row.map(TryInto::try_into).transpose()
}

/// Is any address of the sandbox suppressed?
pub(crate) async fn exists(store: &Store, sandbox: &SandboxName) -> Result<bool> {
    let count: i64 = read!(store, db => query_scalar(EXISTS).bind(sandbox.as_str()).fetch_one(db).await)?;
    Ok(count > 0)
}

/// Newest first.
pub(crate) async fn list(store: &Store, sandbox: &SandboxName, limit: i64) -> Result<Vec<Suppression>> {
    let rows: Vec<Row> = read!(store, db => query_as(LIST).bind(sandbox.as_str()).bind(limit).fetch_all(db).await)?;
    rows.into_iter().map(TryInto::try_into).collect()
}

/// Was it there? `configuration`: empty for the whole channel.
pub(crate) async fn remove(
    tx: &mut Tx,
    sandbox: &SandboxName,
    channel: Channel,
    address: &str,
    configuration: &str,
) -> Result<bool> {
    let done = within!(tx, db => query(REMOVE)
        .bind(sandbox.as_str()).bind(channel.as_str()).bind(search_key(address)).bind(configuration)
        .execute(db).await.map(|done| done.rows_affected()))?;
    Ok(done > 0)
}

/// Removes that of a configuration which was written together with that of another one.
pub(crate) async fn remove_twin(
    tx: &mut Tx,
    sandbox: &SandboxName,
    channel: Channel,
    address: &str,
    (configuration, other): (&str, &str),
) -> Result<()> {
    within!(tx, db => query(REMOVE_TWIN)
        .bind(sandbox.as_str()).bind(channel.as_str()).bind(search_key(address)).bind(configuration).bind(other)
        .execute(db).await.map(drop))?;
    Ok(())
}
