//! The console's door: who is answered, and where people go first.

use axum::extract::{Request, State};
use axum::http::{HeaderMap, Method, StatusCode, Uri, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};

use super::host::{Hosts, misdirected};
use super::{Console, body, form_failure, own_path, signed_in};
use crate::session::session_token;

/// Answers under the console's own name only, refuses writing requests from other sites, sends people without a session to
/// the sign-in, and signs the failures that stand in addresses.
pub(super) async fn guard(State(console): State<Console>, request: Request, next: Next) -> Response {
    let request = match admit(&console, request).await {
        Ok(request) => request,
        Err(answer) => return answer,
    };
    let session = session_token(request.headers()).unwrap_or_default().to_owned();
    let mut response = next.run(request).await;
    form_failure::sign_location(&console.engine, &session, response.headers_mut());
    response
}

/// The request, when it may go on; otherwise its answer.
async fn admit(console: &Console, mut request: Request) -> Result<Request, Response> {
    let public_url = &console.settings.public_url;
    if !Hosts::of(public_url).answer(request.headers()) {
        return Err(misdirected(public_url));
    }
    if matches!(*request.method(), Method::GET | Method::HEAD) {
        return match first_stop(console, request.uri(), request.headers()).await.map_err(refusal)? {
            None => Ok(request),
            Some(path) => Err(Redirect::to(&path).into_response()),
        };
    }
    if !is_same_origin(request.headers()) {
        return Err((StatusCode::FORBIDDEN, "This request comes from another site.").into_response());
    }
    form_failure::forget_in_referer(request.headers_mut());
    body::read(console, request).await
}

pub(super) fn refusal(error: engine::Error) -> Response {
    let failure = error.into_failure();
    let status = StatusCode::from_u16(failure.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    (status, failure.to_string()).into_response()
}

/// Where a page request must go first: set-up, sign-in, the first sandbox, or the same page without a failure that is not
/// ours.
async fn first_stop(console: &Console, uri: &Uri, headers: &HeaderMap) -> engine::Result<Option<String>> {
    let session = session_token(headers).unwrap_or_default();
    if let Some(detour) = form_failure::detour(&console.engine, session, uri) {
        return Ok(Some(own_path(&detour).to_owned()));
    }
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

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

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
