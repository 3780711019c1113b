//! Files of people: the file in pieces, what its columns mean, how far it is, and what of it was left out.

use domain::audience_upload::{AudienceFile, Column, FileStatus, Reject};
use domain::failure::kept;
use domain::id::{AudienceId, ImportId};
use domain::{SandboxName, Timestamp};
use sqlx::{query, query_as, query_scalar};

use super::{Rows, Store, Tx, groups, read, stored, within};
use crate::Result;

macro_rules! columns {
    () => {
        "id, audience_id, file_name, format, status, columns, namespace, opted_in, bytes, done_bytes, row_count, members, repeated,
         failed, reason, created_at, created_by, started_at, ended_at"
    };
}

super::statements! {
    INSERT = "INSERT INTO audience_files (id, sandbox, audience_id, file_name, format, status, columns, namespace, opted_in, bytes,
              done_bytes, row_count, members, repeated, failed, reason, created_at, created_by)
              VALUES ($1, $2, $3, $4, $5, 'waiting', $6, '', '', $7, 0, 0, 0, 0, 0, '', $8, $9)";
    INSERT_PIECE = "INSERT INTO audience_file_pieces (file_id, number, bytes) VALUES ($1, $2, $3)";
    PIECE = "SELECT bytes FROM audience_file_pieces WHERE file_id = $1 AND number = $2";
    REMOVE_PIECES = "DELETE FROM audience_file_pieces WHERE file_id = $1 AND number IN (
                         SELECT number FROM audience_file_pieces WHERE file_id = $1 ORDER BY number LIMIT 16)";
    FIND = concat!("SELECT ", columns!(), " FROM audience_files WHERE sandbox = $1 AND id = $2");
    LIST = concat!("SELECT ", columns!(), " FROM audience_files WHERE sandbox = $1 AND audience_id = $2
                   ORDER BY id DESC LIMIT 20");
    START = "UPDATE audience_files SET status = 'running', columns = $2, namespace = $3, opted_in = $4, started_at = $5
             WHERE id = $1 AND status = 'waiting'";
    RUNNING = "SELECT id FROM audience_files WHERE status = 'running' AND (leased_until IS NULL OR leased_until <= $1)
               ORDER BY id LIMIT 1";
    /// The change of the lease decides which of several processes enters a file. What was counted before begins anew, and so does
    /// the time that it takes.
    CLAIM = "UPDATE audience_files SET leased_until = $3, started_at = $2, done_bytes = 0, row_count = 0, members = 0,
             repeated = 0, failed = 0
             WHERE id = $1 AND status = 'running' AND (leased_until IS NULL OR leased_until <= $2) RETURNING sandbox";
    PROGRESS = "UPDATE audience_files SET done_bytes = $2, row_count = $3, members = $4, repeated = $5, failed = $6,
                leased_until = $7 WHERE id = $1 AND status = 'running'";
    /// What its columns were named is forgotten: where a table has no header, they are of a person.
    END = "UPDATE audience_files SET status = $2, reason = $3, ended_at = $4, leased_until = NULL, columns = '[]' WHERE id = $1";
    INSERT_REJECT = "INSERT INTO audience_file_rejects (file_id, number, row_number, path, text) VALUES ($1, $2, $3, $4, $5)";
    REMOVE_REJECTS = "DELETE FROM audience_file_rejects WHERE file_id = $1";
    REJECTS = "SELECT row_number, path, text FROM audience_file_rejects WHERE file_id = $1 ORDER BY number";
    /// Nobody said what their columns mean.
    FORGOTTEN = "SELECT id FROM audience_files WHERE status = 'waiting' AND created_at < $1 ORDER BY id LIMIT 1";
    /// What is left of files that were cut off on their way, or half removed: their ids are as old as they are.
    ORPHANED = "SELECT file_id FROM audience_file_pieces WHERE file_id < $1
                AND NOT EXISTS (SELECT 1 FROM audience_files f WHERE f.id = audience_file_pieces.file_id)
                ORDER BY file_id LIMIT 1";
    WAITING = "SELECT id FROM audience_files WHERE sandbox = $1 AND status = 'waiting' ORDER BY id LIMIT 1";
    /// It may have been started meanwhile.
    REMOVE_WAITING = "DELETE FROM audience_files WHERE id = $1 AND status = 'waiting'";
    OF_AUDIENCE = "SELECT id FROM audience_files WHERE audience_id = $1 ORDER BY id LIMIT 1";
    REMOVE = "DELETE FROM audience_files WHERE id = $1";
}

#[derive(sqlx::FromRow)]
struct FileRow {
    id: String,
    audience_id: String,
    file_name: String,
    format: String,
    status: String,
    columns: String,
    namespace: String,
    opted_in: String,
    bytes: i64,
    done_bytes: i64,
    row_count: i64,
    members: i64,
    repeated: i64,
    failed: i64,
    reason: String,
    created_at: i64,
    created_by: String,
    started_at: Option<i64>,
    ended_at: Option<i64>,
}

impl FileRow {
    /// As it is at this moment.
    fn file(self, now: Timestamp) -> Result<AudienceFile> {
        let until = self.ended_at.unwrap_or(now.as_millis());
        let millis = self.started_at.map(|start| (until - start).max(1));
        Ok(AudienceFile {
            id: stored(&self.id)?,
            audience_id: stored(&self.audience_id)?,
            file_name: self.file_name,
            format: stored(&self.format)?,
            status: stored(&self.status)?,
            columns: serde_json::from_str(&self.columns)?,
            namespace: self.namespace,
            opted_in: self.opted_in,
            bytes: self.bytes,
            done_bytes: self.done_bytes,
            rows: self.row_count,
            members: self.members,
            repeated: self.repeated,
            failed: self.failed,
            rows_per_second: millis.map_or(0, |millis| self.row_count.saturating_mul(1_000) / millis),
            reason: self.reason,
            created_at: Timestamp::from_millis(self.created_at),
            created_by: self.created_by,
            started_at: self.started_at.map(Timestamp::from_millis),
            ended_at: self.ended_at.map(Timestamp::from_millis),
        })
    }
}

/// A file that has arrived.
pub(crate) async fn insert(tx: &mut Tx, sandbox: &SandboxName, file: &AudienceFile) -> Result<()> {
    let columns = serde_json::to_string(&file.columns)?;
    within!(tx, db => query(INSERT)
        .bind(file.id.as_str())
        .bind(sandbox.as_str())
        .bind(file.audience_id.as_str())
        .bind(&file.file_name)
        .bind(file.format.as_str())
        .bind(columns)
        .bind(file.bytes)
        .bind(file.created_at.as_millis())
        .bind(&file.created_by)
        .execute(db)
        .await
        .map(drop))?;
    Ok(())
}

pub(crate) async fn insert_piece(tx: &mut Tx, id: &ImportId, number: i64, bytes: &[u8]) -> Result<()> {
    within!(tx, db => query(INSERT_PIECE).bind(id.as_str()).bind(number).bind(bytes).execute(db).await.map(drop))?;
    Ok(())
}

/// A piece of a file; `None` after the last one.
pub(crate) async fn piece(store: &Store, id: &ImportId, number: i64) -> Result<Option<Vec<u8>>> {
    Ok(read!(store, db => query_scalar(PIECE).bind(id.as_str()).bind(number).fetch_optional(db).await)?)
}

/// Removes some pieces; how many were there?
pub(crate) async fn remove_pieces(tx: &mut Tx, id: &ImportId) -> Result<u64> {
    Ok(within!(tx, db => query(REMOVE_PIECES).bind(id.as_str()).execute(db).await.map(|done| done.rows_affected()))?)
}

pub(crate) async fn find(
    store: &Store,
    sandbox: &SandboxName,
    id: &ImportId,
    now: Timestamp,
) -> Result<Option<AudienceFile>> {
    let row: Option<FileRow> =
        read!(store, db => query_as(FIND).bind(sandbox.as_str()).bind(id.as_str()).fetch_optional(db).await)?;
    row.map(|row| row.file(now)).transpose()
}

/// The newest 20 of an audience.
pub(crate) async fn list(
    store: &Store,
    sandbox: &SandboxName,
    audience: &AudienceId,
    now: Timestamp,
) -> Result<Vec<AudienceFile>> {
    let rows: Vec<FileRow> =
        read!(store, db => query_as(LIST).bind(sandbox.as_str()).bind(audience.as_str()).fetch_all(db).await)?;
    rows.into_iter().map(|row| row.file(now)).collect()
}

/// What its columns mean is said; `false` when it was before.
pub(crate) async fn start(
    tx: &mut Tx,
    id: &ImportId,
    columns: &[Column],
    (namespace, opted_in): (&str, &str),
    now: Timestamp,
) -> Result<bool> {
    let columns = serde_json::to_string(columns)?;
    let done = within!(tx, db => query(START).bind(id.as_str()).bind(columns).bind(namespace).bind(opted_in)
        .bind(now.as_millis()).execute(db).await.map(|done| done.rows_affected()))?;
    Ok(done > 0)
}

/// A file that no process enters.
pub(crate) async fn running(store: &Store, now: Timestamp) -> Result<Option<ImportId>> {
    let id: Option<String> = read!(store, db => query_scalar(RUNNING).bind(now.as_millis()).fetch_optional(db).await)?;
    id.as_deref().map(stored).transpose()
}

/// This process enters it now; `None` when another one does.
pub(crate) async fn claim(tx: &mut Tx, id: &ImportId, now: Timestamp, until: Timestamp) -> Result<Option<SandboxName>> {
    let sandbox: Option<String> = within!(tx, db => query_scalar(CLAIM)
        .bind(id.as_str()).bind(now.as_millis()).bind(until.as_millis()).fetch_optional(db).await)?;
    sandbox.as_deref().map(stored).transpose()
}

/// How far a file is.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Progress {
    pub(crate) done_bytes: i64,
    pub(crate) rows: i64,
    pub(crate) members: i64,
    pub(crate) repeated: i64,
    pub(crate) failed: i64,
}

pub(crate) async fn note(tx: &mut Tx, id: &ImportId, progress: Progress, until: Timestamp) -> Result<()> {
    within!(tx, db => query(PROGRESS)
        .bind(id.as_str())
        .bind(progress.done_bytes)
        .bind(progress.rows)
        .bind(progress.members)
        .bind(progress.repeated)
        .bind(progress.failed)
        .bind(until.as_millis())
        .execute(db)
        .await
        .map(drop))?;
    Ok(())
}

static REJECT_ROWS: Rows = Rows::new(INSERT_REJECT);

/// How a file ended.
#[derive(Debug, Clone, Copy)]
pub(crate) struct End<'a> {
    pub(crate) status: FileStatus,
    /// Why it became no list; otherwise empty.
    pub(crate) reason: &'a str,
    /// Rows that were left out.
    pub(crate) rejects: &'a [Reject],
}

/// The file has come to its end.
pub(crate) async fn end(tx: &mut Tx, id: &ImportId, end: End<'_>, now: Timestamp) -> Result<()> {
    let End { status, reason, rejects } = end;
    within!(tx, db => query(REMOVE_REJECTS).bind(id.as_str()).execute(db).await.map(drop))?;
    let numbered: Vec<(i64, &Reject)> = (1..).zip(rejects).collect();
    for rows in groups(&numbered) {
        let sql = REJECT_ROWS.text(tx, rows.len());
        within!(tx, db => {
            let mut query = query(sql);
            for (number, reject) in rows {
                query = query.bind(id.as_str()).bind(number).bind(reject.row);
                query = query.bind(kept(&reject.path)).bind(kept(&reject.text));
            }
            query.execute(db).await.map(drop)
        })?;
    }
    within!(tx, db => query(END).bind(id.as_str()).bind(status.as_str()).bind(kept(reason)).bind(now.as_millis())
        .execute(db).await.map(drop))?;
    Ok(())
}

/// Rows that were left out, in their order.
pub(crate) async fn rejects(store: &Store, id: &ImportId) -> Result<Vec<Reject>> {
    let rows: Vec<(i64, String, String)> = read!(store, db => query_as(REJECTS).bind(id.as_str()).fetch_all(db).await)?;
    Ok(rows.into_iter().map(|(row, path, text)| Reject { row, path, text }).collect())
}

/// A file whose columns nobody has explained since `before`.
pub(crate) async fn forgotten(store: &Store, before: Timestamp) -> Result<Option<ImportId>> {
    let id: Option<String> =
        read!(store, db => query_scalar(FORGOTTEN).bind(before.as_millis()).fetch_optional(db).await)?;
    id.as_deref().map(stored).transpose()
}

/// The id of pieces that belong to no file, older than this one.
pub(crate) async fn orphaned(store: &Store, before: &ImportId) -> Result<Option<ImportId>> {
    let id: Option<String> = read!(store, db => query_scalar(ORPHANED).bind(before.as_str()).fetch_optional(db).await)?;
    id.as_deref().map(stored).transpose()
}

/// A file of a sandbox whose columns nobody has explained yet.
pub(crate) async fn waiting(store: &Store, sandbox: &SandboxName) -> Result<Option<ImportId>> {
    let id: Option<String> = read!(store, db => query_scalar(WAITING).bind(sandbox.as_str()).fetch_optional(db).await)?;
    id.as_deref().map(stored).transpose()
}

/// Removes a file that waits, but its pieces; `false` when it does not wait any more.
pub(crate) async fn remove_waiting(tx: &mut Tx, id: &ImportId) -> Result<bool> {
    let removed =
        within!(tx, db => query(REMOVE_WAITING).bind(id.as_str()).execute(db).await.map(|done| done.rows_affected()))?;
    Ok(removed > 0)
}

/// One of the files of an audience.
pub(crate) async fn of_audience(store: &Store, audience: &AudienceId) -> Result<Option<ImportId>> {
    let id: Option<String> =
        read!(store, db => query_scalar(OF_AUDIENCE).bind(audience.as_str()).fetch_optional(db).await)?;
    id.as_deref().map(stored).transpose()
}

/// Removes a file whose pieces were removed before.
pub(crate) async fn remove(tx: &mut Tx, id: &ImportId) -> Result<()> {
    within!(tx, db => query(REMOVE_REJECTS).bind(id.as_str()).execute(db).await.map(drop))?;
    within!(tx, db => query(REMOVE).bind(id.as_str()).execute(db).await.map(drop))?;
    Ok(())
}
