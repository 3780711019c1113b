//! Actions that cannot be undone: the first press says what follows, the second does it.

use leptos::prelude::*;

/// A button that opens `children`: what will happen, and the form that does it. Needs no program in the browser.
#[component]
pub fn Confirmation(
    /// On the button.
    label: &'static str,
    /// What it does, with the row's name, for screen readers.
    #[prop(optional, into)]
    name: String,
    children: Children,
) -> impl IntoView {
    view! {
        <details class="confirmation">
            <summary class="button button-small button-secondary" aria-label=(!name.is_empty()).then_some(name)>{label}</summary>
            <div class="confirmation-body">{children()}</div>
        </details>
    }
}
