//! Settings: channel configurations, API clients, users, sandbox.

use leptos::prelude::*;

/// Not built yet.
#[component]
pub fn SettingsPage() -> impl IntoView {
    view! { <p>"…"</p> }
}

/// Not built yet.
#[component]
pub fn ConfigurationsPage() -> impl IntoView {
    view! { <p>"…"</p> }
}

/// Not built yet.
#[component]
pub fn NewConfigurationPage() -> impl IntoView {
    view! { <p>"…"</p> }
}

/// Not built yet.
#[component]
pub fn ConfigurationPage() -> impl IntoView {
    view! { <p>"…"</p> }
}

/// Not built yet.
#[component]
pub fn ApiClientsPage() -> impl IntoView {
    view! { <p>"…"</p> }
}

/// Not built yet.
#[component]
pub fn UsersPage() -> impl IntoView {
    view! { <p>"…"</p> }
}

/// Not built yet.
#[component]
pub fn SandboxPage() -> impl IntoView {
    view! { <p>"…"</p> }
}
