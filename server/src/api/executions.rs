//! Executions: what has become of calls.

use axum::Json;
use axum::extract::State;
use domain::Failure;
use domain::execution::Execution;
use domain::id::ExecutionId;
use domain::message::{Cancelled, LogFilter};
use engine::Engine;
use schemars::JsonSchema;
use serde::Serialize;

use super::Problem;
use super::messages::Messages;
use super::query::{Id, PAGE_MAX, Parameters};
use crate::auth::Caller;

/// Executions of a page without `limit`.
const PAGE: usize = 50;

/// A page of executions, newest first.
#[derive(Serialize, JsonSchema)]
pub struct Executions {
    executions: Vec<Execution>,
    next: Option<String>,
}

/// `GET /im/executions`.
pub async fn list(
    State(engine): State<Engine>,
    Caller(caller): Caller,
    parameters: Parameters,
) -> Result<Json<Executions>, Problem> {
    let given = parameters.only(&["campaignId", "requestId", "status", "from", "to", "limit", "cursor"])?;
    let value = |name: &str| given.get(name).to_owned();
    let filter = LogFilter {
        campaign_id: value("campaignId"),
        request_id: value("requestId"),
        state: value("status"),
        from: value("from"),
        until: value("to"),
        ..LogFilter::default()
    };
    let page = engine.list_executions(caller.sandbox(), &filter, given.find("cursor"), given.limit(PAGE)?).await;
    let page = page.map_err(|error| Problem::from(error).renamed(&[("state", "status"), ("until", "to")]))?;
    Ok(Json(Executions { executions: page.rows, next: page.next }))
}

/// `GET /im/executions/{executionId}`.
pub async fn find(
    State(engine): State<Engine>,
    Caller(caller): Caller,
    Id(id): Id,
) -> Result<Json<Execution>, Problem> {
    Ok(Json(engine.find_execution(caller.sandbox(), &parse(&id)?).await?))
}

/// `GET /im/executions/{executionId}/messages`, in the order of the call's recipients.
pub async fn messages(
    State(engine): State<Engine>,
    Caller(caller): Caller,
    Id(id): Id,
    parameters: Parameters,
) -> Result<Json<Messages>, Problem> {
    let given = parameters.only(&["limit", "cursor"])?;
    let limit = given.limit(PAGE_MAX)?;
    let execution = engine.find_execution(caller.sandbox(), &parse(&id)?).await?;
    let filter = LogFilter { execution_id: execution.id.to_string(), ..LogFilter::default() };
    Ok(Json(engine.list_messages(caller.sandbox(), &filter, given.find("cursor"), limit).await?.into()))
}

/// `POST /im/executions/{executionId}/pause`: what waits of a run is held, and nobody else gets a message.
pub async fn pause(
    State(engine): State<Engine>,
    Caller(caller): Caller,
    Id(id): Id,
) -> Result<Json<Execution>, Problem> {
    Ok(Json(engine.pause_execution(caller.sandbox(), &parse(&id)?, caller.name()).await?))
}

/// `POST /im/executions/{executionId}/resume`.
pub async fn resume(
    State(engine): State<Engine>,
    Caller(caller): Caller,
    Id(id): Id,
) -> Result<Json<Execution>, Problem> {
    Ok(Json(engine.resume_execution(caller.sandbox(), &parse(&id)?).await?))
}

/// `POST /im/executions/{executionId}/cancel`: what waits is not sent.
pub async fn cancel(
    State(engine): State<Engine>,
    Caller(caller): Caller,
    Id(id): Id,
) -> Result<Json<Cancelled>, Problem> {
    Ok(Json(engine.cancel_execution(caller.sandbox(), &parse(&id)?, caller.name()).await?))
}

fn parse(id: &str) -> Result<ExecutionId, Failure> {
    id.parse().map_err(|_| Failure::not_found("execution"))
}
