//! Every route.

use app::console::protect;
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::from_fn;
use axum::routing::{get, post};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;

use crate::state::AppState;
use crate::{api, assets, console, events, health, request};

/// Four short parameters.
const TOKEN_MAX_BYTES: usize = 16 * 1024;

/// The whole server.
pub fn router(state: AppState) -> Router {
    // API clients: token and headers of the contract, see `auth::Caller`.
    let execution_api = Router::new()
        .route("/im/executions/unitary", post(api::executions::trigger))
        .route("/im/executions/{execution}", get(api::executions::find))
        .route("/im/executions/{execution}/messages", get(api::executions::messages))
        .route("/im/health", get(api::health))
        .layer(DefaultBodyLimit::max(api::call::BODY_MAX_BYTES));
    // Everybody: trades credentials for a token.
    let token_endpoint =
        Router::new().route("/token/v3", post(api::token::issue)).layer(DefaultBodyLimit::max(TOKEN_MAX_BYTES));
    let for_machines = |routes: Router<AppState>| {
        routes
            .fallback(api::unknown_address)
            .method_not_allowed_fallback(api::wrong_method)
            .layer(CatchPanicLayer::custom(api::after_panic))
            .layer(from_fn(api::answer_in_time))
    };
    // People: session and permission, see the server functions in `app`.
    let console = console::router(&state)
        .layer(CatchPanicLayer::new())
        .layer(from_fn(protect))
        .layer(from_fn(assets::or_page))
        .layer(CompressionLayer::new());
    Router::new()
        .nest("/ajo", for_machines(execution_api))
        .nest("/ims", for_machines(token_endpoint))
        // Everybody.
        .route("/healthz", get(health::healthz))
        .route("/pkg/{*file}", get(assets::file))
        // Signed-in people who may look at messages.
        .route("/events/{sandbox}", get(events::stream).layer(from_fn(protect)))
        .fallback_service(console)
        .layer(from_fn(request::identify))
        .with_state(state)
}
