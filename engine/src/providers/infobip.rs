//! Infobip SMS API 3, MMS API 2 and RCS API 2 (<https://www.infobip.com/docs/api/channels/sms>; fields from Infobip's client 6.0.0).
//! Callbacks are protected by basic authentication alone: Infobip signs nothing.

use domain::content::MobileKind;
use domain::rcs::Obstacle;
use domain::{Fault, Faults};
use http::Method;
use http::header::{ACCEPT, AUTHORIZATION};
use serde_json::{Value, json};

use super::mobile::Sense::{BadAddress, Misconfigured, Reject, Retry};
use super::mobile::{Codes, Sense, about, accepted, e164, json_headers, key, needed, reason, same, text, time, unless};
use super::proof::basic;
use super::{
    Callback, Context, Heard, Inbound, Outgoing, Provider, Reading, Refusal, Request, Response, Settings, Told,
    ToldKind, mobile, one_line,
};

/// Names of statuses, then of errors
/// (<https://www.infobip.com/docs/developer-resources/api-fundamentals/message-status-codes>).
const CODES: &Codes = &[
    ("MISSING_TO", BadAddress),
    ("REJECTED_DESTINATION", BadAddress), // on a list of those who want nothing
    ("REJECTED_DESTINATION_NOT_REGISTERED", Reject), // trial account
    ("REJECTED_DND", BadAddress),         // the person wants nothing of this sort
    ("REJECTED_FLOODING_FILTER", Retry),
    ("REJECTED_INVALID_DESTINATION", BadAddress),
    ("REJECTED_INVALID_UDH", Reject),
    ("REJECTED_MESSAGE_TOO_LONG", Reject),
    ("REJECTED_NETWORK", Reject),
    ("REJECTED_NOT_ENOUGH_CREDITS", Misconfigured),
    ("REJECTED_PREFIX_MISSING", BadAddress),
    ("REJECTED_PREPAID_PACKAGE_EXPIRED", Misconfigured),
    ("REJECTED_ROUTE_NOT_AVAILABLE", Reject),
    ("REJECTED_SENDER", Misconfigured),
    ("REJECTED_SOURCE", Misconfigured),
    ("REJECTED_SYSTEM_ERROR", Retry),
    ("EC_ABSENT_SUBSCRIBER", Retry),
    ("EC_ILLEGAL_SUBSCRIBER", BadAddress),
    ("EC_INVALID_DESTINATION_ADDRESS", BadAddress),
    ("EC_MEMORY_CAPACITY_EXCEEDED", Retry),
    ("EC_SUBSCRIBER_BUSY_FOR_MT_SMS", Retry),
    ("EC_SYSTEM_FAILURE", Retry),
    ("EC_TELESERVICE_NOT_PROVISIONED", BadAddress),
    ("EC_UNIDENTIFIED_SUBSCRIBER", BadAddress),
    ("EC_UNKNOWN_SUBSCRIBER", BadAddress),
];

/// Our message id is Infobip's too, so this answers a request whose first answer was lost: it has the message already.
const DUPLICATE: &str = "REJECTED_DUPLICATE_MESSAGE_ID";

/// An account at Infobip.
pub struct Infobip {
    base_url: String,
    api_key: String,
    /// Empty: callbacks are refused.
    callback_user: String,
    callback_password: String,
    validity_hours: Option<u8>,
    /// Name of the RCS sender; empty: there is none.
    rcs_sender: String,
}

impl Infobip {
    pub fn new(settings: &Settings) -> Result<Self, Faults> {
        let mut faults = Faults::default();
        // Every account has its own address.
        let base_url = match settings.required("baseUrl") {
            Ok(_) => mobile::base_url(&mut faults, settings, ""),
            Err(fault) => {
                faults.0.push(fault);
                String::new()
            }
        };
        let hours = settings.get("validityHours");
        let validity_hours = hours.parse().ok().filter(|hours| (1..=48).contains(hours));
        let api_key = mobile::word(&mut faults, settings, "apiKey");
        if !hours.is_empty() && validity_hours.is_none() {
            faults.add("validityHours", "bad_number", "This is a whole number from 1 to 48.");
        }
        let (user, password) = (settings.get("callbackUser"), settings.get("callbackPassword"));
        let rcs_sender = mobile::optional_word(&mut faults, settings, "rcsSender");
        let infobip = Self {
            base_url,
            api_key,
            callback_user: user.to_owned(),
            callback_password: password.to_owned(),
            validity_hours,
            rcs_sender,
        };
        unless(faults, infobip)
    }

    fn authorization(&self) -> String {
        format!("App {}", self.api_key)
    }

    fn prove(&self, callback: &Callback<'_>) -> Result<(), Refusal> {
        let given = callback.header(AUTHORIZATION.as_str()).ok_or(Refusal::Forged)?;
        let wanted = basic(&self.callback_user, &self.callback_password);
        let is_set = !self.callback_user.is_empty() && !self.callback_password.is_empty();
        let (scheme, proof) = given.trim().split_once(' ').ok_or(Refusal::Forged)?;
        let is_proven = scheme.eq_ignore_ascii_case("basic")
            && same(format!("Basic {}", proof.trim()).as_bytes(), wanted.as_bytes());
        if is_set && is_proven { Ok(()) } else { Err(Refusal::Forged) }
    }
}

/// What became of a message. Some states of the group DELIVERED only reached the operator.
fn kind(status: &Value, error: &Value) -> Option<ToldKind> {
    let name = status["name"].as_str().unwrap_or_default();
    let known = || [&error["name"], &status["name"]].into_iter().find_map(|name| Sense::of(CODES, name.as_str()?));
    match status["groupName"].as_str().unwrap_or_default() {
        "DELIVERED" if name == "DELIVERED_TO_OPERATOR" => Some(ToldKind::Accepted),
        "DELIVERED" => Some(ToldKind::Delivered),
        "PENDING" | "ACCEPTED" => Some(ToldKind::Accepted),
        "UNDELIVERABLE" | "EXPIRED" | "REJECTED" => Some(known().map_or_else(
            || match (error["groupName"].as_str(), error["permanent"].as_bool()) {
                (Some("HANDSET_ERRORS"), is_permanent) => {
                    ToldKind::Bounced { is_permanent: is_permanent.unwrap_or_default() }
                }
                _ => ToldKind::Failed,
            },
            Sense::told,
        )),
        _ => None,
    }
}

fn told(result: &Value, callback: &Callback<'_>) -> Result<Option<Told>, Refusal> {
    let id = needed(result, "messageId")?;
    let (status, error) = (&result["status"], &result["error"]);
    let name = needed(status, "name")?;
    let Some(kind) = kind(status, error) else { return Ok(None) };
    // The error says more than the status, unless it says that there is none.
    let cause = if matches!(error["name"].as_str(), None | Some("" | "NO_ERROR")) { status } else { error };
    let is_well = matches!(kind, ToldKind::Accepted | ToldKind::Delivered);
    // What came with the message comes back; without it, the id is ours as well.
    let reference = Some(text(&result["callbackData"])).filter(|data| !data.is_empty()).unwrap_or_else(|| id.clone());
    Ok(Some(Told {
        about: about(&reference, &id),
        kind,
        at: time(&result["doneAt"], callback),
        key: key(&["infobip", &id, &name, &text(&error["name"])]),
        reason: if is_well { String::new() } else { reason("infobip", &text(&cause["name"])) },
        words: one_line(&text(&cause["description"])),
        raw: result.clone(),
    }))
}

fn inbound(result: &Value, callback: &Callback<'_>) -> Result<Inbound, Refusal> {
    Ok(Inbound {
        // Of RCS the sender and, below, the text have other names; a suggestion that was touched has its label.
        from: e164(&needed(result, if result["from"].is_null() { "sender" } else { "from" })?),
        to: e164(&needed(result, "to")?),
        text: text(if result["text"].is_null() { &result["message"]["text"] } else { &result["text"] }),
        at: time(&result["receivedAt"], callback),
        key: key(&["infobip", &needed(result, "messageId")?]),
        raw: result.clone(),
    })
}

impl Provider for Infobip {
    fn request(&self, outgoing: Outgoing<'_>, context: Context<'_>) -> Result<Request, Fault> {
        let out = mobile::mobile(outgoing)?;
        let content = out.content;
        let mut validity = self.validity_hours.map(|hours| json!({ "amount": hours, "timeUnit": "HOURS" }));
        let mut from = mobile::without_plus(out.from);
        let (path, content) = match content.kind {
            MobileKind::Sms => ("sms/3", json!({ "text": content.text })),
            MobileKind::Mms => {
                let url = content.media_url.as_str();
                let mut segments =
                    vec![json!({ "type": "LINK", "contentType": mobile::media_type(url), "contentUrl": url })];
                if !content.text.is_empty() {
                    segments.push(json!({ "type": "TEXT", "text": content.text }));
                }
                ("mms/2", json!({ "title": content.title, "messageSegments": segments }))
            }
            MobileKind::Rcs => {
                let rcs = mobile::rcs(&out)?;
                validity = Some(json!({ "amount": rcs.fallback_after_minutes, "timeUnit": "MINUTES" }));
                from = &self.rcs_sender;
                if from.is_empty() {
                    return Err(mobile::no_rcs(Obstacle::NoSender));
                }
                ("rcs/2", rcs::content(content, rcs))
            }
        };
        let mut message = json!({
            "destinations": [{ "to": mobile::without_plus(out.to), "messageId": context.message_id }],
            "content": content,
            "webhooks": { "contentType": "application/json", "callbackData": context.message_id },
        });
        if !from.is_empty() {
            message["sender"] = from.into();
        }
        if let Some(validity) = validity {
            message["options"] = json!({ "validityPeriod": validity });
        }
        if let Some(url) = context.callback_url {
            message["webhooks"]["delivery"] = json!({ "url": url });
        }
        let mut headers = json_headers(self.authorization());
        headers.push((ACCEPT, "application/json".into()));
        Ok(Request {
            method: Method::POST,
            url: format!("{}/{path}/messages", self.base_url),
            headers,
            body: json!({ "messages": [message] }).to_string().into_bytes(),
        })
    }

    /// A good status may bring a refused message.
    fn read(&self, response: &Response) -> Reading {
        let json = response.json();
        let message = &json["messages"][0];
        let (name, group) = (text(&message["status"]["name"]), text(&message["status"]["groupName"]));
        if (200..300).contains(&response.status) {
            let is_refused = matches!(group.as_str(), "REJECTED" | "UNDELIVERABLE" | "EXPIRED") && name != DUPLICATE;
            if !is_refused {
                return accepted(&message["messageId"]);
            }
            return mobile::read_error("infobip", CODES, &name, &text(&message["status"]["description"]), response);
        }
        // Two shapes of errors: the older one in `requestError`.
        let old = &json["requestError"]["serviceException"];
        let first = |new: &Value, old: &Value| text(if new.is_null() { old } else { new });
        let code = first(&json["errorCode"], &old["messageId"]);
        mobile::read_error("infobip", CODES, &code, &first(&json["description"], &old["text"]), response)
    }

    fn verify(&self, _context: Context<'_>) -> Option<Result<Request, Fault>> {
        Some(Ok(Request {
            method: Method::GET,
            url: format!("{}/account/1/balance", self.base_url),
            headers: vec![(AUTHORIZATION, self.authorization()), (ACCEPT, "application/json".into())],
            body: Vec::new(),
        }))
    }

    /// Up to a hundred receipts or messages in one call.
    fn hear(&self, callback: &Callback<'_>) -> Result<Heard, Refusal> {
        self.prove(callback)?;
        let body = mobile::json_object(callback)?;
        let mut heard = Heard::default();
        for result in body["results"].as_array().ok_or_else(|| mobile::missing("results"))? {
            if result["status"].is_object() {
                heard.told.extend(told(result, callback)?);
            } else {
                heard.inbound.push(inbound(result, callback)?);
            }
        }
        Ok(heard)
    }
}

mod rcs;
#[cfg(test)]
mod tests;
