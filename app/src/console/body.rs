//! Bodies of requests to the console: read as a whole but for large files, and no larger than the caller may send.

use axum::body::{Body, Bytes};
use axum::extract::{DefaultBodyLimit, FromRequest as _, Request};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse as _, Response};

use super::files::{UPLOAD_MAX_BYTES, UPLOAD_PATH};
use super::guard::refusal;
use super::{Console, assets, audiences, consents, profiles, signed_in};

/// Of people who are not signed in: they send an address, a name and a password.
const STRANGERS_MAX_BYTES: usize = 16 * 1024;
/// Of people who are signed in: two templates at their largest, in the encoding of forms.
const PEOPLE_MAX_BYTES: usize = 2 * 1024 * 1024;
/// Where contents that were replaced are put back: all of a campaign, in the form of a page, where a letter may take nine bytes.
const CONTENTS_PATH: &str = "/api/put_back_contents";
const CONTENTS_MAX_BYTES: usize = 13 * 1024 * 1024;

/// The request with its body in memory, or the refusal. A large body is read only after its sender is known; that of some
/// files is left to be read as it comes.
pub(super) async fn read(console: &Console, request: Request) -> Result<Request, Response> {
    let declared = declared_bytes(request.headers());
    let is_small = declared.is_some_and(|bytes| bytes <= STRANGERS_MAX_BYTES);
    let knows_sender = !is_small && signed_in(&console.engine, request.headers()).await.map_err(refusal)?.is_some();
    // These files are taken in as they come, and their routes know how large they may be.
    let path = request.uri().path();
    let as_they_come = [audiences::UPLOAD_PATH, profiles::UPLOAD_PATH, assets::UPLOAD_PATH, assets::MAILS_PATH];
    if knows_sender && as_they_come.iter().any(|upload| path.starts_with(upload)) {
        return Ok(request);
    }
    let is_upload = path.starts_with(UPLOAD_PATH) || path.starts_with(consents::UPLOAD_PATH);
    let of_people = if is_upload {
        UPLOAD_MAX_BYTES
    } else if path.starts_with(CONTENTS_PATH) {
        CONTENTS_MAX_BYTES
    } else {
        PEOPLE_MAX_BYTES
    };
    let limit = if knows_sender { of_people } else { STRANGERS_MAX_BYTES };
    if declared.is_some_and(|bytes| bytes > limit) {
        return Err(too_large());
    }
    let (parts, body) = request.into_parts();
    let mut limited = Request::from_parts(parts.clone(), body);
    DefaultBodyLimit::max(limit).apply(&mut limited);
    match Bytes::from_request(limited, &()).await {
        Ok(bytes) => Ok(Request::from_parts(parts, Body::from(bytes))),
        Err(rejection) if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE => Err(too_large()),
        Err(_) => Err((StatusCode::BAD_REQUEST, "The request ended before it was complete.").into_response()),
    }
}

fn declared_bytes(headers: &HeaderMap) -> Option<usize> {
    headers.get(header::CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

fn too_large() -> Response {
    (StatusCode::PAYLOAD_TOO_LARGE, "The request is too large.").into_response()
}
