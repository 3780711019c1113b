//! Console users.

use domain::access::{ConsoleUser, Role};
use domain::id::ConsoleUserId;
use domain::{Failure, Timestamp};
use sqlx::{query, query_as, query_scalar};

use super::{Store, Tx, read, stored, within};
use crate::Result;
use crate::error::OnUnique;

super::statements! {
    COUNT = "SELECT COUNT(*) FROM console_users";
    COUNT_ROLE = "SELECT COUNT(*) FROM console_users WHERE role = $1";
    LIST = "SELECT id, email, name, role FROM console_users ORDER BY email";
    FIND = "SELECT id, email, name, role FROM console_users WHERE id = $1";
    FIND_FOR_SIGN_IN = "SELECT id, email, name, role, password_hash FROM console_users WHERE email = $1";
    INSERT = "INSERT INTO console_users (id, email, name, role, password_hash, created_at) VALUES ($1, $2, $3, $4, $5, $6)";
    SET_ROLE = "UPDATE console_users SET role = $2 WHERE id = $1";
    SET_PASSWORD = "UPDATE console_users SET password_hash = $2 WHERE id = $1";
    DELETE = "DELETE FROM console_users WHERE id = $1";
}

#[derive(sqlx::FromRow)]
pub(super) struct Row {
    id: String,
    email: String,
    name: String,
    role: String,
}

impl TryFrom<Row> for ConsoleUser {
    type Error = crate::Error;

    fn try_from(row: Row) -> Result<Self> {
        Ok(Self { id: stored(&row.id)?, email: row.email, name: row.name, role: stored(&row.role)? })
    }
}

#[derive(sqlx::FromRow)]
struct SignInRow {
    #[sqlx(flatten)]
    user: Row,
    password_hash: String,
}

pub(crate) async fn exist(store: &Store) -> Result<bool> {
    let count: i64 = read!(store, db => query_scalar(COUNT).fetch_one(db).await)?;
    Ok(count > 0)
}

pub(crate) async fn exist_in(tx: &mut Tx) -> Result<bool> {
    let count: i64 = within!(tx, db => query_scalar(COUNT).fetch_one(db).await)?;
    Ok(count > 0)
}

pub(crate) async fn count_role_in(tx: &mut Tx, role: Role) -> Result<i64> {
    Ok(within!(tx, db => query_scalar(COUNT_ROLE).bind(role.as_str()).fetch_one(db).await)?)
}

/// By email address.
pub(crate) async fn list(store: &Store) -> Result<Vec<ConsoleUser>> {
    let rows: Vec<Row> = read!(store, db => query_as(LIST).fetch_all(db).await)?;
    rows.into_iter().map(TryInto::try_into).collect()
}

pub(crate) async fn find_in(tx: &mut Tx, id: &ConsoleUserId) -> Result<Option<ConsoleUser>> {
    let row: Option<Row> = within!(tx, db => query_as(FIND).bind(id.as_str()).fetch_optional(db).await)?;
    row.map(TryInto::try_into).transpose()
}

/// The person of an email address (lower case) and the hash of their password.
pub(crate) async fn find_for_sign_in(store: &Store, email: &str) -> Result<Option<(ConsoleUser, String)>> {
    let row: Option<SignInRow> = read!(store, db => query_as(FIND_FOR_SIGN_IN).bind(email).fetch_optional(db).await)?;
    row.map(|row| Ok((row.user.try_into()?, row.password_hash))).transpose()
}

/// Fails with `email_taken` at `email` when the address has an account.
pub(crate) async fn insert(tx: &mut Tx, user: &ConsoleUser, password_hash: &str, now: Timestamp) -> Result<()> {
    within!(tx, db => query(INSERT)
        .bind(user.id.as_str())
        .bind(&user.email)
        .bind(&user.name)
        .bind(user.role.as_str())
        .bind(password_hash)
        .bind(now.as_millis())
        .execute(db)
        .await
        .map(drop))
    .on_unique(|| Failure::invalid("email", "email_taken", "There is already an account with this email address."))
}

pub(crate) async fn set_role(tx: &mut Tx, id: &ConsoleUserId, role: Role) -> Result<()> {
    within!(tx, db => query(SET_ROLE).bind(id.as_str()).bind(role.as_str()).execute(db).await.map(drop))?;
    Ok(())
}

pub(crate) async fn set_password(tx: &mut Tx, id: &ConsoleUserId, password_hash: &str) -> Result<()> {
    within!(tx, db => query(SET_PASSWORD).bind(id.as_str()).bind(password_hash).execute(db).await.map(drop))?;
    Ok(())
}

/// Sessions go with the person.
pub(crate) async fn delete(tx: &mut Tx, id: &ConsoleUserId) -> Result<()> {
    within!(tx, db => query(DELETE).bind(id.as_str()).execute(db).await.map(drop))?;
    Ok(())
}
