//! States in words and signals: one table for messages, one for executions.

use domain::eligibility::Exclusion;
use domain::execution::{Execution, ExecutionStatus};
use domain::message::{Message, MessageDetail, MessageState, Outcome};
use leptos::prelude::*;

use crate::i18n::{Texts, texts};
use crate::ui::{Signal4, StateBadge, Time};

/// The signal of a message's state.
pub const fn signal_of(state: MessageState) -> Signal4 {
    match state {
        MessageState::Queued | MessageState::Sending => Signal4::Waiting,
        MessageState::Sent | MessageState::Captured | MessageState::Delivered => Signal4::Ok,
        MessageState::Excluded | MessageState::Cancelled => Signal4::Quiet,
        MessageState::InDoubt => Signal4::Warning,
        MessageState::Bounced | MessageState::Failed => Signal4::Failed,
    }
}

/// The word of a message's state. The test below sees to it that there is one.
pub fn word_of(state: MessageState, texts: &'static Texts) -> &'static str {
    texts.states.of(state.as_str()).unwrap_or(state.as_str())
}

/// The word of an execution's status. The contract's third one says only that nothing was handed over.
pub fn status_word(status: ExecutionStatus) -> &'static str {
    let t = texts();
    match status {
        ExecutionStatus::InProgress => t.states.in_progress,
        ExecutionStatus::Succeeded => t.states.succeeded,
        ExecutionStatus::Failed => t.states.none_handed_over,
    }
}

/// Signal and word of an execution. One of which nothing was handed over did not fail when nothing was tried: rules kept
/// everybody out, or somebody cancelled it.
pub fn of_execution(execution: &Execution) -> (Signal4, &'static str) {
    let t = texts();
    let counts = &execution.messages;
    match execution.status {
        ExecutionStatus::InProgress => (Signal4::Waiting, status_word(execution.status)),
        ExecutionStatus::Succeeded => (Signal4::Ok, status_word(execution.status)),
        ExecutionStatus::Failed if counts.failed > 0 => (Signal4::Failed, t.states.all_failed),
        ExecutionStatus::Failed if counts.excluded == counts.total && counts.total > 0 => {
            (Signal4::Quiet, t.states.all_excluded)
        }
        ExecutionStatus::Failed => (Signal4::Quiet, status_word(execution.status)),
    }
}

/// Signal and word of an attempt's outcome.
pub fn of_outcome(outcome: Outcome) -> (Signal4, &'static str) {
    let t = texts();
    match outcome {
        Outcome::Accepted => (Signal4::Ok, t.states.accepted),
        Outcome::Retry => (Signal4::Waiting, t.states.retry_later),
        Outcome::Unavailable => (Signal4::Waiting, t.states.not_counted),
        Outcome::Rejected => (Signal4::Failed, t.states.rejected),
        Outcome::InDoubt => (Signal4::Warning, t.states.in_doubt),
    }
}

/// When the message is tried again; `None` when nothing was tried yet or nothing will be tried any more.
pub fn next_attempt(message: &Message) -> Option<domain::Timestamp> {
    let again = message.state == MessageState::Queued && message.attempts > 0;
    message.due_at.filter(|_| again)
}

/// Until when the message waits for the end of quiet hours; `None`: it does not.
pub fn quiet_until(message: &Message) -> Option<domain::Timestamp> {
    let is_quiet =
        message.state == MessageState::Queued && message.reason.as_deref() == Some(Exclusion::QuietHours.as_str());
    message.due_at.filter(|_| is_quiet)
}

/// Was it tried last over a provider, which may still tell what became of it? A mail server never does.
pub fn went_to_provider(detail: &MessageDetail) -> bool {
    detail.attempts.last().is_some_and(|last| !last.is_captured() && !last.via.starts_with("smtp "))
}

/// A message's state: the word says who acts next, and when.
#[component]
pub fn MessageStateBadge<'a>(message: &'a Message) -> impl IntoView + use<> {
    let t = texts();
    let signal = signal_of(message.state);
    if let Some(at) = quiet_until(message) {
        return view! {
            <StateBadge signal text=t.states.quiet/>
            <div class="hint">{around_time(|time| t.states.quiet_until(time), at)}</div>
        }
        .into_any();
    }
    match next_attempt(message) {
        Some(at) => view! {
            <StateBadge signal text=t.states.again/>
            <div class="hint">{around_time(|time| t.states.again_at(time), at)}</div>
        }
        .into_any(),
        None => view! { <StateBadge signal text=word_of(message.state, t)/> }.into_any(),
    }
}

/// A sentence with a time in the reader's own zone in the place that the language gives it.
pub fn around_time(sentence: impl Fn(&str) -> String, at: domain::Timestamp) -> impl IntoView {
    // No text of ours has this character.
    let sentence = sentence("\u{1}");
    let (before, after) = sentence.split_once('\u{1}').unwrap_or((sentence.as_str(), ""));
    view! { <span>{before.to_owned()}<Time at/>{after.to_owned()}</span> }
}

/// The version of a campaign; proofs of a draft have none.
pub fn version_words(number: i64) -> String {
    let t = &texts().messages;
    if number <= 0 { t.of_draft.to_owned() } else { t.version(number) }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use domain::message::MessageCounts;

    use super::*;
    use crate::i18n::Language;

    #[test]
    fn every_state_of_a_message_has_its_own_word_in_every_language() {
        for language in Language::ALL {
            let states = &language.texts().states;
            let words: HashSet<&str> = MessageState::ALL
                .iter()
                .filter_map(|state| states.of(state.as_str()))
                .filter(|it| !it.is_empty())
                .collect();
            assert_eq!(words.len(), MessageState::ALL.len(), "{language:?}: {words:?}");
        }
    }

    fn execution(messages: MessageCounts) -> Execution {
        Execution {
            id: domain::id::ExecutionId::new(0, [0; 10]),
            request_id: "r-1".into(),
            campaign_id: domain::id::CampaignId::new(0, [0; 10]),
            campaign_name: "News".into(),
            campaign_version: 1,
            created_at: domain::Timestamp::from_millis(0),
            created_by: "Shop".into(),
            status: ExecutionStatus::Failed,
            messages,
            run: None,
        }
    }

    #[test]
    fn an_execution_fails_only_when_something_was_tried() {
        let of = |counts| of_execution(&execution(counts));
        let excluded = MessageCounts { total: 3, excluded: 3, ..MessageCounts::default() };
        let cancelled = MessageCounts { total: 3, excluded: 1, cancelled: 2, ..MessageCounts::default() };
        let failed = MessageCounts { total: 3, excluded: 2, failed: 1, ..MessageCounts::default() };
        assert_eq!(of(excluded), (Signal4::Quiet, "Complete, all excluded"));
        assert_eq!(of(cancelled), (Signal4::Quiet, "None sent"));
        assert_eq!(of(MessageCounts::default()), (Signal4::Quiet, "None sent"));
        assert_eq!(of(failed), (Signal4::Failed, "Failed"));
    }
}
