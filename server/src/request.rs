//! What every request has: an id, which is in the answer and in the log.

use std::time::Instant;

use axum::extract::Request;
use axum::http::{HeaderName, HeaderValue, header};
use axum::middleware::Next;
use axum::response::Response;
use tracing::Instrument as _;

/// The header of the request's id, as in the contract.
pub const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// Longest id that is taken over from a caller.
const REQUEST_ID_MAX: usize = 128;

/// Gives the request an id, or keeps that of the gateway in front, and logs it when it is answered.
pub async fn identify(mut request: Request, next: Next) -> Response {
    let id = request.headers().get(&REQUEST_ID).filter(|id| is_usable(id)).cloned().unwrap_or_else(new_id);
    request.headers_mut().insert(REQUEST_ID, id.clone());
    let (method, path) = (request.method().clone(), request.uri().path().to_owned());
    let span = tracing::info_span!("request", id = id.to_str().unwrap_or_default());
    let start = Instant::now();
    let mut response = next.run(request).instrument(span.clone()).await;
    let milliseconds = start.elapsed().as_millis();
    span.in_scope(|| tracing::debug!(%method, path, status = response.status().as_u16(), milliseconds, "answered"));
    response.headers_mut().insert(REQUEST_ID, id);
    // Nobody may guess at types, whatever the answer is.
    response.headers_mut().insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}

fn is_usable(id: &HeaderValue) -> bool {
    let id = id.as_bytes();
    !id.is_empty() && id.len() <= REQUEST_ID_MAX && id.iter().all(u8::is_ascii_graphic)
}

fn new_id() -> HeaderValue {
    HeaderValue::from_str(&engine::ids::reference()).expect("letters and digits make a header")
}
