//! `SendGrid`, version 3 of its API (`twilio/sendgrid-oai`, 2026-01), and its signed event webhook (Twilio's "Event Webhook
//! Reference" and "Getting Started with the Event Webhook Security Features").

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use domain::{Fault, Faults};
use http::header::{AUTHORIZATION, CONTENT_TYPE};
use http::{HeaderName, Method};
use ring::signature::{ECDSA_P256_SHA256_ASN1, UnparsedPublicKey};
use serde_json::{Map, Value, json};

use super::email_answer::{ErrorTable, accepted, read_error};
use super::email_event::{TAG, seconds, text};
use super::email_form::{Form, mail_of};
use super::proof::check_age;
use super::sendgrid_event;
use super::{Callback, Context, Heard, Meaning, Outgoing, Provider, Reading, Refusal, Request, Response, Settings};
use crate::senders::Attachment;

/// HTTP status, with the faulty field where it tells more → meaning.
static ERRORS: &ErrorTable = &[
    ("400", Meaning::Rejected),
    ("400_to", Meaning::BadAddress),
    ("400_from", Meaning::Misconfigured),
    // A wrong key, or no credits left.
    ("401", Meaning::Misconfigured),
    // A key without the right to send, or a sender that is not verified.
    ("403", Meaning::Misconfigured),
    ("413", Meaning::Rejected),
    ("429", Meaning::Busy { retry_after: None }),
];

/// `SendGrid` tells an event again for 24 hours until it is taken, and does not say whether it signs each time anew: a window of
/// five minutes would lose what happened while we were down. A replay within it is harmless, its keys are known.
const AGE_MAX: Duration = Duration::from_hours(25);

/// What stands before the 65 bytes of a point on P-256 in a `SubjectPublicKeyInfo` (RFC 5480 §2): the kind of key, the curve.
const P256_PREFIX: &[u8] = &[
    0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce,
    0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00,
];

/// A configuration that sends through `SendGrid`.
pub struct SendGrid {
    api_key: String,
    /// The point of the key that signs callbacks; `None`: no callback is believed.
    webhook_key: Option<Vec<u8>>,
    base_url: String,
}

impl SendGrid {
    pub fn new(settings: &Settings) -> Result<Self, Faults> {
        let mut form = Form::new(settings);
        let api_key = form.required("apiKey");
        let given = form.optional("webhookPublicKey");
        let webhook_key = given.as_deref().and_then(p256_point);
        if given.is_some() && webhook_key.is_none() {
            form.add("webhookPublicKey", "bad_key", "Copy the verification key as SendGrid shows it.");
        }
        let base_url = form.base_url("https://api.sendgrid.com");
        form.finish(Self { api_key, webhook_key, base_url })
    }

    fn authorization(&self) -> (HeaderName, String) {
        (AUTHORIZATION, format!("Bearer {}", self.api_key))
    }

    /// The signature is over the time and the body as it came.
    fn check(&self, callback: &Callback<'_>) -> Result<(), Refusal> {
        let signed = |name: &str| callback.header(name).ok_or(Refusal::Forged);
        let key = self.webhook_key.as_ref().ok_or(Refusal::Forged)?;
        let time = signed("x-twilio-email-event-webhook-timestamp")?;
        let signature =
            STANDARD.decode(signed("x-twilio-email-event-webhook-signature")?).map_err(|_| Refusal::Forged)?;
        UnparsedPublicKey::new(&ECDSA_P256_SHA256_ASN1, key)
            .verify(&[time.as_bytes(), callback.body].concat(), &signature)
            .map_err(|_| Refusal::Forged)?;
        check_age(seconds(time).ok_or(Refusal::Stale)?, callback.now, AGE_MAX)
    }
}

impl Provider for SendGrid {
    fn request(&self, outgoing: Outgoing<'_>, context: Context<'_>) -> Result<Request, Fault> {
        let mail = mail_of(outgoing)?;
        // text/plain must come first, and an empty part is refused.
        let parts = [("text/plain", &mail.content.text), ("text/html", &mail.content.html)];
        let filled = parts.iter().filter(|(_, value)| !value.is_empty());
        let content: Vec<Value> = filled.map(|(kind, value)| json!({ "type": kind, "value": value })).collect();
        let mut from = json!({ "email": mail.from });
        if !mail.from_name.is_empty() {
            from["name"] = json!(mail.from_name);
        }
        let mut body = json!({
            "personalizations": [{ "to": [{ "email": mail.to }], "custom_args": { TAG: context.message_id } }],
            "from": from,
            "subject": mail.content.subject,
            "content": content,
        });
        if let Some(reply_to) = mail.reply_to {
            body["reply_to"] = json!({ "email": reply_to });
        }
        if !mail.headers.is_empty() {
            body["headers"] =
                mail.headers.iter().map(|(name, value)| (name.clone(), json!(value))).collect::<Map<_, _>>().into();
        }
        if !mail.attachments.is_empty() {
            let file = |file: &Attachment| {
                json!({
                    "content": STANDARD.encode(&file.bytes),
                    "type": file.content_type,
                    "filename": file.name,
                    "disposition": "attachment",
                })
            };
            body["attachments"] = mail.attachments.iter().map(file).collect();
        }
        let headers = vec![self.authorization(), (CONTENT_TYPE, "application/json".to_owned())];
        let url = format!("{}/v3/mail/send", self.base_url);
        Ok(Request { method: Method::POST, url, headers, body: body.to_string().into_bytes() })
    }

    fn read(&self, response: &Response) -> Reading {
        if (200..300).contains(&response.status) {
            return accepted(response.header("x-message-id").unwrap_or_default());
        }
        let body = response.json();
        let (words, field) = (text(&body, "/errors/0/message"), text(&body, "/errors/0/field"));
        let code = match (response.status, field.as_str()) {
            (400, "personalizations.0.to.0.email") => "400_to".to_owned(),
            (400, "from.email" | "from") => "400_from".to_owned(),
            (status, _) => status.to_string(),
        };
        read_error("sendgrid", ERRORS, &code, &words, response)
    }

    fn verify(&self, _: Context<'_>) -> Option<Result<Request, Fault>> {
        let (url, headers) = (format!("{}/v3/scopes", self.base_url), vec![self.authorization()]);
        Some(Ok(Request { method: Method::GET, url, headers, body: Vec::new() }))
    }

    fn hear(&self, callback: &Callback<'_>) -> Result<Heard, Refusal> {
        self.check(callback)?;
        let events: Vec<Value> = serde_json::from_slice(callback.body)
            .map_err(|_| Refusal::Malformed("This is not a list of events.".into()))?;
        let told = events.iter().filter_map(|event| sendgrid_event::read(event, callback.now)).collect();
        Ok(Heard { told, ..Heard::default() })
    }
}

/// The point of a P-256 key in base64 of its DER.
fn p256_point(encoded: &str) -> Option<Vec<u8>> {
    let key = STANDARD.decode(encoded).ok()?;
    key.strip_prefix(P256_PREFIX).filter(|point| point.len() == 65).map(<[u8]>::to_vec)
}

#[cfg(test)]
mod tests {
    use http::HeaderMap;

    use super::super::email_answer::tests::answer;
    use super::super::email_event::tests::MESSAGE;
    use super::super::email_form::tests::{context, files, mail, paths, settings};
    use super::super::{About, EmailOut, ToldKind};
    use super::*;

    /// Made with openssl, and taken by npm's @sendgrid/eventwebhook.
    const KEY: &str = include_str!("fixtures/sendgrid_public_key.txt");
    const EVENTS: &str = include_str!("fixtures/sendgrid_events.json");
    const SIGNATURE: &str = include_str!("fixtures/sendgrid_signature.txt");
    const SIGNED_AT: &str = "1796115590";

    fn sendgrid(further: &[(&str, &str)]) -> SendGrid {
        SendGrid::new(&settings(&[&[("apiKey", "SG.key")], further].concat())).ok().unwrap()
    }

    fn hear_at(key: &str, time: &str, signature: &str, body: &str, hours: u64) -> Result<Heard, Refusal> {
        let mut headers = HeaderMap::new();
        headers.insert("X-Twilio-Email-Event-Webhook-Timestamp", time.parse().unwrap());
        headers.insert("X-Twilio-Email-Event-Webhook-Signature", signature.parse().unwrap());
        let now = context().now.plus(Duration::from_hours(hours));
        let callback = Callback {
            method: &Method::POST,
            url: "",
            headers: &headers,
            body: body.as_bytes(),
            now,
            certificate: None,
            default_region: "",
        };
        sendgrid(&[("webhookPublicKey", key)]).hear(&callback)
    }

    #[test]
    fn a_form_without_a_key_or_with_half_a_verification_key_is_told_so() {
        let settings = settings(&[("webhookPublicKey", &KEY[..80]), ("baseUrl", "x")]);
        assert_eq!(paths(SendGrid::new(&settings)), ["apiKey", "webhookPublicKey", "baseUrl"]);
    }

    #[test]
    fn a_mail_is_sent_in_its_parts_with_the_text_first() {
        let request = sendgrid(&[]).request(Outgoing::Email(mail()), context()).unwrap();
        assert_eq!((request.method, request.url.as_str()), (Method::POST, "https://api.sendgrid.com/v3/mail/send"));
        let authorization = (AUTHORIZATION, "Bearer SG.key".to_owned());
        assert_eq!(request.headers, [authorization, (CONTENT_TYPE, "application/json".to_owned())]);
        let expected = json!({
            "personalizations": [
                { "to": [{ "email": "ann@example.com" }], "custom_args": { "hermod_message": MESSAGE } }
            ],
            "from": { "email": "shop@example.com", "name": "Shop, \"the\" one" },
            "reply_to": { "email": "help@example.com" },
            "subject": "Grüße",
            "content": [
                { "type": "text/plain", "value": "Hello" },
                { "type": "text/html", "value": "<p>Hello</p>" },
            ],
            "headers": { "List-Unsubscribe": "<https://example.com/u/1>" },
        });
        assert_eq!(serde_json::from_slice::<Value>(&request.body).unwrap(), expected);
    }

    #[test]
    fn files_go_with_the_mail() {
        let mail = EmailOut { attachments: &files(), ..mail() };
        let request = sendgrid(&[]).request(Outgoing::Email(mail), context()).unwrap();
        let expected = json!([{
            "content": "AP8=", "type": "application/pdf", "filename": "영수증.pdf", "disposition": "attachment",
        }]);
        assert_eq!(serde_json::from_slice::<Value>(&request.body).unwrap()["attachments"], expected);
    }

    #[test]
    fn another_address_may_have_a_path() {
        let sendgrid = sendgrid(&[("baseUrl", "https://api.eu.sendgrid.com/x/")]);
        assert_eq!(sendgrid.verify(context()).unwrap().unwrap().url, "https://api.eu.sendgrid.com/x/v3/scopes");
    }

    #[test]
    fn each_answer_means_what_the_table_says() {
        let sendgrid = sendgrid(&[]);
        let taken = sendgrid.read(&answer(202, &[("x-message-id", "14c5")], ""));
        assert_eq!(taken.meaning, Meaning::Accepted { provider_id: Some("14c5".into()) });
        for (code, meaning) in ERRORS {
            let (status, field) = match *code {
                "400_to" => ("400", "personalizations.0.to.0.email"),
                "400_from" => ("400", "from.email"),
                status => (status, "content"),
            };
            let body = json!({ "errors": [{ "message": "why", "field": field }] }).to_string();
            let reading = sendgrid.read(&answer(status.parse().unwrap(), &[], &body));
            assert_eq!((&reading.meaning, reading.words.as_str()), (meaning, "why"), "{code}");
            assert_eq!(reading.reason, format!("sendgrid_{code}"));
        }
        assert_eq!(sendgrid.read(&answer(500, &[], "oops")).meaning, Meaning::Retry);
    }

    #[test]
    fn a_signed_list_of_events_is_heard_in_whatever_order_it_comes() {
        let heard = hear_at(KEY, SIGNED_AT, SIGNATURE, EVENTS, 0).unwrap();
        let told: Vec<_> = heard.told.iter().map(|told| (told.about.clone(), told.kind, told.key.as_str())).collect();
        let ours = || About::Message(MESSAGE.into());
        let theirs = About::ProviderId("nl0WbUXSRiGjxZLtHj0cHA".into());
        let bounced = ToldKind::Bounced { is_permanent: true };
        let expected = [
            (ours(), ToldKind::Delivered, "sendgrid|ev-delivered"),
            (ours(), ToldKind::Accepted, "sendgrid|ev-processed"),
            (theirs, bounced, "sendgrid|ev-bounce"),
        ];
        assert_eq!(told, expected);
        assert_eq!(heard.told[0].at.as_millis(), 1_796_115_580_000);
        assert_eq!(heard.told[0].raw["newField"]["a"], 1);
        assert_eq!(hear_at(KEY, SIGNED_AT, SIGNATURE, EVENTS, 20), Ok(heard));
    }

    #[test]
    fn a_callback_that_is_not_signed_by_our_key_over_these_bytes_and_this_time_is_forged() {
        let other_body = EVENTS.replace("ann@", "eve@");
        let other_signature = SIGNATURE.replacen("ME", "MF", 1);
        for (key, time, signature, body) in [
            (KEY, SIGNED_AT, SIGNATURE, other_body.as_str()),
            (KEY, "1796115591", SIGNATURE, EVENTS),
            (KEY, SIGNED_AT, other_signature.as_str(), EVENTS),
            (KEY, SIGNED_AT, "not base64!", EVENTS),
            (KEY, SIGNED_AT, "", EVENTS),
            ("", SIGNED_AT, SIGNATURE, EVENTS),
        ] {
            assert_eq!(hear_at(key, time, signature, body, 0), Err(Refusal::Forged), "{time} {signature}");
        }
    }

    #[test]
    fn a_callback_of_yesterday_is_stale() {
        assert_eq!(hear_at(KEY, SIGNED_AT, SIGNATURE, EVENTS, 26), Err(Refusal::Stale));
    }
}
