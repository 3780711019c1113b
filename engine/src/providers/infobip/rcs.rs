//! RCS API 2 (<https://www.infobip.com/docs/api/channels/rcs>; fields from Infobip's Java client 7). Its `smsFailover` is not
//! used: whether an SMS follows is decided in one place, for all providers.

use domain::content::RenderedMobile;
use domain::rcs::{RcsCard, RcsContent, RcsKind, Suggestion, SuggestionKind, place};
use serde_json::{Value, json};

use crate::providers::mobile::e164;
use crate::providers::rcs::{put_suggestions, put_texts, view_mode};

/// `content` of a message.
pub(super) fn content(mobile: &RenderedMobile, rcs: &RcsContent) -> Value {
    let mut content = match rcs.kind {
        RcsKind::Text | RcsKind::Location => json!({ "type": "TEXT", "text": mobile.text }),
        RcsKind::Media => json!({ "type": "FILE", "file": { "url": mobile.media_url } }),
        RcsKind::Card => {
            let card = rcs.cards.first().map(card);
            json!({ "type": "CARD", "orientation": "VERTICAL", "alignment": "LEFT", "content": card })
        }
        RcsKind::Carousel => {
            let cards: Vec<_> = rcs.cards.iter().map(card).collect();
            json!({ "type": "CAROUSEL", "cardWidth": "MEDIUM", "contents": cards })
        }
    };
    put_suggestions(&mut content, &rcs.all_suggestions(), suggestion);
    content
}

fn card(card: &RcsCard) -> Value {
    let mut content = json!({});
    put_texts(&mut content, &[("title", &card.title), ("description", &card.description)]);
    if !card.media_url.is_empty() {
        content["media"] = json!({ "file": { "url": card.media_url }, "height": "MEDIUM" });
    }
    put_suggestions(&mut content, &card.suggestions, suggestion);
    content
}

fn suggestion(Suggestion { kind, label, target, webview }: &Suggestion) -> Value {
    let mut suggestion = json!({ "text": label, "postbackData": label });
    match kind {
        SuggestionKind::Reply => suggestion["type"] = "REPLY".into(),
        SuggestionKind::OpenUrl => {
            suggestion["type"] = "OPEN_URL".into();
            suggestion["url"] = target.as_str().into();
            if let Some(mode) = view_mode(*webview) {
                suggestion["application"] = "WEBVIEW".into();
                suggestion["webviewViewMode"] = mode.into();
            }
        }
        SuggestionKind::Dial => {
            suggestion["type"] = "DIAL_PHONE".into();
            suggestion["phoneNumber"] = e164(target).into();
        }
        SuggestionKind::ShowLocation => {
            let (latitude, longitude) = place(target).unwrap_or_default();
            suggestion["type"] = "SHOW_LOCATION".into();
            suggestion["latitude"] = latitude.into();
            suggestion["longitude"] = longitude.into();
            suggestion["label"] = label.as_str().into();
        }
    }
    suggestion
}
