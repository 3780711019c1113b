//! Images of mails, for everybody who has their address: programs that show a mail have no session. An address names the hash of
//! what it shows, so whoever has it once never asks again.

use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use domain::SandboxName;
use domain::asset::AssetFile;
use engine::Engine;

/// `GET /assets/{sandbox}/{file}`. Nothing is looked for under what is no name of an image.
pub async fn find(
    State(engine): State<Engine>,
    Path((sandbox, file)): Path<(String, String)>,
    headers: HeaderMap,
) -> Response {
    let named = sandbox.parse::<SandboxName>().ok().zip(file.parse::<AssetFile>().ok());
    let Some((sandbox, file)) = named else { return not_found() };
    let tag = format!("\"{}\"", file.sha256);
    let known = headers.get(header::IF_NONE_MATCH).and_then(|tags| tags.to_str().ok()).unwrap_or_default();
    if known.split(',').any(|known| known.trim().trim_start_matches("W/") == tag) {
        return (StatusCode::NOT_MODIFIED, kept(&tag)).into_response();
    }
    match engine.asset_bytes(&sandbox, &file).await {
        Ok(Some(bytes)) => {
            let kind = [(header::CONTENT_TYPE, HeaderValue::from_static(file.kind.as_str()))];
            (kept(&tag), kind, Body::from(bytes)).into_response()
        }
        Ok(None) => not_found(),
        Err(error) => {
            let status = StatusCode::from_u16(error.into_failure().status());
            (status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR), NOT_KEPT, "not now").into_response()
        }
    }
}

const NOT_KEPT: [(header::HeaderName, &str); 1] = [(header::CACHE_CONTROL, "no-store")];

fn not_found() -> Response {
    (StatusCode::NOT_FOUND, NOT_KEPT, "not found").into_response()
}

/// A picture, and nothing that a browser would run, whatever its bytes say.
fn kept(tag: &str) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for (name, value) in [
        (header::CACHE_CONTROL, "public, max-age=31536000, immutable"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox"),
        (header::ETAG, tag),
    ] {
        headers.extend(HeaderValue::from_str(value).ok().map(|value| (name, value)));
    }
    // Webmail shows it within a page of its own.
    headers.insert("cross-origin-resource-policy", HeaderValue::from_static("cross-origin"));
    headers
}
