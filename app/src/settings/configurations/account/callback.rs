//! The address at which a provider tells what became of messages.

use domain::channel_configuration::{ChannelConfiguration, Transport};
use leptos::prelude::*;

use super::find_callback_url;
use super::help::callback_place;
use super::refused::Refused;
use crate::i18n::texts;
use crate::ui::{Code, Notice, loaded};

/// The address and where to enter it; nothing for a transport that never calls back.
#[component]
pub fn CallbackCard(sandbox: String, configuration: ChannelConfiguration) -> impl IntoView {
    let t = texts();
    let place = match &configuration.transport {
        Transport::Provider(account) => callback_place(account.provider),
        Transport::Capture | Transport::Smtp(_) => None,
    };
    let Some(place) = place else { return ().into_any() };
    let id = configuration.id.to_string();
    let refused =
        view! { <Refused sandbox=sandbox.clone() configuration=id.clone() modified_at=configuration.modified_at/> };
    let url = Resource::new(move || (sandbox.clone(), id.clone()), |(sandbox, id)| find_callback_url(sandbox, id));
    view! {
        <section class="card" aria-labelledby="callback">
            <h2 id="callback">{t.providers.callback}</h2>
            <p class="hint">{t.providers.callback_about}</p>
            {loaded(url, |url| match url {
                Some(url) => view! { <Code text=url/> }.into_any(),
                None => view! { <Notice kind="warning">{texts().providers.callback_none}</Notice> }.into_any(),
            })}
            <p class="hint">{place}</p>
            {refused}
        </section>
    }
    .into_any()
}
