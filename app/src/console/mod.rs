//! The console's half of the server: pages, server functions, cookies and the headers that protect them.

mod body;

use std::sync::{Arc, LazyLock};

use axum::Router;
use axum::extract::{FromRef, Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::post;
use engine::Engine;
use leptos::config::LeptosOptions;
use leptos::prelude::{provide_context, use_context};
use leptos_axum::{
    AxumRouteListing, LeptosRoutes, generate_route_list, handle_server_fns_with_context, render_app_async_with_context,
};

pub use crate::address::{caller_address, network_of};
use crate::i18n::{LANGUAGE_COOKIE, Language};
use crate::session::cookie;
pub use crate::session::signed_in;
use crate::theme::{THEME_COOKIE, Theme};
use crate::{App, shell};

/// The settings that the console depends on.
#[derive(Debug, Clone, Default)]
pub struct ConsoleSettings {
    /// Where people and callers reach Hermod, without a slash at the end.
    pub public_url: String,
    /// The console is reached over TLS.
    pub https: bool,
    /// Take the caller's address from `X-Forwarded-For`.
    pub trust_proxy_headers: bool,
}

/// What pages and server functions can reach.
#[derive(Clone, FromRef)]
pub struct Console {
    pub engine: Engine,
    pub leptos_options: LeptosOptions,
    pub settings: Arc<ConsoleSettings>,
}

/// Pages and server functions. Unknown paths get the not-found page.
pub fn router(console: Console) -> Router {
    let context = {
        let console = console.clone();
        move || {
            provide_context(console.clone());
            let headers = use_context::<axum::http::request::Parts>().map(|parts| parts.headers).unwrap_or_default();
            provide_context(language_of(&headers));
            provide_context(theme_of(&headers));
        }
    };
    let page = {
        let options = console.leptos_options.clone();
        move || shell(&options)
    };
    let calls = {
        let context = context.clone();
        move |request: Request| handle_server_fns_with_context(context.clone(), request)
    };
    Router::new()
        .route("/api/{*call}", post(calls))
        .route("/preferences", post(prefer))
        .leptos_routes_with_context(&console, pages(), context.clone(), page.clone())
        .fallback(render_app_async_with_context(context, page))
        .layer(from_fn_with_state(console.clone(), guard))
        .with_state(console)
}

/// Every page but the one for what is not there: addresses that no route knows come to it by the fallback.
///
/// Listed once in a process: while the list is made, resources do not load, and a page of another console that begins to
/// load then would wait for ever.
fn pages() -> Vec<AxumRouteListing> {
    static PAGES: LazyLock<Vec<AxumRouteListing>> = LazyLock::new(|| {
        let all = generate_route_list(App).into_iter();
        all.filter(|page| !page.path().contains('*')).collect()
    });
    PAGES.clone()
}

/// A path of this site, whatever a form or an address says: `/` when it could lead elsewhere.
pub fn own_path(path: &str) -> &str {
    let elsewhere = path.starts_with("//") || path.contains('\\') || !path.bytes().all(|byte| byte.is_ascii_graphic());
    if path.starts_with('/') && !elsewhere { path } else { "/" }
}

/// Refuses writing requests from other sites, sends people without a session to the sign-in, adds protecting headers.
async fn guard(State(console): State<Console>, request: Request, next: Next) -> Response {
    let request = match admit(&console, request).await {
        Ok(request) => request,
        Err(answer) => return answer,
    };
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    for (name, value) in [
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (header::REFERRER_POLICY, "same-origin"),
        (header::CACHE_CONTROL, "no-store"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    response
}

/// The request, when it may go on; otherwise its answer.
async fn admit(console: &Console, request: Request) -> Result<Request, Response> {
    if matches!(*request.method(), Method::GET | Method::HEAD) {
        return match first_stop(console, request.uri(), request.headers()).await.map_err(refusal)? {
            None => Ok(request),
            Some(path) => Err(Redirect::to(&path).into_response()),
        };
    }
    if !is_same_origin(request.headers()) {
        return Err((StatusCode::FORBIDDEN, "This request comes from another site.").into_response());
    }
    body::read(console, request).await
}

fn refusal(error: engine::Error) -> Response {
    let failure = error.into_failure();
    let status = StatusCode::from_u16(failure.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    (status, failure.to_string()).into_response()
}

/// Where a page request must go first: set-up, sign-in, or the first sandbox.
async fn first_stop(console: &Console, uri: &Uri, headers: &HeaderMap) -> engine::Result<Option<String>> {
    let path = uri.path();
    let signed_in = signed_in(&console.engine, headers).await?.is_some();
    if signed_in {
        return match path {
            "/" | "/sign-in" | "/set-up" => Ok(Some("/dev/campaigns".to_owned())),
            _ => Ok(None),
        };
    }
    if console.engine.needs_first_administrator().await? {
        return Ok((path != "/set-up").then(|| "/set-up".to_owned()));
    }
    if path == "/sign-in" {
        return Ok(None);
    }
    let wanted = uri.path_and_query().map_or("/", |wanted| wanted.as_str());
    let next: String = percent_encode(own_path(wanted));
    Ok(Some(if wanted == "/" { "/sign-in".to_owned() } else { format!("/sign-in?next={next}") }))
}

fn percent_encode(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'-' | b'_' | b'.' => char::from(byte).to_string(),
            other => format!("%{other:02X}"),
        })
        .collect()
}

/// Browsers say where a request comes from; what is no browser has no cookies to abuse.
fn is_same_origin(headers: &HeaderMap) -> bool {
    let text = |name: header::HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    if let Some(site) = headers.get("sec-fetch-site").and_then(|site| site.to_str().ok()) {
        return matches!(site, "same-origin" | "none");
    }
    match text(header::ORIGIN) {
        None => true,
        Some(origin) => {
            let host = origin.split_once("://").map(|(_, host)| host);
            host.is_some() && host == text(header::HOST)
        }
    }
}

fn language_of(headers: &HeaderMap) -> Language {
    let chosen = cookie(headers, LANGUAGE_COOKIE).and_then(Language::of_tag);
    chosen.unwrap_or_else(|| {
        let list = headers.get(header::ACCEPT_LANGUAGE).and_then(|list| list.to_str().ok());
        Language::of_header(list.unwrap_or_default())
    })
}

fn theme_of(headers: &HeaderMap) -> Theme {
    cookie(headers, THEME_COOKIE).and_then(Theme::of_word).unwrap_or_default()
}

#[derive(serde::Deserialize)]
struct Preferences {
    language: Option<String>,
    theme: Option<String>,
}

/// Keeps language or theme in a cookie and loads the page anew: a plain form, so it works without wasm.
async fn prefer(headers: HeaderMap, axum::Form(chosen): axum::Form<Preferences>) -> Response {
    let language = chosen.language.as_deref().and_then(Language::of_tag).map(|it| (LANGUAGE_COOKIE, it.tag()));
    let theme = chosen.theme.as_deref().and_then(Theme::of_word).map(|it| (THEME_COOKIE, it.as_str()));
    let referer = headers.get(header::REFERER).and_then(|referer| referer.to_str().ok()).unwrap_or_default();
    let back = referer.split_once("://").and_then(|(_, rest)| rest.find('/').map(|start| &rest[start..]));
    let mut response = Redirect::to(own_path(back.unwrap_or("/"))).into_response();
    for (name, value) in [language, theme].into_iter().flatten() {
        let cookie = format!("{name}={value}; Path=/; SameSite=Lax; Max-Age=31536000");
        if let Ok(cookie) = HeaderValue::from_str(&cookie) {
            response.headers_mut().append(header::SET_COOKIE, cookie);
        }
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_led_to_another_site_after_signing_in() {
        for hostile in ["//evil.example", "https://evil.example", "/\\evil.example", "", "/a\r\nb", "javascript:x"] {
            assert_eq!(own_path(hostile), "/", "{hostile:?}");
        }
        assert_eq!(own_path("/dev/messages?state=failed"), "/dev/messages?state=failed");
    }

    #[test]
    fn a_form_on_another_site_cannot_write() {
        let headers = |pairs: &[(&'static str, &'static str)]| -> HeaderMap {
            pairs.iter().map(|(name, value)| (name.parse().unwrap(), HeaderValue::from_static(value))).collect()
        };
        assert!(!is_same_origin(&headers(&[("sec-fetch-site", "cross-site")])));
        assert!(!is_same_origin(&headers(&[("origin", "https://evil.example"), ("host", "hermod.example")])));
        assert!(!is_same_origin(&headers(&[("origin", "null"), ("host", "hermod.example")])));
        assert!(is_same_origin(&headers(&[("origin", "https://hermod.example"), ("host", "hermod.example")])));
        assert!(is_same_origin(&headers(&[("sec-fetch-site", "same-origin")])));
    }
}
