//! What happened to a message, oldest first.

use domain::Timestamp;
use domain::content::{MobileKind, Rendered};
use domain::mail_copy::{CopyKind, CopyState, MailCopy};
use domain::message::{Attempt, Check, Message, MessageDetail, MessageState};
use domain::timeline::{Event, What};
use leptos::prelude::*;
use serde_json::json;

use super::duration::duration_text;
use super::feedback::told;
use super::states::{around_time, next_attempt, of_outcome, quiet_until, signal_of, word_of};
use crate::i18n::texts;
use crate::reasons::reason_text;
use crate::ui::{Address, Signal4, StateBadge, Time};

/// One step: when, what, and its raw facts.
struct Step {
    at: Timestamp,
    signal: Signal4,
    title: String,
    more: AnyView,
    raw: serde_json::Value,
}

/// Every step in words, with its raw facts.
#[component]
pub fn Timeline(detail: MessageDetail) -> impl IntoView {
    let is_rich = matches!(&detail.rendered, Some(said) if is_rich(&said.content)) || detail.fallback.is_some();
    let steps: Vec<Step> = detail.timeline().into_iter().map(|event| step(event, &detail.message, is_rich)).collect();
    view! { <ol class="timeline">{steps.into_iter().map(entry).collect_view()}</ol> }
}

/// `form`: whether it went as RCS or as SMS is told.
fn step(event: Event, message: &Message, form: bool) -> Step {
    let t = texts();
    let raw = json!(event);
    let (signal, title, more) = match event.what {
        What::Accepted { created_by, .. } => (Signal4::Ok, t.timeline.accepted(&created_by), ().into_any()),
        What::Checked { checks } => checked(&checks),
        // What was rendered stands beside the timeline.
        What::Rendered { .. } => (Signal4::Ok, t.timeline.rendered.to_owned(), ().into_any()),
        What::Attempted(attempt) => attempted(&attempt, form),
        What::FellBack { reason, words } => fell_back(&reason, words),
        What::Told(feedback) => told(&feedback),
        What::Copied(copy) => copied(&copy),
        What::State { state, .. } => now(state, message),
    };
    Step { at: event.at, signal, title, more, raw }
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

fn checked(checks: &[Check]) -> (Signal4, String, AnyView) {
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
    let more = view! { <ul class="checks">{checks.iter().map(verdict).collect_view()}</ul> }.into_any();
    (signal, title.to_owned(), more)
}

fn is_rich(content: &Rendered) -> bool {
    matches!(content, Rendered::Mobile(mobile) if mobile.kind == MobileKind::Rcs)
}

/// RCS did not reach the person, and why.
fn fell_back(reason: &str, words: String) -> (Signal4, String, AnyView) {
    let more = view! {
        <p>{reason_text(reason)}</p>
        {(!words.is_empty()).then(|| view! { <blockquote class="own-words">{words}</blockquote> })}
    };
    (Signal4::Warning, texts().timeline.fell_back.to_owned(), more.into_any())
}

fn attempted(attempt: &Attempt, form: bool) -> (Signal4, String, AnyView) {
    let t = texts();
    let (signal, word) = of_outcome(attempt.outcome);
    let title = match (form, attempt.is_rcs()) {
        (true, true) => t.timeline.attempt_rcs(attempt.number, word),
        (true, false) => t.timeline.attempt_sms(attempt.number, word),
        (false, _) => t.timeline.attempt(attempt.number, word),
    };
    let stood_in = attempt.failover.as_ref().map(|name| view! { <p>{t.timeline.stood_in(name)}</p> });
    if attempt.is_captured() {
        let more = view! { {stood_in}<p class="hint">{t.timeline.captured}</p> };
        return (signal, t.timeline.attempt(attempt.number, word), more.into_any());
    }
    let reason = attempt.reason.as_deref().map(reason_text);
    let answer = (!attempt.answer.is_empty()).then(|| attempt.answer.clone());
    let more = view! {
        {reason.map(|reason| view! { <p>{reason}</p> })}
        {answer.map(|answer| view! { <blockquote class="own-words">{answer}</blockquote> })}
        {stood_in}
        <p class="hint">{t.timeline.via(&attempt.via, duration_text(attempt.duration_ms))}</p>
    };
    (signal, title, more.into_any())
}

/// A copy, and where it is.
fn copied(copy: &MailCopy) -> (Signal4, String, AnyView) {
    let t = texts();
    let (signal, state) = match copy.state {
        CopyState::Waiting => (Signal4::Waiting, t.timeline.copy_waiting),
        CopyState::Sent => (Signal4::Ok, t.timeline.copy_sent),
        CopyState::Captured => (Signal4::Quiet, t.timeline.copy_captured),
        CopyState::Failed => (Signal4::Failed, t.timeline.copy_failed),
    };
    let title = match copy.kind {
        CopyKind::Archive => t.timeline.copy_archive(state),
        CopyKind::Seed => t.timeline.copy_seed(state),
    };
    let reason = copy.reason.as_deref().map(reason_text);
    let words = (!copy.words.is_empty() && copy.state != CopyState::Captured).then(|| copy.words.clone());
    let more = view! {
        {reason.map(|reason| view! { <p>{reason}</p> })}
        {words.map(|words| view! { <blockquote class="own-words">{words}</blockquote> })}
        <p class="hint"><Address text=copy.address.to_string()/></p>
    };
    (signal, title, more.into_any())
}

/// Where the message is now.
fn now(state: MessageState, message: &Message) -> (Signal4, String, AnyView) {
    let t = texts();
    let (title, more) = match (quiet_until(message), next_attempt(message)) {
        (Some(at), _) => (t.states.quiet, around_time(|time| t.states.quiet_until(time), at).into_any()),
        (None, Some(at)) => (t.states.again, around_time(|time| t.states.again_at(time), at).into_any()),
        (None, None) => (word_of(state, t), ().into_any()),
    };
    (signal_of(state), title.to_owned(), more)
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use domain::eligibility::CheckCode;
    use domain::message::Outcome;

    use super::*;
    use crate::i18n::Language;

    #[test]
    fn every_check_has_its_words_in_every_language() {
        for language in Language::ALL {
            for code in CheckCode::ALL {
                let words = language.texts().timeline.of(&format!("check_{code}"));
                assert!(words.is_some_and(|words| !words.is_empty()), "{language:?}: {code}");
            }
        }
    }

    #[test]
    fn a_configuration_that_stood_in_is_named_when_it_captures_too() {
        let attempt = Attempt {
            number: 2,
            outcome: Outcome::Accepted,
            via: Attempt::CAPTURE.to_owned(),
            answer: String::new(),
            reason: None,
            started_at: Timestamp::from_millis(0),
            duration_ms: 1,
            failover: Some("Backup".to_owned()),
        };
        let html = Owner::new().with(|| attempted(&attempt, false).2.to_html());
        assert!(html.contains("“Backup”"), "{html}");
    }
}
