//! Files of addresses and domains that are to be suppressed, and what became of their records.

use domain::suppression_upload::{FailedRecord, SuppressionUpload, UploadStatus};
use domain::{SandboxName, Timestamp};
use sqlx::{query, query_as, query_scalar};

use super::{Store, Tx, read, stored, within};
use crate::Result;

super::statements! {
    INSERT = "INSERT INTO suppression_uploads (id, sandbox, file_name, uploaded_by, status, csv, records, handled, failed,
              failed_records, created_at, leased_until) VALUES ($1, $2, $3, $4, 'ACCEPTED', $5, $6, 0, 0, '[]', $7, 0)";
    LIST = "SELECT id, file_name, uploaded_by, status, records, handled, failed, created_at, ended_at
            FROM suppression_uploads WHERE sandbox = $1 ORDER BY id DESC LIMIT $2";
    FIND = "SELECT id, file_name, uploaded_by, status, records, handled, failed, created_at, ended_at
            FROM suppression_uploads WHERE sandbox = $1 AND id = $2";
    FAILED = "SELECT failed_records FROM suppression_uploads WHERE sandbox = $1 AND id = $2";
    REMOVE = "DELETE FROM suppression_uploads WHERE sandbox = $1 AND id = $2";
    /// One that nobody is at.
    WAITING = "SELECT id FROM suppression_uploads WHERE status IN ('ACCEPTED', 'PENDING') AND leased_until <= $1
               ORDER BY id LIMIT 1";
    CLAIM = "UPDATE suppression_uploads SET status = 'PENDING', leased_until = $3
             WHERE id = $1 AND status IN ('ACCEPTED', 'PENDING') AND leased_until <= $2
             RETURNING sandbox, uploaded_by, csv";
    /// Nobody has removed or cancelled it meanwhile.
    ADVANCE = "UPDATE suppression_uploads SET handled = $2, leased_until = $3 WHERE id = $1 AND status = 'PENDING'";
    FINISH = "UPDATE suppression_uploads SET status = $2, failed = $3, failed_records = $4, ended_at = $5, csv = ''
              WHERE id = $1 AND status = 'PENDING'";
    CANCEL = "UPDATE suppression_uploads SET status = 'CANCELED', ended_at = $2, csv = ''
              WHERE sandbox = $1 AND status IN ('ACCEPTED', 'PENDING')";
    /// All but the newest.
    REMOVE_SURPLUS = "DELETE FROM suppression_uploads WHERE sandbox = $1 AND status NOT IN ('ACCEPTED', 'PENDING')
                      AND id NOT IN (SELECT id FROM suppression_uploads WHERE sandbox = $1 ORDER BY id DESC LIMIT $2)";
}

/// Files of a sandbox that are remembered.
const KEPT: i64 = 1_000;

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    file_name: String,
    uploaded_by: String,
    status: String,
    records: i64,
    handled: i64,
    failed: i64,
    created_at: i64,
    ended_at: Option<i64>,
}

impl TryFrom<Row> for SuppressionUpload {
    type Error = crate::Error;

    fn try_from(row: Row) -> Result<Self> {
        let count = |number: i64| u64::try_from(number).unwrap_or_default();
        Ok(Self {
            status: stored(&row.status)?,
            records: count(row.records),
            handled: count(row.handled),
            failed: count(row.failed),
            created_at: Timestamp::from_millis(row.created_at),
            ended_at: row.ended_at.map(Timestamp::from_millis),
            id: row.id,
            file_name: row.file_name,
            uploaded_by: row.uploaded_by,
        })
    }
}

/// A file that came in.
pub(crate) struct New<'a> {
    pub(crate) id: &'a str,
    pub(crate) file_name: &'a str,
    pub(crate) by: &'a str,
    pub(crate) csv: &'a str,
    pub(crate) records: i64,
}

pub(crate) async fn insert(tx: &mut Tx, sandbox: &SandboxName, new: &New<'_>, now: Timestamp) -> Result<()> {
    within!(tx, db => query(INSERT)
        .bind(new.id)
        .bind(sandbox.as_str())
        .bind(new.file_name)
        .bind(new.by)
        .bind(new.csv)
        .bind(new.records)
        .bind(now.as_millis())
        .execute(db)
        .await
        .map(drop))?;
    within!(tx, db => query(REMOVE_SURPLUS).bind(sandbox.as_str()).bind(KEPT).execute(db).await.map(drop))?;
    Ok(())
}

/// Newest first.
pub(crate) async fn list(store: &Store, sandbox: &SandboxName) -> Result<Vec<SuppressionUpload>> {
    let rows: Vec<Row> = read!(store, db => query_as(LIST).bind(sandbox.as_str()).bind(KEPT).fetch_all(db).await)?;
    rows.into_iter().map(TryInto::try_into).collect()
}

pub(crate) async fn find(store: &Store, sandbox: &SandboxName, id: &str) -> Result<Option<SuppressionUpload>> {
    let row: Option<Row> = read!(store, db => query_as(FIND).bind(sandbox.as_str()).bind(id).fetch_optional(db).await)?;
    row.map(TryInto::try_into).transpose()
}

pub(crate) async fn failed_records(store: &Store, sandbox: &SandboxName, id: &str) -> Result<Vec<FailedRecord>> {
    let json: Option<String> =
        read!(store, db => query_scalar(FAILED).bind(sandbox.as_str()).bind(id).fetch_optional(db).await)?;
    Ok(serde_json::from_str(json.as_deref().unwrap_or("[]"))?)
}

/// Was it there?
pub(crate) async fn remove(tx: &mut Tx, sandbox: &SandboxName, id: &str) -> Result<bool> {
    Ok(within!(tx, db => query(REMOVE).bind(sandbox.as_str()).bind(id).execute(db).await
        .map(|done| done.rows_affected() > 0))?)
}

/// The oldest that nobody is at.
pub(crate) async fn waiting(store: &Store, now: Timestamp) -> Result<Option<String>> {
    Ok(read!(store, db => query_scalar(WAITING).bind(now.as_millis()).fetch_optional(db).await)?)
}

/// A file whose records are to be entered.
pub(crate) struct Claimed {
    pub(crate) id: String,
    pub(crate) sandbox: SandboxName,
    pub(crate) by: String,
    pub(crate) csv: String,
}

/// `None`: another process was quicker.
pub(crate) async fn claim(tx: &mut Tx, id: String, now: Timestamp, until: Timestamp) -> Result<Option<Claimed>> {
    let row: Option<(String, String, String)> = within!(tx, db => query_as(CLAIM)
        .bind(&id).bind(now.as_millis()).bind(until.as_millis()).fetch_optional(db).await)?;
    row.map(|(sandbox, by, csv)| Ok(Claimed { id, sandbox: stored(&sandbox)?, by, csv })).transpose()
}

/// So many records are entered; is it still wanted?
pub(crate) async fn advance(tx: &mut Tx, id: &str, handled: i64, until: Timestamp) -> Result<bool> {
    Ok(within!(tx, db => query(ADVANCE).bind(id).bind(handled).bind(until.as_millis()).execute(db).await
        .map(|done| done.rows_affected() > 0))?)
}

pub(crate) async fn finish(
    tx: &mut Tx,
    id: &str,
    status: UploadStatus,
    (failed, records): (i64, &[FailedRecord]),
    now: Timestamp,
) -> Result<()> {
    let records = serde_json::to_string(records)?;
    within!(tx, db => query(FINISH)
        .bind(id).bind(status.as_str()).bind(failed).bind(records).bind(now.as_millis()).execute(db).await.map(drop))?;
    Ok(())
}

/// Those that are not through yet.
pub(crate) async fn cancel_all(tx: &mut Tx, sandbox: &SandboxName, now: Timestamp) -> Result<()> {
    within!(tx, db => query(CANCEL).bind(sandbox.as_str()).bind(now.as_millis()).execute(db).await.map(drop))?;
    Ok(())
}
