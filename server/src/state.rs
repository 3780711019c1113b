//! What every handler can reach.

use std::sync::Arc;

use axum::extract::FromRef;
use engine::Engine;
use tokio::sync::watch;

use crate::api::load::Load;
use crate::api::token_limit::TokenLimit;
use crate::cli::Roles;
use crate::config::Config;

/// Built once by `hermod serve`, cloned for each request.
#[derive(Clone, FromRef)]
pub struct AppState {
    pub engine: Engine,
    pub settings: Arc<Settings>,
    pub ending: Ending,
    pub token_limit: Arc<TokenLimit>,
    pub load: Arc<Load>,
}

/// The settings that requests depend on.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// Where people and callers reach Hermod, without a slash at the end.
    pub public_url: String,
    /// Where people find short links, under a name of their own; empty: below `public_url`.
    pub short_url: String,
    /// The console is reached over TLS.
    pub https: bool,
    /// What callers must send as `x-gw-ims-org-id`; empty: anything.
    pub organization: String,
    /// Take the caller's address from `X-Forwarded-For`.
    pub trust_proxy_headers: bool,
    /// What this process answers; none named: everything.
    pub roles: Roles,
}

/// Tells answers that never end by themselves that the server is going down.
#[derive(Debug, Clone)]
pub struct Ending(watch::Receiver<bool>);

impl Ending {
    /// The signal and its switch.
    pub fn new() -> (watch::Sender<bool>, Self) {
        let (sender, receiver) = watch::channel(false);
        (sender, Self(receiver))
    }

    /// Resolves when the server is going down.
    pub async fn reached(mut self) {
        // An error means that the switch is gone, and the server with it.
        let _ = self.0.wait_for(|ending| *ending).await;
    }
}

impl Settings {
    /// The part of the configuration that requests depend on.
    pub fn of(config: &Config) -> Self {
        Self {
            public_url: config.url(),
            short_url: config.server.short_url.clone(),
            https: config.is_https(),
            organization: config.security.organization.clone(),
            trust_proxy_headers: config.server.trust_proxy_headers,
            roles: Roles::default(),
        }
    }
}

impl AppState {
    /// State for an engine and its settings.
    pub fn new(engine: Engine, settings: Settings, ending: Ending) -> Self {
        Self { engine, settings: Arc::new(settings), ending, token_limit: Arc::default(), load: Arc::default() }
    }
}
