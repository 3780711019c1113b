//! A part of a long form that opens and closes.

use leptos::prelude::*;

use crate::failure::ServerFailure;

/// One with a fault at one of `paths` opens.
#[component]
pub fn FormSection(
    title: &'static str,
    /// What it is for.
    #[prop(into)]
    about: String,
    /// Where the faults of its fields stand.
    paths: Vec<String>,
    /// At first.
    open: bool,
    failure: Signal<Option<ServerFailure>>,
    children: Children,
) -> impl IntoView {
    let is_faulty = move || {
        let faults = failure.get().map(|failure| failure.faults()).unwrap_or_default();
        paths.iter().any(|path| faults.at(path).is_some())
    };
    view! {
        <details class="account-section" open=move || open || is_faulty()>
            <summary>{title}</summary>
            <div class="form">
                <p class="hint">{about}</p>
                {children()}
            </div>
        </details>
    }
}
