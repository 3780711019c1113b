//! What mails lead to: the picture that tells of an opening, links, the unsubscribe page, the mail as a page. For everybody
//! who has an address of ours; each carries a signed token.

pub mod confirmation;
mod page;
pub mod preferences;
pub mod short;

use axum::body::Bytes;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use domain::consent::ConsentSource;
use engine::Engine;
use engine::tracking::{Leaver, Visit, is_one_click};
use serde::Deserialize;

use crate::api::Problem;
use page::{Language, Page, Reader};

/// More than any form of ours.
pub const BODY_MAX_BYTES: usize = 16 * 1024;

/// One transparent point.
const PICTURE: &[u8] = b"GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff\x21\xf9\x04\x01\x00\x00\x00\x00\x2c\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02\x44\x01\x00\x3b";

/// Where a link leads whose address came out of the data.
#[derive(Deserialize)]
pub struct Target {
    #[serde(default)]
    u: String,
}

/// `GET /o/{token}.gif`: the picture, whatever the token is and whatever the database does.
pub async fn open(
    State(engine): State<Engine>,
    method: Method,
    headers: HeaderMap,
    Path(file): Path<String>,
) -> Response {
    let token = file.strip_suffix(".gif").unwrap_or(&file);
    if let Err(error) = engine.note_opening(token, &visit(&method, &headers)).await {
        tracing::warn!(%error, "an opening could not be noted");
    }
    let headers = [(header::CONTENT_TYPE, "image/gif"), (header::CACHE_CONTROL, "no-store")];
    (headers, PICTURE).into_response()
}

/// `GET /c/{token}`: on to where the link leads.
pub async fn click(
    State(engine): State<Engine>,
    method: Method,
    headers: HeaderMap,
    Path(token): Path<String>,
    Query(target): Query<Target>,
) -> Result<Response, Problem> {
    let leads_to = engine.follow_link(&token, &target.u, &visit(&method, &headers)).await?;
    Ok(led_on(leads_to.as_deref(), Page::NoSuchLink, &headers))
}

/// On to an address, or the page that says that there is none.
fn led_on(leads_to: Option<&str>, otherwise: Page, headers: &HeaderMap) -> Response {
    let Some(location) = leads_to.and_then(|url| HeaderValue::from_str(&encoded(url)).ok()) else {
        return otherwise.answer(StatusCode::NOT_FOUND, Language::of(headers));
    };
    let kept_by_nobody = HeaderValue::from_static("no-store");
    let nobody_told = HeaderValue::from_static("no-referrer");
    let headers =
        [(header::LOCATION, location), (header::CACHE_CONTROL, kept_by_nobody), (header::REFERRER_POLICY, nobody_told)];
    (StatusCode::FOUND, headers).into_response()
}

/// `GET /u/{token}`: asks. Programs follow links, so this changes nothing.
pub async fn ask_to_unsubscribe(
    State(engine): State<Engine>,
    headers: HeaderMap,
    Path(token): Path<String>,
) -> Result<Response, Problem> {
    let language = Language::of(&headers);
    let page = match engine.find_leaver(&token).await? {
        None => return Ok(Page::NoSuchLink.answer(StatusCode::NOT_FOUND, language)),
        Some(leaver) if leaver.has_left => Page::HasLeft(reader(leaver)),
        Some(leaver) => Page::Asks(reader(leaver)),
    };
    Ok(page.answer(StatusCode::OK, language))
}

/// `POST /u/{token}`: mail programs with `List-Unsubscribe=One-Click` (RFC 8058 §3.2), and the buttons of the page.
pub async fn unsubscribe(
    State(engine): State<Engine>,
    headers: HeaderMap,
    Path(token): Path<String>,
    body: Bytes,
) -> Result<Response, Problem> {
    let language = Language::of(&headers);
    let is_ours = match body.as_ref() {
        b"back=1" => engine.resubscribe(&token).await?,
        b"leave=1" => engine.unsubscribe(&token, ConsentSource::UnsubscribePage).await?,
        body if is_one_click(body) => engine.unsubscribe(&token, ConsentSource::OneClick).await?,
        _ => return Ok(Page::NoSuchLink.answer(StatusCode::BAD_REQUEST, language)),
    };
    let page = match engine.find_leaver(&token).await?.filter(|_| is_ours) {
        None => return Ok(Page::NoSuchLink.answer(StatusCode::NOT_FOUND, language)),
        Some(leaver) if leaver.has_left => Page::HasLeft(reader(leaver)),
        Some(leaver) => Page::IsBack(reader(leaver)),
    };
    Ok(page.answer(StatusCode::OK, language))
}

fn reader(leaver: Leaver) -> Reader {
    Reader { address: leaver.address, for_all: leaver.for_all, preferences: leaver.preferences }
}

/// `GET /m/{token}`: the mail as it was sent. In a world of its own: it runs nothing and reaches nothing of this server.
pub async fn mirror(
    State(engine): State<Engine>,
    headers: HeaderMap,
    Path(token): Path<String>,
) -> Result<Response, Problem> {
    let Some(html) = engine.mail_as_page(&token).await? else {
        return Ok(Page::NoSuchLink.answer(StatusCode::NOT_FOUND, Language::of(&headers)));
    };
    let policy = "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; img-src https: http: data:; \
                  style-src 'unsafe-inline'; font-src https:; form-action 'none'; base-uri 'none'; frame-ancestors 'none'";
    let headers = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CONTENT_SECURITY_POLICY, policy),
        (header::CACHE_CONTROL, "no-store"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    Ok((headers, html).into_response())
}

/// Before a token or behind it: a link that was cut or continued on its way.
pub async fn no_such_link(headers: HeaderMap) -> Response {
    Page::NoSuchLink.answer(StatusCode::NOT_FOUND, Language::of(&headers))
}

fn visit(method: &Method, headers: &HeaderMap) -> Visit {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let is_prefetch = ["sec-purpose", "purpose", "x-moz"].iter().any(|name| text(name).contains("prefetch"));
    Visit::of(text("user-agent"), method == Method::HEAD, is_prefetch)
}

/// A header takes ASCII only: the rest is encoded as in a path (RFC 3986 §2.1).
fn encoded(url: &str) -> String {
    url.bytes()
        .map(|byte| if byte.is_ascii_graphic() { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_with_letters_beyond_ascii_fits_into_a_header() {
        assert_eq!(encoded("https://x.example/한?a=1 2"), "https://x.example/%ED%95%9C?a=1%202");
        assert_eq!(encoded("https://x.example/\r\nSet-Cookie: a"), "https://x.example/%0D%0ASet-Cookie:%20a");
    }
}
