//! Who else mails of a sandbox go to nobody, while its allow list is active.

use domain::allow_list::Allowed;
use domain::{SandboxName, Timestamp};
use sqlx::{query, query_as, query_scalar};

use super::messages::search_key;
use super::{Store, Tx, read, within};
use crate::Result;

super::statements! {
    /// Of two entries the later one is in force.
    PUT = "INSERT INTO allowed_addresses (sandbox, address_key, address, comment, entered_by, created_at, updated_at)
           VALUES ($1, $2, $3, $4, $5, $6, $7)
           ON CONFLICT (sandbox, address_key) DO UPDATE SET comment = excluded.comment, entered_by = excluded.entered_by,
           updated_at = excluded.updated_at";
    LIST = "SELECT address, comment, entered_by, created_at, updated_at FROM allowed_addresses WHERE sandbox = $1
            ORDER BY created_at DESC, address_key DESC";
    FIND = "SELECT address, comment, entered_by, created_at, updated_at FROM allowed_addresses
            WHERE sandbox = $1 AND address_key = $2";
    COUNT = "SELECT COUNT(*) FROM allowed_addresses WHERE sandbox = $1";
    ADDRESSES = "SELECT address FROM allowed_addresses WHERE sandbox = $1";
    REMOVE = "DELETE FROM allowed_addresses WHERE sandbox = $1 AND address_key = $2
              RETURNING address, comment, entered_by, created_at, updated_at";
    SET_ACTIVE = "UPDATE sandboxes SET allow_list_active = $2 WHERE name = $1";
}

#[derive(sqlx::FromRow)]
struct Row {
    address: String,
    comment: String,
    entered_by: String,
    created_at: i64,
    updated_at: i64,
}

impl From<Row> for Allowed {
    fn from(row: Row) -> Self {
        Self {
            address: row.address,
            comment: row.comment,
            entered_by: row.entered_by,
            created_at: Timestamp::from_millis(row.created_at),
            updated_at: Timestamp::from_millis(row.updated_at),
        }
    }
}

pub(crate) async fn put(tx: &mut Tx, sandbox: &SandboxName, new: &Allowed) -> Result<()> {
    within!(tx, db => query(PUT)
        .bind(sandbox.as_str())
        .bind(search_key(&new.address))
        .bind(&new.address)
        .bind(&new.comment)
        .bind(&new.entered_by)
        .bind(new.created_at.as_millis())
        .bind(new.updated_at.as_millis())
        .execute(db)
        .await
        .map(drop))?;
    Ok(())
}

/// Newest first; the list is never long.
pub(crate) async fn list(store: &Store, sandbox: &SandboxName) -> Result<Vec<Allowed>> {
    let rows: Vec<Row> = read!(store, db => query_as(LIST).bind(sandbox.as_str()).fetch_all(db).await)?;
    Ok(rows.into_iter().map(Into::into).collect())
}

pub(crate) async fn find(store: &Store, sandbox: &SandboxName, listed: &str) -> Result<Option<Allowed>> {
    let row: Option<Row> = read!(store, db => query_as(FIND)
        .bind(sandbox.as_str()).bind(search_key(listed)).fetch_optional(db).await)?;
    Ok(row.map(Into::into))
}

pub(crate) async fn count(tx: &mut Tx, sandbox: &SandboxName) -> Result<i64> {
    Ok(within!(tx, db => query_scalar(COUNT).bind(sandbox.as_str()).fetch_one(db).await)?)
}

/// Addresses and domains, for delivery.
pub(crate) async fn addresses(store: &Store, sandbox: &SandboxName) -> Result<Vec<String>> {
    Ok(read!(store, db => query_scalar(ADDRESSES).bind(sandbox.as_str()).fetch_all(db).await)?)
}

/// The entry as it was, when it was there.
pub(crate) async fn remove(tx: &mut Tx, sandbox: &SandboxName, listed: &str) -> Result<Option<Allowed>> {
    let row: Option<Row> = within!(tx, db => query_as(REMOVE)
        .bind(sandbox.as_str()).bind(search_key(listed)).fetch_optional(db).await)?;
    Ok(row.map(Into::into))
}

/// Was there such a sandbox?
pub(crate) async fn set_active(tx: &mut Tx, sandbox: &SandboxName, active: bool) -> Result<bool> {
    Ok(within!(tx, db => query(SET_ACTIVE).bind(sandbox.as_str()).bind(active).execute(db).await
        .map(|done| done.rows_affected() > 0))?)
}
