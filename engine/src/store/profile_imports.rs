//! Imports of profiles, and what is wrong with their rows.

use domain::failure::kept as words;
use domain::id::ImportId;
use domain::profile_import::{FAULTS_KEPT, ImportStatus, ProfileImport, RowFault};
use domain::{SandboxName, Timestamp};
use sqlx::{query, query_as, query_scalar};

use super::{Rows, Store, Tx, groups, read, stored, within};
use crate::Result;

/// As [`Row`] reads it.
macro_rules! columns {
    () => {
        "id, file_name, format, started_by, status, total_bytes, bytes, row_count, created, updated, failed, started_at,
         touched_at, ended_at"
    };
}

super::statements! {
    INSERT = concat!("INSERT INTO profile_imports (sandbox, ", columns!(), ")
                      VALUES ($1, $2, $3, $4, $5, 'running', $6, 0, 0, 0, 0, 0, $7, $7, NULL)");
    LIST = concat!("SELECT ", columns!(), " FROM profile_imports WHERE sandbox = $1 ORDER BY id DESC LIMIT $2");
    FIND = concat!("SELECT ", columns!(), " FROM profile_imports WHERE sandbox = $1 AND id = $2");
    ADVANCE = "UPDATE profile_imports SET bytes = $2, row_count = $3, created = $4, updated = $5, failed = $6,
               touched_at = $7, status = $8, ended_at = $9 WHERE id = $1";
    INSERT_FAULT = "INSERT INTO profile_import_faults (import_id, number, line, path, text) VALUES ($1, $2, $3, $4, $5)";
    FAULTS = "SELECT line, path, text FROM profile_import_faults WHERE import_id = $1 AND number > $2
              ORDER BY number LIMIT $3";
    /// One that has lost its process runs for ever.
    SURPLUS = "SELECT id FROM profile_imports WHERE sandbox = $1 AND (status <> 'running' OR touched_at < $3) AND id NOT IN (
                   SELECT id FROM profile_imports WHERE sandbox = $1 ORDER BY id DESC LIMIT $2) LIMIT 10";
    REMOVE = "DELETE FROM profile_imports WHERE id = $1";
    REMOVE_FAULTS = "DELETE FROM profile_import_faults WHERE import_id = $1";
}

/// Imports of a sandbox that are remembered.
const KEPT: i64 = 100;

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    file_name: String,
    format: String,
    started_by: String,
    status: String,
    total_bytes: Option<i64>,
    bytes: i64,
    #[sqlx(rename = "row_count")]
    rows: i64,
    created: i64,
    updated: i64,
    failed: i64,
    started_at: i64,
    touched_at: i64,
    ended_at: Option<i64>,
}

impl Row {
    /// `gone`: whatever runs and was not touched since then has lost its process.
    fn import(self, gone: Timestamp) -> Result<ProfileImport> {
        let status: ImportStatus = stored(&self.status)?;
        let is_gone = status == ImportStatus::Running && self.touched_at < gone.as_millis();
        let ended_at = self.ended_at.or(is_gone.then_some(self.touched_at));
        let millis = (ended_at.unwrap_or(self.touched_at) - self.started_at).max(1);
        Ok(ProfileImport {
            id: stored(&self.id)?,
            file_name: self.file_name,
            format: stored(&self.format)?,
            started_by: self.started_by,
            status: if is_gone { ImportStatus::Interrupted } else { status },
            total_bytes: self.total_bytes,
            bytes: self.bytes,
            rows: self.rows,
            created: self.created,
            updated: self.updated,
            failed: self.failed,
            rows_per_second: self.rows.saturating_mul(1_000) / millis,
            started_at: Timestamp::from_millis(self.started_at),
            ended_at: ended_at.map(Timestamp::from_millis),
        })
    }
}

/// Enters one that begins, and forgets the oldest. `gone`: as for [`Row::import`].
pub(crate) async fn insert(tx: &mut Tx, sandbox: &SandboxName, new: &ProfileImport, gone: Timestamp) -> Result<()> {
    within!(tx, db => query(INSERT)
        .bind(sandbox.as_str())
        .bind(new.id.as_str())
        .bind(&new.file_name)
        .bind(new.format.as_str())
        .bind(&new.started_by)
        .bind(new.total_bytes)
        .bind(new.started_at.as_millis())
        .execute(db)
        .await
        .map(drop))?;
    let surplus: Vec<String> = within!(tx, db => query_scalar(SURPLUS).bind(sandbox.as_str()).bind(KEPT)
        .bind(gone.as_millis()).fetch_all(db).await)?;
    for id in surplus {
        for text in [REMOVE_FAULTS, REMOVE] {
            within!(tx, db => query(text).bind(&id).execute(db).await.map(drop))?;
        }
    }
    Ok(())
}

/// Newest first.
pub(crate) async fn list(store: &Store, sandbox: &SandboxName, gone: Timestamp) -> Result<Vec<ProfileImport>> {
    let rows: Vec<Row> = read!(store, db => query_as(LIST).bind(sandbox.as_str()).bind(KEPT).fetch_all(db).await)?;
    rows.into_iter().map(|row| row.import(gone)).collect()
}

pub(crate) async fn find(
    store: &Store,
    sandbox: &SandboxName,
    id: &ImportId,
    gone: Timestamp,
) -> Result<Option<ProfileImport>> {
    let row: Option<Row> =
        read!(store, db => query_as(FIND).bind(sandbox.as_str()).bind(id.as_str()).fetch_optional(db).await)?;
    row.map(|row| row.import(gone)).transpose()
}

/// Writes how far it is.
pub(crate) async fn advance(tx: &mut Tx, import: &ProfileImport, now: Timestamp) -> Result<()> {
    within!(tx, db => query(ADVANCE)
        .bind(import.id.as_str())
        .bind(import.bytes)
        .bind(import.rows)
        .bind(import.created)
        .bind(import.updated)
        .bind(import.failed)
        .bind(now.as_millis())
        .bind(import.status.as_str())
        .bind(import.ended_at.map(Timestamp::as_millis))
        .execute(db)
        .await
        .map(drop))?;
    Ok(())
}

static FAULT_ROWS: Rows = Rows::new(INSERT_FAULT);

/// Keeps faults after `kept` others, as far as there is room; how many are kept then?
pub(crate) async fn keep_faults(tx: &mut Tx, id: &ImportId, kept: i64, faults: &[RowFault]) -> Result<i64> {
    let room = usize::try_from(FAULTS_KEPT - kept).unwrap_or(0);
    let mut number = kept;
    for rows in groups(&faults[..faults.len().min(room)]) {
        let sql = FAULT_ROWS.text(tx, rows.len());
        within!(tx, db => {
            let mut query = query(sql);
            for fault in rows {
                number += 1;
                query = query.bind(id.as_str()).bind(number).bind(fault.line);
                query = query.bind(words(&fault.path)).bind(words(&fault.text));
            }
            query.execute(db).await.map(drop)
        })?;
    }
    Ok(number)
}

/// Up to `limit` of an import, in the order of its rows, after so many others.
pub(crate) async fn faults(store: &Store, id: &ImportId, after: i64, limit: i64) -> Result<Vec<RowFault>> {
    let rows: Vec<(i64, String, String)> =
        read!(store, db => query_as(FAULTS).bind(id.as_str()).bind(after).bind(limit).fetch_all(db).await)?;
    Ok(rows.into_iter().map(|(line, path, text)| RowFault { line, path, text }).collect())
}
