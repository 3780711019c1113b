//! Twilio Programmable Messaging, API 2010-04-01 (<https://www.twilio.com/docs/messaging/api/message-resource>; fields from
//! twilio-oai 2026-04). Signatures: <https://www.twilio.com/docs/usage/webhooks/webhooks-security>; the newer one with a shared
//! key as in twilio-python 9.13. Twilio signs no time, so a callback may be told again: its key makes that harmless.

use std::collections::BTreeSet;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use domain::content::MobileKind;
use domain::rcs::{Obstacle, RcsKind};
use domain::{Fault, Faults};
use http::Method;
use http::header::{AUTHORIZATION, CONTENT_TYPE};
use serde_json::{Map, Value};

use super::mobile::Sense::{BadAddress, Busy, Misconfigured, Reject, Retry};
use super::mobile::{Codes, Sense, about, accepted, e164, key, missing, reason, same, text, unless};
use super::proof::{basic, hex};
use super::{
    Callback, Context, Heard, Inbound, MobileOut, Outgoing, Provider, Reading, Refusal, Request, Response, Settings,
    Told, ToldKind, mobile, one_line,
};

const OWN_URL: &str = "https://api.twilio.com";

/// From <https://www.twilio.com/docs/api/errors>. Codes that concern one country or one number of a trial account are no
/// misconfiguration: other messages work.
const CODES: &Codes = &[
    ("20003", Misconfigured), // authentication
    ("20005", Misconfigured), // account not active
    ("20404", Misconfigured), // no such account
    ("20429", Busy),          // too many requests
    ("21211", BadAddress),    // invalid To
    ("21212", Misconfigured), // invalid From
    ("21217", BadAddress),    // no valid number
    ("21408", Reject),        // country not enabled
    ("21602", Reject),        // no text
    ("21603", Misconfigured), // no sender
    ("21606", Misconfigured), // From cannot send
    ("21608", Reject),        // trial account, number not verified
    ("21609", Misconfigured), // bad StatusCallback
    ("21610", BadAddress),    // recipient opted out
    ("21611", Busy),          // queue of the sender is full
    ("21612", Reject),        // no way from From to To
    ("21614", BadAddress),    // not a mobile number
    ("21617", Reject),        // too long
    ("21620", Reject),        // bad media address
    ("21635", BadAddress),    // landline
    ("21659", Misconfigured), // From is not a number of the account
    ("21660", Misconfigured), // From belongs to another account
    ("21666", Misconfigured), // fall-back sender
    ("21667", Misconfigured), // fall-back sender
    ("21703", Misconfigured), // service without senders
    ("21704", Misconfigured), // service without senders
    ("21705", Misconfigured), // no such service
    ("21712", Misconfigured), // From is not in the service
    ("30001", Busy),          // queue overflow
    ("30002", Misconfigured), // account suspended
    ("30003", Retry),         // unreachable
    ("30004", Reject),        // blocked
    ("30005", BadAddress),    // unknown subscriber
    ("30006", BadAddress),    // landline or unreachable carrier
    ("30007", Reject),        // filtered
    ("30008", Retry),         // unknown
    ("30022", Retry),         // rate of the 10DLC campaign
    ("30023", Retry),         // daily cap of the 10DLC brand
    ("30032", Misconfigured), // toll-free number not verified
    ("30034", Misconfigured), // number not registered for A2P
    ("30036", Reject),        // validity period over
    ("63038", Busy),          // daily limit of the account
];

/// An account at Twilio.
pub struct Twilio {
    base_url: String,
    account_sid: String,
    auth_token: String,
    messaging_service_sid: String,
    shared_key_id: String,
    shared_key: String,
    /// Of the RCS sender, without `rcs:`; empty: there is none.
    rcs_sender: String,
}

impl Twilio {
    pub fn new(settings: &Settings) -> Result<Self, Faults> {
        let mut faults = Faults::default();
        let twilio = Self {
            base_url: mobile::base_url(&mut faults, settings, OWN_URL),
            account_sid: mobile::segment(&mut faults, settings, "accountSid"),
            auth_token: mobile::word(&mut faults, settings, "authToken"),
            messaging_service_sid: mobile::optional_word(&mut faults, settings, "messagingServiceSid"),
            shared_key_id: mobile::optional_word(&mut faults, settings, "sharedKeyId"),
            shared_key: mobile::optional_word(&mut faults, settings, "sharedKey"),
            rcs_sender: without_rcs(&mobile::optional_word(&mut faults, settings, "rcsSender")).to_owned(),
        };
        if !twilio.shared_key_id.is_empty() && twilio.shared_key.is_empty() {
            faults.add("sharedKey", "required", "The shared key's secret is needed beside its id.");
        }
        unless(faults, twilio)
    }

    fn authorization(&self) -> String {
        basic(&self.account_sid, &self.auth_token)
    }

    /// Straight to the phone, past the messaging service, which would send an SMS of its own where RCS fails
    /// (<https://www.twilio.com/docs/rcs/send-an-rcs-message>).
    fn rcs(&self, out: &MobileOut<'_>) -> Result<Rich, Fault> {
        /// Ten hours: what Twilio takes at most.
        const VALIDITY_MAX: u32 = 36_000;
        let rcs = mobile::rcs(out)?;
        if self.rcs_sender.is_empty() {
            return Err(mobile::no_rcs(Obstacle::NoSender));
        }
        if !(matches!(rcs.kind, RcsKind::Text | RcsKind::Media) && rcs.suggestions.is_empty()) {
            return Err(mobile::no_rcs(Obstacle::NotThis));
        }
        let validity = mobile::validity_seconds(rcs).min(VALIDITY_MAX).to_string();
        Ok(Rich { to: format!("rcs:{}", out.to), from: format!("rcs:{}", self.rcs_sender), validity })
    }

    /// The secret and algorithm that the callback claims to be signed with; `None`: we have no such key.
    fn signing_key(&self, callback: &Callback<'_>) -> Option<(ring::hmac::Algorithm, &str)> {
        let Some(header) = callback.header("x-twilio-webhooks-signature-settings") else {
            return Some((ring::hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, &self.auth_token));
        };
        let setting = |name: &str| {
            let mut pairs = header.split(',').filter_map(|part| part.split_once('='));
            pairs.find(|(key, _)| key.trim() == name).map(|(_, value)| value.trim())
        };
        let is_ours = !self.shared_key.is_empty()
            && (self.shared_key_id.is_empty() || setting("key") == Some(self.shared_key_id.as_str()));
        let algorithm = match setting("algorithm") {
            Some("HMAC_SHA256") => ring::hmac::HMAC_SHA256,
            None | Some("HMAC_SHA1") => ring::hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY,
            Some(_) => return None,
        };
        is_ours.then_some((algorithm, self.shared_key.as_str()))
    }

    /// The fields of the callback, once its signature is known to be good.
    fn proven_fields(&self, callback: &Callback<'_>) -> Result<Map<String, Value>, Refusal> {
        let (algorithm, secret) = self.signing_key(callback).ok_or(Refusal::Forged)?;
        let signature = callback.header("x-twilio-signature").and_then(|text| STANDARD.decode(text.trim()).ok());
        let signature = signature.ok_or(Refusal::Forged)?;
        let body = Body::read(callback)?;
        let signed: String = body.signed.iter().flat_map(|(name, value)| [name.as_str(), value.as_str()]).collect();
        let is_proven = urls(callback.url)
            .iter()
            .any(|url| same(&mobile::hmac(algorithm, secret, format!("{url}{signed}").as_bytes()), &signature));
        if is_proven { Ok(body.fields) } else { Err(Refusal::Forged) }
    }
}

/// How an RCS message differs from an SMS.
struct Rich {
    to: String,
    from: String,
    /// In seconds.
    validity: String,
}

/// Numbers and senders of RCS have this before them.
fn without_rcs(address: &str) -> &str {
    address.strip_prefix("rcs:").unwrap_or(address)
}

const FIELDS_MAX: usize = 200;

/// What a callback carries, and which of it the signature covers beside the address.
struct Body {
    fields: Map<String, Value>,
    signed: BTreeSet<(String, String)>,
}

impl Body {
    /// A form is signed field by field, another body through its digest in the address.
    fn read(callback: &Callback<'_>) -> Result<Self, Refusal> {
        let malformed = |_| Refusal::Malformed("The callback is not a form.".into());
        let to_fields = |pairs: &[(String, String)]| {
            pairs.iter().map(|(name, value)| (name.clone(), Value::from(value.as_str()))).collect()
        };
        if callback.method == Method::GET {
            let query = callback.url.split_once('?').map_or("", |(_, query)| query);
            let pairs: Vec<(String, String)> = serde_urlencoded::from_str(query).map_err(malformed)?;
            return Ok(Self { fields: to_fields(&pairs), signed: BTreeSet::new() });
        }
        if callback.header("content-type").is_some_and(|kind| kind.starts_with("application/json")) {
            let digest = query_value(callback.url, "bodySHA256").to_ascii_lowercase();
            if !same(digest.as_bytes(), hex(&mobile::sha256(callback.body)).as_bytes()) {
                return Err(Refusal::Forged);
            }
            let fields = mobile::json_object(callback)?.as_object().cloned().unwrap_or_default();
            return Ok(Self { fields, signed: BTreeSet::new() });
        }
        // Far more than any callback has: nobody's CPU is for sale before the signature is known to be good.
        if callback.body.split(|byte| *byte == b'&').nth(FIELDS_MAX).is_some() {
            return Err(Refusal::Malformed("The callback has too many fields.".into()));
        }
        let pairs: Vec<(String, String)> = serde_urlencoded::from_bytes(callback.body).map_err(malformed)?;
        Ok(Self { fields: to_fields(&pairs), signed: pairs.into_iter().collect() })
    }
}

/// The address as it came, without its port, and with the port of its scheme: Twilio signs now this, now that.
fn urls(url: &str) -> Vec<String> {
    let Some((scheme, rest)) = url.split_once("://") else { return vec![url.to_owned()] };
    let (authority, path) = rest.split_at(rest.find(['/', '?']).unwrap_or(rest.len()));
    let name_start = authority.rfind(['@', ']']).unwrap_or(0);
    let changed = match authority[name_start..].find(':') {
        Some(colon) => authority[..name_start + colon].to_owned(),
        None => format!("{authority}:{}", if scheme == "http" { 80 } else { 443 }),
    };
    vec![url.to_owned(), format!("{scheme}://{changed}{path}")]
}

fn query_value(url: &str, name: &str) -> String {
    let query = url.split_once('?').map_or("", |(_, query)| query);
    let pairs: Vec<(String, String)> = serde_urlencoded::from_str(query).unwrap_or_default();
    pairs.into_iter().find(|(key, _)| key == name).map(|(_, value)| value).unwrap_or_default()
}

fn kind(status: &str, code: &str) -> Option<ToldKind> {
    match status {
        "sent" | "partially_delivered" => Some(ToldKind::Accepted),
        "delivered" => Some(ToldKind::Delivered),
        "read" => Some(ToldKind::Opened),
        "failed" | "undelivered" => Some(Sense::of(CODES, code).map_or(ToldKind::Failed, Sense::told)),
        "canceled" => Some(ToldKind::Failed),
        // On its way inside Twilio, or a state that is newer than this file.
        _ => None,
    }
}

impl Provider for Twilio {
    fn request(&self, outgoing: Outgoing<'_>, context: Context<'_>) -> Result<Request, Fault> {
        let out = mobile::mobile(outgoing)?;
        let service = self.messaging_service_sid.as_str();
        let rich = (out.content.kind == MobileKind::Rcs).then(|| self.rcs(&out)).transpose()?;
        if rich.is_none() && out.from.is_empty() && service.is_empty() {
            return Err(Fault::new("from", "required", "Twilio needs a sender or a messaging service."));
        }
        let callback = context.callback_url.map_or_else(String::new, |url| {
            format!("{url}{}message={}", if url.contains('?') { '&' } else { '?' }, context.message_id)
        });
        let body = mobile::titled(out.content);
        let media = if out.content.kind == MobileKind::Sms { "" } else { out.content.media_url.as_str() };
        let (to, from, service, validity) = match &rich {
            Some(Rich { to, from, validity }) => (to.as_str(), from.as_str(), "", validity.as_str()),
            // With both, Twilio sends from this number with the service's rules.
            None => (out.to, out.from, service, ""),
        };
        let fields = [
            ("To", to),
            ("From", from),
            ("MessagingServiceSid", service),
            ("Body", &body),
            ("MediaUrl", media),
            ("ValidityPeriod", validity),
            ("StatusCallback", &callback),
        ];
        let fields: Vec<_> = fields.into_iter().filter(|(_, value)| !value.is_empty()).collect();
        let body = serde_urlencoded::to_string(fields).map_err(|error| Fault::new("", "form", error.to_string()))?;
        Ok(Request {
            method: Method::POST,
            url: format!("{}/2010-04-01/Accounts/{}/Messages.json", self.base_url, self.account_sid),
            headers: vec![
                (AUTHORIZATION, self.authorization()),
                (CONTENT_TYPE, "application/x-www-form-urlencoded".into()),
            ],
            body: body.into_bytes(),
        })
    }

    fn read(&self, response: &Response) -> Reading {
        let json = response.json();
        if (200..300).contains(&response.status) {
            return accepted(&json["sid"]);
        }
        let words = json["message"].as_str().unwrap_or_default();
        mobile::read_error("twilio", CODES, &text(&json["code"]), words, response)
    }

    fn verify(&self, _context: Context<'_>) -> Option<Result<Request, Fault>> {
        Some(Ok(Request {
            method: Method::GET,
            url: format!("{}/2010-04-01/Accounts/{}.json", self.base_url, self.account_sid),
            headers: vec![(AUTHORIZATION, self.authorization())],
            body: Vec::new(),
        }))
    }

    fn hear(&self, callback: &Callback<'_>) -> Result<Heard, Refusal> {
        let fields = self.proven_fields(callback)?;
        let field = |name: &str| fields.get(name).map(text).unwrap_or_default();
        let sid = Some(field("MessageSid")).filter(|sid| !sid.is_empty()).ok_or_else(|| missing("MessageSid"))?;
        let (status, code) = (field("MessageStatus"), field("ErrorCode"));
        let raw = Value::Object(fields.clone());
        let mut heard = Heard::default();
        if !status.is_empty() && status != "received" && status != "receiving" {
            heard.told.extend(kind(&status, &code).map(|kind| Told {
                about: about(&query_value(callback.url, "message"), &sid),
                kind,
                at: callback.now,
                key: key(&["twilio", &sid, &status]),
                reason: if code.is_empty() { String::new() } else { reason("twilio", &code) },
                words: one_line(&field("ErrorMessage")),
                raw,
            }));
        } else if fields.contains_key("Body") {
            let key = key(&["twilio", &sid]);
            let (from, to) = (e164(without_rcs(&field("From"))), e164(without_rcs(&field("To"))));
            heard.inbound.push(Inbound { from, to, text: field("Body"), at: callback.now, key, raw });
        } else {
            return Err(missing("MessageStatus"));
        }
        Ok(heard)
    }
}

#[cfg(test)]
mod tests;
