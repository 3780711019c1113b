//! The key that signs mails, and what of it has to stand in the DNS.

use domain::channel_configuration::{ChannelConfiguration, EmailSender, Sender};
use domain::dkim::{Dkim, DnsRecord};
use leptos::prelude::*;

use super::{GenerateDkimKey, RemoveDkimKey, find_dkim_record};
use crate::i18n::texts;
use crate::ui::{Button, Code, Fact, Facts, FormFailure, TextField, failure_of, loaded};

/// What is proposed where there is no key yet.
const FIRST_SELECTOR: &str = "hermod1";

/// The record of the key, and the way to another one; nothing for other channels than email.
#[component]
pub fn DkimCard(
    sandbox: String,
    configuration: ChannelConfiguration,
    /// Something is typed in the form beside it and not saved.
    dirty: RwSignal<bool>,
) -> impl IntoView {
    let t = texts();
    let id = configuration.id.to_string();
    let Sender::Email(sender) = configuration.sender else { return ().into_any() };
    let signed = sender.dkim.is_some();
    view! {
        <section class="card" aria-labelledby="dkim">
            <h2 id="dkim">{t.configurations.dkim}</h2>
            <p class="hint">{t.configurations.dkim_about}</p>
            <p class="unsaved" aria-live="polite">{move || dirty.get().then_some(t.configurations.unsaved_stays)}</p>
            {signed.then(|| view! { <Published sandbox=sandbox.clone() configuration=id.clone()/> })}
            <Generate sandbox=sandbox.clone() configuration=id.clone() sender/>
            {signed.then(|| view! { <Remove sandbox configuration=id/> })}
        </section>
    }
    .into_any()
}

#[component]
fn Published(sandbox: String, configuration: String) -> impl IntoView {
    let record =
        Resource::new(move || (sandbox.clone(), configuration.clone()), |(sandbox, id)| find_dkim_record(sandbox, id));
    loaded(record, |record| {
        let t = texts();
        record.map(|DnsRecord { name, value }| {
            view! {
                <p class="hint">{t.configurations.dkim_publish}</p>
                <Facts>
                    <Fact name=t.configurations.dkim_record_name><Code text=name/></Fact>
                    <Fact name=t.configurations.dkim_record_value><Code text=value/></Fact>
                </Facts>
            }
        })
    })
}

#[component]
fn Generate(sandbox: String, configuration: String, sender: EmailSender) -> impl IntoView {
    let t = texts();
    let generate = ServerAction::<GenerateDkimKey>::new();
    let failure = failure_of(generate.value());
    let label = if sender.dkim.is_some() { t.configurations.dkim_replace } else { t.configurations.dkim_generate };
    let Dkim { domain, selector } = sender
        .dkim
        .unwrap_or_else(|| Dkim { domain: sender.from_address.domain(), selector: FIRST_SELECTOR.to_owned() });
    view! {
        <ActionForm action=generate attr:class="form" attr:novalidate="novalidate">
            <FormFailure failure/>
            <input type="hidden" name="sandbox" value=sandbox/>
            <input type="hidden" name="configuration" value=configuration/>
            <TextField
                path="dkimDomain" name="domain" label=t.configurations.dkim_domain hint=t.configurations.dkim_domain_hint
                value=domain required=true failure
            />
            <TextField
                path="dkimSelector" name="selector" label=t.configurations.dkim_selector
                hint=t.configurations.dkim_selector_hint value=selector required=true failure
            />
            <Button pending=generate.pending() variant="secondary">{label}</Button>
        </ActionForm>
    }
}

#[component]
fn Remove(sandbox: String, configuration: String) -> impl IntoView {
    let t = texts();
    let remove = ServerAction::<RemoveDkimKey>::new();
    view! {
        <FormFailure failure=failure_of(remove.value())/>
        <ActionForm action=remove>
            <input type="hidden" name="sandbox" value=sandbox/>
            <input type="hidden" name="configuration" value=configuration/>
            <Button pending=remove.pending() variant="secondary">{t.configurations.dkim_remove}</Button>
        </ActionForm>
    }
}
