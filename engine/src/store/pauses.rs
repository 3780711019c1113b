//! Paused campaigns, the messages that they hold, and the failures in a row that pause them.

use std::collections::{HashMap, HashSet};

use domain::campaign::{CampaignPause, CampaignStatus};
use domain::id::CampaignId;
use domain::{SandboxName, Timestamp};
use sqlx::{query, query_as, query_scalar};

use super::campaigns::Change;
use super::{Store, Tx, cap_places, read, stored, within};
use crate::Result;

super::statements! {
    PAUSE = "UPDATE campaigns SET status = 'paused', pause = $2, modified_at = $3, modified_by = $4
             WHERE id = $1 AND status IN ('live', 'scheduled')";
    RESUME = "UPDATE campaigns SET status = $2, pause = NULL, modified_at = $3, modified_by = $4
              WHERE id = $1 AND status = 'paused'";
    /// Those that were stopped while they were paused, too.
    LIST_HOLDING = "SELECT id, status FROM campaigns WHERE pause IS NOT NULL";
    COUNT = "INSERT INTO campaign_failures (campaign_id, in_a_row) VALUES ($1, $2)
             ON CONFLICT (campaign_id) DO UPDATE SET in_a_row = campaign_failures.in_a_row + excluded.in_a_row
             RETURNING in_a_row";
    FORGET = "DELETE FROM campaign_failures WHERE campaign_id = $1";
    LIST_FAILING = "SELECT campaign_id FROM campaign_failures";
    /// Steps from one campaign that holds messages to the next, however many they are.
    LIST_HELD = "WITH RECURSIVE held (id) AS (
                     SELECT MIN(campaign_id) FROM messages WHERE state = 'queued' AND due_at IS NULL
                     UNION ALL
                     SELECT (SELECT MIN(m.campaign_id) FROM messages m
                             WHERE m.state = 'queued' AND m.due_at IS NULL AND m.campaign_id > held.id)
                     FROM held WHERE held.id IS NOT NULL)
                 SELECT held.id, c.sandbox, c.status, CASE WHEN c.pause IS NULL THEN 0 ELSE 1 END
                 FROM held JOIN campaigns c ON c.id = held.id WHERE c.status <> 'paused'";
    RELEASE = "UPDATE messages SET due_at = $2, updated_at = $2
               WHERE id IN (SELECT id FROM messages WHERE state = 'queued' AND due_at IS NULL AND campaign_id = $1 LIMIT 500)
               RETURNING id";
    EXCLUDE = "UPDATE messages SET state = 'excluded', reason = 'campaign_stopped', detail = NULL, updated_at = $2
               WHERE id IN (SELECT id FROM messages WHERE state = 'queued' AND due_at IS NULL AND campaign_id = $1 LIMIT 500)
               RETURNING id";
}

/// `false` when it is not active any more.
pub(crate) async fn pause(tx: &mut Tx, id: &CampaignId, pause: &CampaignPause) -> Result<bool> {
    let json = serde_json::to_string(pause)?;
    let done = within!(tx, db => query(PAUSE)
        .bind(id.as_str())
        .bind(json)
        .bind(pause.at.as_millis())
        .bind(&pause.by)
        .execute(db)
        .await
        .map(|done| done.rows_affected()))?;
    Ok(done > 0)
}

/// `false` when it is not paused any more.
pub(crate) async fn resume(tx: &mut Tx, id: &CampaignId, status: CampaignStatus, change: Change<'_>) -> Result<bool> {
    let done = within!(tx, db => query(RESUME)
        .bind(id.as_str())
        .bind(status.as_str())
        .bind(change.now.as_millis())
        .bind(change.by)
        .execute(db)
        .await
        .map(|done| done.rows_affected()))?;
    forget_failures(tx, id).await?;
    Ok(done > 0)
}

/// Campaigns whose messages are not sent, with their status: `paused`, or stopped from there.
pub(crate) async fn list_holding(store: &Store) -> Result<HashMap<CampaignId, CampaignStatus>> {
    let rows: Vec<(String, String)> = read!(store, db => query_as(LIST_HOLDING).fetch_all(db).await)?;
    rows.iter().map(|(id, status)| Ok((stored(id)?, stored(status)?))).collect()
}

/// Adds failures in a row; how many are there now?
pub(crate) async fn count_failures(tx: &mut Tx, id: &CampaignId, more: i64) -> Result<i64> {
    Ok(within!(tx, db => query_scalar(COUNT).bind(id.as_str()).bind(more).fetch_one(db).await)?)
}

/// A message went.
pub(crate) async fn forget_failures(tx: &mut Tx, id: &CampaignId) -> Result<()> {
    within!(tx, db => query(FORGET).bind(id.as_str()).execute(db).await.map(drop))?;
    Ok(())
}

/// Campaigns whose last message failed.
pub(crate) async fn list_failing(store: &Store) -> Result<HashSet<CampaignId>> {
    let ids: Vec<String> = read!(store, db => query_scalar(LIST_FAILING).fetch_all(db).await)?;
    ids.iter().map(|id| stored(id)).collect()
}

/// A campaign that is not paused any more and still holds messages.
pub(crate) struct Held {
    pub(crate) campaign_id: CampaignId,
    pub(crate) sandbox: SandboxName,
    /// It was stopped while it was paused: they are never sent.
    pub(crate) for_good: bool,
}

pub(crate) async fn list_held(store: &Store) -> Result<Vec<Held>> {
    let rows: Vec<(String, String, String, i32)> = read!(store, db => query_as(LIST_HELD).fetch_all(db).await)?;
    rows.iter()
        .map(|(id, sandbox, status, paused)| {
            let stopped = stored::<CampaignStatus>(status)? == CampaignStatus::Stopped;
            Ok(Held { campaign_id: stored(id)?, sandbox: stored(sandbox)?, for_good: stopped && *paused == 1 })
        })
        .collect()
}

/// Lets some of the messages go, or never; how many were there?
pub(crate) async fn let_go(tx: &mut Tx, held: &Held, now: Timestamp) -> Result<u64> {
    let text = if held.for_good { EXCLUDE } else { RELEASE };
    let ids: Vec<String> = within!(tx, db => query_scalar(text)
        .bind(held.campaign_id.as_str())
        .bind(now.as_millis())
        .fetch_all(db)
        .await)?;
    if held.for_good {
        cap_places::give_back(tx, &ids.iter().map(String::as_str).collect::<Vec<_>>()).await?;
    }
    Ok(ids.len() as u64)
}
