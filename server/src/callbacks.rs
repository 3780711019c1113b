//! What providers tell: delivery receipts, bounces, complaints, answers of people. Each provider proves who it is by its own
//! signature, see `engine::providers`.

use std::time::Duration;

use axum::body::Bytes;
use axum::extract::{FromRequest as _, OriginalUri, Path, Request, State};
use axum::http::StatusCode;
use domain::Failure;
use domain::id::ChannelConfigurationId;
use engine::providers::{Callback, Refusal};
use tokio::sync::Semaphore;
use tokio::time::timeout;

use crate::api::Problem;
use crate::state::AppState;

/// Providers collect what they tell, some up to 1,000 events.
pub const BODY_MAX_BYTES: usize = 1024 * 1024;

/// Callbacks that are read at once.
static READERS: Semaphore = Semaphore::const_new(64);
/// How long a body may take.
const BODY_WITHIN: Duration = Duration::from_secs(5);

/// `POST /callbacks/{configurationId}`. 403: not from the provider, or too old; 400: cannot be read; 503: come again.
pub async fn hear(
    State(state): State<AppState>,
    Path(configuration): Path<String>,
    OriginalUri(uri): OriginalUri,
    request: Request,
) -> Result<StatusCode, Problem> {
    let engine = &state.engine;
    let id: ChannelConfigurationId = configuration.parse().map_err(|_| Failure::not_found("channel configuration"))?;
    // Whoever does not know an address of ours has no body read.
    let called = engine.called_back(&id).await?;
    let read = {
        // Bodies are read before it is known who sends them: some at a time, so that they cannot take all memory.
        let Ok(_place) = READERS.try_acquire() else {
            return Err(Failure::Unavailable { retry_after_seconds: 1 }.into());
        };
        let (method, headers) = (request.method().clone(), request.headers().clone());
        let body = body_of(request, &state).await?;
        // Providers sign the address that they called: the one that we gave them, whatever a proxy made of it.
        let address = uri.path_and_query().map_or("", |it| it.as_str());
        let url = format!("{}{address}", state.settings.public_url);
        let now = engine.now();
        let callback = Callback {
            method: &method,
            url: &url,
            headers: &headers,
            body: &body,
            now,
            certificate: None,
            default_region: "",
        };
        engine.read_callback(called, callback).await?
    };
    match read {
        Ok(read) => engine.take_callback(read).await.map(|()| StatusCode::OK).map_err(Into::into),
        Err(refusal) => Err(refused(refusal)),
    }
}

async fn body_of(request: Request, state: &AppState) -> Result<Bytes, Problem> {
    let unreadable = |status, text| Problem::new(status, "callback_unreadable", text);
    let body = timeout(BODY_WITHIN, Bytes::from_request(request, state)).await;
    let body = body.map_err(|_| unreadable(StatusCode::REQUEST_TIMEOUT, "The body did not come in time."))?;
    body.map_err(|refused| unreadable(refused.status(), "The body is too large, or ended too soon."))
}

fn refused(refusal: Refusal) -> Problem {
    match refusal {
        Refusal::Forged => {
            Problem::new(StatusCode::FORBIDDEN, "callback_forged", "The signature is not that of the provider.")
        }
        Refusal::Stale => Problem::new(StatusCode::FORBIDDEN, "callback_stale", "This is too old."),
        Refusal::Later => Failure::Unavailable { retry_after_seconds: 30 }.into(),
        Refusal::Malformed(text) => Problem::new(StatusCode::BAD_REQUEST, "callback_malformed", text),
    }
}
