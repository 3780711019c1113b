//! What happened to a message, oldest first.

use domain::Timestamp;
use domain::message::{Attempt, Check, MessageDetail, RenderedMessage};
use leptos::prelude::*;
use serde_json::json;

use super::duration::duration_text;
use super::states::{around_time, next_attempt, of_outcome, signal_of, word_of};
use crate::i18n::texts;
use crate::reasons::reason_text;
use crate::ui::{Signal4, StateBadge, Time};

/// One step: when, what, and its raw facts.
struct Step {
    at: Timestamp,
    signal: Signal4,
    title: String,
    more: AnyView,
    raw: serde_json::Value,
}

/// Call, attempts, and the state at the end. The checks are those of the last attempt, so they stand before it.
#[component]
pub fn Timeline(detail: MessageDetail) -> impl IntoView {
    let mut steps = vec![accepted(&detail)];
    let (last, earlier) = match detail.attempts.split_last() {
        Some((last, earlier)) => (Some(last), earlier),
        None => (None, [].as_slice()),
    };
    steps.extend(earlier.iter().map(attempted));
    if let Some(at) = detail.checked_at.filter(|_| !detail.checks.is_empty()) {
        steps.push(checked(at, &detail.checks));
    }
    if let (Some(at), Some(mail)) = (detail.rendered_at, &detail.rendered) {
        steps.push(rendered(at, mail));
    }
    steps.extend(last.map(attempted));
    steps.push(now(&detail));
    view! { <ol class="timeline">{steps.into_iter().map(entry).collect_view()}</ol> }
}

fn entry(step: Step) -> impl IntoView {
    let t = texts();
    let raw = serde_json::to_string_pretty(&step.raw).unwrap_or_default();
    view! {
        <li class=format!("step step-{}", step.signal.as_str())>
            <div class="step-head"><b>{step.title.clone()}</b><span class="hint"><Time at=step.at/></span></div>
            {step.more}
            <details class="raw">
                <summary aria-label=t.timeline.facts_of(&step.title)>{t.timeline.facts}</summary>
                <pre tabindex="0" role="region" aria-label=t.timeline.facts_of(&step.title)>{raw}</pre>
            </details>
        </li>
    }
}

fn accepted(detail: &MessageDetail) -> Step {
    let t = texts();
    let message = &detail.message;
    Step {
        at: message.created_at,
        signal: Signal4::Ok,
        title: t.timeline.accepted(&detail.created_by),
        more: ().into_any(),
        raw: json!({
            "createdBy": detail.created_by,
            "requestId": message.request_id,
            "executionId": message.execution_id,
            "campaignId": message.campaign_id,
            "campaignVersion": detail.campaign_version,
            "userId": message.user_id,
            "namespace": message.namespace,
            "at": message.created_at,
        }),
    }
}

fn checked(at: Timestamp, checks: &[Check]) -> Step {
    let t = texts();
    let failed = checks.iter().filter(|check| !check.passed).count();
    let (signal, title) =
        if failed == 0 { (Signal4::Ok, t.timeline.checks_passed) } else { (Signal4::Failed, t.timeline.check_failed) };
    let verdict = |check: &Check| {
        let (signal, word) =
            if check.passed { (Signal4::Ok, t.timeline.passed) } else { (Signal4::Failed, t.timeline.not_passed) };
        let name =
            t.timeline.of(&format!("check_{}", check.code)).map_or_else(|| check.code.clone(), ToOwned::to_owned);
        let text = (!check.passed).then(|| view! { <div class="hint">{check.text.clone()}</div> });
        view! { <li><StateBadge signal text=name/><span class="visually-hidden">": "{word}</span>{text}</li> }
    };
    Step {
        at,
        signal,
        title: title.to_owned(),
        more: view! { <ul class="checks">{checks.iter().map(verdict).collect_view()}</ul> }.into_any(),
        raw: json!({ "checks": checks, "at": at }),
    }
}

fn rendered(at: Timestamp, mail: &RenderedMessage) -> Step {
    let sizes = (mail.email.html.len(), mail.email.text.len());
    Step {
        at,
        signal: Signal4::Ok,
        title: texts().timeline.rendered.to_owned(),
        // The mail stands beside the timeline.
        more: ().into_any(),
        raw: json!({ "subject": mail.email.subject, "htmlBytes": sizes.0, "textBytes": sizes.1, "at": at }),
    }
}

fn attempted(attempt: &Attempt) -> Step {
    let t = texts();
    let (signal, word) = of_outcome(attempt.outcome);
    let reason = attempt.reason.as_deref().map(reason_text);
    let answer = (!attempt.answer.is_empty()).then(|| attempt.answer.clone());
    let more = view! {
        {reason.map(|reason| view! { <p>{reason}</p> })}
        {answer.map(|answer| view! { <blockquote class="own-words">{answer}</blockquote> })}
        <p class="hint">{t.timeline.via(&attempt.via, duration_text(attempt.duration_ms))}</p>
    };
    Step {
        at: attempt.started_at,
        signal,
        title: t.timeline.attempt(attempt.number, word),
        more: more.into_any(),
        raw: json!(attempt),
    }
}

/// Where the message is now.
fn now(detail: &MessageDetail) -> Step {
    let t = texts();
    let message = &detail.message;
    let (title, more) = match next_attempt(message) {
        Some(at) => (t.states.again, around_time(|time| t.states.again_at(time), at).into_any()),
        None => (word_of(message.state, t), ().into_any()),
    };
    Step {
        at: message.updated_at,
        signal: signal_of(message.state),
        title: title.to_owned(),
        more,
        raw: json!({
            "state": message.state,
            "reason": message.reason,
            "detail": message.detail,
            "attempts": message.attempts,
            "dueAt": message.due_at,
            "updatedAt": message.updated_at,
        }),
    }
}
