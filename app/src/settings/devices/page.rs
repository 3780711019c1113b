//! Devices on which people take notifications.

use std::sync::Arc;

use domain::access::Permission;
use domain::device::Device;
use leptos::prelude::*;
use leptos_router::components::{A, Form};
use leptos_router::hooks::{use_location, use_query_map};

use super::super::{above, permitted::permitted, put_back::is_put_back};
use super::list::{Devices, shown};
use super::{PutBackDevice, RemoveDevice, list_devices};
use crate::i18n::texts;
use crate::layout::sandbox_name;
use crate::ui::{Button, FormFailure, NextPage, Notice, PageHeader, TextField, drop_empty, failure_of, loaded};

/// The list, the search for a person, and what was just removed.
#[component]
pub fn DevicesPage() -> impl IntoView {
    permitted(Permission::ViewConfigurations, texts().devices.title, || view! { <Content/> })
}

#[component]
fn Content() -> impl IntoView {
    let t = texts();
    let sandbox = sandbox_name();
    let query = use_query_map();
    let value = move |name: &'static str| query.with(|query| query.get(name).unwrap_or_default());
    let (remove, put_back) = (ServerAction::<RemoveDevice>::new(), ServerAction::<PutBackDevice>::new());
    let devices = Resource::new(
        move || (sandbox.get(), value("user"), value("cursor"), remove.version().get(), put_back.version().get()),
        |(sandbox, user, cursor, _, _)| list_devices(sandbox, user, cursor),
    );
    view! {
        <PageHeader title=t.devices.title above=above(&sandbox.get_untracked())/>
        <p class="hint">{t.devices.about}</p>
        <Search/>
        <FormFailure failure=failure_of(remove.value())/>
        <FormFailure failure=failure_of(put_back.value())/>
        <div aria-live="polite"><Removed remove put_back/></div>
        {loaded(devices, move |page| view! {
            <Devices devices=page.rows is_filtered=!value("user").is_empty() remove/>
            <NextPage next=page.next/>
        })}
    }
}

/// A plain form that asks for this page with another person.
#[component]
fn Search() -> impl IntoView {
    let t = texts();
    let path = use_location().pathname.get_untracked();
    let query = use_query_map();
    let user = move || query.with(|query| query.get("user").unwrap_or_default());
    view! {
        <Form method="GET" action="" on_form_data=Arc::new(drop_empty) attr:class="filters" attr:role="search" attr:aria-label=t.devices.search>
            {move || view! { <TextField path="user" label=t.devices.user value=user() placeholder="ann@example.com"/> }}
            <div class="row filter-actions">
                <button type="submit" class="button button-secondary">{t.common.filter}</button>
                {move || (!user().is_empty()).then(|| view! { <A href=path.clone() attr:class="quiet-link">{t.common.clear_filters}</A> })}
            </div>
        </Form>
    }
}

/// What was removed, with the way back, until it was put back.
#[component]
fn Removed(remove: ServerAction<RemoveDevice>, put_back: ServerAction<PutBackDevice>) -> impl IntoView {
    let t = texts();
    let device = move || remove.value().get().and_then(Result::ok);
    let is_back = is_put_back(remove, put_back);
    move || {
        device().map(|device| {
            let name = shown(&device);
            if is_back.get() {
                view! { <Notice kind="ok">{t.devices.put_back(name)}</Notice> }.into_any()
            } else {
                view! { <Notice kind="ok">{t.devices.removed(name)}" "<PutBack device put_back/></Notice> }.into_any()
            }
        })
    }
}

#[component]
fn PutBack(device: Device, put_back: ServerAction<PutBackDevice>) -> impl IntoView {
    let t = texts();
    let sandbox = sandbox_name().get_untracked();
    let device = serde_json::to_string(&device).unwrap_or_default();
    view! {
        <ActionForm action=put_back attr:class="removal">
            <input type="hidden" name="sandbox" value=sandbox/>
            <input type="hidden" name="device" value=device/>
            <Button pending=put_back.pending() variant="secondary">{t.devices.undo}</Button>
        </ActionForm>
    }
}
