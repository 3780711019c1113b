//! The suppression list: filter, form, table, and what was just removed.

use domain::access::Permission;
use domain::suppression::{Suppression, SuppressionKind};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::super::emptied::emptied_after;
use super::super::put_back::is_put_back;
use super::calls::{AddSuppression, PutBackSuppression, RemoveSuppression, list_suppressions};
use super::entry::{EntryFields, Filter};
use super::list::Suppressions;
use super::page::SUPPRESSED;
use crate::i18n::texts;
use crate::layout::{may, sandbox_name};
use crate::ui::{Button, FormFailure, Notice, failure_of, loaded};

#[component]
pub fn SuppressedTab() -> impl IntoView {
    let t = texts();
    let sandbox = sandbox_name();
    let query = use_query_map();
    let value = move |name: &'static str| query.with(|query| query.get(name).unwrap_or_default());
    let add = ServerAction::<AddSuppression>::new();
    let remove = ServerAction::<RemoveSuppression>::new();
    let put_back = ServerAction::<PutBackSuppression>::new();
    let changes = move || (add.version().get(), remove.version().get(), put_back.version().get());
    let suppressions = Resource::new(
        move || (sandbox.get(), value("kind"), value("start"), changes()),
        |(sandbox, kind, start, _)| list_suppressions(sandbox, kind, start),
    );
    let is_filtered = move || !value("kind").is_empty() || !value("start").is_empty();
    view! {
        <p class="hint">{t.suppressions.about}</p>
        {may(Permission::ManageConfigurations).then(|| view! { <Add add/> })}
        <Filter list=SUPPRESSED kinds=kinds()/>
        <FormFailure failure=failure_of(remove.value())/>
        <FormFailure failure=failure_of(put_back.value())/>
        <div aria-live="polite"><Removed remove put_back/></div>
        {loaded(suppressions, move |suppressions| view! {
            <Suppressions suppressions is_filtered=is_filtered() remove/>
        })}
    }
}

fn kinds() -> Vec<(String, String)> {
    let all = (String::new(), texts().suppressions.every_kind.to_owned());
    let kinds = SuppressionKind::ALL.iter().map(|kind| (kind.to_string(), kind_name(*kind).to_owned()));
    std::iter::once(all).chain(kinds).collect()
}

/// In the page's language.
pub fn kind_name(kind: SuppressionKind) -> &'static str {
    let t = texts();
    match kind {
        SuppressionKind::Hard => t.suppressions.hard,
        SuppressionKind::Soft => t.suppressions.soft,
        SuppressionKind::Manual => t.suppressions.manual,
        SuppressionKind::Wish => t.suppressions.wish,
    }
}

#[component]
fn Add(add: ServerAction<AddSuppression>) -> impl IntoView {
    let t = texts();
    let sandbox = sandbox_name().get_untracked();
    let failure = failure_of(add.value());
    let form = emptied_after(add);
    let added = move || {
        let name = add.value().get().and_then(Result::ok)?;
        Some(view! { <Notice kind="ok">{t.suppressions.added(name)}</Notice> })
    };
    view! {
        <section class="card settings-narrow" aria-labelledby="add-title">
            <h2 id="add-title">{t.suppressions.add_title}</h2>
            <FormFailure failure/>
            <div aria-live="polite">{added}</div>
            <ActionForm action=add node_ref=form attr:class="form">
                <input type="hidden" name="sandbox" value=sandbox/>
                <EntryFields failure/>
                <div class="row"><Button pending=add.pending()>{t.suppressions.add}</Button></div>
            </ActionForm>
        </section>
    }
}

/// What was removed, with the way back, until it was put back.
#[component]
fn Removed(remove: ServerAction<RemoveSuppression>, put_back: ServerAction<PutBackSuppression>) -> impl IntoView {
    let t = texts();
    let removed = move || remove.value().get().and_then(Result::ok);
    let is_back = is_put_back(remove, put_back);
    move || {
        removed().map(|suppression| {
            let name = suppression.address.clone();
            if is_back.get() {
                view! { <Notice kind="ok">{t.suppressions.put_back(name)}</Notice> }.into_any()
            } else {
                view! { <Notice kind="ok">{t.suppressions.removed(name)}" "<PutBack suppression put_back/></Notice> }
                    .into_any()
            }
        })
    }
}

#[component]
fn PutBack(suppression: Suppression, put_back: ServerAction<PutBackSuppression>) -> impl IntoView {
    let t = texts();
    let sandbox = sandbox_name().get_untracked();
    let suppression = serde_json::to_string(&suppression).unwrap_or_default();
    view! {
        <ActionForm action=put_back attr:class="removal">
            <input type="hidden" name="sandbox" value=sandbox/>
            <input type="hidden" name="suppression" value=suppression/>
            <Button pending=put_back.pending() variant="secondary">{t.suppressions.undo}</Button>
        </ActionForm>
    }
}
