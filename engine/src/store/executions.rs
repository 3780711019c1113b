//! Executions: one row per accepted call.

use std::collections::HashSet;

use domain::SandboxName;
use domain::Timestamp;
use domain::id::{CampaignId, ExecutionId};
use sqlx::{query, query_as, query_scalar};

use super::{Rows, Store, Tx, groups, read, stored, within};
use crate::Result;

super::statements! {
    /// The unique key decides a race of two equal calls.
    INSERT = "INSERT INTO executions
              (id, sandbox, campaign_id, campaign_version, request_id, body_hash, api_client_id, created_by, created_at)
              VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
              ON CONFLICT (sandbox, campaign_id, request_id) DO NOTHING";
    IS_THERE = "SELECT COUNT(*) FROM executions WHERE id = $1";
    FIND_BY_REQUEST = "SELECT id, body_hash, created_by, created_at FROM executions
                       WHERE sandbox = $1 AND campaign_id = $2 AND request_id = $3";
    CALLS_PER_HOUR = "SELECT (created_at - $3) / 3600000 AS hour, COUNT(*) AS calls FROM executions
                      WHERE campaign_id = $1 AND id >= $2 AND created_at >= $3
                      AND id NOT LIKE 'UMA-__________________________p' GROUP BY (created_at - $3) / 3600000";
}

/// A call that was found valid.
pub(crate) struct NewExecution {
    pub(crate) id: ExecutionId,
    pub(crate) sandbox: SandboxName,
    pub(crate) campaign_id: CampaignId,
    pub(crate) campaign_version: i64,
    pub(crate) request_id: String,
    pub(crate) body_hash: String,
    pub(crate) api_client_id: String,
    pub(crate) created_by: String,
    pub(crate) created_at: Timestamp,
}

/// An execution as a repeated call needs it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Earlier {
    pub(crate) id: ExecutionId,
    pub(crate) body_hash: String,
    pub(crate) created_by: String,
    pub(crate) created_at: Timestamp,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    body_hash: String,
    created_by: String,
    created_at: i64,
}

impl TryFrom<Row> for Earlier {
    type Error = crate::Error;

    fn try_from(row: Row) -> Result<Self> {
        Ok(Self {
            id: stored(&row.id)?,
            body_hash: row.body_hash,
            created_by: row.created_by,
            created_at: Timestamp::from_millis(row.created_at),
        })
    }
}

static INSERTS: Rows = Rows::new(INSERT);

/// Writes those whose `requestId` is new, and says which.
pub(crate) async fn insert(tx: &mut Tx, all: &[&NewExecution]) -> Result<HashSet<ExecutionId>> {
    let mut inserted = HashSet::with_capacity(all.len());
    for rows in groups(all) {
        let sql = INSERTS.text(tx, rows.len());
        let written = within!(tx, db => {
            let mut query = query(sql);
            for new in rows {
                query = query
                    .bind(new.id.as_str())
                    .bind(new.sandbox.as_str())
                    .bind(new.campaign_id.as_str())
                    .bind(new.campaign_version)
                    .bind(&new.request_id)
                    .bind(&new.body_hash)
                    .bind(&new.api_client_id)
                    .bind(&new.created_by)
                    .bind(new.created_at.as_millis());
            }
            query.execute(db).await.map(|done| done.rows_affected())
        })?;
        let all_are_new = written == rows.len() as u64;
        for new in rows {
            if all_are_new || is_there(tx, &new.id).await? {
                inserted.insert(new.id.clone());
            }
        }
    }
    Ok(inserted)
}

async fn is_there(tx: &mut Tx, id: &ExecutionId) -> Result<bool> {
    let found: i64 = within!(tx, db => query_scalar(IS_THERE).bind(id.as_str()).fetch_one(db).await)?;
    Ok(found > 0)
}

pub(crate) async fn find_by_request(
    store: &Store,
    sandbox: &SandboxName,
    campaign: &str,
    request_id: &str,
) -> Result<Option<Earlier>> {
    let row: Option<Row> = read!(store, db => query_as(FIND_BY_REQUEST)
        .bind(sandbox.as_str()).bind(campaign).bind(request_id).fetch_optional(db).await)?;
    row.map(TryInto::try_into).transpose()
}

pub(crate) async fn find_by_request_in(tx: &mut Tx, new: &NewExecution) -> Result<Option<Earlier>> {
    let row: Option<Row> = within!(tx, db => query_as(FIND_BY_REQUEST)
        .bind(new.sandbox.as_str()).bind(new.campaign_id.as_str()).bind(&new.request_id).fetch_optional(db).await)?;
    row.map(TryInto::try_into).transpose()
}

/// Calls of each hour since `start`, by number of the hour; hours without calls are left out.
pub(crate) async fn calls_per_hour(store: &Store, campaign: &CampaignId, start: Timestamp) -> Result<Vec<(i64, i64)>> {
    let first = ExecutionId::new(u64::try_from(start.as_millis()).unwrap_or(0), [0; 10]);
    Ok(read!(store, db => query_as(CALLS_PER_HOUR)
        .bind(campaign.as_str()).bind(first.as_str()).bind(start.as_millis()).fetch_all(db).await)?)
}
