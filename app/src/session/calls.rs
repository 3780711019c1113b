//! Server functions of the session. Open to everybody: setting up (only once) and signing in.

use domain::access::ConsoleUser;
use domain::sandbox::Sandbox;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::failure::Answer;
#[cfg(feature = "ssr")]
use crate::failure::answer;

/// What every page shows around its content.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Frame {
    pub user: ConsoleUser,
    /// The sandbox in the path.
    pub sandbox: Sandbox,
    pub sandboxes: Vec<Sandbox>,
}

/// The frame of a page in a sandbox.
#[server]
pub async fn find_frame(sandbox: String) -> Answer<Frame> {
    answer(server::frame(sandbox).await)
}

/// The first visit creates the administrator.
#[server]
pub async fn create_first_administrator(email: String, name: String, password: String) -> Answer<()> {
    answer(server::create_first_administrator(email, name, password).await)
}

/// Signs in and goes to `next`, a path of this site.
#[server]
pub async fn sign_in(email: String, password: String, next: String) -> Answer<()> {
    answer(server::sign_in(email, password, next).await)
}

/// Ends the session.
#[server]
pub async fn sign_out() -> Answer<()> {
    answer(server::sign_out().await)
}

#[cfg(feature = "ssr")]
pub use server::{own_token, peer};

#[cfg(feature = "ssr")]
mod server {
    use axum::http::{HeaderValue, header, request::Parts};
    use domain::Failure;
    use domain::access::Permission;
    use engine::accounts::{NewConsoleUser, NewSession, SESSION};
    use engine::{Error, Result};
    use leptos::prelude::{expect_context, use_context};
    use leptos_axum::{ResponseOptions, redirect};

    use super::super::caller::{SESSION_COOKIE, caller, session_token};
    use super::Frame;
    use crate::address::caller_address;
    use crate::console::Console;

    pub async fn frame(sandbox: String) -> Result<Frame> {
        let caller = caller(Permission::ViewCampaigns).await?;
        let name = caller.sandbox(&sandbox).await?;
        let sandboxes = caller.engine.list_sandboxes().await?;
        let sandbox = sandboxes.iter().find(|sandbox| sandbox.name == name).cloned();
        let sandbox = sandbox.ok_or_else(|| Failure::not_found("sandbox"))?;
        Ok(Frame { user: caller.user, sandbox, sandboxes })
    }

    pub async fn create_first_administrator(email: String, name: String, password: String) -> Result<()> {
        let console: Console = expect_context();
        let session = console.engine.create_first_administrator(&NewConsoleUser { email, name, password }).await?;
        keep_session(&console, &session)?;
        redirect("/");
        Ok(())
    }

    pub async fn sign_in(email: String, password: String, next: String) -> Result<()> {
        let console: Console = expect_context();
        let session = console.engine.sign_in(&email, &password, &peer(&console)).await?;
        keep_session(&console, &session)?;
        redirect(crate::console::own_path(&next));
        Ok(())
    }

    pub async fn sign_out() -> Result<()> {
        let console: Console = expect_context();
        console.engine.sign_out(&own_token()).await?;
        set_cookie(&cookie_text(&console, "", 0))?;
        redirect("/sign-in");
        Ok(())
    }

    fn keep_session(console: &Console, session: &NewSession) -> Result<()> {
        set_cookie(&cookie_text(console, &session.token, SESSION.as_secs()))
    }

    fn cookie_text(console: &Console, value: &str, max_age_seconds: u64) -> String {
        let secure = if console.settings.https { "; Secure" } else { "" };
        format!("{SESSION_COOKIE}={value}; Path=/; HttpOnly; SameSite=Lax; Max-Age={max_age_seconds}{secure}")
    }

    fn set_cookie(text: &str) -> Result<()> {
        let response: ResponseOptions = expect_context();
        response.append_header(header::SET_COOKIE, HeaderValue::from_str(text).map_err(Error::unexpected)?);
        Ok(())
    }

    /// The session cookie's value; empty when there is none.
    pub fn own_token() -> String {
        let headers = use_context::<Parts>().map(|parts| parts.headers).unwrap_or_default();
        session_token(&headers).unwrap_or_default().to_owned()
    }

    /// The caller's IP address, for the sign-in limit.
    pub fn peer(console: &Console) -> String {
        let Some(parts) = use_context::<Parts>() else { return String::new() };
        let address = caller_address(console.settings.trust_proxy_headers, &parts.headers, &parts.extensions);
        address.map(|address| address.to_string()).unwrap_or_default()
    }
}
