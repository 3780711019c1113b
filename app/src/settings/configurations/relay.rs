//! An SMTP relay in the form. The style sheet shows it for the destination that it belongs to.

use domain::channel_configuration::{ChannelConfigurationDraft, SmtpSecurity};
use leptos::prelude::*;

use super::words::security_name;
use crate::failure::ServerFailure;
use crate::i18n::texts;
use crate::ui::{SelectField, TextField};

/// Where the relay is and how to sign in.
#[component]
pub fn RelayFields(
    draft: ChannelConfigurationDraft,
    /// A password is stored.
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
            <TextField
                path="maxMessagesPerConnection" name="draft[maxMessagesPerConnection]"
                label=t.configurations.max_messages_per_connection hint=t.configurations.max_messages_per_connection_hint
                unit=t.configurations.messages value=draft.max_messages_per_connection failure
            />
        </div>
    }
}
