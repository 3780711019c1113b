//! RCS over the Conversation API (<https://developers.sinch.com/docs/conversation/>; fields from `PyPI` `sinch` 2.3). Only RCS is
//! asked for: without further channels Sinch sends nothing else in its place. Access tokens are fetched with the access key of
//! the project; receipts are signed with the secret that the app has for overridden callback URLs.

use domain::content::RenderedMobile;
use domain::rcs::{RcsCard, RcsContent, RcsKind, Suggestion, SuggestionKind, place};
use domain::{Fault, Faults};
use http::Method;
use serde_json::{Value, json};

use crate::providers::custom::client_credentials::ClientCredentials;
use crate::providers::mobile::Sense::{Busy, Misconfigured, Reject, Retry};
use crate::providers::mobile::{
    self, Codes, Sense, about, e164, json_headers, key, needed, reason, text, time, validity_seconds,
};
use crate::providers::rcs::put_texts;
use crate::providers::{
    Callback, Context, Heard, Inbound, Meaning, MobileOut, Reading, Refusal, Request, Response, Settings, Told,
    ToldKind, one_line,
};

/// Reasons of receipts, and statuses of errors (those of gRPC).
const CODES: &Codes = &[
    ("CHANNEL_BAD_CONFIGURATION", Misconfigured),
    ("CHANNEL_CONFIGURATION_MISSING", Misconfigured),
    ("INACTIVE_CREDENTIAL", Misconfigured),
    ("INTERNAL_ERROR", Retry),
    ("RATE_LIMITED", Busy),
    ("RECIPIENT_NOT_REACHABLE", Retry),
    ("INVALID_ARGUMENT", Reject),
    ("NOT_FOUND", Misconfigured), // no such project or app
    ("PERMISSION_DENIED", Misconfigured),
    ("RESOURCE_EXHAUSTED", Busy),
    ("UNAVAILABLE", Retry),
];

/// An app of a project.
pub(super) struct Conversation {
    url: String,
    app_id: String,
    pub(super) credentials: ClientCredentials,
}

impl Conversation {
    /// `None` where no field of RCS is filled in, or one has a fault.
    pub(super) fn read(faults: &mut Faults, settings: &Settings, region: &str) -> Option<Self> {
        let names = ["rcsProjectId", "rcsAppId", "rcsKeyId", "rcsKeySecret"];
        if names.iter().all(|name| settings.get(name).is_empty()) {
            return None;
        }
        let [project, app] = [names[0], names[1]].map(|name| mobile::segment(faults, settings, name));
        let [client_id, client_secret] = [names[2], names[3]].map(|name| mobile::word(faults, settings, name));
        // It has fewer regions than SMS.
        let region = if ["eu", "br"].contains(&region) { region } else { "us" };
        let own = settings.get("baseUrl").trim_end_matches('/');
        let (base_url, login) = match own {
            "" => (format!("https://{region}.conversation.api.sinch.com"), "https://auth.sinch.com".to_owned()),
            own => (own.to_owned(), own.to_owned()),
        };
        let credentials = ClientCredentials {
            token_url: format!("{login}/oauth2/token"),
            client_id,
            client_secret,
            scope: String::new(),
            refresh_token: String::new(),
        };
        Some(Self { url: format!("{base_url}/v1/projects/{project}/messages:send"), app_id: app, credentials })
    }

    pub(super) fn request(&self, out: &MobileOut<'_>, context: Context<'_>) -> Result<Request, Fault> {
        let rcs = mobile::rcs(out)?;
        let identity = json!({ "channel": "RCS", "identity": out.to });
        let mut body = json!({
            "app_id": self.app_id,
            "recipient": { "identified_by": { "channel_identities": [identity] } },
            "message": message(out.content, rcs),
            "channel_priority_order": ["RCS"],
            "ttl": format!("{}s", validity_seconds(rcs)),
            "correlation_id": context.message_id,
            "processing_strategy": "DISPATCH_ONLY",
        });
        if let Some(url) = context.callback_url {
            body["callback_url"] = url.into();
        }
        Ok(Request {
            method: Method::POST,
            url: self.url.clone(),
            headers: json_headers(format!("Bearer {}", context.token.unwrap_or_default())),
            body: body.to_string().into_bytes(),
        })
    }
}

fn message(content: &RenderedMobile, rcs: &RcsContent) -> Value {
    let choices: Vec<_> = rcs.all_suggestions().iter().map(choice).collect();
    match rcs.kind {
        RcsKind::Text | RcsKind::Location if choices.is_empty() => json!({ "text_message": { "text": content.text } }),
        RcsKind::Text | RcsKind::Location => {
            json!({ "choice_message": { "text_message": { "text": content.text }, "choices": choices } })
        }
        RcsKind::Media if choices.is_empty() => json!({ "media_message": { "url": content.media_url } }),
        RcsKind::Media => {
            let media = json!({ "url": content.media_url });
            json!({ "card_message": { "media_message": media, "choices": choices } })
        }
        RcsKind::Card => json!({ "card_message": rcs.cards.first().map(card) }),
        RcsKind::Carousel => {
            let cards: Vec<_> = rcs.cards.iter().map(card).collect();
            let mut carousel = json!({ "cards": cards });
            if !choices.is_empty() {
                carousel["choices"] = choices.into();
            }
            json!({ "carousel_message": carousel })
        }
    }
}

fn card(card: &RcsCard) -> Value {
    let mut message = json!({});
    put_texts(&mut message, &[("title", &card.title), ("description", &card.description)]);
    if !card.media_url.is_empty() {
        message["media_message"] = json!({ "url": card.media_url });
        message["height"] = "MEDIUM".into();
    }
    if !card.suggestions.is_empty() {
        message["choices"] = card.suggestions.iter().map(choice).collect();
    }
    message
}

/// Addresses open in the browser: there is no other way here.
fn choice(Suggestion { kind, label, target, .. }: &Suggestion) -> Value {
    let (name, message) = match kind {
        SuggestionKind::Reply => ("text_message", json!({ "text": label })),
        SuggestionKind::OpenUrl => ("url_message", json!({ "title": label, "url": target })),
        SuggestionKind::Dial => ("call_message", json!({ "title": label, "phone_number": e164(target) })),
        SuggestionKind::ShowLocation => {
            let (latitude, longitude) = place(target).unwrap_or_default();
            let coordinates = json!({ "latitude": latitude, "longitude": longitude });
            ("location_message", json!({ "title": label, "label": label, "coordinates": coordinates }))
        }
    };
    json!({ name: message, "postback_data": label })
}

/// An error of the API. A token that is no longer good is fetched anew.
pub(super) fn read_error(error: &Value, response: &Response) -> Reading {
    let (status, words) = (text(&error["status"]), text(&error["message"]));
    let reading = mobile::read_error("sinch", CODES, &status, &words, response);
    if response.status == 401 { Reading { meaning: Meaning::TokenExpired, ..reading } } else { reading }
}

/// Receipts and what people write. Of other events nothing is wanted.
pub(super) fn hear(event: &Value, callback: &Callback<'_>) -> Result<Heard, Refusal> {
    let mut heard = Heard::default();
    let at = time(&event["event_time"], callback);
    let (report, message) = (&event["message_delivery_report"], &event["message"]);
    if report.is_object() {
        let (id, status) = (needed(report, "message_id")?, needed(report, "status")?);
        let code = text(&report["reason"]["code"]);
        let Some(kind) = kind(&status, &code) else { return Ok(heard) };
        heard.told.push(Told {
            about: about(&text(&event["correlation_id"]), &id),
            kind,
            at,
            key: key(&["sinch", &id, &status]),
            reason: if code.is_empty() { String::new() } else { reason("sinch", &code) },
            words: one_line(&text(&report["reason"]["description"])),
            raw: event.clone(),
        });
    } else if message["contact_message"].is_object() {
        let (said, identity) = (&message["contact_message"], &message["channel_identity"]);
        let texts = [&said["text_message"]["text"], &said["choice_response_message"]["postback_data"]];
        heard.inbound.push(Inbound {
            from: e164(&needed(identity, "identity")?),
            to: text(&event["app_id"]),
            text: texts.into_iter().find(|text| text.is_string()).map(text).unwrap_or_default(),
            at,
            key: key(&["sinch", &needed(message, "id")?]),
            raw: event.clone(),
        });
    }
    Ok(heard)
}

fn kind(status: &str, code: &str) -> Option<ToldKind> {
    match status {
        "QUEUED_ON_CHANNEL" => Some(ToldKind::Accepted),
        "DELIVERED" => Some(ToldKind::Delivered),
        "READ" => Some(ToldKind::Opened),
        "FAILED" => Some(Sense::of(CODES, code).map_or(ToldKind::Failed, Sense::told)),
        _ => None,
    }
}
