//! What was understood and done, in words.

use domain::inbound::{Effect, ReplyOutcome};
use domain::keywords::Meaning;

use crate::i18n::Texts;
use crate::ui::Signal4;

/// What a message was taken for.
pub const fn meaning_name(meaning: Meaning, texts: &'static Texts) -> &'static str {
    match meaning {
        Meaning::Stop => texts.replies.stop,
        Meaning::FuzzyStop => texts.replies.fuzzy_stop,
        Meaning::Start => texts.replies.start,
        Meaning::Confirm => texts.replies.confirm,
        Meaning::Help => texts.replies.help,
        Meaning::Custom => texts.replies.custom,
        Meaning::Other => texts.replies.other,
    }
}

/// What it changed; `None`: nothing.
pub const fn effect_name(effect: Effect, texts: &'static Texts) -> Option<(Signal4, &'static str)> {
    match effect {
        Effect::OptedOut => Some((Signal4::Warning, texts.replies.opted_out)),
        Effect::Asked => Some((Signal4::Waiting, texts.replies.asked)),
        Effect::OptedIn => Some((Signal4::Ok, texts.replies.opted_in)),
        Effect::None => None,
    }
}

/// How the answer ended.
pub const fn outcome_name(outcome: ReplyOutcome, texts: &'static Texts) -> &'static str {
    match outcome {
        ReplyOutcome::Begun => texts.replies.answer_begun,
        ReplyOutcome::Sent => texts.replies.answered,
        ReplyOutcome::Captured => texts.replies.answer_captured,
        ReplyOutcome::Failed => texts.replies.answer_failed,
    }
}
