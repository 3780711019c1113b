//! Every route.

use app::console::protect;
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::{self, any, get, post};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;

use crate::state::AppState;
use crate::{api, callbacks, console, events, health, images, request, site, tracking};

/// Four short parameters.
const TOKEN_MAX_BYTES: usize = 16 * 1024;
/// Of a registration: a subscription of a browser with its keys.
const PUSH_TOKEN_MAX_BYTES: usize = 16 * 1024;

/// The whole server, or what this process is for; health checks are answered by each.
pub fn router(state: AppState) -> Router {
    let roles = state.settings.roles.or_all();
    // API clients: token and headers of the contract, see `auth::Caller`; and within their limits.
    let trigger_calls = Router::new()
        .route("/im/executions/unitary", post(api::trigger::unitary))
        .route("/im/executions/highthroughput", post(api::trigger::high_throughput))
        .route("/im/executions/audience", post(api::audiences::trigger))
        .merge(simulation_calls())
        .route_layer(from_fn_with_state(state.clone(), api::limits::admit));
    // API clients: token and headers of the contract, see `auth::Caller`.
    let execution_api = trigger_calls
        .route("/im/executions", get(api::executions::list))
        .route("/im/executions/audience/{execution}", get(api::audiences::find))
        .route("/im/executions/schedules/{schedule}", get(api::schedules::find).delete(api::schedules::delete))
        .route("/im/executions/{execution}", get(api::executions::find))
        .route("/im/executions/{execution}/messages", get(api::executions::messages))
        .route("/im/executions/{execution}/cancel", post(api::executions::cancel))
        .route("/im/executions/{execution}/pause", post(api::executions::pause))
        .route("/im/executions/{execution}/resume", post(api::executions::resume))
        .route("/im/campaigns/{campaign}/context-schema", get(api::campaigns::context_schema))
        .route("/im/campaigns/{campaign}/experiment", get(api::campaigns::experiment))
        .route(
            "/im/campaigns/{campaign}/experiment/winner",
            post(api::campaigns::choose_winner).delete(api::campaigns::undo_winner),
        )
        .route("/im/messages", get(api::messages::list))
        .route("/im/messages/{message}", get(api::messages::find))
        .route("/im/messages/{message}/cancel", post(api::messages::cancel))
        .route("/im/messages/{message}/timeline", get(api::messages::timeline))
        .route("/im/messages/{message}/explanation", get(api::messages::explanation))
        .route("/im/inbound-messages", get(api::inbound_messages::list))
        .route(
            "/im/push-tokens",
            get(api::push_tokens::list)
                .post(api::push_tokens::register)
                .delete(api::push_tokens::remove)
                .layer(DefaultBodyLimit::max(PUSH_TOKEN_MAX_BYTES)),
        )
        .route("/im/health", get(api::health))
        .merge(profile_api())
        .merge(audience_api())
        .merge(suppression_api())
        .merge(content_api())
        .merge(asset_api(&state))
        .merge(consent_api())
        .route("/simulations/campaigns/{campaign}/proofs/{job}", get(api::simulations::find))
        .layer(DefaultBodyLimit::max(api::call::body_max_bytes(&state.engine)));
    // API clients. A body of any length is answered when it ends, however long that takes.
    let import_api = Router::new()
        .route("/profiles/imports", post(api::profiles::imports::import))
        .route(
            "/consent/import",
            post(api::consent::files::import)
                .fallback(api::wrong_method)
                .layer(DefaultBodyLimit::max(api::consent::files::FILE_MAX_BYTES)),
        )
        .layer(CatchPanicLayer::custom(api::after_panic));
    // Everybody: trades credentials for a token.
    let token_endpoint =
        Router::new().route("/token/v3", post(api::token::issue)).layer(DefaultBodyLimit::max(TOKEN_MAX_BYTES));
    let for_machines = |routes: Router<AppState>| {
        routes
            .fallback(api::unknown_address)
            .method_not_allowed_fallback(api::wrong_method)
            .layer(CatchPanicLayer::custom(api::after_panic))
            .layer(from_fn_with_state(state.clone(), api::answer_in_time))
    };
    // Providers: each by its signature.
    let callbacks = Router::new()
        .route("/callbacks/{configuration}", any(callbacks::hear))
        .layer(DefaultBodyLimit::max(callbacks::BODY_MAX_BYTES))
        .layer(CatchPanicLayer::custom(api::after_panic))
        .layer(from_fn_with_state(state.clone(), api::answer_in_time));
    // People who got a mail or a text message: each address carries a token of ours.
    let for_readers = |routes: Router<AppState>| {
        routes
            .layer(DefaultBodyLimit::max(tracking::BODY_MAX_BYTES))
            .layer(CatchPanicLayer::custom(api::after_panic))
            .layer(from_fn_with_state(state.clone(), api::answer_in_time))
    };
    let tracking = Router::new()
        .route("/o/{file}", get(tracking::open))
        .route("/c/{token}", get(tracking::click))
        .route("/u/{token}", get(tracking::ask_to_unsubscribe).post(tracking::unsubscribe))
        .route("/p/{token}", get(tracking::preferences::show).post(tracking::preferences::save))
        .route("/confirm/{token}", get(tracking::confirmation::ask).post(tracking::confirmation::confirm))
        .route("/m/{token}", get(tracking::mirror))
        .route("/s/{code}", get(tracking::short::follow))
        // A link that was cut before its token, or goes on behind it, belongs to no address of ours, and not to the console.
        .route("/o/", any(tracking::no_such_link))
        .route("/c/", any(tracking::no_such_link))
        .route("/u/", any(tracking::no_such_link))
        .route("/p/", any(tracking::no_such_link))
        .route("/confirm/", any(tracking::no_such_link))
        .route("/m/", any(tracking::no_such_link))
        .route("/s/", any(tracking::no_such_link))
        .route("/o/{file}/{*rest}", any(tracking::no_such_link))
        .route("/c/{token}/{*rest}", any(tracking::no_such_link))
        .route("/u/{token}/{*rest}", any(tracking::no_such_link))
        .route("/p/{token}/{*rest}", any(tracking::no_such_link))
        .route("/confirm/{token}/{*rest}", any(tracking::no_such_link))
        .route("/m/{token}/{*rest}", any(tracking::no_such_link))
        .route("/s/{code}/{*rest}", any(tracking::no_such_link));
    // Without its role, the API still says so in its own words.
    let (execution_api, import_api, outside_api, token_endpoint) = if roles.api {
        (execution_api, import_api, outside_api(), token_endpoint)
    } else {
        (Router::new(), Router::new(), Router::new(), Router::new())
    };
    let answers = Router::new()
        .nest("/ajo", for_machines(execution_api).merge(import_api))
        .nest("/journey", for_machines(outside_api))
        .nest("/ims", for_machines(token_endpoint))
        // Everybody.
        .route("/healthz", get(health::healthz))
        // Everybody who got a mail that shows one, and the console's previews.
        .route("/assets/{sandbox}/{file}", get(images::find));
    // Everybody.
    let documents =
        Router::new().route("/docs", get(api::docs::page)).route("/docs/openapi.json", get(api::docs::document));
    let answers =
        if roles.api { answers.merge(documents).merge(callbacks).merge(for_readers(tracking)) } else { answers };
    let answers = if roles.console { answers.merge(with_console(&state)) } else { answers };
    let short_host = if roles.api { tracking::short::host_name(&state.settings.short_url) } else { String::new() };
    let short_links = for_readers(tracking::short::routes()).with_state(state.clone());
    let answers = answers.layer(from_fn_with_state((short_host, short_links), tracking::short::at_their_name));
    answers.layer(from_fn(request::identify)).with_state(state)
}

/// API clients: token and headers of the contract, see `auth::Caller`. Imports come in by a route of their own.
fn profile_api() -> Router<AppState> {
    use api::profiles::{BODY_MAX_BYTES, change, erase, export, find, imports, list, schema, upsert};

    Router::new()
        .route("/profiles", get(list).post(upsert))
        .route("/profiles/schema", get(schema::find).put(schema::set))
        .route("/profiles/imports", get(imports::list))
        .route("/profiles/imports/{import}", get(imports::find))
        .route("/profiles/imports/{import}/errors", get(imports::errors))
        .route("/profiles/{profile}", get(find).patch(change).delete(erase))
        .route("/profiles/{profile}/export", get(export::export))
        .layer(DefaultBodyLimit::max(BODY_MAX_BYTES))
}

/// API clients: token and headers of the contract, see `auth::Caller`.
fn audience_api() -> Router<AppState> {
    use api::audience_rules::{BODY_MAX_BYTES, change, create, delete, estimate, find, list, members};

    Router::new()
        .route("/audiences", get(list).post(create))
        .route("/audiences/estimate", post(estimate))
        .route("/audiences/{audience}", get(find).put(change).delete(delete))
        .route("/audiences/{audience}/members", get(members))
        .layer(DefaultBodyLimit::max(BODY_MAX_BYTES))
}

/// API clients within their limits: token and headers of the contract, see `auth::Caller`.
fn simulation_calls() -> Router<AppState> {
    use api::simulations::{BODY_MAX_BYTES, previews, send};

    Router::new()
        .route("/simulations/campaigns/{campaign}/previews", post(previews))
        .route("/simulations/campaigns/{campaign}/proofs", post(send))
        .layer(DefaultBodyLimit::max(BODY_MAX_BYTES))
}

/// API clients: token and headers of the contract, see `auth::Caller`.
fn suppression_api() -> Router<AppState> {
    use api::suppressions::{ADDRESSES, BODY_MAX_BYTES, DOMAINS, add, delete, find, list, uploads, wipe};

    let file = DefaultBodyLimit::max(uploads::UPLOAD_BODY_MAX_BYTES);
    Router::new()
        .route("/config/suppression/addresses", get(list::<ADDRESSES>).post(add::<ADDRESSES>))
        .route("/config/suppression/addresses/{email}", get(find::<ADDRESSES>).delete(delete::<ADDRESSES>))
        .route("/config/suppression/domains", get(list::<DOMAINS>).post(add::<DOMAINS>))
        .route("/config/suppression/domains/{domain}", get(find::<DOMAINS>).delete(delete::<DOMAINS>))
        .route("/config/suppression/admin/{organization}/{sandbox}", routing::delete(wipe))
        .layer(DefaultBodyLimit::max(BODY_MAX_BYTES))
        .route("/config/suppression/uploads", get(uploads::list).post(uploads::upload).layer(file))
        .route("/config/suppression/uploads/{upload}", get(uploads::find).delete(uploads::delete))
}

/// API clients: token and headers of the contract, see `auth::Caller`.
fn content_api() -> Router<AppState> {
    use api::library::{BODY_MAX_BYTES, fragments, templates};

    let template = get(templates::find).put(templates::replace).patch(templates::patch).delete(templates::delete);
    let fragment = get(fragments::find).put(fragments::replace).patch(fragments::patch);
    Router::new()
        .route("/content/templates", get(templates::list).post(templates::create))
        .route("/content/templates/{template}", template)
        .route("/content/fragments", get(fragments::list).post(fragments::create))
        .route("/content/fragments/publications", post(fragments::publish))
        .route("/content/fragments/{fragment}", fragment)
        .route("/content/fragments/{fragment}/liveFragment", get(fragments::live))
        .route("/content/fragments/{fragment}/lastPublicationStatus", get(fragments::status))
        .layer(DefaultBodyLimit::max(BODY_MAX_BYTES))
}

/// API clients: token and headers of the contract, see `auth::Caller`.
fn asset_api(state: &AppState) -> Router<AppState> {
    use api::library::assets::{add, find, list, remove};

    Router::new()
        .route("/content/assets", get(list).post(add))
        .route("/content/assets/{asset}", get(find).delete(remove))
        .layer(DefaultBodyLimit::max(state.engine.asset_max_bytes() + 1))
}

/// API clients: token and headers of the contract, see `auth::Caller`. Files come in by a route of their own.
fn consent_api() -> Router<AppState> {
    use api::consent::{BODY_MAX_BYTES, files, find, requests, set, topics};

    Router::new()
        .route("/consent", get(find).post(set))
        .route("/consent/topics", get(topics))
        .route("/consent/requests", post(requests::ask))
        .layer(DefaultBodyLimit::max(BODY_MAX_BYTES))
        .route("/consent/export", get(files::export))
}

/// API clients: token and headers of the contract, see `auth::Caller`. The contract has these calls elsewhere.
fn outside_api() -> Router<AppState> {
    use api::consent::outside::{decrypt, set};

    Router::new()
        .route("/imp/consent/preferences", post(set))
        .route("/imp/consent/decrypt", get(decrypt))
        .layer(DefaultBodyLimit::max(TOKEN_MAX_BYTES))
}

/// People: session and permission, see the server functions in `app`.
fn with_console(state: &AppState) -> Router<AppState> {
    let console = console::router(state)
        .layer(CatchPanicLayer::new())
        .layer(from_fn(protect))
        .layer(from_fn(site::or_page))
        .layer(CompressionLayer::new());
    Router::new()
        // Everybody.
        .route("/pkg/{*file}", get(site::file))
        // Signed-in people who may look at messages.
        .route("/events/{sandbox}", get(events::stream).layer(from_fn(protect)))
        .fallback_service(console)
}
