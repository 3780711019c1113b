//! Executions: a call to run a campaign now, and what has become of it.

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderName, StatusCode};
use axum::response::{IntoResponse, Response};
use domain::execution::Execution;
use domain::id::ExecutionId;
use domain::message::{LogFilter, Message};
use domain::{Failure, Timestamp};
use engine::Engine;
use engine::intake::Accepted;
use serde::Serialize;

use super::Problem;
use super::call::Call;
use crate::auth::Caller;

/// Says that the answer is that of an earlier call with the same `requestId`.
const REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");
/// Messages of a page: the most, and without `limit`.
const PAGE_MAX: usize = 200;

/// The contract's `imExecutionResponse`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ExecutionAccepted {
    execution_id: ExecutionId,
    request_id: String,
    created_at: Timestamp,
    created_by: String,
    modified_at: Timestamp,
    modified_by: String,
}

/// `POST /im/executions/unitary`: 202 when execution and messages are on disk.
pub async fn trigger(State(engine): State<Engine>, Caller(caller): Caller, call: Call) -> Result<Response, Problem> {
    let (request_id, campaign_id) = (call.request.request_id.clone(), call.request.campaign_id.clone());
    let accepted = engine
        .trigger_unitary(&caller, call.request)
        .await
        .map_err(|error| Problem::from(error).about("requestId", &request_id).about("campaignId", &campaign_id))?;
    let Accepted { execution_id, request_id, created_at, created_by, replayed } = accepted;
    let body = ExecutionAccepted {
        execution_id,
        request_id,
        created_at,
        created_by: created_by.clone(),
        modified_at: created_at,
        modified_by: created_by,
    };
    let mut response = (StatusCode::ACCEPTED, Json(body)).into_response();
    if replayed {
        response.headers_mut().insert(REPLAYED, axum::http::HeaderValue::from_static("true"));
    }
    Ok(response)
}

/// `GET /im/executions/{executionId}`.
pub async fn find(
    State(engine): State<Engine>,
    Caller(caller): Caller,
    Path(id): Path<String>,
) -> Result<Json<Execution>, Problem> {
    Ok(Json(find_in_sandbox(&engine, &caller, &id).await?))
}

/// A page of messages, in the order of the call's recipients.
#[derive(Serialize)]
pub struct Messages {
    messages: Vec<Message>,
    next: Option<String>,
}

/// `GET /im/executions/{executionId}/messages`.
pub async fn messages(
    State(engine): State<Engine>,
    Caller(caller): Caller,
    Path(id): Path<String>,
    Query(parameters): Query<Vec<(String, String)>>,
) -> Result<Json<Messages>, Problem> {
    let limit = parameter(&parameters, "limit")?.map_or(Ok(PAGE_MAX), page_limit)?;
    let cursor = parameter(&parameters, "cursor")?;
    let execution = find_in_sandbox(&engine, &caller, &id).await?;
    let filter = LogFilter { execution_id: execution.id.to_string(), ..LogFilter::default() };
    let page = engine.list_messages(caller.sandbox(), &filter, cursor, limit).await?;
    Ok(Json(Messages { messages: page.rows, next: page.next }))
}

async fn find_in_sandbox(
    engine: &Engine,
    caller: &engine::api_clients::ApiCaller,
    id: &str,
) -> Result<Execution, Problem> {
    let id = id.parse().map_err(|_| Failure::not_found("execution"))?;
    Ok(engine.find_execution(caller.sandbox(), &id).await?)
}

/// The value of a parameter of the address, if it is there.
fn parameter<'a>(all: &'a [(String, String)], name: &str) -> Result<Option<&'a str>, Failure> {
    let mut values = all.iter().filter(|(known, _)| known == name).map(|(_, value)| value.as_str());
    match (values.next(), values.next()) {
        (value, None) => Ok(value),
        _ => Err(Failure::invalid(name, "bad_query", format!("Give the parameter {name} once."))),
    }
}

fn page_limit(text: &str) -> Result<usize, Failure> {
    let limit = text.parse().ok().filter(|limit| (1..=PAGE_MAX).contains(limit));
    limit.ok_or_else(|| Failure::invalid("limit", "out_of_range", format!("Give a number from 1 to {PAGE_MAX}.")))
}
