//! Audiences as people change them: created, given a rule, deleted; and what uses them.

use domain::audience::AudienceChange;
use domain::id::{AudienceId, CampaignId, ImportId};
use domain::{Failure, SandboxName};
use sqlx::{query, query_as, query_scalar};

use super::campaigns::Change;
use super::{Store, Tx, read, stored, within};
use crate::Result;
use crate::error::OnUnique as _;

super::statements! {
    INSERT = "INSERT INTO audiences (id, sandbox, name, rule, created_at, created_by) VALUES ($1, $2, $3, $4, $5, $6)";
    /// A list stays a list.
    SAVE = "UPDATE audiences SET name = $3, rule = $4, revision = revision + 1, modified_at = $5, modified_by = $6
            WHERE id = $1 AND revision = $2 AND (rule IS NULL) = (CAST($4 AS TEXT) IS NULL)";
    DELETE = "DELETE FROM audiences WHERE sandbox = $1 AND id = $2";
    IMPORTS = "SELECT id FROM audience_imports WHERE audience_id = $1";
    IS_RUNNING = "SELECT COUNT(*) FROM runs WHERE audience_id = $1 AND state IN ('running', 'paused')";
    IS_SCHEDULED = "SELECT COUNT(*) FROM schedules WHERE sandbox = $1 AND audience_id = $2 AND state = 'scheduled'";
    /// Drafts and live versions of marketing campaigns. Those that are over run for nobody any more.
    CAMPAIGNS = "SELECT c.id, c.name, c.draft, v.definition FROM campaigns c
                 LEFT JOIN campaign_versions v ON v.campaign_id = c.id AND v.number = c.live_version
                 WHERE c.sandbox = $1 AND c.category = 'marketing' AND c.status <> 'stopped' AND c.id > $2
                 ORDER BY c.id LIMIT 100";
}

/// Fails with `name_taken` at `name`.
pub(crate) async fn insert(
    tx: &mut Tx,
    sandbox: &SandboxName,
    id: &AudienceId,
    new: &AudienceChange,
    change: Change<'_>,
) -> Result<()> {
    let rule = new.rule.as_ref().map(serde_json::to_string).transpose()?;
    within!(tx, db => query(INSERT)
        .bind(id.as_str())
        .bind(sandbox.as_str())
        .bind(&new.name)
        .bind(rule)
        .bind(change.now.as_millis())
        .bind(change.by)
        .execute(db)
        .await
        .map(drop))
    .on_unique(name_taken)
}

/// Changes the audience of `revision`; `false` when it has another one by now. Fails with `name_taken` at `name`.
pub(crate) async fn save(
    tx: &mut Tx,
    id: &AudienceId,
    revision: i64,
    new: &AudienceChange,
    change: Change<'_>,
) -> Result<bool> {
    let rule = new.rule.as_ref().map(serde_json::to_string).transpose()?;
    let done = within!(tx, db => query(SAVE)
        .bind(id.as_str())
        .bind(revision)
        .bind(&new.name)
        .bind(rule)
        .bind(change.now.as_millis())
        .bind(change.by)
        .execute(db)
        .await
        .map(|done| done.rows_affected()));
    Ok(done.on_unique(name_taken)? > 0)
}

fn name_taken() -> Failure {
    Failure::invalid("name", "name_taken", "There is already an audience with this name.")
}

/// Does a run, or a schedule, still need it?
pub(crate) async fn is_at_work(tx: &mut Tx, sandbox: &SandboxName, id: &AudienceId) -> Result<bool> {
    let running: i64 = within!(tx, db => query_scalar(IS_RUNNING).bind(id.as_str()).fetch_one(db).await)?;
    let scheduled: i64 = within!(tx, db => query_scalar(IS_SCHEDULED).bind(sandbox.as_str()).bind(id.as_str())
        .fetch_one(db).await)?;
    Ok(running + scheduled > 0)
}

/// Removes an audience whose lists were removed before.
pub(crate) async fn delete(tx: &mut Tx, sandbox: &SandboxName, id: &AudienceId) -> Result<bool> {
    let done = within!(tx, db => query(DELETE).bind(sandbox.as_str()).bind(id.as_str()).execute(db).await
        .map(|done| done.rows_affected()))?;
    Ok(done > 0)
}

/// Ids of all lists that were read for an audience and are still there.
pub(crate) async fn imports(store: &Store, id: &AudienceId) -> Result<Vec<ImportId>> {
    let ids: Vec<String> = read!(store, db => query_scalar(IMPORTS).bind(id.as_str()).fetch_all(db).await)?;
    ids.iter().map(|id| stored(id)).collect()
}

/// A campaign, and the JSON that may name audiences: its draft, and its live version.
pub(crate) struct CampaignTexts {
    pub(crate) id: CampaignId,
    pub(crate) name: String,
    pub(crate) draft: String,
    pub(crate) live: Option<String>,
}

/// Marketing campaigns that are not over, 100 after this id.
pub(crate) async fn campaigns_after(store: &Store, sandbox: &SandboxName, after: &str) -> Result<Vec<CampaignTexts>> {
    let rows: Vec<(String, String, String, Option<String>)> =
        read!(store, db => query_as(CAMPAIGNS).bind(sandbox.as_str()).bind(after).fetch_all(db).await)?;
    rows.into_iter().map(|(id, name, draft, live)| Ok(CampaignTexts { id: stored(&id)?, name, draft, live })).collect()
}
