//! The door of the trigger calls: who calls, and may they call so much.

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use engine::limits::Allowance;

use super::Problem;
use crate::auth::Caller;
use crate::state::AppState;

const LIMIT: HeaderName = HeaderName::from_static("ratelimit-limit");
const REMAINING: HeaderName = HeaderName::from_static("ratelimit-remaining");
const RESET: HeaderName = HeaderName::from_static("ratelimit-reset");

/// Counts the call before its body is read; every answer to a known client tells what it has left.
pub async fn admit(
    State(state): State<AppState>,
    Caller(caller): Caller,
    mut request: Request,
    next: Next,
) -> Response {
    let admission = state.engine.admit(&caller).await;
    let mut response = match admission.refused {
        Some(failure) => Problem::from(failure).into_response(),
        None => {
            request.extensions_mut().insert(caller);
            next.run(request).await
        }
    };
    if let Some(allowance) = admission.allowance {
        tell(response.headers_mut(), allowance);
    }
    response
}

/// In the words of the IETF's draft before it put them into one header, since that is what clients read.
fn tell(headers: &mut HeaderMap, Allowance { limit, remaining, reset_seconds }: Allowance) {
    headers.insert(LIMIT, HeaderValue::from(limit));
    headers.insert(REMAINING, HeaderValue::from(remaining));
    headers.insert(RESET, HeaderValue::from(reset_seconds));
}
