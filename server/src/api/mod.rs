//! The execution API and the token endpoint. `docs/api.md` is its manual; [`docs`] describes it to machines.

pub mod audience_rules;
pub mod audiences;
mod body;
pub mod call;
pub mod campaigns;
pub mod consent;
pub mod docs;
pub mod executions;
pub mod inbound_messages;
pub mod library;
pub mod limits;
pub mod load;
mod measure;
pub mod messages;
mod problem;
pub mod profiles;
pub mod push_tokens;
mod query;
pub mod schedules;
pub mod simulations;
pub mod suppressions;
pub mod token;
pub mod token_limit;
pub mod trigger;

use std::any::Any;
use std::time::Duration;

use axum::Json;
use axum::extract::{OriginalUri, Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use domain::Failure;
use engine::Engine;
use serde_json::{Value, json};

use crate::auth::CallerOfAnySandbox;

pub use problem::Problem;

/// No answer takes longer; a call that was accepted late is answered again under its `requestId`.
const ANSWER_WITHIN: Duration = Duration::from_secs(30);

/// `GET /im/health`: the API answers and takes this caller's token.
pub async fn health(CallerOfAnySandbox(_): CallerOfAnySandbox) -> Json<Value> {
    Json(json!({ "status": "ok" }))
}

/// No such address.
pub async fn unknown_address(OriginalUri(uri): OriginalUri) -> Problem {
    let text = format!("There is nothing at {}.", uri.path());
    Problem::new(StatusCode::NOT_FOUND, "unknown_address", text)
}

/// The address exists, with another method.
pub async fn wrong_method() -> Problem {
    Problem::new(StatusCode::METHOD_NOT_ALLOWED, "wrong_method", "This address does not take this method.")
}

/// Ends what takes too long or waits for a storage that is known to be away, and marks every answer as nobody's to keep.
pub async fn answer_in_time(State(engine): State<Engine>, request: Request, next: Next) -> Response {
    let unavailable = |seconds| Problem::from(Failure::Unavailable { retry_after_seconds: seconds }).into_response();
    let mut response = tokio::select! {
        biased;
        response = next.run(request) => response,
        // Whoever repeats the call gets the answer of the first, should that have been written after all.
        () = engine.storage_away() => unavailable(2),
        () = tokio::time::sleep(ANSWER_WITHIN) => unavailable(5),
    };
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// A fault of ours that nobody expected.
pub fn after_panic(cause: Box<dyn Any + Send>) -> Response {
    let cause = cause.downcast_ref::<&str>().map(|text| (*text).to_owned());
    Problem::from(engine::Error::unexpected(cause.unwrap_or_else(|| "a panic".to_owned()))).into_response()
}
