//! What a rich message has beside text and media: cards, suggestions, and the SMS that goes instead.

use domain::rcs::{RcsCard, RcsContent, Suggestion, SuggestionKind};
use leptos::prelude::*;

use crate::i18n::texts;

/// Cards beside each other, suggestions below them.
#[component]
pub fn Rich(rcs: RcsContent) -> impl IntoView {
    let t = texts();
    let cards: Vec<_> = rcs.cards.iter().cloned().map(|card| view! { <Card card/> }).collect();
    let cards = (!cards.is_empty()).then(|| {
        view! {
            <div class="rich-cards" tabindex="0" role="region" aria-label=t.rcs_step.cards>{cards}</div>
        }
    });
    view! {
        {cards}
        <Suggestions suggestions=rcs.all_suggestions()/>
    }
}

#[component]
fn Card(card: RcsCard) -> impl IntoView {
    let t = texts();
    let RcsCard { title, description, media_url, suggestions } = card;
    view! {
        <div class="rich-card">
            {(!media_url.is_empty()).then(|| view! {
                <p class="picture-place"><span>{t.rcs_step.card_media}</span><code>{media_url}</code></p>
            })}
            {(!title.is_empty()).then(|| view! { <p class="bubble-title">{title}</p> })}
            {(!description.is_empty()).then(|| view! { <p class="bubble-text">{description}</p> })}
            <Suggestions suggestions/>
        </div>
    }
}

/// Nobody can press them here: where they lead stands below the label.
#[component]
fn Suggestions(suggestions: Vec<Suggestion>) -> impl IntoView {
    let t = texts();
    let chip = |Suggestion { kind, label, target, .. }: Suggestion| {
        let leads = match kind {
            SuggestionKind::Reply => t.rcs_step.reply.to_owned(),
            SuggestionKind::OpenUrl | SuggestionKind::Dial | SuggestionKind::ShowLocation => target,
        };
        view! { <li class="rich-suggestion"><strong>{label}</strong><span class="hint">{leads}</span></li> }
    };
    let chips: Vec<_> = suggestions.into_iter().map(chip).collect();
    (!chips.is_empty()).then(|| view! { <ul class="rich-suggestions" aria-label=t.rcs_step.suggestions>{chips}</ul> })
}

/// The SMS, in a bubble of its own.
#[component]
pub fn AsSms(text: String) -> impl IntoView {
    let t = texts();
    let is_empty = text.is_empty();
    view! {
        <p class="hint rich-instead">{t.rcs_step.as_sms}</p>
        <div class="bubble" data-empty=is_empty.to_string()>
            <p class="bubble-text">{if is_empty { t.mobile_step.nothing_yet.to_owned() } else { text }}</p>
        </div>
    }
}
