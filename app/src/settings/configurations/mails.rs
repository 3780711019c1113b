//! What mails of a configuration say beside their content, who gets copies of them, and whether complaints keep them back.

use domain::channel_configuration::{Channel, ChannelConfigurationDraft};
use leptos::prelude::*;

use super::templates::Templates;
use crate::expressions::ExpressionField;
use crate::failure::ServerFailure;
use crate::i18n::texts;
use crate::ui::{SelectField, TextArea, TextField};

/// Nothing for other channels.
#[component]
pub fn MailFields(
    channel: Channel,
    draft: ChannelConfigurationDraft,
    templates: Templates,
    failure: Signal<Option<ServerFailure>>,
) -> impl IntoView {
    let t = texts();
    if channel != Channel::Email {
        return ().into_any();
    }
    let told = templates.failure(failure);
    let to_complained = vec![
        (false.to_string(), t.configurations.send_to_complained_no.to_owned()),
        (true.to_string(), t.configurations.send_to_complained_yes.to_owned()),
    ];
    view! {
        <fieldset class="form">
            <legend>{t.configurations.in_mails}</legend>
            <p class="hint">{t.configurations.in_mails_about("{{ context.store }}")}</p>
            <ExpressionField
                path="fromTemplate" name="draft[fromTemplate]" label=t.configurations.from_template
                hint=t.configurations.from_template_hint("{{ context.store }}@example.com") value=draft.from_template
                failure=told on_input=templates.on_input(|mail| &mut mail.from_address)
            />
            <ExpressionField
                path="senderAddress" name="draft[senderAddress]" label=t.configurations.sender_address
                hint=t.configurations.sender_address_hint value=draft.sender_address
                failure=told on_input=templates.on_input(|mail| &mut mail.sender_address)
            />
            <ExpressionField
                path="senderName" name="draft[senderName]" label=t.configurations.sender_name value=draft.sender_name
                failure=told on_input=templates.on_input(|mail| &mut mail.sender_name)
            />
            <ExpressionField
                path="urlParameters" name="draft[urlParameters]" label=t.configurations.url_parameters
                hint=t.configurations.url_parameters_hint("utm_campaign={{ campaign_name }}") value=draft.url_parameters rows=4
                source=true failure=told on_input=templates.on_parameters()
            />
        </fieldset>
        <fieldset class="form">
            <legend>{t.configurations.copies}</legend>
            <TextField
                path="archive" name="draft[archive]" label=t.configurations.archive hint=t.configurations.archive_hint
                kind="email" value=draft.archive failure
            />
            <TextArea
                path="seeds" name="draft[seeds]" label=t.configurations.seeds hint=t.configurations.seeds_hint
                value=draft.seeds source=true failure
            />
        </fieldset>
        <fieldset class="form">
            <legend>{t.configurations.complained}</legend>
            <SelectField
                path="sendToComplained" name="draft[sendToComplained]" label=t.configurations.send_to_complained
                hint=t.configurations.send_to_complained_hint value=draft.send_to_complained.to_string() options=to_complained failure
            />
        </fieldset>
    }
    .into_any()
}
