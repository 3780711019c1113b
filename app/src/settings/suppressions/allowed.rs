//! The allow list: its switch, form, filter, table, and what was just removed.

use domain::access::Permission;
use domain::allow_list::{AllowList, Allowed};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::super::emptied::emptied_after;
use super::super::put_back::is_put_back;
use super::allow_calls::{AddAllowed, PutBackAllowed, RemoveAllowed, SetAllowListActive, find_allow_list};
use super::entry::{EntryFields, Filter};
use super::page::ALLOWED;
use crate::i18n::texts;
use crate::layout::{may, sandbox_name};
use crate::ui::{
    Address, Button, EmptyState, FormFailure, Notice, RowButton, Signal4, StateBadge, Table, Time, failure_of, loaded,
};

#[component]
pub fn AllowedTab() -> impl IntoView {
    let t = texts();
    let sandbox = sandbox_name();
    let query = use_query_map();
    let start = move || query.with(|query| query.get("start").unwrap_or_default());
    let switch = ServerAction::<SetAllowListActive>::new();
    let (add, remove) = (ServerAction::<AddAllowed>::new(), ServerAction::<RemoveAllowed>::new());
    let put_back = ServerAction::<PutBackAllowed>::new();
    let changes =
        move || (switch.version().get(), add.version().get(), remove.version().get(), put_back.version().get());
    let list = Resource::new(
        move || (sandbox.get(), start(), changes()),
        |(sandbox, start, _)| find_allow_list(sandbox, start),
    );
    let may_change = may(Permission::ManageConfigurations);
    view! {
        <p class="hint">{t.suppressions.allowed_about}</p>
        <FormFailure failure=failure_of(switch.value())/>
        {loaded(list, move |list| view! { <State active=list.active is_empty={list.count == 0} switch/> })}
        {may_change.then(|| view! { <Add add/> })}
        <Filter list=ALLOWED/>
        <FormFailure failure=failure_of(remove.value())/>
        <FormFailure failure=failure_of(put_back.value())/>
        <div aria-live="polite"><Removed remove put_back/></div>
        {loaded(list, move |list| view! { <Entries list remove may_change/> })}
    }
}

/// What the list does now, and the switch.
#[component]
fn State(active: bool, is_empty: bool, switch: ServerAction<SetAllowListActive>) -> impl IntoView {
    let t = texts();
    let sandbox = sandbox_name().get_untracked();
    let (signal, state, meaning, label) = if active {
        (Signal4::Warning, t.suppressions.active, t.suppressions.active_meaning, t.suppressions.deactivate)
    } else {
        (Signal4::Ok, t.suppressions.inactive, t.suppressions.inactive_meaning, t.suppressions.activate)
    };
    let warning = match (active, is_empty) {
        (true, true) => Some(t.suppressions.empty_warning),
        (false, true) => Some(t.suppressions.would_be_empty),
        _ => None,
    };
    view! {
        <section class="card settings-narrow" aria-labelledby="allow-state">
            <h2 id="allow-state">{t.suppressions.allow_list}</h2>
            <p><StateBadge signal text=state/></p>
            <p>{meaning}</p>
            {warning.map(|text| view! { <Notice kind="warning">{text}</Notice> })}
            {may(Permission::ManageConfigurations).then(|| view! {
                <ActionForm action=switch>
                    <input type="hidden" name="sandbox" value=sandbox/>
                    <input type="hidden" name="active" value=(!active).to_string()/>
                    <Button pending=switch.pending() variant="secondary">{label}</Button>
                </ActionForm>
            })}
        </section>
    }
}

#[component]
fn Add(add: ServerAction<AddAllowed>) -> impl IntoView {
    let t = texts();
    let sandbox = sandbox_name().get_untracked();
    let failure = failure_of(add.value());
    let form = emptied_after(add);
    let added = move || {
        let name = add.value().get().and_then(Result::ok)?;
        Some(view! { <Notice kind="ok">{t.suppressions.now_allowed(name)}</Notice> })
    };
    view! {
        <section class="card settings-narrow" aria-labelledby="allow-title">
            <h2 id="allow-title">{t.suppressions.allow_title}</h2>
            <FormFailure failure/>
            <div aria-live="polite">{added}</div>
            <ActionForm action=add node_ref=form attr:class="form">
                <input type="hidden" name="sandbox" value=sandbox/>
                <EntryFields failure/>
                <div class="row"><Button pending=add.pending()>{t.suppressions.allow}</Button></div>
            </ActionForm>
        </section>
    }
}

#[component]
fn Entries(list: AllowList, remove: ServerAction<RemoveAllowed>, may_change: bool) -> impl IntoView {
    let t = texts();
    let AllowList { entries, count, .. } = list;
    if entries.is_empty() {
        let (title, text) = match count {
            0 => (t.suppressions.none_allowed, t.suppressions.none_allowed_text),
            _ => (t.suppressions.none_found, t.suppressions.none_found_text),
        };
        return view! { <EmptyState title text/> }.into_any();
    }
    let mut columns =
        vec![t.suppressions.address, t.suppressions.comment, t.suppressions.entered_by, t.suppressions.since];
    if may_change {
        columns.push(t.settings.actions);
    }
    let row = move |entry| view! { <Row entry remove may_change/> };
    view! {
        <Table title=t.suppressions.allow_list columns>{entries.into_iter().map(row).collect_view()}</Table>
    }
    .into_any()
}

#[component]
fn Row(entry: Allowed, remove: ServerAction<RemoveAllowed>, may_change: bool) -> impl IntoView {
    let t = texts();
    let domain = entry.is_domain().then(|| view! { <span class="hint">{t.suppressions.domain}</span> });
    let address = entry.address.clone();
    let removal = may_change.then(|| {
        let sandbox = sandbox_name().get_untracked();
        let name = t.suppressions.remove_of(&address);
        view! {
            <td>
                <ActionForm action=remove attr:class="removal">
                    <input type="hidden" name="sandbox" value=sandbox/>
                    <input type="hidden" name="address" value=address/>
                    <RowButton pending=remove.pending() label=t.suppressions.remove name/>
                </ActionForm>
            </td>
        }
    });
    view! {
        <tr>
            <th scope="row" class="wide"><Address text=entry.address/>{domain}</th>
            <td class="wide" data-label=t.suppressions.comment>{entry.comment}</td>
            <td data-label=t.suppressions.entered_by>{entry.entered_by}</td>
            <td data-label=t.suppressions.since><Time at=entry.created_at/></td>
            {removal}
        </tr>
    }
}

/// What was removed, with the way back, until it was put back.
#[component]
fn Removed(remove: ServerAction<RemoveAllowed>, put_back: ServerAction<PutBackAllowed>) -> impl IntoView {
    let t = texts();
    let is_back = is_put_back(remove, put_back);
    move || {
        let entry = remove.value().get().and_then(Result::ok)?;
        let name = entry.address.clone();
        if is_back.get() {
            return Some(view! { <Notice kind="ok">{t.suppressions.now_allowed(name)}</Notice> }.into_any());
        }
        let sandbox = sandbox_name().get_untracked();
        let undo = view! {
            <ActionForm action=put_back attr:class="removal">
                <input type="hidden" name="sandbox" value=sandbox/>
                <input type="hidden" name="allowed" value=serde_json::to_string(&entry).unwrap_or_default()/>
                <Button pending=put_back.pending() variant="secondary">{t.suppressions.undo}</Button>
            </ActionForm>
        };
        Some(view! { <Notice kind="ok">{t.suppressions.not_allowed_any_more(name)}" "{undo}</Notice> }.into_any())
    }
}
