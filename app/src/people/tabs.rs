//! The pages about people, beside each other.

use domain::access::Permission;
use leptos::prelude::*;
use leptos_router::hooks::use_location;

use super::people_path;
use crate::i18n::texts;
use crate::layout::{may, sandbox_name};

#[component]
pub fn PeopleTabs() -> impl IntoView {
    let t = texts();
    let sandbox = sandbox_name();
    let path = use_location().pathname;
    let tab = move |section: &'static str, name: &'static str| {
        let href = move || people_path(&sandbox.get(), section);
        // People without more is the list of profiles.
        let open = move || path.get().split('/').nth(3).unwrap_or("profiles").to_owned();
        let current = move || (open() == section || path.get().ends_with(&format!("/{section}"))).then_some("page");
        view! { <a href=href class="tab" aria-current=current>{name}</a> }
    };
    view! {
        <nav class="tabs" aria-label=t.people.title>
            {tab("profiles", t.people.profiles)}
            {tab("audiences", t.audiences.title)}
            {tab("attributes", t.people.attributes)}
            {tab("imports", t.people.imports)}
            {may(Permission::ManageConsent).then(|| tab("consent", t.consent.title))}
        </nav>
    }
}
