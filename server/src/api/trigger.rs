//! The trigger calls: run a campaign now, for the recipients that the call names.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use domain::dry_run::DryRun;
use domain::execution::{AcceptedRecipient, ExecutionRequest};
use domain::id::{ExecutionId, ExecutionKind};
use domain::{Failure, Timestamp};
use engine::Engine;
use engine::api_clients::ApiCaller;
use engine::intake::Accepted;
use schemars::JsonSchema;
use serde::Serialize;

use super::Problem;
use super::call::Call;
use super::query::Parameters;
use crate::auth::Caller;

/// Says that the answer is that of an earlier call with the same `requestId`.
const REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");

/// The contract's `imExecutionResponse`; `recipients` is added.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ExecutionAccepted {
    execution_id: ExecutionId,
    request_id: String,
    created_at: Timestamp,
    created_by: String,
    modified_at: Timestamp,
    modified_by: String,
    recipients: Vec<AcceptedRecipient>,
}

/// `POST /im/executions/unitary`: 202 when execution and messages are on disk; with `?dryRun=true` 200 and what would be.
pub async fn unitary(
    State(engine): State<Engine>,
    Caller(caller): Caller,
    parameters: Parameters,
    call: Call<ExecutionRequest>,
) -> Result<Response, Problem> {
    trigger(&engine, &caller, ExecutionKind::Unitary, parameters, call.request).await
}

/// `POST /im/executions/highthroughput`: the same for high-throughput campaigns.
pub async fn high_throughput(
    State(engine): State<Engine>,
    Caller(caller): Caller,
    parameters: Parameters,
    call: Call<ExecutionRequest>,
) -> Result<Response, Problem> {
    trigger(&engine, &caller, ExecutionKind::HighThroughput, parameters, call.request).await
}

async fn trigger(
    engine: &Engine,
    caller: &ApiCaller,
    door: ExecutionKind,
    parameters: Parameters,
    request: ExecutionRequest,
) -> Result<Response, Problem> {
    let about = About::of(&request);
    if is_dry_run(parameters)? {
        return about.answer(engine.dry_run(caller, door, request).await.map(tried));
    }
    let triggered = match door {
        ExecutionKind::HighThroughput => engine.trigger_high_throughput(caller, request).await,
        ExecutionKind::Unitary | ExecutionKind::Audience | ExecutionKind::Proof => {
            engine.trigger_unitary(caller, request).await
        }
    };
    about.answer(triggered.map(accepted))
}

pub(super) fn is_dry_run(parameters: Parameters) -> Result<bool, Failure> {
    match parameters.only(&["dryRun"])?.find("dryRun") {
        Some("true") => Ok(true),
        None | Some("false") => Ok(false),
        // Also an empty one: who meant it would have sent to people.
        Some(_) => Err(Failure::invalid("dryRun", "bad_query", "Give true or false.")),
    }
}

/// Which call an answer is about.
pub(super) struct About {
    request_id: String,
    campaign_id: String,
}

impl About {
    fn of(request: &ExecutionRequest) -> Self {
        Self::these(&request.request_id, &request.campaign_id)
    }

    pub(super) fn these(request_id: &str, campaign_id: &str) -> Self {
        Self { request_id: request_id.to_owned(), campaign_id: campaign_id.to_owned() }
    }

    pub(super) fn answer(&self, result: engine::Result<Response>) -> Result<Response, Problem> {
        result.map_err(|error| {
            Problem::from(error).about("requestId", &self.request_id).about("campaignId", &self.campaign_id)
        })
    }
}

pub(super) fn tried(dry_run: DryRun) -> Response {
    Json(dry_run).into_response()
}

/// 202 with the contract's body.
pub(super) fn accepted(accepted: Accepted) -> Response {
    let Accepted { execution_id, request_id, created_at, created_by, recipients, replayed } = accepted;
    let body = ExecutionAccepted {
        execution_id,
        request_id,
        created_at,
        created_by: created_by.clone(),
        modified_at: created_at,
        modified_by: created_by,
        recipients,
    };
    with_202(body, replayed)
}

/// 202, and whether it was said before.
pub(super) fn with_202(body: impl Serialize, replayed: bool) -> Response {
    let mut response = (StatusCode::ACCEPTED, Json(body)).into_response();
    if replayed {
        response.headers_mut().insert(REPLAYED, HeaderValue::from_static("true"));
    }
    response
}
