//! An SMTP relay in the form. The style sheet shows it for the destination that it belongs to.

use domain::channel_configuration::{ChannelConfigurationDraft, SmtpAuth, SmtpSecurity};
use leptos::prelude::*;

use super::words::{auth_name, security_name};
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
    let is_oauth = draft.auth == SmtpAuth::XOAuth2.as_str();
    let (secret_set, oauth) = (password_set && is_oauth, draft.clone());
    let password_hint =
        if password_set && !is_oauth { t.configurations.password_set } else { t.configurations.password_hint };
    let securities = SmtpSecurity::ALL.iter().map(|it| (it.to_string(), security_name(*it).to_owned())).collect();
    let auths = SmtpAuth::ALL.iter().map(|it| (it.to_string(), auth_name(*it).to_owned())).collect();
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
            <SelectField
                path="auth" name="draft[auth]" label=t.configurations.auth hint=t.configurations.auth_hint
                value=draft.auth options=auths failure
            />
            <div class="form relay-password">
                <TextField
                    path="password" name="draft[password]" label=t.session.password hint=password_hint kind="password"
                    autocomplete="new-password" failure
                />
            </div>
            <OAuthFields draft=oauth secret_set failure/>
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

/// Who asks for access tokens. The style sheet shows it, or the password.
#[component]
fn OAuthFields(
    draft: ChannelConfigurationDraft,
    /// A client secret is stored.
    secret_set: bool,
    failure: Signal<Option<ServerFailure>>,
) -> impl IntoView {
    let t = texts();
    let secret_hint = if secret_set { t.configurations.client_secret_set } else { t.configurations.password_hint };
    view! {
        <div class="form relay-oauth">
            <TextField
                path="tokenUrl" name="draft[tokenUrl]" label=t.configurations.token_url hint=t.configurations.token_url_hint
                value=draft.token_url failure
            />
            <TextField path="clientId" name="draft[clientId]" label=t.configurations.client_id value=draft.client_id failure/>
            <TextField
                path="clientSecret" name="draft[clientSecret]" label=t.configurations.client_secret hint=secret_hint
                kind="password" autocomplete="new-password" failure
            />
            <TextField
                path="refreshToken" name="draft[refreshToken]" label=t.configurations.refresh_token
                hint=t.configurations.refresh_token_hint kind="password" autocomplete="new-password" failure
            />
            <TextField
                path="scope" name="draft[scope]" label=t.configurations.scope hint=t.configurations.scope_hint
                value=draft.scope failure
            />
        </div>
    }
}
