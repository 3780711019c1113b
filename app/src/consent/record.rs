//! What is in force for an address, and how it came to be so.

use domain::channel_configuration::Channel;
use domain::consent::{Consent, ConsentEntry, EmptyConsent, in_force};
use domain::topic::Topic;
use leptos::prelude::*;
use leptos_router::components::A;

use super::words::{choice_name, choice_signal, level_name, scope_name, source_name};
use crate::i18n::texts;
use crate::layout::sandbox_name;
use crate::ui::{EmptyState, StateBadge, Table, Time};

/// The channel and its topics; or what it means that nobody said anything.
#[component]
pub fn InForce(consents: Vec<Consent>, topics: Vec<Topic>, channel: Channel, empty: EmptyConsent) -> impl IntoView {
    let t = texts();
    if consents.is_empty() {
        let text = match (empty, channel) {
            (_, Channel::Push) => t.consent.never_said_push,
            (EmptyConsent::OptInRequired, _) => t.consent.never_said_no,
            (EmptyConsent::OptOut, _) => t.consent.never_said_yes,
        };
        return view! { <EmptyState title=t.consent.never_said text/> }.into_any();
    }
    let columns = vec![t.consent.scope, t.consent.level, t.consent.choice, t.consent.since, t.consent.source];
    let counts = in_force(consents.clone());
    let row = |consent: Consent| {
        let overruled = (!counts.contains(&consent)).then(|| view! { <span class="hint">{t.consent.overruled}</span> });
        view! {
            <tr>
                <th scope="row" class="wide">{scope_name(consent.channel, consent.topic_id.as_ref(), &topics)}</th>
                <td class="wide" data-label=t.consent.level>{level_name(consent.profile_id.as_ref())}{overruled}</td>
                <td data-label=t.consent.choice>
                    <StateBadge signal=choice_signal(consent.choice) text=choice_name(consent.choice)/>
                </td>
                <td data-label=t.consent.since><Time at=consent.at/></td>
                <td data-label=t.consent.source>{source_name(consent.source)}</td>
            </tr>
        }
    };
    let rows = consents.into_iter().map(row).collect_view();
    view! { <Table title=t.consent.in_force columns>{rows}</Table> }.into_any()
}

/// Every entry, oldest first. Nobody can change them.
#[component]
pub fn History(entries: Vec<ConsentEntry>, topics: Vec<Topic>) -> impl IntoView {
    let t = texts();
    let sandbox = sandbox_name().get_untracked();
    (!entries.is_empty()).then(|| {
        let entry = |entry: ConsentEntry| {
            let message = entry.message_id.map(|id| {
                view! { <p><A href=format!("/{sandbox}/messages/{id}")>{t.consent.to_message}</A></p> }
            });
            let by = (!entry.entered_by.is_empty()).then(|| view! { <p class="hint">{t.consent.entered_by(&entry.entered_by)}</p> });
            let proof = (!entry.proof.is_empty()).then(|| view! { <p class="wrap">{entry.proof.clone()}</p> });
            let said = (entry.at != entry.recorded_at).then(|| view! { <p class="hint">{t.consent.said_at}" "<Time at=entry.at/></p> });
            view! {
                <li class=format!("step step-{}", choice_signal(entry.choice).as_str())>
                    <div class="step-head">
                        <b>{choice_name(entry.choice)}": "{scope_name(entry.channel, entry.topic_id.as_ref(), &topics)}</b>
                        <span class="hint"><Time at=entry.recorded_at/></span>
                    </div>
                    <p>{level_name(entry.profile_id.as_ref())}" · "{source_name(entry.source)}</p>
                    {proof}{said}{by}{message}
                </li>
            }
        };
        let entries = entries.into_iter().map(entry).collect_view();
        view! {
            <section class="card stack" aria-labelledby="consent-history">
                <h2 id="consent-history">{t.consent.history}</h2>
                <p class="hint">{t.consent.history_about}</p>
                <ol class="timeline">{entries}</ol>
            </section>
        }
    })
}
