//! Signed-in browsers. Only a hash of the cookie is stored.

use domain::Timestamp;
use domain::access::ConsoleUser;
use domain::id::ConsoleUserId;
use sqlx::{query, query_as};

use super::{Store, Tx, console_users, read, within};
use crate::Result;

super::statements! {
    INSERT = "INSERT INTO sessions (token_hash, console_user_id, created_at, expires_at) VALUES ($1, $2, $3, $4)";
    FIND = "SELECT u.id, u.email, u.name, u.role FROM sessions s JOIN console_users u ON u.id = s.console_user_id
            WHERE s.token_hash = $1 AND s.expires_at > $2";
    DELETE = "DELETE FROM sessions WHERE token_hash = $1";
    DELETE_OTHERS = "DELETE FROM sessions WHERE console_user_id = $1 AND token_hash <> $2";
    DELETE_EXPIRED = "DELETE FROM sessions WHERE expires_at <= $1";
}

pub(crate) async fn insert(
    tx: &mut Tx,
    token_hash: &str,
    user: &ConsoleUserId,
    now: Timestamp,
    expires_at: Timestamp,
) -> Result<()> {
    within!(tx, db => query(INSERT)
        .bind(token_hash)
        .bind(user.as_str())
        .bind(now.as_millis())
        .bind(expires_at.as_millis())
        .execute(db)
        .await
        .map(drop))?;
    Ok(())
}

/// The person of a session that has not expired.
pub(crate) async fn find_user(store: &Store, token_hash: &str, now: Timestamp) -> Result<Option<ConsoleUser>> {
    let row: Option<console_users::Row> =
        read!(store, db => query_as(FIND).bind(token_hash).bind(now.as_millis()).fetch_optional(db).await)?;
    row.map(TryInto::try_into).transpose()
}

pub(crate) async fn delete(tx: &mut Tx, token_hash: &str) -> Result<()> {
    within!(tx, db => query(DELETE).bind(token_hash).execute(db).await.map(drop))?;
    Ok(())
}

/// Every session of a person but the one with this hash.
pub(crate) async fn delete_others(tx: &mut Tx, user: &ConsoleUserId, kept_hash: &str) -> Result<()> {
    within!(tx, db => query(DELETE_OTHERS).bind(user.as_str()).bind(kept_hash).execute(db).await.map(drop))?;
    Ok(())
}

pub(crate) async fn delete_expired(tx: &mut Tx, now: Timestamp) -> Result<()> {
    within!(tx, db => query(DELETE_EXPIRED).bind(now.as_millis()).execute(db).await.map(drop))?;
    Ok(())
}
