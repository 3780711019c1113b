//! `GET /docs` and `GET /docs/openapi.json`: the API, described by itself.
//!
//! | file | holds |
//! |---|---|
//! | [`calls`], [`asset_calls`], [`audience_calls`], [`profile_calls`], [`suppression_calls`], [`consent_calls`], [`simulation_calls`], [`library_calls`], [`experiment_calls`] | every call, with the types it reads and writes |
//! | [`errors`] | every code of a refusal, and what to do |
//! | [`openapi`] | the document |
//! | [`page`] | the page |

mod asset_calls;
mod audience_calls;
mod calls;
mod consent_calls;
pub mod errors;
mod experiment_calls;
mod library_calls;
pub mod openapi;
mod page;
mod profile_calls;
mod simulation_calls;
mod suppression_calls;

use axum::http::{HeaderMap, HeaderName, header};
use axum::response::IntoResponse;

/// The page loads nothing and runs nothing.
const POLICY: &str =
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// `GET /docs/openapi.json`.
pub async fn document() -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "application/json")], openapi::TEXT.as_str())
}

/// `GET /docs`, in the theme that the person chose in the console.
pub async fn page(headers: HeaderMap) -> impl IntoResponse {
    let theme = app::console::theme_of(&headers);
    let headers: [(HeaderName, &str); 3] = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::VARY, "Cookie"),
    ];
    (headers, page::html(theme.as_str()))
}
