//! Sinch SMS, XMS API, and RCS over the Conversation API (<https://developers.sinch.com/docs/sms/api-reference/>; fields from `PyPI` `sinch` 2.3). Callbacks are signed
//! as Sinch signs its events: base64 of HMAC-SHA256 over `body.nonce.timestamp`.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use domain::content::MobileKind;
use domain::rcs::Obstacle;
use domain::{Fault, Faults, Timestamp};
use http::Method;
use http::header::AUTHORIZATION;
use serde_json::{Value, json};

use self::conversation::Conversation;
use super::custom::client_credentials;
use super::mobile::Sense::{BadAddress, Misconfigured, Reject, Retry};
use super::mobile::{Codes, Sense, about, accepted, e164, json_headers, key, needed, reason, same, text, time, unless};
use super::{
    Callback, Context, Heard, Inbound, Outgoing, Provider, Reading, Refusal, Request, Response, Settings, Told,
    ToldKind, mobile,
};

/// Words are errors of a request, numbers those of a delivery report
/// (<https://developers.sinch.com/docs/sms/api-reference/sms/tag/Delivery-reports/>).
const CODES: &Codes = &[
    ("syntax_invalid_json", Reject),
    ("syntax_invalid_parameter_format", Reject),
    ("syntax_constraint_violation", Reject),
    ("missing_callback_url", Misconfigured),
    ("resource_not_found", Misconfigured), // no such service plan
    ("unauthorized", Misconfigured),
    ("unknown_campaign", Misconfigured),
    ("402", Reject),        // unroutable
    ("403", Retry),         // internal error
    ("404", Retry),         // temporary failure
    ("405", Reject),        // parameter without a value
    ("406", Reject),        // expired before it was passed on
    ("407", Reject),        // cancelled
    ("408", Reject),        // refused by the operator
    ("410", Misconfigured), // no default sender
    ("411", Reject),        // too many parts
    ("412", Reject),        // region not enabled
    ("413", Misconfigured), // account blocked
    ("414", Reject),        // bad media address
    ("415", Reject),        // MMS refused
    ("416", BadAddress),    // MMS not supported
    ("417", Retry),         // MMS: unreachable
    ("418", Reject),        // MMS: handset does not know the content
];

/// A service plan at Sinch.
pub struct Sinch {
    /// Up to the service plan.
    url: String,
    api_token: String,
    /// Empty: callbacks are refused.
    callback_secret: String,
    /// For RCS; `None`: there is none.
    conversation: Option<Conversation>,
}

impl Sinch {
    pub fn new(settings: &Settings) -> Result<Self, Faults> {
        let mut faults = Faults::default();
        let service_plan_id = mobile::segment(&mut faults, settings, "servicePlanId");
        let region = match settings.get("region") {
            "" => "us".to_owned(),
            _ => mobile::segment(&mut faults, settings, "region"),
        };
        let base_url = if faults.at("region").is_none() {
            mobile::base_url(&mut faults, settings, &format!("https://{region}.sms.api.sinch.com"))
        } else {
            String::new()
        };
        let conversation = Conversation::read(&mut faults, settings, &region);
        let sinch = Self {
            url: format!("{base_url}/xms/v1/{service_plan_id}"),
            api_token: mobile::word(&mut faults, settings, "apiToken"),
            callback_secret: settings.get("callbackSecret").to_owned(),
            conversation,
        };
        unless(faults, sinch)
    }

    fn authorization(&self) -> String {
        format!("Bearer {}", self.api_token)
    }

    fn prove(&self, callback: &Callback<'_>) -> Result<(), Refusal> {
        let header = |name: &str| callback.header(name).map(str::trim).ok_or(Refusal::Forged);
        let signature = STANDARD.decode(header("x-sinch-webhook-signature")?).map_err(|_| Refusal::Forged)?;
        let (nonce, sent) =
            (header("x-sinch-webhook-signature-nonce")?, header("x-sinch-webhook-signature-timestamp")?);
        let signed = [callback.body, b".", nonce.as_bytes(), b".", sent.as_bytes()].concat();
        let wanted = mobile::hmac(ring::hmac::HMAC_SHA256, &self.callback_secret, &signed);
        if self.callback_secret.is_empty() || !same(&wanted, &signature) {
            return Err(Refusal::Forged);
        }
        mobile::fresh(sent.parse().map_err(|_| Refusal::Stale)?, callback.now)
    }
}

fn kind(status: &str, code: &str) -> Option<ToldKind> {
    match status.to_ascii_uppercase().as_str() {
        // Unknown is final: the operator has it and never said more.
        "DISPATCHED" | "UNKNOWN" => Some(ToldKind::Accepted),
        "DELIVERED" => Some(ToldKind::Delivered),
        "ABORTED" | "CANCELLED" | "DELETED" | "EXPIRED" | "FAILED" | "REJECTED" => {
            Some(Sense::of(CODES, code).map_or(ToldKind::Failed, Sense::told))
        }
        _ => None,
    }
}

/// One status of a batch. Our batches have one recipient, so a summary's status is the message's.
fn told(report: &Value, state: &Value, callback: &Callback<'_>) -> Result<Option<Told>, Refusal> {
    let (batch, status, code) = (needed(report, "batch_id")?, needed(state, "status")?, text(&state["code"]));
    let Some(kind) = kind(&status, &code) else { return Ok(None) };
    let is_well = matches!(kind, ToldKind::Accepted | ToldKind::Delivered);
    Ok(Some(Told {
        about: about(&text(&report["client_reference"]), &batch),
        kind,
        at: time(&report["at"], callback),
        key: key(&["sinch", &batch, &status, &code]),
        reason: if is_well { String::new() } else { reason("sinch", if code.is_empty() { &status } else { &code }) },
        words: super::one_line(&status),
        raw: report.clone(),
    }))
}

fn inbound(event: &Value, callback: &Callback<'_>) -> Result<Inbound, Refusal> {
    let body = &event["body"];
    Ok(Inbound {
        from: e164(&needed(event, "from")?),
        to: e164(&needed(event, "to")?),
        // The body of a picture is an object.
        text: text(if body.is_object() { &body["message"] } else { body }),
        at: time(&event["received_at"], callback),
        key: key(&["sinch", &needed(event, "id")?]),
        raw: event.clone(),
    })
}

impl Provider for Sinch {
    fn token_request(&self, _now: Timestamp) -> Option<Result<Request, Fault>> {
        self.conversation.as_ref().map(|conversation| Ok(conversation.credentials.request()))
    }

    fn read_token(&self, response: &Response) -> Result<(String, Duration), Reading> {
        client_credentials::read_token(response)
    }

    /// SMS and MMS go with a token of their own that needs no fetching.
    fn needs_token(&self, outgoing: Outgoing<'_>) -> bool {
        matches!(outgoing, Outgoing::Mobile(out) if out.content.kind == MobileKind::Rcs)
    }

    fn request(&self, outgoing: Outgoing<'_>, context: Context<'_>) -> Result<Request, Fault> {
        let out = mobile::mobile(outgoing)?;
        let content = out.content;
        if content.kind == MobileKind::Rcs {
            let conversation = self.conversation.as_ref().ok_or_else(|| mobile::no_rcs(Obstacle::NoSender))?;
            return conversation.request(&out, context);
        }
        let mut batch = json!({ "to": [out.to], "client_reference": context.message_id });
        match content.kind {
            MobileKind::Sms | MobileKind::Rcs => {
                batch["type"] = "mt_text".into();
                batch["body"] = content.text.as_str().into();
            }
            MobileKind::Mms => {
                batch["type"] = "mt_media".into();
                batch["body"] = json!({ "url": content.media_url });
                for (name, value) in [("message", &content.text), ("subject", &content.title)] {
                    if !value.is_empty() {
                        batch["body"][name] = value.as_str().into();
                    }
                }
            }
        }
        if !out.from.is_empty() {
            batch["from"] = out.from.into();
        }
        batch["delivery_report"] = context.callback_url.map_or("none", |_| "per_recipient_final").into();
        if let Some(url) = context.callback_url {
            batch["callback_url"] = url.into();
        }
        Ok(Request {
            method: Method::POST,
            url: format!("{}/batches", self.url),
            headers: json_headers(self.authorization()),
            body: batch.to_string().into_bytes(),
        })
    }

    fn read(&self, response: &Response) -> Reading {
        let json = response.json();
        if (200..300).contains(&response.status) {
            return accepted(if json["id"].is_null() { &json["message_id"] } else { &json["id"] });
        }
        if json["error"].is_object() {
            return conversation::read_error(&json["error"], response);
        }
        let words = json["text"].as_str().unwrap_or_default();
        mobile::read_error("sinch", CODES, &text(&json["code"]), words, response)
    }

    fn verify(&self, _context: Context<'_>) -> Option<Result<Request, Fault>> {
        Some(Ok(Request {
            method: Method::GET,
            url: format!("{}/batches?page_size=1", self.url),
            headers: vec![(AUTHORIZATION, self.authorization())],
            body: Vec::new(),
        }))
    }

    fn hear(&self, callback: &Callback<'_>) -> Result<Heard, Refusal> {
        self.prove(callback)?;
        let event = mobile::json_object(callback)?;
        let mut heard = Heard::default();
        if event["app_id"].is_string() {
            return conversation::hear(&event, callback);
        }
        match needed(&event, "type")?.as_str() {
            "recipient_delivery_report_sms" | "recipient_delivery_report_mms" => {
                heard.told.extend(told(&event, &event, callback)?);
            }
            "delivery_report_sms" | "delivery_report_mms" => {
                for state in event["statuses"].as_array().ok_or_else(|| mobile::missing("statuses"))? {
                    heard.told.extend(told(&event, state, callback)?);
                }
            }
            "mo_text" | "mo_media" => heard.inbound.push(inbound(&event, callback)?),
            // What Sinch may tell some day is no reason to be told it again and again.
            _ => {}
        }
        Ok(heard)
    }
}

mod conversation;
#[cfg(test)]
mod tests;
