//! Executions for an audience: a call to run a marketing campaign now or later, and how far it is.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use axum::response::Response;
use domain::eligibility::Exclusion;
use domain::execution::{AudienceRequest, Execution, ExecutionStatus};
use domain::id::{AudienceId, CampaignId, ExecutionId};
use domain::{Failure, Timestamp};
use engine::Engine;
use engine::runs::AudienceAccepted;
use schemars::JsonSchema;
use serde::Serialize;

use super::Problem;
use super::call::Call;
use super::query::{Id, Parameters};
use super::schedules::Scheduled;
use super::trigger::{self, About};
use crate::auth::Caller;

/// `POST /im/executions/audience`: 202 when the run, or its schedule, is on disk; with `?dryRun=true` 200 and what would
/// be.
pub async fn trigger(
    State(engine): State<Engine>,
    Caller(caller): Caller,
    parameters: Parameters,
    call: Call<AudienceRequest>,
) -> Result<Response, Problem> {
    let request = call.request;
    let about = About::these(request.request_id.as_deref().unwrap_or_default(), &request.campaign_id);
    if trigger::is_dry_run(parameters)? {
        return about.answer(engine.dry_run_audience(&caller, request).await.map(trigger::tried));
    }
    about.answer(engine.trigger_audience(&caller, request).await.map(|accepted| match accepted {
        AudienceAccepted::Execution(accepted) => trigger::accepted(accepted),
        AudienceAccepted::Schedule { schedule, replayed } => {
            trigger::with_202(Scheduled::of(*schedule, None), replayed)
        }
    }))
}

/// The contract's `executionStatusResponse`. What follows `created_at` is added.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct RunStatus {
    execution_id: ExecutionId,
    campaign_id: CampaignId,
    audience_id: AudienceId,
    status: ExecutionStatus,
    targeted_profile_count: i64,
    /// There will be no more of them: known from the start for a list, at the end for a rule.
    targeted_is_final: bool,
    created_at: Timestamp,
    request_id: String,
    campaign_version: i64,
    /// Members of the list when the call was accepted, or those whom a rule found so far; the sum of those that follow.
    targeted: i64,
    /// Handed over, or captured.
    sent: i64,
    failed: i64,
    /// Decided not to be sent to, or left out because the run ended before their turn.
    excluded: i64,
    /// How many of these for which reason.
    excluded_by_reason: BTreeMap<String, i64>,
    /// Taken back before they were sent.
    cancelled: i64,
    /// Queued or being sent, or not even a message yet.
    waiting: i64,
}

impl RunStatus {
    /// `None` for an execution that is not for an audience.
    pub fn of(execution: Execution) -> Option<Self> {
        let run = execution.run?;
        let mut excluded_by_reason = execution.messages.excluded_by_reason;
        if run.left_out() > 0 {
            let reason = run.reason.clone().unwrap_or_else(|| Exclusion::CampaignStopped.to_string());
            *excluded_by_reason.entry(reason).or_default() += run.left_out();
        }
        Some(Self {
            targeted_profile_count: run.targeted,
            targeted_is_final: run.targeted_is_final,
            targeted: run.targeted,
            sent: execution.messages.handed_over,
            failed: execution.messages.failed,
            excluded: execution.messages.excluded + run.left_out(),
            excluded_by_reason,
            cancelled: execution.messages.cancelled,
            waiting: execution.messages.waiting + run.to_come(),
            audience_id: run.audience_id,
            execution_id: execution.id,
            campaign_id: execution.campaign_id,
            status: execution.status,
            created_at: execution.created_at,
            request_id: execution.request_id,
            campaign_version: execution.campaign_version,
        })
    }
}

/// `GET /im/executions/audience/{executionId}`.
pub async fn find(
    State(engine): State<Engine>,
    Caller(caller): Caller,
    Id(id): Id,
) -> Result<Json<RunStatus>, Problem> {
    let unknown = || Failure::not_found("execution");
    let id: ExecutionId = id.parse().map_err(|_| unknown())?;
    let execution = engine.find_execution(caller.sandbox(), &id).await?;
    Ok(Json(RunStatus::of(execution).ok_or_else(unknown)?))
}
