//! Proofs: what those of a draft say, and what became of their messages.

use domain::campaign::CampaignDefinition;
use domain::id::{CampaignId, ExecutionId};
use domain::{SandboxName, Timestamp};
use sqlx::{query, query_as, query_scalar};

use super::{Store, Tx, read, stored, within};
use crate::Result;

super::statements! {
    FIND_VERSION = "SELECT definition FROM proof_versions WHERE campaign_id = $1 AND number = $2";
    PUT_VERSION = "INSERT INTO proof_versions (campaign_id, number, definition, used_at) VALUES ($1, $2, $3, $4)
                   ON CONFLICT (campaign_id, number) DO UPDATE SET used_at = excluded.used_at";
    /// Messages are removed when they are as old: what nobody has used since then, none of them needs.
    REMOVE_VERSIONS = "DELETE FROM proof_versions WHERE (campaign_id, number) IN (
                           SELECT p.campaign_id, p.number FROM proof_versions p WHERE p.used_at < $1 LIMIT $2)";
    JOBS = "SELECT DISTINCT execution_id FROM messages WHERE campaign_id = $1 AND lane = 3
            ORDER BY execution_id DESC LIMIT $2";
    FIND_JOB = "SELECT campaign_version, created_at, created_by FROM executions
                WHERE id = $1 AND sandbox = $2 AND campaign_id = $3";
    MESSAGES = "SELECT user_id, address, state, reason, detail, attempts, variant FROM messages
                WHERE execution_id = $1 AND lane = 3 ORDER BY id";
}

/// What proofs of this number say.
pub(crate) async fn find_version(
    store: &Store,
    campaign: &CampaignId,
    number: i64,
) -> Result<Option<CampaignDefinition>> {
    let text: Option<String> = read!(store, db => query_scalar(FIND_VERSION)
        .bind(campaign.as_str()).bind(number).fetch_optional(db).await)?;
    Ok(text.as_deref().map(serde_json::from_str).transpose()?)
}

/// The same number says the same for ever: what is there stays.
pub(crate) async fn put_version(
    tx: &mut Tx,
    campaign: &CampaignId,
    number: i64,
    definition: &CampaignDefinition,
    now: Timestamp,
) -> Result<()> {
    let definition = serde_json::to_string(definition)?;
    within!(tx, db => query(PUT_VERSION).bind(campaign.as_str()).bind(number).bind(definition).bind(now.as_millis())
        .execute(db).await.map(drop))?;
    Ok(())
}

/// Removes up to `limit` that no proof has used since `end`.
pub(crate) async fn remove_versions(tx: &mut Tx, end: Timestamp, limit: i64) -> Result<u64> {
    Ok(within!(tx, db => query(REMOVE_VERSIONS).bind(end.as_millis()).bind(limit).execute(db).await
        .map(|done| done.rows_affected()))?)
}

/// Ids of the last jobs of a campaign, newest first.
pub(crate) async fn jobs(store: &Store, campaign: &CampaignId, limit: i64) -> Result<Vec<ExecutionId>> {
    let ids: Vec<String> =
        read!(store, db => query_scalar(JOBS).bind(campaign.as_str()).bind(limit).fetch_all(db).await)?;
    ids.iter().map(|id| stored(id)).collect()
}

/// A job without its messages.
#[derive(sqlx::FromRow)]
pub(crate) struct JobRow {
    pub(crate) campaign_version: i64,
    pub(crate) created_at: i64,
    pub(crate) created_by: String,
}

pub(crate) async fn find_job(
    store: &Store,
    sandbox: &SandboxName,
    campaign: &CampaignId,
    id: &ExecutionId,
) -> Result<Option<JobRow>> {
    Ok(read!(store, db => query_as(FIND_JOB)
        .bind(id.as_str()).bind(sandbox.as_str()).bind(campaign.as_str()).fetch_optional(db).await)?)
}

/// A message of a job.
#[derive(sqlx::FromRow)]
pub(crate) struct ProofRow {
    pub(crate) user_id: String,
    pub(crate) address: String,
    pub(crate) state: String,
    pub(crate) reason: Option<String>,
    pub(crate) detail: Option<String>,
    pub(crate) attempts: i64,
    pub(crate) variant: Option<String>,
}

/// A hundred at most.
pub(crate) async fn messages(store: &Store, id: &ExecutionId) -> Result<Vec<ProofRow>> {
    Ok(read!(store, db => query_as(MESSAGES).bind(id.as_str()).fetch_all(db).await)?)
}
