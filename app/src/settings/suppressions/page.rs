//! Addresses that are not written to.

use domain::access::Permission;
use leptos::prelude::*;

use super::super::{above, permitted::permitted};
use super::list::Suppressions;
use super::{RemoveSuppression, list_suppressions};
use crate::i18n::texts;
use crate::layout::sandbox_name;
use crate::ui::{FormFailure, Notice, PageHeader, failure_of, loaded};

/// The list, and what was just removed from it.
#[component]
pub fn SuppressionsPage() -> impl IntoView {
    permitted(Permission::ViewConfigurations, texts().suppressions.title, || view! { <Content/> })
}

#[component]
fn Content() -> impl IntoView {
    let t = texts();
    let sandbox = sandbox_name();
    let remove = ServerAction::<RemoveSuppression>::new();
    let suppressions =
        Resource::new(move || (sandbox.get(), remove.version().get()), |(sandbox, _)| list_suppressions(sandbox));
    let removed = move || {
        let address = remove.value().get().and_then(Result::ok)?;
        Some(view! { <Notice kind="ok">{t.suppressions.removed(address)}</Notice> })
    };
    view! {
        <PageHeader title=t.suppressions.title above=above(&sandbox.get_untracked())/>
        <p class="hint">{t.suppressions.about}</p>
        <FormFailure failure=failure_of(remove.value())/>
        <div aria-live="polite">{removed}</div>
        {loaded(suppressions, move |suppressions| view! { <Suppressions suppressions remove/> })}
    }
}
