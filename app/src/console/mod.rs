//! The console's half of the server: pages, server functions, cookies and the headers that protect them.

mod assets;
mod audiences;
mod body;
mod consents;
mod files;
mod form_failure;
mod guard;
mod host;
mod profiles;
mod protect;
mod suppressions;

use std::sync::{Arc, LazyLock};

use axum::Router;
use axum::extract::{DefaultBodyLimit, FromRef, Request};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::middleware::from_fn_with_state;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
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
pub use protect::protect;

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
    let upload = DefaultBodyLimit::max(files::UPLOAD_MAX_BYTES);
    let suppressed = DefaultBodyLimit::max(suppressions::BODY_MAX_BYTES);
    let people = DefaultBodyLimit::max(audiences::BODY_MAX_BYTES);
    let images = DefaultBodyLimit::max(assets::FORM_MAX_BYTES);
    let mails = DefaultBodyLimit::max(assets::MAIL_MAX_BYTES);
    Router::new()
        .route("/api/{*call}", post(calls))
        .route("/preferences", post(prefer))
        .route("/files/campaigns/{sandbox}/{campaign}", post(files::attach).layer(upload))
        .route("/files/campaigns/{sandbox}/{campaign}/detach", post(files::detach))
        .route("/files/profiles/{sandbox}", post(profiles::upload).layer(DefaultBodyLimit::disable()))
        .route("/files/profiles/{sandbox}/imports/{import}/errors", get(profiles::errors))
        .route("/files/profiles/{sandbox}/{profile}/export", get(profiles::export))
        .route("/files/consents/{sandbox}", get(consents::download).post(consents::upload).layer(upload))
        .route("/files/suppressions/{sandbox}", post(suppressions::upload).layer(suppressed))
        .route("/files/audiences/{sandbox}/{audience}", post(audiences::upload).layer(people))
        .route("/files/audiences/{sandbox}/{audience}/{file}/left-out.csv", get(audiences::left_out))
        .route("/files/assets/{sandbox}", post(assets::upload).layer(images))
        .route("/files/mails/{sandbox}", post(assets::import_mail).layer(mails))
        .route("/files/mails/{sandbox}/{campaign}/{format}", get(assets::export_mail))
        .route("/files/messages/{sandbox}/{message}/{position}", get(files::download))
        .leptos_routes_with_context(&console, pages(), context.clone(), page.clone())
        .fallback(render_app_async_with_context(context, page))
        .layer(from_fn_with_state(console.clone(), guard::guard))
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

fn language_of(headers: &HeaderMap) -> Language {
    let chosen = cookie(headers, LANGUAGE_COOKIE).and_then(Language::of_tag);
    chosen.unwrap_or_else(|| {
        let list = headers.get(header::ACCEPT_LANGUAGE).and_then(|list| list.to_str().ok());
        Language::of_header(list.unwrap_or_default())
    })
}

/// The theme that the person chose.
pub fn theme_of(headers: &HeaderMap) -> Theme {
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
}
