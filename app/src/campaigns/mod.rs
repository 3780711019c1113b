//! Campaigns: list, wizard, overview with the trigger call.

mod snippets;

use leptos::prelude::*;

/// Not built yet.
#[component]
pub fn ListPage() -> impl IntoView {
    view! { <p>"…"</p> }
}

/// Not built yet.
#[component]
pub fn CreatePage() -> impl IntoView {
    view! { <p>"…"</p> }
}

/// Not built yet.
#[component]
pub fn OverviewPage() -> impl IntoView {
    view! { <p>"…"</p> }
}

/// Not built yet.
#[component]
pub fn WizardPage() -> impl IntoView {
    view! { <p>"…"</p> }
}
