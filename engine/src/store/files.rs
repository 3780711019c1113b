//! Files that go with mails, and who refers to them.

use domain::Timestamp;
use sqlx::{query, query_scalar};

use super::{Store, Tx, read, within};
use crate::Result;

super::statements! {
    /// Touched when it is there already, so that nobody removes it at this moment as one that nobody refers to.
    INSERT = "INSERT INTO files (hash, size, bytes, touched_at) VALUES ($1, $2, $3, $4)
              ON CONFLICT (hash) DO UPDATE SET touched_at = excluded.touched_at";
    INSERT_USE = "INSERT INTO file_uses (used_by, hash) VALUES ($1, $2) ON CONFLICT (used_by, hash) DO NOTHING";
    REMOVE_USES = "DELETE FROM file_uses WHERE used_by = $1";
    /// Of messages that are removed.
    REMOVE_USES_WITHOUT_MESSAGE = "DELETE FROM file_uses WHERE used_by >= $1 AND used_by <= $2
                                   AND NOT EXISTS (SELECT 1 FROM messages m WHERE m.id = file_uses.used_by)";
    REMOVE_UNUSED = "DELETE FROM files WHERE touched_at < $1 AND hash IN (
                         SELECT f.hash FROM files f WHERE f.touched_at < $1
                         AND NOT EXISTS (SELECT 1 FROM file_uses u WHERE u.hash = f.hash) LIMIT $2)";
    FIND = "SELECT bytes FROM files WHERE hash = $1";
}

/// A file that came in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct NewFile {
    /// SHA-256 of the bytes, in hex.
    pub(crate) hash: String,
    pub(crate) bytes: Vec<u8>,
}

/// Writes a file, unless it is there already.
pub(crate) async fn insert(tx: &mut Tx, file: &NewFile, now: Timestamp) -> Result<()> {
    within!(tx, db => query(INSERT)
        .bind(&file.hash)
        .bind(i64::try_from(file.bytes.len()).unwrap_or(i64::MAX))
        .bind(&file.bytes)
        .bind(now.as_millis())
        .execute(db)
        .await
        .map(drop))?;
    Ok(())
}

/// A draft, a version or a message refers to a file from now on.
pub(crate) async fn insert_use(tx: &mut Tx, used_by: &str, hash: &str) -> Result<()> {
    within!(tx, db => query(INSERT_USE).bind(used_by).bind(hash).execute(db).await.map(drop))?;
    Ok(())
}

/// It refers to none.
pub(crate) async fn remove_uses(tx: &mut Tx, used_by: &str) -> Result<()> {
    within!(tx, db => query(REMOVE_USES).bind(used_by).execute(db).await.map(drop))?;
    Ok(())
}

/// Removes up to `limit` files that nobody refers to and that came in before `end`.
pub(crate) async fn remove_unused(tx: &mut Tx, end: Timestamp, limit: i64) -> Result<u64> {
    Ok(within!(tx, db => query(REMOVE_UNUSED).bind(end.as_millis()).bind(limit).execute(db).await
        .map(|done| done.rows_affected()))?)
}

pub(crate) async fn find(store: &Store, hash: &str) -> Result<Option<Vec<u8>>> {
    Ok(read!(store, db => query_scalar(FIND).bind(hash).fetch_optional(db).await)?)
}
