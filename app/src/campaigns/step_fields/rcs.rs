//! What the form of a rich message says.

#[cfg(feature = "ssr")]
use domain::rcs::{RcsCard, RcsContent, Suggestion};
use serde::{Deserialize, Serialize};

use super::given;
#[cfg(feature = "ssr")]
use super::{content::put_word, put, with_plain_breaks};

/// The fields that a rich message has once.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct RcsFields {
    #[serde(deserialize_with = "given")]
    pub kind: Option<String>,
    #[serde(deserialize_with = "given")]
    pub place: Option<String>,
    #[serde(deserialize_with = "given")]
    pub place_label: Option<String>,
    #[serde(deserialize_with = "given")]
    pub fallback_text: Option<String>,
    #[serde(deserialize_with = "given")]
    pub fallback_after_minutes: Option<String>,
}

/// One card. A form that has cards has all of them, and one that is empty is none.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct CardFields {
    pub title: String,
    pub description: String,
    pub media_url: String,
}

/// One suggestion; those of all cards and of the message stand in one list.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct SuggestionFields {
    /// Position of its card; empty: of the message itself.
    pub card: String,
    pub kind: String,
    pub label: String,
    pub target: String,
    pub webview: String,
}

#[cfg(feature = "ssr")]
impl RcsFields {
    /// The message with these fields, cards and suggestions in their places.
    pub(super) fn put_into(self, rcs: &mut RcsContent, cards: Vec<CardFields>, suggestions: &[SuggestionFields]) {
        put_word(&mut rcs.kind, self.kind.as_deref());
        put([
            (&mut rcs.place, self.place),
            (&mut rcs.place_label, self.place_label),
            (&mut rcs.fallback_text, self.fallback_text),
        ]);
        if let Some(minutes) = self.fallback_after_minutes {
            // Out of every range, which the review tells.
            rcs.fallback_after_minutes = minutes.trim().parse().unwrap_or_default();
        }
        if !cards.is_empty() {
            let card = |(position, fields): (usize, CardFields)| {
                fields.card(suggestions_of(suggestions, &position.to_string()))
            };
            rcs.cards = cards.into_iter().enumerate().map(card).collect();
        }
        if !suggestions.is_empty() {
            rcs.suggestions = suggestions_of(suggestions, "");
        }
        *rcs = std::mem::take(rcs).without_blanks();
    }
}

#[cfg(feature = "ssr")]
impl CardFields {
    fn card(self, suggestions: Vec<Suggestion>) -> RcsCard {
        let description = with_plain_breaks(&self.description);
        RcsCard { title: self.title, description, media_url: self.media_url, suggestions }
    }
}

#[cfg(feature = "ssr")]
fn suggestions_of(all: &[SuggestionFields], card: &str) -> Vec<Suggestion> {
    let of_card = all.iter().filter(|fields| fields.card == card);
    of_card
        .map(|fields| {
            let (label, target) = (fields.label.clone(), fields.target.clone());
            let mut suggestion = Suggestion { label, target, ..Suggestion::default() };
            put_word(&mut suggestion.kind, Some(&fields.kind));
            put_word(&mut suggestion.webview, Some(&fields.webview));
            suggestion
        })
        .collect()
}
