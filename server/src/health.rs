//! For the machine that watches over this process.

use axum::extract::State;
use axum::http::StatusCode;
use engine::Engine;

/// `GET /healthz`: the process answers and its database does.
pub async fn healthz(State(engine): State<Engine>) -> (StatusCode, &'static str) {
    match engine.list_sandboxes().await {
        Ok(_) => (StatusCode::OK, "ok"),
        Err(error) => {
            tracing::error!(%error, "the database does not answer");
            (StatusCode::SERVICE_UNAVAILABLE, "the database does not answer")
        }
    }
}
