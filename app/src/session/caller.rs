//! The door of every server function: who calls, and may they.

use axum::http::{HeaderMap, header, request::Parts};
use domain::access::{ConsoleUser, Permission};
use domain::message::Message;
use domain::{Failure, SandboxName};
use engine::Engine;
use leptos::prelude::use_context;

use crate::console::Console;

/// Name of the session cookie.
pub const SESSION_COOKIE: &str = "hermod_session";

/// A signed-in person whose role includes the right that was asked for. Made only by [`caller`].
pub struct Caller {
    pub user: ConsoleUser,
    pub engine: Engine,
    pub console: Console,
}

impl Caller {
    /// The person as written into `modified_by` and the like.
    #[allow(clippy::misnamed_getters, reason = "the name that is written down is the address")]
    pub fn name(&self) -> &str {
        &self.user.email
    }

    /// Only those who set up channels get whole tokens of devices.
    pub fn sees_tokens(&self) -> bool {
        self.user.role.allows(Permission::ManageConfigurations)
    }

    /// The message as this person may see it.
    pub fn hide_token(&self, message: &mut Message) {
        if !self.sees_tokens() {
            message.shorten_token();
        }
    }

    /// The sandbox with this name; `NotFound` when it cannot exist or does not.
    pub async fn sandbox(&self, name: &str) -> engine::Result<SandboxName> {
        let name: SandboxName = name.parse().map_err(|_| Failure::not_found("sandbox"))?;
        Ok(self.engine.find_sandbox(&name).await?.name)
    }
}

/// The person behind this request. Failures: Unauthenticated `signed_out`, `NotPermitted`.
pub async fn caller(permission: Permission) -> engine::Result<Caller> {
    // Missing only when a page asks twice in one go and the first answer took the request with it: an error is shown, while
    // a panic here would leave the page waiting for ever.
    let console: Console =
        use_context().ok_or_else(|| engine::Error::unexpected("a server function lost its request"))?;
    let headers = use_context::<Parts>().map(|parts| parts.headers).unwrap_or_default();
    let user = signed_in(&console.engine, &headers).await?;
    let user = user.ok_or_else(|| Failure::unauthenticated("signed_out", "Sign in again."))?;
    if !user.role.allows(permission) {
        return Err(Failure::NotPermitted.into());
    }
    Ok(Caller { user, engine: console.engine.clone(), console })
}

/// The person whose session cookie these headers carry.
pub async fn signed_in(engine: &Engine, headers: &HeaderMap) -> engine::Result<Option<ConsoleUser>> {
    match session_token(headers) {
        Some(token) => engine.find_session(token).await,
        None => Ok(None),
    }
}

/// The session cookie's value.
pub fn session_token(headers: &HeaderMap) -> Option<&str> {
    cookie(headers, SESSION_COOKIE)
}

/// The value of a cookie.
pub fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let lines = headers.get_all(header::COOKIE).iter().filter_map(|line| line.to_str().ok());
    lines.flat_map(|line| line.split(';')).find_map(|pair| {
        let (found, value) = pair.trim().split_once('=')?;
        (found == name).then_some(value)
    })
}
