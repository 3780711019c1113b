//! The first line of a message's page: where it is, in plain words, and what can be done.

use domain::message::{MessageDetail, MessageState, Outcome};
use leptos::prelude::*;

use super::duration::duration_text;
use super::states::{around_time, next_attempt, quiet_until, signal_of, went_to_provider, word_of};
use crate::i18n::texts;
use crate::reasons::{reason_text, remedy};
use crate::ui::Signal4;

/// State in a sentence; the reason with the server's own words; the remedy.
#[component]
pub fn Headline(detail: MessageDetail) -> impl IntoView {
    let message = &detail.message;
    let reason = message.reason.as_deref().filter(|_| !message.state.is_handed_over());
    let words = message.detail.clone().filter(|words| reason.is_some() && !words.is_empty());
    let kind = match signal_of(message.state) {
        Signal4::Quiet => "info",
        other => other.as_str(),
    };
    view! {
        <div class=format!("notice notice-{kind} headline") role="status">
            <p class="headline-text">{sentence(&detail)}</p>
            {words.map(|words| view! { <p class="own-words">{words}</p> })}
            {reason.and_then(remedy).map(|remedy| view! { <p>{remedy}</p> })}
        </div>
    }
}

fn sentence(detail: &MessageDetail) -> AnyView {
    let t = texts();
    let message = &detail.message;
    let reason = message.reason.as_deref().map(reason_text);
    let because = |state: MessageState| match &reason {
        Some(reason) => format!("{}: {reason}", word_of(state, t)),
        None => word_of(state, t).to_owned(),
    };
    if let Some(at) = quiet_until(message) {
        return view! { {around_time(|time| t.messages.is_quiet(time), at)} }.into_any();
    }
    if let Some(at) = next_attempt(message) {
        let reason = reason.map(|reason| format!(" {reason}."));
        return view! { {around_time(|time| t.messages.is_again(time), at)}{reason}" "{patience(detail)} }.into_any();
    }
    match message.state {
        MessageState::Queued => match &reason {
            Some(reason) => format!("{} {reason}.", t.messages.is_queued),
            None => t.messages.is_queued.to_owned(),
        },
        MessageState::Sending => t.messages.is_sending.to_owned(),
        MessageState::Sent => sent(detail),
        MessageState::Captured => t.messages.is_captured.to_owned(),
        MessageState::Delivered => t.messages.is_delivered.to_owned(),
        MessageState::InDoubt => t.messages.is_in_doubt.to_owned(),
        state @ (MessageState::Bounced | MessageState::Excluded | MessageState::Cancelled | MessageState::Failed) => {
            because(state)
        }
    }
    .into_any()
}

/// To a mail server or to a provider, and how fast.
fn sent(detail: &MessageDetail) -> String {
    let t = texts();
    match (milliseconds_to_hand_over(detail).map(duration_text), !went_to_provider(detail)) {
        (Some(duration), true) => t.messages.is_sent_after(duration),
        (Some(duration), false) => t.messages.is_sent_provider_after(duration),
        (None, true) => t.messages.is_sent.to_owned(),
        (None, false) => t.messages.is_sent_provider.to_owned(),
    }
}

/// What the last attempt costs, and when the message is given up.
fn patience(detail: &MessageDetail) -> impl IntoView + use<> {
    let t = texts();
    let unavailable = detail.attempts.last().is_some_and(|last| last.outcome == Outcome::Unavailable);
    let not_counted = unavailable.then(|| view! { {t.messages.not_counted}" " });
    view! { {not_counted}{around_time(|time| t.messages.given_up_at(time), detail.retried_until)} }
}

/// From the call to the server's yes.
fn milliseconds_to_hand_over(detail: &MessageDetail) -> Option<i64> {
    let accepted = detail.attempts.iter().rfind(|attempt| attempt.outcome == Outcome::Accepted)?;
    Some(accepted.started_at.millis_since(detail.message.created_at) + accepted.duration_ms)
}
