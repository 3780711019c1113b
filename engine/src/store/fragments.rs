//! What fragments said when they were published, and who names them.

use domain::campaign::CampaignVersion;
use domain::id::{CampaignId, FragmentId};
use domain::library::{FragmentText, Published};
use domain::{SandboxName, Timestamp};
use sqlx::{query, query_as, query_scalar};

use super::{Store, Tx, read, stored, within};
use crate::Result;

super::statements! {
    HEADS = "SELECT id, name_key, published FROM library
             WHERE sandbox = $1 AND shelf = 'fragments' AND published IS NOT NULL ORDER BY id";
    FIND = "SELECT kind, text FROM fragment_publications WHERE fragment_id = $1 AND number = $2";
    LAST_NUMBER = "SELECT COALESCE(MAX(number), 0) FROM fragment_publications WHERE fragment_id = $1";
    INSERT = "INSERT INTO fragment_publications (fragment_id, number, kind, text, published_at, published_by)
              VALUES ($1, $2, $3, $4, $5, $6)";
    INSERT_USE = "INSERT INTO fragment_uses (reference, campaign_id, version) VALUES ($1, $2, $3)";
    /// Campaigns that are not over, and whose newest version names a fragment by its id or by its name.
    USERS = "SELECT DISTINCT c.id, c.name, u.version FROM fragment_uses u
             JOIN campaigns c ON c.id = u.campaign_id AND c.live_version = u.version
             WHERE c.sandbox = $1 AND u.reference IN ($2, $3) AND c.status IN ('live', 'scheduled', 'paused')
             AND (c.ends_at IS NULL OR c.ends_at > $4)
             ORDER BY c.id";
}

/// A fragment of which contents get something.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub(crate) struct Head {
    pub(crate) id: String,
    pub(crate) name_key: String,
    /// Which publication.
    pub(crate) published: i64,
}

/// A campaign, with the version that names a fragment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct User {
    pub(crate) campaign: CampaignId,
    pub(crate) name: String,
    pub(crate) version: i64,
}

pub(crate) async fn heads(store: &Store, sandbox: &SandboxName) -> Result<Vec<Head>> {
    Ok(read!(store, db => query_as(HEADS).bind(sandbox.as_str()).fetch_all(db).await)?)
}

pub(crate) async fn heads_in(tx: &mut Tx, sandbox: &SandboxName) -> Result<Vec<Head>> {
    Ok(within!(tx, db => query_as(HEADS).bind(sandbox.as_str()).fetch_all(db).await)?)
}

pub(crate) async fn find(store: &Store, id: &str, number: i64) -> Result<Option<FragmentText>> {
    let row: Option<(String, String)> =
        read!(store, db => query_as(FIND).bind(id).bind(number).fetch_optional(db).await)?;
    row.map(|(kind, text)| Ok(FragmentText { kind: stored(&kind)?, text })).transpose()
}

pub(crate) async fn find_in(tx: &mut Tx, id: &str, number: i64) -> Result<Option<FragmentText>> {
    let row: Option<(String, String)> =
        within!(tx, db => query_as(FIND).bind(id).bind(number).fetch_optional(db).await)?;
    row.map(|(kind, text)| Ok(FragmentText { kind: stored(&kind)?, text })).transpose()
}

/// 0: it was never published.
pub(crate) async fn last_number(tx: &mut Tx, id: &FragmentId) -> Result<i64> {
    Ok(within!(tx, db => query_scalar(LAST_NUMBER).bind(id.as_str()).fetch_one(db).await)?)
}

pub(crate) async fn insert(tx: &mut Tx, published: &Published, at: Timestamp, by: &str) -> Result<()> {
    within!(tx, db => query(INSERT)
        .bind(published.id.as_str())
        .bind(published.number)
        .bind(published.text.kind.as_str())
        .bind(&published.text.text)
        .bind(at.as_millis())
        .bind(by)
        .execute(db)
        .await
        .map(drop))?;
    Ok(())
}

/// What a new version of a campaign names.
pub(crate) async fn insert_uses(tx: &mut Tx, version: &CampaignVersion) -> Result<()> {
    for reference in version.definition.fragments.references() {
        within!(tx, db => query(INSERT_USE)
            .bind(reference)
            .bind(version.campaign_id.as_str())
            .bind(version.number)
            .execute(db)
            .await
            .map(drop))?;
    }
    Ok(())
}

/// Campaigns that name one of both.
pub(crate) async fn users(
    store: &Store,
    sandbox: &SandboxName,
    references: [&str; 2],
    now: Timestamp,
) -> Result<Vec<User>> {
    let [id, name] = references;
    let rows: Vec<(String, String, i64)> = read!(store, db => query_as(USERS)
        .bind(sandbox.as_str()).bind(id).bind(name).bind(now.as_millis()).fetch_all(db).await)?;
    rows.into_iter().map(user).collect()
}

pub(crate) async fn users_in(
    tx: &mut Tx,
    sandbox: &SandboxName,
    references: [&str; 2],
    now: Timestamp,
) -> Result<Vec<User>> {
    let [id, name] = references;
    let rows: Vec<(String, String, i64)> = within!(tx, db => query_as(USERS)
        .bind(sandbox.as_str()).bind(id).bind(name).bind(now.as_millis()).fetch_all(db).await)?;
    rows.into_iter().map(user).collect()
}

fn user((campaign, name, version): (String, String, i64)) -> Result<User> {
    Ok(User { campaign: stored(&campaign)?, name, version })
}
