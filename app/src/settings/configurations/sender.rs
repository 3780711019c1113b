//! Who the messages of a configuration come from.

use domain::channel_configuration::{Channel, ChannelConfigurationDraft};
use leptos::prelude::*;

use super::templates::Templates;
use crate::expressions::ExpressionField;
use crate::failure::ServerFailure;
use crate::i18n::texts;
use crate::ui::TextField;

/// The sender's fields; nothing for push, where the account names the app.
#[component]
pub fn SenderFields(
    channel: Channel,
    draft: ChannelConfigurationDraft,
    templates: Templates,
    failure: Signal<Option<ServerFailure>>,
) -> impl IntoView {
    let fields = match channel {
        Channel::Email => view! { <EmailFields draft templates failure/> }.into_any(),
        Channel::Mobile => view! { <MobileFields draft failure/> }.into_any(),
        Channel::Push => return ().into_any(),
    };
    view! { <fieldset class="form"><legend>{texts().configurations.sender}</legend>{fields}</fieldset> }.into_any()
}

#[component]
fn EmailFields(
    draft: ChannelConfigurationDraft,
    templates: Templates,
    failure: Signal<Option<ServerFailure>>,
) -> impl IntoView {
    let t = texts();
    let told = templates.failure(failure);
    view! {
        <ExpressionField
            path="fromName" name="draft[fromName]" label=t.configurations.from_name hint=t.configurations.from_name_hint
            value=draft.from_name required=true failure=told on_input=templates.on_input(|mail| &mut mail.from_name)
        />
        <TextField
            path="fromAddress" name="draft[fromAddress]" label=t.configurations.from_address
            hint=t.configurations.from_address_hint kind="email" value=draft.from_address required=true failure
        />
        <ExpressionField
            path="replyTo" name="draft[replyTo]" label=t.configurations.reply_to hint=t.configurations.reply_to_hint
            value=draft.reply_to failure=told on_input=templates.on_input(|mail| &mut mail.reply_to)
        />
        <TextField
            path="returnDomain" name="draft[returnDomain]" label=t.configurations.return_domain
            hint=t.configurations.return_domain_hint value=draft.return_domain failure
        />
        <TextField
            path="softBounceThreshold" name="draft[softBounceThreshold]" label=t.configurations.soft_bounce_threshold
            hint=t.configurations.soft_bounce_threshold_hint unit=t.configurations.bounces
            value=draft.soft_bounce_threshold failure
        />
    }
}

#[component]
fn MobileFields(draft: ChannelConfigurationDraft, failure: Signal<Option<ServerFailure>>) -> impl IntoView {
    let t = texts();
    view! {
        <TextField
            path="fromNumber" name="draft[fromNumber]" label=t.providers.from_number hint=t.providers.from_number_hint
            value=draft.from_number failure
        />
        <TextField
            path="defaultRegion" name="draft[defaultRegion]" label=t.providers.default_region
            hint=t.providers.default_region_hint value=draft.default_region failure
        />
    }
}
