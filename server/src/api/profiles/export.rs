//! Everything that is kept of a person, as one JSON object of any length.

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse as _, Response};
use engine::Engine;

use crate::api::Problem;
use crate::api::query::Id;
use crate::auth::Caller;

/// `GET /profiles/{profileId}/export`.
pub async fn export(State(engine): State<Engine>, Caller(caller): Caller, Id(id): Id) -> Result<Response, Problem> {
    let id = super::id_of(&id)?;
    let mut response = Body::from_stream(engine.export_profile(caller.sandbox(), &id).await?).into_response();
    let name = format!("attachment; filename=\"{id}.json\"");
    for (header, value) in [(header::CONTENT_TYPE, "application/json"), (header::CONTENT_DISPOSITION, &name)] {
        response.headers_mut().extend(HeaderValue::from_str(value).ok().map(|value| (header, value)));
    }
    Ok(response)
}
