//! What the providers of RCS have in common: the message as Google's RCS for Business takes it
//! (<https://developers.google.com/business-communications/rcs-business-messaging/reference/rest/v1/phones.agentMessages>),
//! and the names by which an RCS message and the SMS that may follow it are told apart.

use domain::content::RenderedMobile;
use domain::rcs::{RcsCard, RcsContent, RcsKind, Suggestion, SuggestionKind, Webview, place};
use serde_json::{Value, json};

/// How the reference of a message begins where it goes as RCS, in place of `msg_`. The SMS that goes instead is another
/// message to the provider: one that refuses the same reference twice takes it, and what is told of the one is not believed
/// of the other.
const REFERENCE: &str = "rcs_";

/// The reference under which a message goes as RCS.
pub(crate) fn reference(message_id: &str) -> String {
    format!("{REFERENCE}{}", message_id.strip_prefix("msg_").unwrap_or(message_id))
}

/// The message that a reference names, and whether it means what went as RCS.
pub(crate) fn message_of(reference: &str) -> (String, bool) {
    match reference.strip_prefix(REFERENCE) {
        Some(id) => (format!("msg_{id}"), true),
        None => (reference.to_owned(), false),
    }
}

/// The person wants nothing, over whichever way: no SMS follows.
pub(crate) fn is_opted_out(reason: &str) -> bool {
    ["twilio_21610", "twilio_63014", "vonage_1240", "infobip_rejected_dnd", "infobip_rejected_destination"]
        .contains(&reason)
        || reason == "sinch_recipient_not_opted_in"
}

/// A `contentMessage`.
pub(super) fn content_message(content: &RenderedMobile, rcs: &RcsContent) -> Value {
    let mut message = match rcs.kind {
        RcsKind::Text | RcsKind::Location => json!({ "text": content.text }),
        RcsKind::Media => json!({ "contentInfo": { "fileUrl": content.media_url } }),
        RcsKind::Card => {
            let card = rcs.cards.first().map(card_content);
            json!({ "richCard": { "standaloneCard": { "cardOrientation": "VERTICAL", "cardContent": card } } })
        }
        RcsKind::Carousel => {
            let cards: Vec<_> = rcs.cards.iter().map(card_content).collect();
            json!({ "richCard": { "carouselCard": { "cardWidth": "MEDIUM", "cardContents": cards } } })
        }
    };
    put_suggestions(&mut message, &rcs.all_suggestions(), suggestion);
    message
}

fn card_content(card: &RcsCard) -> Value {
    let mut content = json!({});
    put_texts(&mut content, &[("title", &card.title), ("description", &card.description)]);
    if !card.media_url.is_empty() {
        content["media"] = json!({ "height": "MEDIUM", "contentInfo": { "fileUrl": card.media_url } });
    }
    put_suggestions(&mut content, &card.suggestions, suggestion);
    content
}

fn suggestion(Suggestion { kind, label, target, webview }: &Suggestion) -> Value {
    let (name, does) = match kind {
        SuggestionKind::Reply => return json!({ "reply": { "text": label, "postbackData": label } }),
        SuggestionKind::OpenUrl => (
            "openUrlAction",
            match view_mode(*webview) {
                None => json!({ "url": target }),
                Some(mode) => {
                    json!({ "url": target, "application": "WEBVIEW", "webviewViewMode": mode, "description": label })
                }
            },
        ),
        SuggestionKind::Dial => ("dialAction", json!({ "phoneNumber": super::mobile::e164(target) })),
        SuggestionKind::ShowLocation => {
            let (latitude, longitude) = place(target).unwrap_or_default();
            let place = json!({ "latitude": latitude, "longitude": longitude });
            ("viewLocationAction", json!({ "latLong": place, "label": label }))
        }
    };
    json!({ "action": { "text": label, "postbackData": label, name: does } })
}

/// How much of the screen an address takes inside the messages; `None`: it opens in the browser.
pub(super) const fn view_mode(webview: Webview) -> Option<&'static str> {
    match webview {
        Webview::Browser => None,
        Webview::Half => Some("HALF"),
        Webview::Tall => Some("TALL"),
        Webview::Full => Some("FULL"),
    }
}

/// Those that are there, as `suggestions`.
pub(super) fn put_suggestions(message: &mut Value, suggestions: &[Suggestion], as_json: fn(&Suggestion) -> Value) {
    if !suggestions.is_empty() {
        message["suggestions"] = suggestions.iter().map(as_json).collect();
    }
}

/// Those that are not empty.
pub(super) fn put_texts(message: &mut Value, texts: &[(&str, &String)]) {
    for (name, text) in texts.iter().filter(|(_, text)| !text.is_empty()) {
        message[*name] = text.as_str().into();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::providers::mobile::samples::{self, MESSAGE};

    #[test]
    fn the_reference_of_an_rcs_message_leads_to_its_message_and_is_another_one() {
        assert_eq!(message_of(&reference(MESSAGE)), (MESSAGE.to_owned(), true));
        assert_eq!(message_of(MESSAGE), (MESSAGE.to_owned(), false));
        assert_ne!(reference(MESSAGE), MESSAGE);
    }

    #[test]
    fn cards_and_suggestions_are_written_as_google_takes_them() {
        let content = samples::carousel();
        let wanted = json!({
            "richCard": { "carouselCard": { "cardWidth": "MEDIUM", "cardContents": [
                {
                    "title": "Tea", "description": "Green",
                    "media": { "height": "MEDIUM", "contentInfo": { "fileUrl": "https://cdn.example/tea.png" } },
                    "suggestions": [{ "action": { "text": "Buy", "postbackData": "Buy", "openUrlAction": {
                        "url": "https://shop.example/tea", "application": "WEBVIEW", "webviewViewMode": "TALL",
                        "description": "Buy",
                    } } }],
                },
                { "title": "Cup", "suggestions": [
                    { "action": { "text": "Call", "postbackData": "Call", "dialAction": { "phoneNumber": "+82212345678" } } },
                ] },
            ] } },
            "suggestions": [{ "reply": { "text": "No", "postbackData": "No" } }],
        });
        assert_eq!(content_message(&content, content.rcs.as_ref().unwrap()), wanted);
    }

    #[test]
    fn a_place_is_a_text_with_a_button_that_opens_the_map() {
        let content = samples::location();
        let wanted = json!({ "text": "Come by", "suggestions": [{ "action": {
            "text": "Our shop", "postbackData": "Our shop",
            "viewLocationAction": { "latLong": { "latitude": 37.5, "longitude": 127.0 }, "label": "Our shop" },
        } }] });
        assert_eq!(content_message(&content, content.rcs.as_ref().unwrap()), wanted);
    }
}
