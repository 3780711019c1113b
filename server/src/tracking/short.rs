//! Short links of mobile messages: `/s/{code}` of the public address, or `/{code}` of a name of their own, under which nothing
//! else is answered.

use std::convert::Infallible;

use axum::Router;
use axum::extract::{Path, Request, State};
use axum::http::uri::Authority;
use axum::http::{HeaderMap, Method, StatusCode, Uri, header};
use axum::middleware::Next;
use axum::response::Response;
use axum::routing::get;
use engine::Engine;
use tower::ServiceExt as _;

use super::page::{Language, Page};
use super::{led_on, visit};
use crate::api::Problem;
use crate::state::AppState;

/// `GET /s/{code}`: on to where the link leads.
pub async fn follow(
    State(engine): State<Engine>,
    method: Method,
    headers: HeaderMap,
    Path(code): Path<String>,
) -> Result<Response, Problem> {
    let leads_to = engine.follow_short_link(&code, &visit(&method, &headers)).await?;
    Ok(led_on(leads_to.as_deref(), Page::NoShortLink, &headers))
}

/// What is answered under the name of short links: nothing but these.
pub fn routes() -> Router<AppState> {
    let links = Router::new().route("/{code}", get(follow));
    links.fallback(no_short_link).method_not_allowed_fallback(no_short_link)
}

async fn no_short_link(headers: HeaderMap) -> Response {
    Page::NoShortLink.answer(StatusCode::NOT_FOUND, Language::of(&headers))
}

/// Requests under the name of short links go to the routes of short links.
pub async fn at_their_name(State((name, links)): State<(String, Router)>, request: Request, next: Next) -> Response {
    if name.is_empty() || host_of(request.headers(), request.uri()) != Some(name) {
        return next.run(request).await;
    }
    links.oneshot(request).await.unwrap_or_else(|never: Infallible| match never {})
}

/// The name of an address, in lower case and without port; empty for none.
pub fn host_name(url: &str) -> String {
    let uri = url.parse::<Uri>().ok();
    uri.as_ref().and_then(Uri::host).map(str::to_ascii_lowercase).unwrap_or_default()
}

/// The host that a request names: in its target (HTTP/2) or in its header.
fn host_of(headers: &HeaderMap, uri: &Uri) -> Option<String> {
    let named = || headers.get(header::HOST)?.to_str().ok()?.parse::<Authority>().ok();
    let authority = uri.authority().cloned().or_else(named)?;
    Some(authority.host().trim_end_matches('.').to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_is_known_whatever_its_case_and_port() {
        let headers = HeaderMap::from_iter([(header::HOST, "GO.example.:8443".parse().unwrap())]);
        assert_eq!(host_of(&headers, &Uri::from_static("/abc")).as_deref(), Some("go.example"));
        assert_eq!(host_of(&HeaderMap::new(), &Uri::from_static("/abc")), None);
        assert_eq!(host_name("https://Go.example:8443"), "go.example");
        assert_eq!(host_name(""), "");
    }
}
