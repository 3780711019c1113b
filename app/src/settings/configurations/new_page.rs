//! A new channel configuration.

use domain::access::Permission;
use domain::channel_configuration::{Channel, ChannelConfigurationDraft, MESSAGES_PER_CONNECTION, RETRY_MINUTES_MAX};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::super::permitted::permitted;
use super::channel_choice::{ChannelChoice, channel_of};
use super::fields::Fields;
use super::{CreateConfiguration, above_configuration};
use crate::i18n::texts;
use crate::layout::sandbox_name;
use crate::ui::{Button, FormFailure, PageHeader, failure_of, warn_before_leaving};

/// The form of a configuration that is not stored yet.
#[component]
pub fn NewConfigurationPage() -> impl IntoView {
    permitted(Permission::ManageConfigurations, texts().configurations.create, || view! { <Content/> })
}

#[component]
fn Content() -> impl IntoView {
    let query = use_query_map();
    let channel = Memo::new(move |_| channel_of(&query.with(|query| query.get("channel").unwrap_or_default())));
    view! {
        <PageHeader title=texts().configurations.create above=above_configuration(&sandbox_name().get_untracked())/>
        <ChannelChoice chosen=channel/>
        // Another channel has other fields: nothing of one form belongs into another.
        {move || view! { <CreateForm channel=channel.get()/> }}
    }
}

#[component]
fn CreateForm(channel: Channel) -> impl IntoView {
    let t = texts();
    let sandbox = sandbox_name();
    let create = ServerAction::<CreateConfiguration>::new();
    let failure = failure_of(create.value());
    let dirty = RwSignal::new(false);
    warn_before_leaving(dirty);
    view! {
        <ActionForm
            action=create attr:class="card form configuration" attr:novalidate="novalidate"
            on:input=move |_| dirty.set(true)
        >
            <FormFailure failure/>
            <input type="hidden" name="sandbox" value=move || sandbox.get()/>
            <Fields channel draft=proposal() dirty failure/>
            <p class="hint">{t.configurations.create_hint}</p>
            <Button pending=create.pending()>{t.configurations.create}</Button>
        </ActionForm>
    }
}

/// Nothing leaves the machine at first; and what most relays need.
fn proposal() -> ChannelConfigurationDraft {
    ChannelConfigurationDraft {
        category: "transactional".to_owned(),
        transport: "capture".to_owned(),
        port: "587".to_owned(),
        security: "starttls".to_owned(),
        auth: "password".to_owned(),
        max_connections: "4".to_owned(),
        max_messages_per_connection: MESSAGES_PER_CONNECTION.to_string(),
        retry_minutes: RETRY_MINUTES_MAX.to_string(),
        ..ChannelConfigurationDraft::default()
    }
}
