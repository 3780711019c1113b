//! A small menu: a button that names the present choice and opens the others.

use leptos::prelude::*;

/// The browser itself opens and closes it, also with Escape and without a program.
#[component]
pub fn Menu(
    /// Of the list, once on a page.
    id: &'static str,
    /// What is chosen, for screen readers.
    label: &'static str,
    /// The present choice.
    present: &'static str,
    /// Buttons or links.
    children: Children,
) -> impl IntoView {
    view! {
        <button type="button" class="quiet-button menu-button" popovertarget=id aria-haspopup="true" aria-label=format!("{label}: {present}")>
            {present}
        </button>
        <div popover="auto" id=id class="menu" role="group" aria-label=label>{children()}</div>
    }
}
