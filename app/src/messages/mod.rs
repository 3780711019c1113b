//! The send log: executions, messages, the page of one message, the capture inbox.

use leptos::prelude::*;

/// Not built yet.
#[component]
pub fn ExecutionsPage() -> impl IntoView {
    view! { <p>"…"</p> }
}

/// Not built yet.
#[component]
pub fn ExecutionPage() -> impl IntoView {
    view! { <p>"…"</p> }
}

/// Not built yet.
#[component]
pub fn MessagesPage() -> impl IntoView {
    view! { <p>"…"</p> }
}

/// Not built yet.
#[component]
pub fn MessagePage() -> impl IntoView {
    view! { <p>"…"</p> }
}

/// Not built yet.
#[component]
pub fn InboxPage() -> impl IntoView {
    view! { <p>"…"</p> }
}
