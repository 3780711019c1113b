//! A configuration for those who may not change it.

use domain::channel_configuration::{ChannelConfiguration, Sender, Transport};
use leptos::prelude::*;

use super::words::{StatusBadge, category_name, consent_level_name, security_name, transport_text};
use crate::channel::channel_name;
use crate::i18n::texts;
use crate::ui::{Fact, Facts};

/// Its facts.
#[component]
pub fn ReadOnly(configuration: ChannelConfiguration) -> impl IntoView {
    let t = texts();
    let security = match &configuration.transport {
        Transport::Smtp(relay) => Some(relay.security),
        Transport::Capture | Transport::Provider(_) => None,
    };
    view! {
        <section class="card settings-narrow" aria-label=t.configurations.general>
            <Facts>
                <Fact name=t.configurations.status><StatusBadge status=configuration.status/></Fact>
                <Fact name=t.channels.channel>{channel_name(configuration.channel)}</Fact>
                <Fact name=t.configurations.category>{category_name(configuration.category)}</Fact>
                <Fact name=t.configurations.consent_level>{consent_level_name(configuration.consent_level)}</Fact>
                <SenderFacts sender=configuration.sender/>
                <Fact name=t.configurations.transport>{transport_text(&configuration.transport)}</Fact>
                <Fact name=t.configurations.retry_minutes>{configuration.retry_minutes}" "{t.configurations.minutes}</Fact>
                {configuration.rates.max_per_second.map(|rate| view! {
                    <Fact name=t.configurations.max_per_second>{rate}" "{t.configurations.per_second}</Fact>
                })}
                {configuration.rates.max_per_second_per_domain.map(|rate| view! {
                    <Fact name=t.configurations.max_per_second_per_domain>{rate}" "{t.configurations.per_second}</Fact>
                })}
                {security.map(|security| view! { <Fact name=t.configurations.security>{security_name(security)}</Fact> })}
            </Facts>
            <p class="hint">{t.configurations.administrators_change}</p>
        </section>
    }
}

#[component]
fn SenderFacts(sender: Sender) -> impl IntoView {
    let t = texts();
    match sender {
        Sender::Email(sender) => view! {
            <Fact name=t.configurations.from_name>{sender.from_name}</Fact>
            <Fact name=t.configurations.from_address>{sender.from_address.to_string()}</Fact>
            {sender.archive.map(|archive| view! { <Fact name=t.configurations.archive>{archive.to_string()}</Fact> })}
            {sender.reply_to.map(|reply_to| view! { <Fact name=t.configurations.reply_to>{reply_to.to_string()}</Fact> })}
        }
        .into_any(),
        Sender::Mobile(sender) => {
            let number = if sender.from_number.is_empty() { t.providers.provider_picks.to_owned() } else { sender.from_number };
            let region = (!sender.default_region.is_empty()).then_some(sender.default_region);
            view! {
                <Fact name=t.providers.from_number>{number}</Fact>
                {region.map(|region| view! { <Fact name=t.providers.default_region>{region}</Fact> })}
            }
            .into_any()
        }
        Sender::Push {} => ().into_any(),
    }
}
