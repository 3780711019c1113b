//! Callers and signed-in people, as parameters of handlers: there is no other way past the door.

use axum::extract::FromRequestParts;
use axum::http::HeaderMap;
use axum::http::request::Parts;
use domain::Failure;
use domain::access::{ConsoleUser, Permission};
use engine::api_clients::ApiCaller;

use crate::api::Problem;
use crate::state::AppState;

/// An API client that proved who it is and named its sandbox.
pub struct Caller(pub ApiCaller);

/// An API client that need not name its sandbox; when it does, the name must be right.
pub struct CallerOfAnySandbox(pub ApiCaller);

impl FromRequestParts<AppState> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Problem> {
        // A trigger call has been through this before: see `api::limits::admit`.
        match parts.extensions.remove::<ApiCaller>() {
            Some(known) => Ok(Self(known)),
            None => authenticate(&parts.headers, state, true).await.map(Self),
        }
    }
}

impl FromRequestParts<AppState> for CallerOfAnySandbox {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Problem> {
        authenticate(&parts.headers, state, false).await.map(Self)
    }
}

async fn authenticate(headers: &HeaderMap, state: &AppState, needs_sandbox: bool) -> Result<ApiCaller, Problem> {
    let token = bearer(headers);
    if token.is_empty() {
        let text = "Send an access token: Authorization: Bearer <token>.";
        return Err(Failure::unauthenticated("missing_token", text).into());
    }
    let api_key = needed(headers, "x-api-key")?;
    let organization = needed(headers, "x-gw-ims-org-id")?;
    let sandbox = if needs_sandbox || headers.contains_key("x-sandbox-name") {
        Some(needed(headers, "x-sandbox-name")?)
    } else {
        None
    };
    let caller = state.engine.authenticate(token, api_key, sandbox).await?;
    let expected = &state.settings.organization;
    if !expected.is_empty() && organization != expected {
        let text = "x-gw-ims-org-id is not the organization of this Hermod.";
        return Err(Failure::unauthenticated("wrong_organization", text).into());
    }
    Ok(caller)
}

/// The token of `Authorization: Bearer …`; empty when there is none, or more than one.
fn bearer(headers: &HeaderMap) -> &str {
    match once(headers, "authorization").and_then(|value| value.split_once(' ')) {
        Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer") => token.trim(),
        _ => "",
    }
}

/// A header that must be there.
fn needed<'a>(headers: &'a HeaderMap, name: &'static str) -> Result<&'a str, Problem> {
    once(headers, name).map(str::trim).filter(|value| !value.is_empty()).ok_or_else(|| missing(name))
}

/// A header that is there exactly once: of two, a proxy in front may have checked the other one.
fn once<'a>(headers: &'a HeaderMap, name: &'static str) -> Option<&'a str> {
    let mut values = headers.get_all(name).iter();
    let value = values.next()?.to_str().ok()?;
    values.next().is_none().then_some(value)
}

fn missing(name: &'static str) -> Problem {
    Problem::from(Failure::unauthenticated("missing_header", format!("Send the header {name}, once."))).at(name)
}

/// A person who is signed in and may look at messages.
pub struct MessageViewer(pub ConsoleUser);

impl FromRequestParts<AppState> for MessageViewer {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Problem> {
        let user = app::console::signed_in(&state.engine, &parts.headers).await?;
        let user = user.ok_or_else(|| Failure::unauthenticated("signed_out", "Sign in again."))?;
        if user.role.allows(Permission::ViewMessages) { Ok(Self(user)) } else { Err(Failure::NotPermitted.into()) }
    }
}
