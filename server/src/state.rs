//! What every handler can reach.

use std::sync::Arc;

use axum::extract::FromRef;
use engine::Engine;
use leptos::config::LeptosOptions;
use tokio::sync::watch;

use crate::config::Config;

/// Built once in `main`, cloned for each request.
#[derive(Clone, FromRef)]
pub struct AppState {
    pub engine: Engine,
    pub leptos_options: LeptosOptions,
    pub settings: Arc<Settings>,
    pub ending: Ending,
}

/// The settings that requests depend on.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// What callers must send as `x-gw-ims-org-id`; empty: anything.
    pub organization: String,
    /// Take the caller's address from `X-Forwarded-For`.
    pub trust_proxy_headers: bool,
    /// The console is reached over TLS.
    pub https: bool,
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
    pub async fn reached(&mut self) {
        // An error means that the switch is gone, and the server with it.
        let _ = self.0.wait_for(|ending| *ending).await;
    }
}

impl AppState {
    /// State for an engine and its settings.
    pub fn new(engine: Engine, config: &Config, ending: Ending) -> Self {
        let settings = Settings {
            organization: config.security.organization.clone(),
            trust_proxy_headers: config.server.trust_proxy_headers,
            https: config.is_https(),
        };
        Self { engine, leptos_options: crate::console::leptos_options(), settings: Arc::new(settings), ending }
    }

    /// State for tests and tools: settings as given, never ending.
    pub fn with_settings(engine: Engine, settings: Settings) -> Self {
        // The switch is dropped, so streams end at once: what a test wants.
        let (_, ending) = Ending::new();
        Self { engine, leptos_options: crate::console::leptos_options(), settings: Arc::new(settings), ending }
    }
}
