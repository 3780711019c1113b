//! The pages of the library, beside each other.

use leptos::prelude::*;
use leptos_router::hooks::use_location;

use crate::i18n::texts;
use crate::layout::sandbox_name;

#[component]
pub fn LibraryTabs() -> impl IntoView {
    let t = texts();
    let sandbox = sandbox_name();
    let path = use_location().pathname;
    let tab = move |section: &'static str, name: &'static str| {
        let href = move || format!("/{}/library/{section}", sandbox.get());
        let current = move || (path.get().split('/').nth(3).unwrap_or("templates") == section).then_some("page");
        view! { <a href=href class="tab" aria-current=current>{name}</a> }
    };
    view! {
        <nav class="tabs" aria-label=t.library.title>
            {tab("templates", t.library.templates)}
            {tab("fragments", t.library.fragments)}
            {tab("images", t.library.images)}
        </nav>
    }
}
