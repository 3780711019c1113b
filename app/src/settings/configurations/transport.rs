//! Where messages go: the choice, and the fields of what is chosen.

use domain::channel_configuration::{Channel, ChannelConfigurationDraft, TransportKind};
use domain::provider::ProviderAccount;
use leptos::prelude::*;
use leptos_router::hooks::{use_location, use_query_map};
use wasm_bindgen::JsCast as _;

use super::account::AccountFields;
use super::relay::RelayFields;
use super::words::transport_name;
use crate::failure::ServerFailure;
use crate::i18n::texts;
use crate::ui::{SelectField, field_id};

/// The destination. Only the fields of the chosen provider are in the form, so that no other's field of the same name is
/// sent with it. Without a program the choice is a link that loads the page with them: `?transport=twilio`.
#[component]
pub fn TransportFields(
    channel: Channel,
    draft: ChannelConfigurationDraft,
    /// The stored account.
    account: Option<ProviderAccount>,
    /// A password of the relay is stored.
    password_set: bool,
    /// Set when something is filled in without typing.
    dirty: RwSignal<bool>,
    failure: Signal<Option<ServerFailure>>,
) -> impl IntoView {
    let t = texts();
    let asked = use_query_map().get_untracked().get("transport").unwrap_or_default();
    let chosen = RwSignal::new(first_choice(channel, &asked, &draft.transport));
    let value = chosen.get_untracked().as_str();
    follow_control(channel, chosen);
    let pick = Callback::new(move |word: String| {
        if let Some(kind) = offered(channel, &word) {
            chosen.set(kind);
        }
    });
    let options =
        TransportKind::of_channel(channel).into_iter().map(|kind| (kind.as_str().to_owned(), transport_name(kind)));
    let relay = (channel == Channel::Email).then(|| view! { <RelayFields draft=draft.clone() password_set failure/> });
    let provider_fields = move || match chosen.get() {
        TransportKind::Provider(provider) => {
            view! { <AccountFields provider stored=account.clone() dirty failure/> }.into_any()
        }
        TransportKind::Capture | TransportKind::Smtp => ().into_any(),
    };
    view! {
        <fieldset class="form">
            <legend>{t.configurations.transport}</legend>
            <SelectField
                path="transport" name="draft[transport]" label=t.configurations.destination hint=t.configurations.transport_hint
                value options=options.collect() failure on_input=pick
            />
            <ProviderLinks channel/>
            {relay}
            {provider_fields}
        </fieldset>
    }
}

/// The way to each provider's fields where no program shows them at once.
#[component]
fn ProviderLinks(channel: Channel) -> impl IntoView {
    let path = use_location().pathname.get_untracked();
    let link = |kind: TransportKind| {
        let href = format!("{path}?channel={channel}&transport={}", kind.as_str());
        view! { <li><a href=href>{transport_name(kind)}</a></li> }
    };
    let providers =
        TransportKind::of_channel(channel).into_iter().filter(|kind| matches!(kind, TransportKind::Provider(_)));
    view! {
        <div class="without-program">
            <p class="hint">{texts().providers.without_program}</p>
            <ul class="row">{providers.map(link).collect_view()}</ul>
        </div>
    }
}

/// A control may hold something else than the page was made with: picked before the program ran, or kept by the browser.
fn follow_control(channel: Channel, chosen: RwSignal<TransportKind>) {
    Effect::new(move || {
        let control = document().get_element_by_id(&field_id("transport"));
        let control = control.and_then(|control| control.dyn_into::<web_sys::HtmlSelectElement>().ok());
        if let Some(kind) = control.and_then(|control| offered(channel, &control.value()))
            && kind != chosen.get_untracked()
        {
            chosen.set(kind);
        }
    });
}

/// The kind with this word, when the channel has it.
fn offered(channel: Channel, word: &str) -> Option<TransportKind> {
    TransportKind::of_channel(channel).into_iter().find(|kind| kind.as_str() == word)
}

/// What the address asks for, or what is stored, or the capture inbox.
fn first_choice(channel: Channel, asked: &str, stored: &str) -> TransportKind {
    offered(channel, asked).or_else(|| offered(channel, stored)).unwrap_or(TransportKind::Capture)
}

#[cfg(test)]
mod tests {
    use domain::provider::ProviderKind;

    use super::*;

    #[test]
    fn the_address_comes_before_what_is_stored_and_neither_offers_what_the_channel_lacks() {
        let twilio = TransportKind::Provider(ProviderKind::Twilio);
        assert_eq!(first_choice(Channel::Mobile, "twilio", "sinch"), twilio);
        assert_eq!(first_choice(Channel::Mobile, "", "twilio"), twilio);
        assert_eq!(first_choice(Channel::Mobile, "ses", "twilio"), twilio);
        assert_eq!(first_choice(Channel::Push, "smtp", "twilio"), TransportKind::Capture);
        assert_eq!(first_choice(Channel::Email, "smtp", "capture"), TransportKind::Smtp);
    }
}
