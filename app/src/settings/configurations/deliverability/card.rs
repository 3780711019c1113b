//! The way to the checks, on the page of a configuration.

use domain::channel_configuration::{Channel, ChannelConfiguration};
use leptos::prelude::*;

use super::super::super::settings_path;
use crate::i18n::texts;
use crate::ui::LinkButton;

/// Nothing for other channels than email.
#[component]
pub fn DeliverabilityCard<'a>(sandbox: &'a str, configuration: &'a ChannelConfiguration) -> impl IntoView + use<> {
    let t = texts();
    let href = settings_path(sandbox, &format!("configurations/{}/deliverability", configuration.id));
    (configuration.channel == Channel::Email).then(|| {
        view! {
            <section class="card" aria-labelledby="deliverability">
                <h2 id="deliverability">{t.deliverability.title}</h2>
                <p class="hint">{t.deliverability.card_about}</p>
                <p><LinkButton href variant="secondary">{t.deliverability.open}</LinkButton></p>
            </section>
        }
    })
}
