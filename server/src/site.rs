//! What the browser loads beside pages: the wasm half, style, icons. Embedded in the binary; a debug build reads from disk.

use std::borrow::Cow;

use axum::extract::{Path, Request};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use rust_embed::{EmbeddedFile, RustEmbed};

/// The folder that `cargo xtask site` fills.
#[derive(RustEmbed)]
#[folder = "../target/site"]
struct Site;

/// Encodings with a ready-made copy, the smallest first: name in HTTP, ending of the file.
const ENCODINGS: [(&str, &str); 2] = [("br", "br"), ("gzip", "gz")];

/// `GET /pkg/…`.
pub async fn file(Path(file): Path<String>, headers: HeaderMap) -> Response {
    answer(&format!("pkg/{file}"), &headers).unwrap_or_else(|| (StatusCode::NOT_FOUND, "not found").into_response())
}

/// Files beside `/pkg`, such as the icon, before pages.
pub async fn or_page(request: Request, next: Next) -> Response {
    let reads = matches!(*request.method(), Method::GET | Method::HEAD);
    match answer(request.uri().path().trim_start_matches('/'), request.headers()) {
        Some(file) if reads => file,
        _ => next.run(request).await,
    }
}

fn answer(path: &str, asked: &HeaderMap) -> Option<Response> {
    let plain = Site::get(path)?;
    let mut taken = ENCODINGS.iter().filter(|(encoding, _)| takes(asked, encoding));
    let copy = taken.find_map(|(encoding, ending)| Some((*encoding, Site::get(&format!("{path}.{ending}"))?)));
    let tag = tag(&plain, copy.as_ref().map_or("", |(encoding, _)| encoding));
    let mut headers = HeaderMap::new();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type(path)));
    // The names stay the same from release to release, so a browser asks each time; the answer is short.
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    let known = asked.get(header::IF_NONE_MATCH).and_then(|tags| tags.to_str().ok());
    let is_known = known.is_some_and(|tags| tags.split(',').any(|known| known.trim().trim_start_matches("W/") == tag));
    headers.insert(header::ETAG, HeaderValue::from_str(&tag).ok()?);
    if is_known {
        return Some((StatusCode::NOT_MODIFIED, headers).into_response());
    }
    let body = match copy {
        Some((encoding, copy)) => {
            headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding));
            copy.data
        }
        None => plain.data,
    };
    Some((headers, bytes(body)).into_response())
}

/// Embedded bytes are not copied.
fn bytes(data: Cow<'static, [u8]>) -> axum::body::Bytes {
    match data {
        Cow::Borrowed(data) => axum::body::Bytes::from_static(data),
        Cow::Owned(data) => data.into(),
    }
}

/// Changes with the content, and differs between its encodings.
fn tag(file: &EmbeddedFile, encoding: &str) -> String {
    use std::fmt::Write as _;
    let mut tag = String::from("\"");
    for byte in &file.metadata.sha256_hash()[..12] {
        let _ = write!(tag, "{byte:02x}");
    }
    tag + encoding + "\""
}

fn takes(asked: &HeaderMap, encoding: &str) -> bool {
    let list = asked.get(header::ACCEPT_ENCODING).and_then(|list| list.to_str().ok()).unwrap_or_default();
    list.split(',').any(|choice| {
        let (name, weight) = choice.split_once(';').unwrap_or((choice, ""));
        let refused = weight.trim().strip_prefix("q=").is_some_and(|weight| weight.parse() == Ok(0.0_f32));
        name.trim().eq_ignore_ascii_case(encoding) && !refused
    })
}

fn content_type(path: &str) -> &'static str {
    match path.rsplit_once('.').map_or("", |(_, ending)| ending) {
        "css" => "text/css; charset=utf-8",
        "html" => "text/html; charset=utf-8",
        "ico" => "image/x-icon",
        "js" => "text/javascript; charset=utf-8",
        "json" => "application/json",
        "png" => "image/png",
        "svg" => "image/svg+xml",
        "txt" => "text/plain; charset=utf-8",
        "wasm" => "application/wasm",
        "webmanifest" => "application/manifest+json",
        "woff2" => "font/woff2",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_encoding_is_used_only_when_the_browser_takes_it() {
        let asked =
            |list: &'static str| HeaderMap::from_iter([(header::ACCEPT_ENCODING, HeaderValue::from_static(list))]);
        assert!(takes(&asked("gzip, deflate, br;q=0.9"), "br"));
        assert!(!takes(&asked("gzip, br;q=0"), "br"));
        assert!(!takes(&HeaderMap::new(), "gzip"));
    }

    #[test]
    fn nothing_outside_the_site_is_served() {
        for path in ["../Cargo.toml", "pkg/../../../Cargo.toml", "/etc/passwd", "pkg/"] {
            assert!(answer(path, &HeaderMap::new()).is_none(), "{path}");
        }
    }
}
