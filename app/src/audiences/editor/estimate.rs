//! How many people a rule holds of, while it is written: asked a moment after the last change, and never in the way.

use std::time::Duration;

use domain::audience::{AudienceMember, Estimate};
use domain::audience_rule::Rule;
use leptos::leptos_dom::helpers::{TimeoutHandle, set_timeout_with_handle};
use leptos::prelude::*;

use super::super::calls::estimate_rule;
use crate::i18n::texts;

/// Without a change for so long, it is asked.
const PAUSE: Duration = Duration::from_millis(400);

/// The estimate of the rule as it is. `json`: the rule. One in which something is missing yet is asked of nobody.
#[component]
pub(super) fn Estimated(sandbox: String, rule: Memo<Rule>, json: Memo<String>) -> impl IntoView {
    let t = texts();
    let is_complete = Memo::new(move |_| rule.with(|rule| rule.check().is_empty()));
    let asked = RwSignal::new(json.get_untracked());
    let waiting = StoredValue::new(None::<TimeoutHandle>);
    Effect::new(move |_| {
        let now = json.get();
        if let Some(handle) = waiting.get_value() {
            handle.clear();
        }
        if is_complete.get() {
            waiting.set_value(set_timeout_with_handle(move || asked.set(now.clone()), PAUSE).ok());
        }
    });
    let answer = Resource::new(move || (sandbox.clone(), asked.get()), |(sandbox, rule)| estimate_rule(sandbox, rule));
    let shown = move || {
        answer.get().map(|answer| match answer {
            _ if !is_complete.get() => view! { <p class="hint">{t.audiences.not_complete}</p> }.into_any(),
            Ok(estimate) => view! { <EstimateFacts estimate with_sample=true/> }.into_any(),
            Err(failure) if !failure.faults().is_empty() => {
                view! { <p class="hint">{t.audiences.not_complete}</p> }.into_any()
            }
            Err(failure) => view! { <p class="field-fault">{failure.text()}</p> }.into_any(),
        })
    };
    view! {
        <section class="card" aria-labelledby="estimate">
            <h2 id="estimate">{t.audiences.estimate}</h2>
            <div aria-live="polite"><Transition>{shown}</Transition></div>
        </section>
    }
}

/// How many there are, of how many, and some of them.
#[component]
pub fn EstimateFacts(estimate: Estimate, with_sample: bool) -> impl IntoView {
    let t = texts();
    let Estimate { profiles, looked_at, members, sample, .. } = estimate;
    let number = if looked_at == profiles { members.to_string() } else { t.audiences.about(members) };
    let how = (looked_at < profiles).then(|| view! { <p class="hint">{t.audiences.estimated_from(looked_at)}</p> });
    let people = sample.into_iter().map(|member| view! { <li>{name_of(member)}</li> }).collect_view();
    view! {
        <p class="calls-total">{number}</p>
        <p class="hint">{t.audiences.of_profiles(profiles)}</p>
        {how}
        {with_sample.then(|| view! { <ul class="paths" aria-label=t.audiences.sample>{people}</ul> })}
    }
}

fn name_of(member: AudienceMember) -> String {
    let known = [member.email, member.phone].into_iter().find(|address| !address.is_empty());
    known.unwrap_or(member.user_id)
}
