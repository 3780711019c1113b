//! Schedules: runs whose time is still to come.

use axum::Json;
use axum::extract::State;
use domain::execution::{Schedule, ScheduleState};
use domain::id::{AudienceId, CampaignId, ScheduleId};
use domain::{Failure, Timestamp};
use engine::Engine;
use engine::api_clients::ApiCaller;
use schemars::JsonSchema;
use serde::Serialize;

use super::Problem;
use super::audiences::RunStatus;
use super::query::Id;
use crate::auth::Caller;

/// The contract's `ScheduledExecutionResponse`. What follows `execution_details` is added.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Scheduled {
    schedule_id: ScheduleId,
    #[serde(skip_serializing_if = "Option::is_none")]
    audience: Option<Audience>,
    campaign_id: CampaignId,
    execute_at: Timestamp,
    schedule_status: ScheduleStatus,
    #[serde(skip_serializing_if = "Option::is_none")]
    execution_details: Option<RunStatus>,
    request_id: String,
    /// `scheduled`, `triggered` or `expired`.
    state: ScheduleState,
    /// Why it expired.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<String>,
    created_at: Timestamp,
    created_by: String,
}

/// The contract has these two words only.
#[derive(Serialize, JsonSchema)]
enum ScheduleStatus {
    /// Its time is still to come.
    Scheduled,
    /// Its time has come.
    Triggered,
}

impl ScheduleStatus {
    fn of(state: ScheduleState) -> Self {
        if state == ScheduleState::Scheduled { Self::Scheduled } else { Self::Triggered }
    }
}

/// The audience that the call named.
#[derive(Serialize, JsonSchema)]
struct Audience {
    id: AudienceId,
}

impl Scheduled {
    /// With the execution that came of it, if one did.
    pub fn of(schedule: Schedule, execution_details: Option<RunStatus>) -> Self {
        Self {
            schedule_id: schedule.id,
            audience: schedule.audience_id.map(|id| Audience { id }),
            campaign_id: schedule.campaign_id,
            execute_at: schedule.execute_at,
            schedule_status: ScheduleStatus::of(schedule.state),
            execution_details,
            request_id: schedule.request_id,
            state: schedule.state,
            reason: schedule.reason,
            detail: schedule.detail,
            created_at: schedule.created_at,
            created_by: schedule.created_by,
        }
    }
}

/// `GET /im/executions/schedules/{scheduleId}`. One that was cancelled is gone.
pub async fn find(
    State(engine): State<Engine>,
    Caller(caller): Caller,
    Id(id): Id,
) -> Result<Json<Scheduled>, Problem> {
    let schedule = engine.find_schedule(caller.sandbox(), &parsed(&id)?).await?;
    if schedule.state == ScheduleState::Cancelled {
        return Err(Failure::not_found("schedule").into());
    }
    let details = execution_of(&engine, &caller, &schedule).await?;
    Ok(Json(Scheduled::of(schedule, details)))
}

/// Nothing is to be said: the contract answers an empty object.
#[derive(Serialize, JsonSchema)]
pub struct Deleted {}

/// `DELETE /im/executions/schedules/{scheduleId}`: before its time.
pub async fn delete(
    State(engine): State<Engine>,
    Caller(caller): Caller,
    Id(id): Id,
) -> Result<Json<Deleted>, Problem> {
    engine.cancel_schedule(caller.sandbox(), &parsed(&id)?, caller.name()).await?;
    Ok(Json(Deleted {}))
}

fn parsed(id: &str) -> Result<ScheduleId, Failure> {
    id.parse().map_err(|_| Failure::not_found("schedule"))
}

async fn execution_of(engine: &Engine, caller: &ApiCaller, schedule: &Schedule) -> Result<Option<RunStatus>, Problem> {
    let Some(id) = &schedule.execution_id else { return Ok(None) };
    Ok(RunStatus::of(engine.find_execution(caller.sandbox(), id).await?))
}
