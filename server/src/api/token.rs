//! `POST /ims/token/v3`: client credentials become an access token (RFC 6749 §4.4).

use app::console::caller_address;
use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::extract::rejection::BytesRejection;
use axum::http::{Extensions, HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use domain::Failure;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::state::AppState;

/// The form. `scope` is taken and means nothing: a client may do everything in its sandbox.
#[derive(Deserialize)]
struct Form {
    #[serde(default)]
    client_id: String,
    #[serde(default)]
    client_secret: String,
    #[serde(default)]
    grant_type: String,
}

/// An error in OAuth's shape (RFC 6749 §5.2).
pub struct Refusal {
    status: StatusCode,
    error: &'static str,
    description: String,
    retry_after_seconds: Option<u64>,
}

impl Refusal {
    fn new(error: &'static str, description: impl Into<String>) -> Self {
        Self { status: StatusCode::BAD_REQUEST, error, description: description.into(), retry_after_seconds: None }
    }
}

/// Issues a token.
pub async fn issue(
    State(state): State<AppState>,
    headers: HeaderMap,
    extensions: Extensions,
    body: Result<Bytes, BytesRejection>,
) -> Result<Json<Value>, Refusal> {
    let address = caller_address(state.settings.trust_proxy_headers, &headers, &extensions);
    let form = read(&headers, body)?;
    if let Some(address) = address {
        state.token_limit.check(address, &form.client_id)?;
    }
    match state.engine.issue_token(&form.client_id, &form.client_secret).await {
        Ok(issued) => Ok(Json(json!({
            "access_token": issued.token,
            "token_type": "bearer",
            "expires_in": issued.expires_in_seconds,
        }))),
        Err(error) => {
            let failure = error.into_failure();
            if let (Some(address), Failure::Unauthenticated { .. }) = (address, &failure) {
                state.token_limit.note_failure(address, &form.client_id);
            }
            Err(failure.into())
        }
    }
}

fn read(headers: &HeaderMap, body: Result<Bytes, BytesRejection>) -> Result<Form, Refusal> {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    if !kind.trim_start().to_ascii_lowercase().starts_with("application/x-www-form-urlencoded") {
        return Err(Refusal::new("invalid_request", "Send the parameters as application/x-www-form-urlencoded."));
    }
    let body = body.map_err(|_| Refusal::new("invalid_request", "The body is too large or incomplete."))?;
    let form: Form = serde_urlencoded::from_bytes(&body)
        .map_err(|_| Refusal::new("invalid_request", "The body is not a form, or a parameter stands twice."))?;
    for (name, value) in
        [("grant_type", &form.grant_type), ("client_id", &form.client_id), ("client_secret", &form.client_secret)]
    {
        if value.is_empty() {
            return Err(Refusal::new("invalid_request", format!("The parameter {name} is missing.")));
        }
    }
    if form.grant_type != "client_credentials" {
        return Err(Refusal::new("unsupported_grant_type", "Use grant_type=client_credentials."));
    }
    Ok(form)
}

impl From<Failure> for Refusal {
    fn from(failure: Failure) -> Self {
        let error = match failure {
            Failure::Unauthenticated { .. } => "invalid_client",
            Failure::TooMany { .. } | Failure::Unavailable { .. } => "temporarily_unavailable",
            _ => "server_error",
        };
        let retry_after_seconds = match failure {
            Failure::TooMany { retry_after_seconds } | Failure::Unavailable { retry_after_seconds } => {
                Some(retry_after_seconds)
            }
            _ => None,
        };
        let status = StatusCode::from_u16(failure.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        Self { status, error, description: failure.to_string(), retry_after_seconds }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let body = json!({ "error": self.error, "error_description": self.description });
        let mut response = (self.status, Json(body)).into_response();
        if let Some(seconds) = self.retry_after_seconds {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}
