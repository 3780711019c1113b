//! What a person said for all their addresses, on the page of the person.

use domain::access::Permission;
use domain::channel_configuration::Channel;
use domain::consent::{Choice, Consent};
use domain::id::ProfileId;
use domain::topic::Topic;
use leptos::prelude::*;

use super::calls::SetConsent;
use super::words::{choice_name, choice_signal, scope_name, source_name};
use crate::channel::channel_name;
use crate::i18n::texts;
use crate::layout::{may, sandbox_name};
use crate::ui::{
    Button, Confirmation, FormFailure, Notice, SelectField, StateBadge, Table, TextField, Time, answers, failure_of,
};

/// The choices, and a form for another one.
#[component]
pub fn PersonConsents(
    person: ProfileId,
    consents: Vec<Consent>,
    topics: Vec<Topic>,
    set: ServerAction<SetConsent>,
) -> impl IntoView {
    let t = texts();
    let entered = move || {
        let is_new = set.value().get().and_then(Result::ok)?;
        let text = if is_new { t.consent.entered } else { t.consent.nothing_new };
        Some(view! { <Notice kind="ok">{text}</Notice> })
    };
    let shown = if consents.is_empty() {
        view! { <p>{t.consent.person_nothing}</p> }.into_any()
    } else {
        view! { <Choices consents topics/> }.into_any()
    };
    view! {
        <section class="card stack" aria-labelledby="consents">
            <h2 id="consents">{t.consent.title}</h2>
            <p class="hint">{t.consent.person_about}</p>
            <div aria-live="polite">{entered}</div>
            {shown}
            {may(Permission::ManageConsent).then(|| view! { <Enter person set/> })}
        </section>
    }
}

#[component]
fn Choices(consents: Vec<Consent>, topics: Vec<Topic>) -> impl IntoView {
    let t = texts();
    let columns = vec![t.consent.scope, t.consent.choice, t.consent.since, t.consent.source];
    let row = |consent: Consent| {
        let channel =
            consent.topic_id.as_ref().map(|_| view! { <span class="hint">{channel_name(consent.channel)}</span> });
        view! {
            <tr>
                <th scope="row" class="wide">{scope_name(consent.channel, consent.topic_id.as_ref(), &topics)}{channel}</th>
                <td data-label=t.consent.choice>
                    <StateBadge signal=choice_signal(consent.choice) text=choice_name(consent.choice)/>
                </td>
                <td data-label=t.consent.since><Time at=consent.at/></td>
                <td data-label=t.consent.source>{source_name(consent.source)}</td>
            </tr>
        }
    };
    let rows = consents.into_iter().map(row).collect_view();
    view! { <Table title=t.consent.in_force columns>{rows}</Table> }
}

/// Another choice of the person, of a whole channel.
#[component]
fn Enter(person: ProfileId, set: ServerAction<SetConsent>) -> impl IntoView {
    let t = texts();
    let sandbox = sandbox_name().get_untracked();
    let failure = failure_of(set.value());
    let channels = Channel::ALL.iter().map(|it| (it.to_string(), scope_name(*it, None, &[]))).collect::<Vec<_>>();
    let choices = [Choice::Out, Choice::In].map(|choice| (choice.to_string(), choice_name(choice).to_owned()));
    view! {
        <FormFailure failure/>
        <Confirmation id="enter-consent" label=t.consent.set_title class="button button-secondary" answers=answers(set)>
            <ActionForm action=set attr:class="form">
                <input type="hidden" name="sandbox" value=sandbox/>
                <input type="hidden" name="profile" value=person.to_string()/>
                <SelectField path="channel" label=t.consent.scope options=channels failure/>
                <SelectField path="choice" label=t.consent.choice options=choices.to_vec() failure/>
                <TextField path="reason" label=t.consent.reason hint=t.consent.reason_hint required=true failure/>
                <div class="row"><Button pending=set.pending()>{t.consent.enter}</Button></div>
            </ActionForm>
        </Confirmation>
    }
}
