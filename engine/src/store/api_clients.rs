//! API clients.

use domain::api_client::{ApiClient, ClientLimits};
use domain::id::ApiClientId;
use domain::{SandboxName, Timestamp};
use sqlx::{query, query_as};

use super::{Store, Tx, read, stored, within};
use crate::Result;

super::statements! {
    INSERT = "INSERT INTO api_clients (id, sandbox, name, secret_hash, created_at, created_by)
              VALUES ($1, $2, $3, $4, $5, $6)";
    LIST = "SELECT id, sandbox, name, secret_hash, created_at, created_by, last_used_at, revoked_at, requests_per_second,
            requests_per_day FROM api_clients WHERE sandbox = $1 ORDER BY id DESC";
    FIND = "SELECT id, sandbox, name, secret_hash, created_at, created_by, last_used_at, revoked_at, requests_per_second,
            requests_per_day FROM api_clients WHERE id = $1";
    REVOKE = "UPDATE api_clients SET revoked_at = COALESCE(revoked_at, $3) WHERE sandbox = $1 AND id = $2";
    SET_LIMITS = "UPDATE api_clients SET requests_per_second = $3, requests_per_day = $4
                  WHERE sandbox = $1 AND id = $2 AND revoked_at IS NULL";
    NOTE_USE = "UPDATE api_clients SET last_used_at = $2 WHERE id = $1 AND (last_used_at IS NULL OR last_used_at < $2)";
}

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    sandbox: String,
    name: String,
    secret_hash: String,
    created_at: i64,
    created_by: String,
    last_used_at: Option<i64>,
    revoked_at: Option<i64>,
    requests_per_second: Option<i64>,
    requests_per_day: Option<i64>,
}

/// A client and the SHA-256 of its secret, in hex.
pub(crate) type ClientAndHash = (ApiClient, String);

fn client(row: Row) -> Result<ClientAndHash> {
    let client = ApiClient {
        id: stored(&row.id)?,
        sandbox: stored(&row.sandbox)?,
        name: row.name,
        created_at: Timestamp::from_millis(row.created_at),
        created_by: row.created_by,
        last_used_at: row.last_used_at.map(Timestamp::from_millis),
        revoked_at: row.revoked_at.map(Timestamp::from_millis),
        limits: ClientLimits {
            requests_per_second: row.requests_per_second.and_then(|number| number.try_into().ok()),
            requests_per_day: row.requests_per_day.and_then(|number| number.try_into().ok()),
        },
    };
    Ok((client, row.secret_hash))
}

pub(crate) async fn insert(tx: &mut Tx, client: &ApiClient, secret_hash: &str) -> Result<()> {
    within!(tx, db => query(INSERT)
        .bind(client.id.as_str())
        .bind(client.sandbox.as_str())
        .bind(&client.name)
        .bind(secret_hash)
        .bind(client.created_at.as_millis())
        .bind(&client.created_by)
        .execute(db)
        .await
        .map(drop))?;
    Ok(())
}

/// Newest first, revoked ones too.
pub(crate) async fn list(store: &Store, sandbox: &SandboxName) -> Result<Vec<ApiClient>> {
    let rows: Vec<Row> = read!(store, db => query_as(LIST).bind(sandbox.as_str()).fetch_all(db).await)?;
    rows.into_iter().map(|row| Ok(client(row)?.0)).collect()
}

pub(crate) async fn find(store: &Store, id: &ApiClientId) -> Result<Option<ClientAndHash>> {
    let row: Option<Row> = read!(store, db => query_as(FIND).bind(id.as_str()).fetch_optional(db).await)?;
    row.map(client).transpose()
}

/// Was there such a client? The first revocation keeps its time.
pub(crate) async fn revoke(tx: &mut Tx, sandbox: &SandboxName, id: &ApiClientId, now: Timestamp) -> Result<bool> {
    within!(tx, db => {
        let done = query(REVOKE).bind(sandbox.as_str()).bind(id.as_str()).bind(now.as_millis()).execute(db).await?;
        Ok(done.rows_affected() > 0)
    })
}

/// Is there such a client, and is it not revoked?
pub(crate) async fn set_limits(
    tx: &mut Tx,
    sandbox: &SandboxName,
    id: &ApiClientId,
    limits: ClientLimits,
) -> Result<bool> {
    within!(tx, db => {
        let done = query(SET_LIMITS)
            .bind(sandbox.as_str())
            .bind(id.as_str())
            .bind(limits.requests_per_second.map(i64::from))
            .bind(limits.requests_per_day.map(i64::from))
            .execute(db)
            .await?;
        Ok(done.rows_affected() > 0)
    })
}

pub(crate) async fn note_use(tx: &mut Tx, id: &ApiClientId, now: Timestamp) -> Result<()> {
    within!(tx, db => query(NOTE_USE).bind(id.as_str()).bind(now.as_millis()).execute(db).await.map(drop))?;
    Ok(())
}
