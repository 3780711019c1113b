//! The page behind the link of a mail that asks whether somebody really wants marketing.

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use engine::Engine;
use engine::consent::Confirmation;

use super::page::{Language, Page, Reader};
use crate::api::Problem;

/// `GET /confirm/{token}`: asks. Programs follow links, so this changes nothing.
pub async fn ask(
    State(engine): State<Engine>,
    headers: HeaderMap,
    Path(token): Path<String>,
) -> Result<Response, Problem> {
    Ok(page(engine.find_confirmation(&token).await?, &headers))
}

/// `POST /confirm/{token}`: the button of the page.
pub async fn confirm(
    State(engine): State<Engine>,
    headers: HeaderMap,
    Path(token): Path<String>,
    body: Bytes,
) -> Result<Response, Problem> {
    if body.as_ref() != b"confirm=1" {
        return Ok(Page::NoSuchLink.answer(StatusCode::BAD_REQUEST, Language::of(&headers)));
    }
    engine.confirm_consent(&token).await?;
    Ok(page(engine.find_confirmation(&token).await?, &headers))
}

fn page(found: Option<Confirmation>, headers: &HeaderMap) -> Response {
    let Some(Confirmation { address, is_confirmed, language }) = found else {
        return Page::NoSuchLink.answer(StatusCode::NOT_FOUND, Language::of(headers));
    };
    let reader = Reader { address, for_all: false, preferences: String::new() };
    let page = if is_confirmed { Page::Confirmed(reader) } else { Page::AsksToConfirm(reader) };
    page.answer(StatusCode::OK, Language::of_reader(headers, &language))
}
