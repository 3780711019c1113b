//! What providers tell: delivery receipts, bounces, complaints, answers of people. Each provider proves who it is by its own
//! signature, see `engine::providers`.

use axum::body::Bytes;
use axum::extract::{FromRequest as _, OriginalUri, Path, Request, State};
use axum::http::StatusCode;
use domain::Failure;
use domain::id::ChannelConfigurationId;
use engine::Engine;
use engine::providers::{Callback, Refusal};
use tokio::sync::Semaphore;

use crate::api::Problem;
use crate::state::AppState;

/// Providers collect what they tell, some up to 1,000 events.
pub const BODY_MAX_BYTES: usize = 1024 * 1024;

/// Callbacks that are worked on at once.
static TURNS: Semaphore = Semaphore::const_new(16);

/// `POST /callbacks/{configurationId}`. 403: not from the provider, or too old; 400: cannot be read; 503: come again.
pub async fn hear(
    State(engine): State<Engine>,
    State(state): State<AppState>,
    Path(configuration): Path<String>,
    OriginalUri(uri): OriginalUri,
    request: Request,
) -> Result<StatusCode, Problem> {
    // Bodies are read before anybody is known: a few at a time, so that strangers cannot take all memory.
    let Ok(_turn) = TURNS.try_acquire() else {
        return Err(Failure::Unavailable { retry_after_seconds: 1 }.into());
    };
    let (method, headers) = (request.method().clone(), request.headers().clone());
    let body = Bytes::from_request(request, &state).await.map_err(|refused| {
        Problem::new(refused.status(), "callback_unreadable", "The body is too large, or ended too soon.")
    })?;
    let id: ChannelConfigurationId = configuration.parse().map_err(|_| Failure::not_found("channel configuration"))?;
    // Providers sign the address that they called: the one that we gave them, whatever a proxy made of it.
    let address = uri.path_and_query().map_or("", |it| it.as_str());
    let url = format!("{}{address}", state.settings.public_url);
    let callback =
        Callback { method: &method, url: &url, headers: &headers, body: &body, now: engine.now(), certificate: None };
    match engine.hear(&id, callback).await? {
        Ok(()) => Ok(StatusCode::OK),
        Err(Refusal::Forged) => {
            Err(Problem::new(StatusCode::FORBIDDEN, "callback_forged", "The signature is not that of the provider."))
        }
        Err(Refusal::Stale) => Err(Problem::new(StatusCode::FORBIDDEN, "callback_stale", "This is too old.")),
        Err(Refusal::Later) => Err(Failure::Unavailable { retry_after_seconds: 30 }.into()),
        Err(Refusal::Malformed(text)) => Err(Problem::new(StatusCode::BAD_REQUEST, "callback_malformed", text)),
    }
}
