//! Images that mails show: everything but their bytes.

use domain::asset::{Asset, AssetUse, AssetUseKind};
use domain::id::AssetId;
use domain::{SandboxName, Timestamp};
use sqlx::{query, query_as, query_scalar};

use super::campaigns::containing;
use super::{Store, Tx, read, stored, within};
use crate::Result;

macro_rules! columns {
    () => {
        "id, sandbox, name, alt, media_type, bytes, width, height, sha256, created_at, created_by, removed_at"
    };
}

super::statements! {
    LIST = concat!("SELECT ", columns!(), " FROM assets WHERE sandbox = $1 AND removed_at IS NULL
        AND ($2 = '' OR id < $2) AND ($3 = '' OR name_key LIKE $3 ESCAPE '!')
        ORDER BY id DESC LIMIT $4");
    FIND = concat!("SELECT ", columns!(), " FROM assets WHERE sandbox = $1 AND id = $2");
    FIND_BY_HASH = concat!("SELECT ", columns!(), " FROM assets WHERE sandbox = $1 AND sha256 = $2");
    /// Those that were removed take room, too, until their bytes go.
    COUNT = "SELECT COUNT(*) FROM assets WHERE sandbox = $1";
    INSERT = "INSERT INTO assets (id, sandbox, name, name_key, alt, media_type, bytes, width, height, sha256, created_at,
              created_by, removed_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, NULL)
              ON CONFLICT (sandbox, sha256) DO NOTHING";
    DESCRIBE = "UPDATE assets SET name = $3, name_key = $4, alt = $5
                WHERE sandbox = $1 AND id = $2 AND removed_at IS NULL";
    REMOVE = "UPDATE assets SET removed_at = $3 WHERE sandbox = $1 AND id = $2 AND removed_at IS NULL";
    /// Not while its bytes are being removed.
    PUT_BACK = "UPDATE assets SET removed_at = NULL WHERE sandbox = $1 AND id = $2 AND removed_at > 0";
    FORGOTTEN = concat!("SELECT ", columns!(), " FROM assets WHERE removed_at < $1 ORDER BY removed_at LIMIT 1000");
    CLAIM = "UPDATE assets SET removed_at = 0 WHERE id = $1 AND removed_at < $2";
    FORGET = "DELETE FROM assets WHERE id = $1 AND removed_at = 0";
    /// Drafts, live versions and the library are texts in which the hash of an image stands as it is.
    USED_BY_CAMPAIGNS = "SELECT c.name FROM campaigns c WHERE c.sandbox = $1 AND (c.draft LIKE $2 OR EXISTS (
                             SELECT 1 FROM campaign_versions v WHERE v.campaign_id = c.id AND v.number = c.live_version
                             AND c.status IN ('live', 'scheduled', 'paused')
                             AND v.definition LIKE $2)) ORDER BY c.id DESC LIMIT $3";
    USED_BY_LIBRARY = "SELECT l.shelf, l.name FROM library l WHERE l.sandbox = $1 AND (l.body LIKE $2 OR EXISTS (
                           SELECT 1 FROM fragment_publications p WHERE p.fragment_id = l.id AND p.number = l.published
                           AND p.text LIKE $2)) ORDER BY l.id DESC LIMIT $3";
}

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    sandbox: String,
    name: String,
    alt: String,
    media_type: String,
    bytes: i64,
    width: i64,
    height: i64,
    sha256: String,
    created_at: i64,
    created_by: String,
    removed_at: Option<i64>,
}

/// An image, without its address, and where it belongs.
#[derive(Debug, Clone)]
pub(crate) struct StoredAsset {
    pub(crate) asset: Asset,
    pub(crate) sandbox: SandboxName,
    /// `None`: it is there.
    pub(crate) removed_at: Option<Timestamp>,
}

impl TryFrom<Row> for StoredAsset {
    type Error = crate::Error;

    fn try_from(row: Row) -> Result<Self> {
        let asset = Asset {
            id: stored(&row.id)?,
            name: row.name,
            alt: row.alt,
            media_type: stored(&row.media_type)?,
            bytes: u64::try_from(row.bytes).unwrap_or_default(),
            width: u32::try_from(row.width).unwrap_or_default(),
            height: u32::try_from(row.height).unwrap_or_default(),
            sha256: row.sha256,
            url: String::new(),
            created_at: Timestamp::from_millis(row.created_at),
            created_by: row.created_by,
        };
        Ok(Self { asset, sandbox: stored(&row.sandbox)?, removed_at: row.removed_at.map(Timestamp::from_millis) })
    }
}

/// The newest first, from behind `after` on; `name`: a part of it.
pub(crate) async fn list(
    store: &Store,
    sandbox: &SandboxName,
    name: &str,
    after: &str,
    limit: usize,
) -> Result<Vec<StoredAsset>> {
    let rows: Vec<Row> = read!(store, db => query_as(LIST)
        .bind(sandbox.as_str())
        .bind(after)
        .bind(containing(name))
        .bind(i64::try_from(limit).unwrap_or(i64::MAX))
        .fetch_all(db)
        .await)?;
    rows.into_iter().map(TryInto::try_into).collect()
}

/// Also one that was removed.
pub(crate) async fn find(store: &Store, sandbox: &SandboxName, id: &AssetId) -> Result<Option<StoredAsset>> {
    let row: Option<Row> =
        read!(store, db => query_as(FIND).bind(sandbox.as_str()).bind(id.as_str()).fetch_optional(db).await)?;
    row.map(TryInto::try_into).transpose()
}

/// Also one that was removed.
pub(crate) async fn find_by_hash(store: &Store, sandbox: &SandboxName, sha256: &str) -> Result<Option<StoredAsset>> {
    let row: Option<Row> =
        read!(store, db => query_as(FIND_BY_HASH).bind(sandbox.as_str()).bind(sha256).fetch_optional(db).await)?;
    row.map(TryInto::try_into).transpose()
}

pub(crate) async fn count(store: &Store, sandbox: &SandboxName) -> Result<usize> {
    let count: i64 = read!(store, db => query_scalar(COUNT).bind(sandbox.as_str()).fetch_one(db).await)?;
    Ok(usize::try_from(count).unwrap_or(usize::MAX))
}

/// Does nothing when the same bytes are there.
pub(crate) async fn insert(tx: &mut Tx, sandbox: &SandboxName, asset: &Asset) -> Result<()> {
    within!(tx, db => query(INSERT)
        .bind(asset.id.as_str())
        .bind(sandbox.as_str())
        .bind(&asset.name)
        .bind(asset.name.to_lowercase())
        .bind(&asset.alt)
        .bind(asset.media_type.as_str())
        .bind(i64::try_from(asset.bytes).unwrap_or(i64::MAX))
        .bind(i64::from(asset.width))
        .bind(i64::from(asset.height))
        .bind(&asset.sha256)
        .bind(asset.created_at.as_millis())
        .bind(&asset.created_by)
        .execute(db)
        .await
        .map(drop))?;
    Ok(())
}

/// Was it there?
pub(crate) async fn describe(tx: &mut Tx, sandbox: &SandboxName, id: &AssetId, name: &str, alt: &str) -> Result<bool> {
    Ok(within!(tx, db => query(DESCRIBE)
        .bind(sandbox.as_str())
        .bind(id.as_str())
        .bind(name)
        .bind(name.to_lowercase())
        .bind(alt)
        .execute(db)
        .await
        .map(|done| done.rows_affected() > 0))?)
}

/// Was it there?
pub(crate) async fn remove(tx: &mut Tx, sandbox: &SandboxName, id: &AssetId, at: Timestamp) -> Result<bool> {
    Ok(within!(tx, db => query(REMOVE)
        .bind(sandbox.as_str()).bind(id.as_str()).bind(at.as_millis()).execute(db).await
        .map(|done| done.rows_affected() > 0))?)
}

/// Was it removed, and are its bytes still there?
pub(crate) async fn put_back(tx: &mut Tx, sandbox: &SandboxName, id: &AssetId) -> Result<bool> {
    Ok(within!(tx, db => query(PUT_BACK).bind(sandbox.as_str()).bind(id.as_str()).execute(db).await
        .map(|done| done.rows_affected() > 0))?)
}

/// One that was removed before `end`.
pub(crate) async fn forgotten(store: &Store, end: Timestamp) -> Result<Vec<StoredAsset>> {
    let rows: Vec<Row> = read!(store, db => query_as(FORGOTTEN).bind(end.as_millis()).fetch_all(db).await)?;
    rows.into_iter().map(TryInto::try_into).collect()
}

/// From now on it cannot be put back. Is it still removed?
pub(crate) async fn claim(tx: &mut Tx, id: &AssetId, end: Timestamp) -> Result<bool> {
    Ok(within!(tx, db => query(CLAIM).bind(id.as_str()).bind(end.as_millis()).execute(db).await
        .map(|done| done.rows_affected() > 0))?)
}

/// Its bytes are gone.
pub(crate) async fn forget(tx: &mut Tx, id: &AssetId) -> Result<()> {
    within!(tx, db => query(FORGET).bind(id.as_str()).execute(db).await.map(drop))?;
    Ok(())
}

/// What shows an image now, or would with the next message; at most so many of a kind.
pub(crate) async fn uses(store: &Store, sandbox: &SandboxName, sha256: &str, limit: i64) -> Result<Vec<AssetUse>> {
    let naming = format!("%{sha256}%");
    let campaigns: Vec<String> = read!(store, db => query_scalar(USED_BY_CAMPAIGNS)
        .bind(sandbox.as_str()).bind(&naming).bind(limit).fetch_all(db).await)?;
    let library: Vec<(String, String)> = read!(store, db => query_as(USED_BY_LIBRARY)
        .bind(sandbox.as_str()).bind(&naming).bind(limit).fetch_all(db).await)?;
    let of_library = library.into_iter().map(|(shelf, name)| {
        let kind = if shelf == "templates" { AssetUseKind::Template } else { AssetUseKind::Fragment };
        AssetUse { kind, name }
    });
    Ok(campaigns.into_iter().map(|name| AssetUse { kind: AssetUseKind::Campaign, name }).chain(of_library).collect())
}
