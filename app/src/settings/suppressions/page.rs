//! Whom mails do not go to, and whom they may go to alone.

use domain::access::Permission;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::super::{above, permitted::permitted};
use super::allowed::AllowedTab;
use super::files::FilesTab;
use super::suppressed::SuppressedTab;
use crate::i18n::texts;
use crate::layout::sandbox_name;
use crate::ui::PageHeader;

/// Words of the tabs in the address.
pub const SUPPRESSED: &str = "suppressed";
pub const ALLOWED: &str = "allowed";
pub const FILES: &str = "files";

/// Three tabs; the open one is in the address.
#[component]
pub fn SuppressionsPage() -> impl IntoView {
    permitted(Permission::ViewConfigurations, texts().suppressions.title, || view! { <Content/> })
}

#[component]
fn Content() -> impl IntoView {
    let t = texts();
    let sandbox = sandbox_name();
    let query = use_query_map();
    let open = Memo::new(move |_| match query.with(|query| query.get("list")).as_deref() {
        Some(ALLOWED) => ALLOWED,
        Some(FILES) => FILES,
        _ => SUPPRESSED,
    });
    let tab = move |word: &'static str, name: &'static str| {
        let href = move || format!("/{}/settings/suppressions?list={word}", sandbox.get());
        let current = move || (open.get() == word).then_some("page");
        view! { <a href=href class="tab" data-noscroll="" aria-current=current>{name}</a> }
    };
    view! {
        <PageHeader title=t.suppressions.title above=above(&sandbox.get_untracked())/>
        <nav class="tabs" aria-label=t.suppressions.lists>
            {tab(SUPPRESSED, t.suppressions.suppressed)}
            {tab(ALLOWED, t.suppressions.allowed)}
            {tab(FILES, t.suppressions.files)}
        </nav>
        {move || match open.get() {
            ALLOWED => view! { <AllowedTab/> }.into_any(),
            FILES => view! { <FilesTab/> }.into_any(),
            _ => view! { <SuppressedTab/> }.into_any(),
        }}
    }
}
