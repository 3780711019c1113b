//! Each check: its state, what was found, what to change, and the record to copy.

use domain::deliverability::{Check, Finding, Record, State, Subject};
use leptos::prelude::*;

use super::words::words;
use crate::i18n::texts;
use crate::ui::{Code, Fact, Facts, Signal4, StateBadge};

/// One below the other.
#[component]
pub fn Checks(checks: Vec<Check>) -> impl IntoView {
    let rows = checks.into_iter().enumerate().map(|(number, check)| view! { <Row number check/> });
    view! { <div class="stack settings-narrow">{rows.collect_view()}</div> }
}

#[component]
fn Row(number: usize, check: Check) -> impl IntoView {
    let t = texts();
    let id = format!("check-{number}");
    let heading = id.clone();
    let (signal, state) = state_of(check.state());
    let Check { subject, about, findings, found, publish } = check;
    view! {
        <section class="card check" aria-labelledby=heading>
            <h2 id=id>{subject_name(subject)}</h2>
            <p><StateBadge signal text=state/>" "<span class="hint">{about}</span></p>
            <ul class="findings">{findings.iter().map(|finding| view! { <Line finding/> }).collect_view()}</ul>
            {(!found.is_empty()).then(|| view! {
                <p class="hint">{t.deliverability.found}</p>
                {found.into_iter().map(|record| view! { <blockquote class="own-words">{record}</blockquote> }).collect_view()}
            })}
            {(!publish.is_empty()).then(|| view! {
                <p>{t.deliverability.publish}</p>
                {publish.into_iter().map(|record| view! { <ToPublish record/> }).collect_view()}
            })}
        </section>
    }
}

#[component]
fn Line<'a>(finding: &'a Finding) -> impl IntoView + use<> {
    let (signal, state) = state_of(finding.state());
    let (found, change) = words(finding);
    view! {
        <li>
            <p><StateBadge signal text=state/>" "{found}</p>
            {change.map(|change| view! { <p class="hint">{change}</p> })}
        </li>
    }
}

#[component]
fn ToPublish(record: Record) -> impl IntoView {
    let t = texts();
    let Record { kind, name, value } = record;
    view! {
        <Facts>
            <Fact name=t.deliverability.record_kind>{kind.as_str()}</Fact>
            <Fact name=t.deliverability.record_name><Code text=name/></Fact>
            <Fact name=t.deliverability.record_value><Code text=value/></Fact>
        </Facts>
    }
}

fn state_of(state: State) -> (Signal4, &'static str) {
    let t = texts();
    match state {
        State::Good => (Signal4::Ok, t.deliverability.good),
        State::Unknown => (Signal4::Quiet, t.deliverability.unknown),
        State::Warning => (Signal4::Warning, t.deliverability.warning),
        State::Bad => (Signal4::Failed, t.deliverability.bad),
    }
}

fn subject_name(subject: Subject) -> &'static str {
    let t = texts();
    match subject {
        Subject::Spf => t.deliverability.spf,
        Subject::Dkim => t.deliverability.dkim,
        Subject::Dmarc => t.deliverability.dmarc,
        Subject::Mx => t.deliverability.mx,
        Subject::ReturnPath => t.deliverability.return_path,
        Subject::Ptr => t.deliverability.ptr,
    }
}
