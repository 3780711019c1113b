//! What a provider told of a message, in words.

use domain::message::{Feedback, FeedbackKind};
use leptos::prelude::*;

use crate::i18n::{Texts, texts};
use crate::reasons::reason_text;
use crate::ui::Signal4;

/// Signal, title, and the provider's reason and words.
pub fn told(feedback: &Feedback) -> (Signal4, String, AnyView) {
    let reason = feedback.reason.as_deref().map(reason_text);
    let words = (!feedback.words.is_empty()).then(|| feedback.words.clone());
    let more = view! {
        {reason.map(|reason| view! { <p>{reason}</p> })}
        {words.map(|words| view! { <blockquote class="own-words">{words}</blockquote> })}
    };
    (signal_of(feedback.kind), title(feedback.kind, texts()).to_owned(), more.into_any())
}

/// The test below sees to it that there is one.
fn title(kind: FeedbackKind, texts: &'static Texts) -> &'static str {
    texts.timeline.of(&format!("told_{kind}")).unwrap_or(kind.as_str())
}

const fn signal_of(kind: FeedbackKind) -> Signal4 {
    match kind {
        FeedbackKind::Accepted => Signal4::Quiet,
        FeedbackKind::Delivered | FeedbackKind::Opened | FeedbackKind::Clicked => Signal4::Ok,
        FeedbackKind::Deferred => Signal4::Waiting,
        FeedbackKind::Complained | FeedbackKind::Unsubscribed => Signal4::Warning,
        FeedbackKind::Bounced | FeedbackKind::Failed => Signal4::Failed,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::i18n::Language;

    #[test]
    fn every_kind_of_feedback_has_its_own_title_in_every_language() {
        for language in Language::ALL {
            let titles: HashSet<_> = FeedbackKind::ALL.iter().map(|kind| title(*kind, language.texts())).collect();
            assert_eq!(titles.len(), FeedbackKind::ALL.len(), "{language:?}");
            assert!(FeedbackKind::ALL.iter().all(|kind| !titles.contains(kind.as_str())), "{titles:?}");
        }
    }
}
