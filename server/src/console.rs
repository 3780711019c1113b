//! The console as a part of the server: the crate `app` with the settings of this process.

use std::sync::Arc;

use app::console::{Console, ConsoleSettings};
use axum::Router;
use leptos::config::LeptosOptions;

use crate::state::AppState;

/// Pages and server functions.
pub fn router(state: &AppState) -> Router {
    let settings = ConsoleSettings {
        public_url: state.settings.public_url.clone(),
        https: state.settings.https,
        trust_proxy_headers: state.settings.trust_proxy_headers,
    };
    app::console::router(Console {
        engine: state.engine.clone(),
        leptos_options: leptos_options(),
        settings: Arc::new(settings),
    })
}

/// Names of the files that a page loads; they are embedded, so no folder is given.
fn leptos_options() -> LeptosOptions {
    LeptosOptions::builder().output_name("hermod").site_pkg_dir("pkg").build()
}
