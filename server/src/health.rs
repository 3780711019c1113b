//! For the machine that watches over this process.

use axum::extract::State;
use axum::http::StatusCode;
use engine::Engine;

const AWAY: &str = "the database does not answer";

/// `GET /healthz`: the process answers and its database does.
pub async fn healthz(State(engine): State<Engine>) -> (StatusCode, &'static str) {
    let answer = tokio::select! {
        biased;
        () = engine.storage_away() => return (StatusCode::SERVICE_UNAVAILABLE, AWAY),
        answer = engine.list_sandboxes() => answer,
    };
    match answer {
        Ok(_) => (StatusCode::OK, "ok"),
        Err(error) => {
            tracing::error!(%error, "the database does not answer");
            (StatusCode::SERVICE_UNAVAILABLE, AWAY)
        }
    }
}
