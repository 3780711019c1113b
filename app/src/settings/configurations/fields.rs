//! The fields of a configuration, for a new one and for a stored one.

use domain::channel_configuration::{Category, ChannelConfigurationDraft, SmtpSecurity, TransportKind};
use leptos::prelude::*;

use super::words::{category_name, security_name};
use crate::failure::ServerFailure;
use crate::i18n::texts;
use crate::ui::{Fact, Facts, SelectField, TextField};

/// General, sender, transport, delivery. The fields of the relay are shown by the style sheet, for the transport that has them.
#[component]
pub fn Fields(
    draft: ChannelConfigurationDraft,
    /// A password is stored.
    #[prop(optional)]
    password_set: bool,
    /// The category of a configuration that was active does not change.
    #[prop(default = None)]
    fixed_category: Option<Category>,
    failure: Signal<Option<ServerFailure>>,
) -> impl IntoView {
    let t = texts();
    let transports = TransportKind::ALL.iter().map(|kind| {
        let name = match kind {
            TransportKind::Capture => t.configurations.capture,
            TransportKind::Smtp => t.configurations.smtp,
        };
        (kind.to_string(), name.to_owned())
    });
    view! {
        <fieldset class="form">
            <legend>{t.configurations.general}</legend>
            <TextField
                path="name" name="draft[name]" label=t.configurations.name hint=t.configurations.name_hint
                value=draft.name.clone() required=true failure
            />
            <CategoryField value=draft.category.clone() fixed_category failure/>
        </fieldset>
        <fieldset class="form">
            <legend>{t.configurations.sender}</legend>
            <TextField
                path="fromName" name="draft[fromName]" label=t.configurations.from_name hint=t.configurations.from_name_hint
                value=draft.from_name.clone() required=true failure
            />
            <TextField
                path="fromAddress" name="draft[fromAddress]" label=t.configurations.from_address
                hint=t.configurations.from_address_hint kind="email" value=draft.from_address.clone() required=true failure
            />
            <TextField
                path="replyTo" name="draft[replyTo]" label=t.configurations.reply_to hint=t.configurations.reply_to_hint
                kind="email" value=draft.reply_to.clone() failure
            />
        </fieldset>
        <fieldset class="form">
            <legend>{t.configurations.transport}</legend>
            <SelectField
                path="transport" name="draft[transport]" label=t.configurations.destination hint=t.configurations.transport_hint
                value=draft.transport.clone() options=transports.collect() failure
            />
            <Relay draft=draft.clone() password_set failure/>
        </fieldset>
        <fieldset class="form">
            <legend>{t.configurations.delivery}</legend>
            <TextField
                path="retryMinutes" name="draft[retryMinutes]" label=t.configurations.retry_minutes
                hint=t.configurations.retry_minutes_hint unit=t.configurations.minutes value=draft.retry_minutes failure
            />
            <TextField
                path="maxPerSecond" name="draft[maxPerSecond]" label=t.configurations.max_per_second
                hint=t.configurations.max_per_second_hint unit=t.configurations.per_second value=draft.max_per_second failure
            />
            <TextField
                path="maxPerSecondPerDomain" name="draft[maxPerSecondPerDomain]"
                label=t.configurations.max_per_second_per_domain hint=t.configurations.max_per_second_per_domain_hint
                unit=t.configurations.per_second value=draft.max_per_second_per_domain failure
            />
        </fieldset>
    }
}

#[component]
fn CategoryField(
    value: String,
    fixed_category: Option<Category>,
    failure: Signal<Option<ServerFailure>>,
) -> impl IntoView {
    let t = texts();
    if let Some(category) = fixed_category {
        return view! {
            <input type="hidden" name="draft[category]" value=category.as_str()/>
            <Facts>
                <Fact name=t.configurations.category>{category_name(category)}<p class="hint">{t.configurations.category_fixed}</p></Fact>
            </Facts>
        }
        .into_any();
    }
    let options = Category::ALL.iter().map(|it| (it.to_string(), category_name(*it).to_owned())).collect();
    view! {
        <SelectField
            path="category" name="draft[category]" label=t.configurations.category hint=t.configurations.category_hint
            value options failure
        />
    }
    .into_any()
}

#[component]
fn Relay(
    draft: ChannelConfigurationDraft,
    password_set: bool,
    failure: Signal<Option<ServerFailure>>,
) -> impl IntoView {
    let t = texts();
    let password_hint = if password_set { t.configurations.password_set } else { t.configurations.password_hint };
    let securities = SmtpSecurity::ALL.iter().map(|it| (it.to_string(), security_name(*it).to_owned())).collect();
    view! {
        <div class="form relay">
            <TextField
                path="host" name="draft[host]" label=t.configurations.host hint=t.configurations.host_hint
                value=draft.host required=true failure
            />
            <TextField
                path="port" name="draft[port]" label=t.configurations.port hint=t.configurations.port_hint
                value=draft.port required=true failure
            />
            <SelectField
                path="security" name="draft[security]" label=t.configurations.security hint=t.configurations.security_hint
                value=draft.security options=securities failure
            />
            <TextField
                path="username" name="draft[username]" label=t.configurations.username hint=t.configurations.username_hint
                value=draft.username failure
            />
            <TextField
                path="password" name="draft[password]" label=t.session.password hint=password_hint kind="password"
                autocomplete="new-password" failure
            />
            <TextField
                path="maxConnections" name="draft[maxConnections]" label=t.configurations.max_connections
                hint=t.configurations.max_connections_hint unit=t.configurations.connections value=draft.max_connections failure
            />
        </div>
    }
}
