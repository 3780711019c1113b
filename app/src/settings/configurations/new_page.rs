//! A new channel configuration.

use domain::access::Permission;
use domain::channel_configuration::{ChannelConfigurationDraft, RETRY_MINUTES_MAX};
use leptos::prelude::*;

use super::super::permitted::permitted;
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
    let t = texts();
    let sandbox = sandbox_name();
    let create = ServerAction::<CreateConfiguration>::new();
    let failure = failure_of(create.value());
    let dirty = RwSignal::new(false);
    warn_before_leaving(dirty);
    view! {
        <PageHeader title=t.configurations.create above=above_configuration(&sandbox.get_untracked())/>
        <ActionForm
            action=create attr:class="card form configuration" attr:novalidate="novalidate"
            on:input=move |_| dirty.set(true)
        >
            <FormFailure failure/>
            <input type="hidden" name="sandbox" value=move || sandbox.get()/>
            <Fields draft=proposal() failure/>
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
        max_connections: "4".to_owned(),
        retry_minutes: RETRY_MINUTES_MAX.to_string(),
        ..ChannelConfigurationDraft::default()
    }
}
