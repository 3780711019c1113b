//! What a person said about marketing, found by their address.

use std::sync::Arc;

use domain::access::Permission;
use domain::channel_configuration::Channel;
use leptos::prelude::*;
use leptos_router::components::{A, Form};
use leptos_router::hooks::{use_location, use_query_map};

use super::calls::{FoundConsent, SetConsent, find_consent};
use super::files::Files;
use super::record::{History, InForce};
use super::set::SetChoice;
use crate::channel::channel_name;
use crate::i18n::texts;
use crate::layout::sandbox_name;
use crate::people::{PeopleTabs, people_path};
use crate::settings::permitted;
use crate::ui::{FormFailure, Notice, PageHeader, SelectField, TextField, drop_empty, failure_of, loaded};

/// The search, what was found, and files of many choices.
#[component]
pub fn ConsentPage() -> impl IntoView {
    permitted(Permission::ManageConsent, texts().consent.title, || view! { <Content/> })
}

#[component]
fn Content() -> impl IntoView {
    let t = texts();
    let sandbox = sandbox_name();
    let query = use_query_map();
    let value = move |name: &'static str| query.with(|query| query.get(name).unwrap_or_default());
    let set = ServerAction::<SetConsent>::new();
    let found = Resource::new(
        move || (sandbox.get(), value("channel"), value("address"), set.version().get()),
        |(sandbox, channel, address, _)| find_consent(sandbox, channel, address),
    );
    let channel = move || value("channel").parse().unwrap_or(Channel::Email);
    let topics = people_path(&sandbox.get_untracked(), "topics");
    let entered = move || {
        let is_new = set.value().get().and_then(Result::ok)?;
        let text = if is_new { t.consent.entered } else { t.consent.nothing_new };
        Some(view! { <Notice kind="ok">{text}</Notice> })
    };
    view! {
        <PageHeader title=t.consent.title>
            <A href=topics attr:class="button button-secondary">{t.topics.title}</A>
        </PageHeader>
        <PeopleTabs/>
        <p class="hint">{t.consent.about}" "{t.consent.address_hint}</p>
        <Search/>
        <FormFailure failure=failure_of(set.value())/>
        <div aria-live="polite">{entered}</div>
        {loaded(found, move |found| found.map(|found| view! { <Found found channel=channel() address=value("address") set/> }))}
        <Files/>
    }
}

/// A plain form that asks for this page with another address.
#[component]
fn Search() -> impl IntoView {
    let t = texts();
    let path = use_location().pathname.get_untracked();
    let query = use_query_map();
    let value = move |name: &'static str| query.with(|query| query.get(name).unwrap_or_default());
    let channels = || Channel::ALL.iter().map(|it| (it.to_string(), channel_name(*it).to_owned())).collect::<Vec<_>>();
    view! {
        <Form method="GET" action="" on_form_data=Arc::new(drop_empty) attr:class="filters" attr:role="search" attr:aria-label=t.consent.search>
            {move || view! { <SelectField path="channel" label=t.consent.channel value=value("channel") options=channels()/> }}
            {move || view! {
                <TextField
                    path="address" label=t.consent.address value=value("address") placeholder="ann@example.com"
                />
            }}
            <div class="row filter-actions">
                <button type="submit" class="button button-secondary">{t.consent.look_up}</button>
                {move || (!value("address").is_empty()).then(|| view! { <A href=path.clone() attr:class="quiet-link">{t.common.clear_filters}</A> })}
            </div>
        </Form>
    }
}

#[component]
fn Found(found: FoundConsent, channel: Channel, address: String, set: ServerAction<SetConsent>) -> impl IntoView {
    let FoundConsent { record, topics, empty } = found;
    let offered = topics.iter().filter(|topic| !topic.removed).cloned().collect::<Vec<_>>();
    let sandbox = sandbox_name().get_untracked();
    let person = record.profile_id.clone().map(|id| {
        let href = people_path(&sandbox, &format!("profiles/{id}"));
        view! { <p><A href=href>{texts().consent.to_profile}</A></p> }
    });
    view! {
        {person}
        <InForce consents=record.consents topics=topics.clone() channel empty/>
        <SetChoice channel address person=record.profile_id topics=offered set/>
        <History entries=record.history topics/>
    }
}
