//! What a file says of an RCS message: cards, suggestions, the SMS that goes instead.

use domain::rcs::{RcsCard, RcsContent, Suggestion};

use super::section::Section;

pub(super) fn content_of(mut section: Section<'_>) -> RcsContent {
    let minutes = section.number("fallbackAfterMinutes");
    let content = RcsContent {
        kind: section.optional_word("kind").unwrap_or_default(),
        cards: section.list("cards").into_iter().map(card_of).collect(),
        suggestions: suggestions_of(&mut section),
        place: section.text("place"),
        place_label: section.text("placeLabel"),
        fallback_text: section.text("fallbackText"),
        fallback_after_minutes: match minutes.as_str() {
            "" => RcsContent::default().fallback_after_minutes,
            // Out of every range, which the review tells.
            number => number.parse().unwrap_or_default(),
        },
    };
    section.end();
    content
}

fn card_of(mut section: Section<'_>) -> RcsCard {
    let card = RcsCard {
        title: section.text("title"),
        description: section.text("description"),
        media_url: section.text("mediaUrl"),
        suggestions: suggestions_of(&mut section),
    };
    section.end();
    card
}

fn suggestions_of(section: &mut Section<'_>) -> Vec<Suggestion> {
    let suggestion = |mut section: Section<'_>| {
        let suggestion = Suggestion {
            kind: section.optional_word("kind").unwrap_or_default(),
            label: section.text("label"),
            target: section.text("target"),
            webview: section.optional_word("webview").unwrap_or_default(),
        };
        section.end();
        suggestion
    };
    section.list("suggestions").into_iter().map(suggestion).collect()
}
