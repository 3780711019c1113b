//! Schedules: calls that are to run later.

use domain::execution::{Schedule, ScheduleState};
use domain::id::{CampaignId, ExecutionId, ScheduleId};
use domain::{SandboxName, Timestamp};
use sqlx::{query, query_as};

use super::{Store, Tx, read, stored, within};
use crate::Result;

macro_rules! schedule {
    ($rest:literal) => {
        concat!(
            "SELECT s.id, s.request_id, s.campaign_id, c.name AS campaign_name, s.audience_id, a.name AS audience_name,
             s.execute_at, s.state, s.reason, s.detail, s.execution_id, s.created_at, s.created_by, s.changed_at,
             s.changed_by, s.sandbox, s.body_hash, s.context, s.api_client_id
             FROM schedules s JOIN campaigns c ON c.id = s.campaign_id LEFT JOIN audiences a ON a.id = s.audience_id ",
            $rest
        )
    };
}

super::statements! {
    INSERT = "INSERT INTO schedules
              (id, sandbox, campaign_id, audience_id, request_id, body_hash, context, execute_at, state, api_client_id,
               created_at, created_by, changed_at, changed_by)
              VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'scheduled', $9, $10, $11, $10, $11)
              ON CONFLICT (sandbox, campaign_id, request_id) DO NOTHING";
    FIND = schedule!("WHERE s.sandbox = $1 AND s.id = $2");
    FIND_BY_REQUEST = schedule!("WHERE s.sandbox = $1 AND s.campaign_id = $2 AND s.request_id = $3");
    DUE = schedule!("WHERE s.state = 'scheduled' AND s.execute_at <= $1 ORDER BY s.execute_at LIMIT 50");
    WAITING = schedule!("WHERE s.sandbox = $1 AND s.state = 'scheduled' ORDER BY s.execute_at LIMIT $2");
    NOT_RUN = schedule!("WHERE s.sandbox = $1 AND s.state IN ('expired', 'cancelled') ORDER BY s.execute_at DESC LIMIT $2");
    LEAVE = "UPDATE schedules SET state = $2, reason = $3, detail = $4, execution_id = $5, changed_at = $6, changed_by = $7
             WHERE id = $1 AND state = 'scheduled'";
}

/// A call that was found valid.
pub(crate) struct NewSchedule<'a> {
    pub(crate) id: ScheduleId,
    pub(crate) sandbox: &'a SandboxName,
    pub(crate) campaign_id: &'a CampaignId,
    pub(crate) audience_id: Option<&'a str>,
    pub(crate) request_id: &'a str,
    pub(crate) body_hash: &'a str,
    /// JSON.
    pub(crate) context: &'a str,
    pub(crate) execute_at: Timestamp,
    pub(crate) api_client_id: &'a str,
    pub(crate) created_at: Timestamp,
    pub(crate) created_by: &'a str,
}

/// Does nothing when there is one of this `requestId`.
pub(crate) async fn insert(tx: &mut Tx, new: &NewSchedule<'_>) -> Result<()> {
    within!(tx, db => query(INSERT)
        .bind(new.id.as_str())
        .bind(new.sandbox.as_str())
        .bind(new.campaign_id.as_str())
        .bind(new.audience_id)
        .bind(new.request_id)
        .bind(new.body_hash)
        .bind(new.context)
        .bind(new.execute_at.as_millis())
        .bind(new.api_client_id)
        .bind(new.created_at.as_millis())
        .bind(new.created_by)
        .execute(db)
        .await
        .map(drop))?;
    Ok(())
}

/// A schedule with what its execution needs.
#[derive(Debug, Clone)]
pub(crate) struct StoredSchedule {
    pub(crate) schedule: Schedule,
    pub(crate) sandbox: SandboxName,
    pub(crate) body_hash: String,
    /// JSON.
    pub(crate) context: String,
    pub(crate) api_client_id: String,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    request_id: String,
    campaign_id: String,
    campaign_name: String,
    audience_id: Option<String>,
    audience_name: Option<String>,
    execute_at: i64,
    state: String,
    reason: Option<String>,
    detail: Option<String>,
    execution_id: Option<String>,
    created_at: i64,
    created_by: String,
    changed_at: i64,
    changed_by: String,
    sandbox: String,
    body_hash: String,
    context: String,
    api_client_id: String,
}

impl TryFrom<Row> for StoredSchedule {
    type Error = crate::Error;

    fn try_from(row: Row) -> Result<Self> {
        let schedule = Schedule {
            id: stored(&row.id)?,
            request_id: row.request_id,
            campaign_id: stored(&row.campaign_id)?,
            campaign_name: row.campaign_name,
            audience_id: row.audience_id.as_deref().map(stored).transpose()?,
            audience_name: row.audience_name,
            execute_at: Timestamp::from_millis(row.execute_at),
            state: stored(&row.state)?,
            reason: row.reason,
            detail: row.detail,
            execution_id: row.execution_id.as_deref().map(stored).transpose()?,
            created_at: Timestamp::from_millis(row.created_at),
            created_by: row.created_by,
            changed_at: Timestamp::from_millis(row.changed_at),
            changed_by: row.changed_by,
        };
        Ok(Self {
            schedule,
            sandbox: stored(&row.sandbox)?,
            body_hash: row.body_hash,
            context: row.context,
            api_client_id: row.api_client_id,
        })
    }
}

pub(crate) async fn find(store: &Store, sandbox: &SandboxName, id: &ScheduleId) -> Result<Option<StoredSchedule>> {
    let row: Option<Row> =
        read!(store, db => query_as(FIND).bind(sandbox.as_str()).bind(id.as_str()).fetch_optional(db).await)?;
    row.map(TryInto::try_into).transpose()
}

pub(crate) async fn find_by_request(
    store: &Store,
    sandbox: &SandboxName,
    campaign: &str,
    request_id: &str,
) -> Result<Option<StoredSchedule>> {
    let row: Option<Row> = read!(store, db => query_as(FIND_BY_REQUEST)
        .bind(sandbox.as_str()).bind(campaign).bind(request_id).fetch_optional(db).await)?;
    row.map(TryInto::try_into).transpose()
}

/// Whose time has come, the earliest first, 50 at most.
pub(crate) async fn due(store: &Store, now: Timestamp) -> Result<Vec<StoredSchedule>> {
    let rows: Vec<Row> = read!(store, db => query_as(DUE).bind(now.as_millis()).fetch_all(db).await)?;
    rows.into_iter().map(TryInto::try_into).collect()
}

/// Those that wait, the next one first.
pub(crate) async fn waiting(store: &Store, sandbox: &SandboxName, limit: i64) -> Result<Vec<StoredSchedule>> {
    let rows: Vec<Row> = read!(store, db => query_as(WAITING).bind(sandbox.as_str()).bind(limit).fetch_all(db).await)?;
    rows.into_iter().map(TryInto::try_into).collect()
}

/// Those that never ran, the last one first.
pub(crate) async fn not_run(store: &Store, sandbox: &SandboxName, limit: i64) -> Result<Vec<StoredSchedule>> {
    let rows: Vec<Row> = read!(store, db => query_as(NOT_RUN).bind(sandbox.as_str()).bind(limit).fetch_all(db).await)?;
    rows.into_iter().map(TryInto::try_into).collect()
}

/// Where a schedule goes that no longer waits.
pub(crate) struct Left<'a> {
    pub(crate) state: ScheduleState,
    pub(crate) reason: Option<&'a str>,
    pub(crate) detail: Option<&'a str>,
    pub(crate) execution_id: Option<&'a ExecutionId>,
    pub(crate) at: Timestamp,
    pub(crate) by: &'a str,
}

/// Ends the waiting; `false` when it is over already.
pub(crate) async fn leave(tx: &mut Tx, id: &ScheduleId, left: &Left<'_>) -> Result<bool> {
    let done = within!(tx, db => query(LEAVE)
        .bind(id.as_str())
        .bind(left.state.as_str())
        .bind(left.reason)
        .bind(left.detail)
        .bind(left.execution_id.map(ExecutionId::as_str))
        .bind(left.at.as_millis())
        .bind(left.by)
        .execute(db)
        .await
        .map(|done| done.rows_affected()))?;
    Ok(done > 0)
}
