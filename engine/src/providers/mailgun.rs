//! Mailgun (its API reference, "Messages" and "Domains", and its user manual, "Webhooks"): the finished mail goes as it is.

use std::time::Duration;

use domain::{Fault, Faults, Timestamp};
use hmac::{Hmac, KeyInit, Mac};
use http::header::{AUTHORIZATION, CONTENT_TYPE};
use http::{HeaderName, Method};
use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;
use sha2::{Digest, Sha256};

use super::email_answer::{ErrorTable, accepted, read_error};
use super::email_event::{TAG, seconds, text};
use super::email_form::{Form, mail_of};
use super::mailgun_event;
use super::proof::{basic, check_age, hex};
use super::{Callback, Context, Heard, Meaning, Outgoing, Provider, Reading, Refusal, Request, Response, Settings};

/// Mailgun names no codes: a part of its sentence, in lower case → our name for it. The first that fits counts.
static SENTENCES: &[(&str, &str)] = &[
    ("limit exceeded", "limit_exceeded"),
    ("to parameter is not a valid address", "bad_recipient"),
    ("from parameter is not a valid address", "bad_sender"),
    ("sandbox subdomains are for test purposes", "sandbox"),
    ("not allowed to send", "not_allowed"),
    ("domain not found", "no_domain"),
    ("invalid private key", "bad_key"),
    ("account is disabled", "disabled"),
    ("account disabled", "disabled"),
];

/// Our name for a sentence, or the HTTP status → meaning.
static ERRORS: &ErrorTable = &[
    ("limit_exceeded", Meaning::Busy { retry_after: None }),
    ("bad_recipient", Meaning::BadAddress),
    ("bad_sender", Meaning::Misconfigured),
    ("sandbox", Meaning::Misconfigured),
    ("not_allowed", Meaning::Misconfigured),
    ("no_domain", Meaning::Misconfigured),
    ("bad_key", Meaning::Misconfigured),
    ("disabled", Meaning::Misconfigured),
    ("400", Meaning::Rejected),
    ("401", Meaning::Misconfigured),
    // To be paid.
    ("402", Meaning::Misconfigured),
    ("403", Meaning::Misconfigured),
    // No such domain in this region.
    ("404", Meaning::Misconfigured),
    ("413", Meaning::Rejected),
    ("429", Meaning::Busy { retry_after: None }),
];

/// Mailgun tells an event again for eight hours until it is taken.
const AGE_MAX: Duration = Duration::from_hours(9);

/// A configuration that sends through Mailgun.
pub struct Mailgun {
    api_key: String,
    domain: String,
    /// `None`: no callback is believed.
    signing_key: Option<String>,
    base_url: String,
}

/// A callback, of which only the signature is read so far.
#[derive(Deserialize)]
struct Envelope<'a> {
    signature: Value,
    #[serde(rename = "event-data", borrow, default)]
    event: Option<&'a RawValue>,
}

impl Mailgun {
    pub fn new(settings: &Settings) -> Result<Self, Faults> {
        let mut form = Form::new(settings);
        let api_key = form.required("apiKey");
        let domain = form.label("domain");
        let signing_key = form.optional("signingKey");
        let base_url = form.base_url("https://api.mailgun.net");
        form.finish(Self { api_key, domain, signing_key, base_url })
    }

    fn authorization(&self) -> (HeaderName, String) {
        (AUTHORIZATION, basic("api", &self.api_key))
    }

    /// The signature is over a time and a token, not over the event. Whoever has seen one callback could put another event into
    /// it while the time is good; TLS keeps others from seeing one.
    fn check(&self, signature: &Value, now: Timestamp) -> Result<(), Refusal> {
        let key = self.signing_key.as_ref().ok_or(Refusal::Forged)?;
        let (time, token) = (text(signature, "/timestamp"), text(signature, "/token"));
        let signature = unhex(&text(signature, "/signature")).ok_or(Refusal::Forged)?;
        let mut mac = Hmac::<Sha256>::new_from_slice(key.as_bytes()).map_err(|_| Refusal::Forged)?;
        mac.update(time.as_bytes());
        mac.update(token.as_bytes());
        mac.verify_slice(&signature).map_err(|_| Refusal::Forged)?;
        check_age(seconds(&time).ok_or(Refusal::Stale)?, now, AGE_MAX)
    }
}

impl Provider for Mailgun {
    fn request(&self, outgoing: Outgoing<'_>, context: Context<'_>) -> Result<Request, Fault> {
        let mail = mail_of(outgoing)?;
        let fields = [("to", mail.to), (&format!("v:{TAG}"), context.message_id)];
        let (boundary, body) = form_data(&fields, mail.mime);
        let headers = vec![self.authorization(), (CONTENT_TYPE, format!("multipart/form-data; boundary={boundary}"))];
        let url = format!("{}/v3/{}/messages.mime", self.base_url, self.domain);
        Ok(Request { method: Method::POST, url, headers, body })
    }

    fn read(&self, response: &Response) -> Reading {
        let body = response.json();
        if (200..300).contains(&response.status) {
            return accepted(text(&body, "/id").trim_matches(['<', '>']));
        }
        let words = text(&body, "/message");
        let lower = words.to_ascii_lowercase();
        let code = match SENTENCES.iter().find(|(part, _)| lower.contains(part)) {
            Some((_, name)) if response.status < 500 => (*name).to_owned(),
            _ => response.status.to_string(),
        };
        read_error("mailgun", ERRORS, &code, &words, response)
    }

    fn verify(&self, _: Context<'_>) -> Option<Result<Request, Fault>> {
        let url = format!("{}/v4/domains/{}", self.base_url, self.domain);
        Some(Ok(Request { method: Method::GET, url, headers: vec![self.authorization()], body: Vec::new() }))
    }

    fn hear(&self, callback: &Callback<'_>) -> Result<Heard, Refusal> {
        if self.signing_key.is_none() {
            return Err(Refusal::Forged);
        }
        let malformed = || Refusal::Malformed("This is not an event of Mailgun.".into());
        let body: Envelope<'_> = serde_json::from_slice(callback.body).map_err(|_| malformed())?;
        self.check(&body.signature, callback.now)?;
        // Only now is it worth the memory that many small values take.
        let event: Value = match body.event {
            Some(event) => serde_json::from_str(event.get()).map_err(|_| malformed())?,
            None => Value::Null,
        };
        Ok(Heard { told: mailgun_event::read(&event, callback.now).into_iter().collect(), ..Heard::default() })
    }
}

/// A form with the mail as its last field, `message` (RFC 7578), and the boundary between its fields. The fields' values hold no
/// line breaks.
fn form_data(fields: &[(&str, &str)], mime: &[u8]) -> (String, Vec<u8>) {
    let mut parts: Vec<(String, &[u8])> = Vec::new();
    for (name, value) in fields {
        parts.push((format!("Content-Disposition: form-data; name=\"{name}\""), value.as_bytes()));
    }
    let disposition = "Content-Disposition: form-data; name=\"message\"; filename=\"message.eml\"";
    parts.push((format!("{disposition}\r\nContent-Type: message/rfc822"), mime));
    // From the mail, so that the same mail gives the same request.
    let boundary = boundary(hex(&Sha256::digest(mime)), &parts);
    let mut body = Vec::with_capacity(mime.len() + 1_000);
    for (head, value) in &parts {
        body.extend_from_slice(format!("--{boundary}\r\n{head}\r\n\r\n").as_bytes());
        body.extend_from_slice(value);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(format!("--{boundary}--\r\n").as_bytes());
    (boundary, body)
}

/// The first of a row of digests that is in none of the parts.
fn boundary(mut boundary: String, parts: &[(String, &[u8])]) -> String {
    while parts.iter().any(|(_, value)| value.windows(boundary.len()).any(|window| window == boundary.as_bytes())) {
        boundary = hex(&Sha256::digest(&boundary));
    }
    boundary
}

/// Bytes of hexadecimal digits.
fn unhex(text: &str) -> Option<Vec<u8>> {
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    let pair = |pair: &[u8]| Some(digit(*pair.first()?)? << 4 | digit(*pair.get(1)?)?);
    text.as_bytes().chunks(2).map(pair).collect()
}

#[cfg(test)]
mod tests {
    use http::HeaderMap;
    use serde_json::json;

    use super::super::email_answer::tests::answer;
    use super::super::email_event::tests::MESSAGE;
    use super::super::email_form::tests::{context, mail, paths, settings};
    use super::super::mailgun_event::tests::event;
    use super::super::{About, ToldKind};
    use super::*;

    fn mailgun(further: &[(&str, &str)]) -> Mailgun {
        let needed = [("apiKey", "key-1"), ("domain", "mg.example.com")];
        Mailgun::new(&settings(&[&needed, further].concat())).ok().unwrap()
    }

    /// Signed with `printf 17961155901a2b | openssl dgst -sha256 -hmac signing-key`.
    fn signed(event: &Value) -> Value {
        let signature = "ad76bd8938a373e596c4b6e24156e3baf69b0e4561ff937cf931ba6e18efa835";
        json!({ "signature": { "timestamp": "1796115590", "token": "1a2b", "signature": signature }, "event-data": event })
    }

    fn hear_at(key: &str, body: &Value, hours: u64) -> Result<Heard, Refusal> {
        let now = context().now.plus(Duration::from_hours(hours));
        let (headers, body) = (HeaderMap::new(), body.to_string());
        let callback = Callback {
            method: &Method::POST,
            url: "",
            headers: &headers,
            body: body.as_bytes(),
            now,
            certificate: None,
            default_region: "",
        };
        mailgun(&[("signingKey", key)]).hear(&callback)
    }

    #[test]
    fn a_form_is_told_of_all_it_lacks_and_of_a_domain_that_leads_elsewhere() {
        assert_eq!(paths(Mailgun::new(&settings(&[("domain", "a/../b")]))), ["apiKey", "domain"]);
    }

    #[test]
    fn the_finished_mail_is_the_last_field_of_the_form() {
        let request = mailgun(&[]).request(Outgoing::Email(mail()), context()).unwrap();
        assert_eq!(request.url, "https://api.mailgun.net/v3/mg.example.com/messages.mime");
        assert_eq!(request.headers[0], (AUTHORIZATION, "Basic YXBpOmtleS0x".into()));
        let boundary = request.headers[1].1.strip_prefix("multipart/form-data; boundary=").unwrap();
        let mime = String::from_utf8_lossy(mail().mime);
        let expected = format!(
            "--{boundary}\r\nContent-Disposition: form-data; name=\"to\"\r\n\r\nann@example.com\r\n\
             --{boundary}\r\nContent-Disposition: form-data; name=\"v:hermod_message\"\r\n\r\n{MESSAGE}\r\n\
             --{boundary}\r\nContent-Disposition: form-data; name=\"message\"; filename=\"message.eml\"\r\n\
             Content-Type: message/rfc822\r\n\r\n{mime}\r\n--{boundary}--\r\n"
        );
        assert_eq!(String::from_utf8_lossy(&request.body), expected);
        assert_eq!(mailgun(&[]).request(Outgoing::Email(mail()), context()).unwrap(), request);
    }

    #[test]
    fn a_boundary_is_never_a_part_of_the_mail() {
        let first = hex(&Sha256::digest("mail"));
        let second = hex(&Sha256::digest(&first));
        let third = hex(&Sha256::digest(&second));
        let mail = format!("--{second}\r\n{first}");
        assert_eq!(boundary(first, &[(String::new(), mail.as_bytes()), (String::new(), b"")]), third);
    }

    #[test]
    fn another_address_may_have_a_path() {
        let mailgun = mailgun(&[("baseUrl", "https://api.eu.mailgun.net/x")]);
        let url = mailgun.verify(context()).unwrap().unwrap().url;
        assert_eq!(url, "https://api.eu.mailgun.net/x/v4/domains/mg.example.com");
    }

    #[test]
    fn each_sentence_and_status_means_what_the_tables_say() {
        let mailgun = mailgun(&[]);
        let meaning_of = |code: &str| ERRORS.iter().find(|(listed, _)| *listed == code).unwrap().1.clone();
        let taken = mailgun.read(&answer(200, &[], r#"{"id":"<2026@mg.example.com>","message":"Queued. Thank you."}"#));
        assert_eq!(taken.meaning, Meaning::Accepted { provider_id: Some("2026@mg.example.com".into()) });
        for (sentence, name) in SENTENCES {
            let body = json!({ "message": format!("'{}'. please check", sentence.to_uppercase()) }).to_string();
            let reading = mailgun.read(&answer(400, &[], &body));
            assert_eq!((reading.meaning, reading.reason), (meaning_of(name), format!("mailgun_{name}")), "{sentence}");
        }
        for status in [400, 401, 402, 403, 404, 413, 429] {
            let reading = mailgun.read(&answer(status, &[], "Forbidden"));
            assert_eq!((reading.meaning, reading.words.as_str()), (meaning_of(&status.to_string()), "Forbidden"));
        }
        assert_eq!(mailgun.read(&answer(500, &[], "domain not found")).meaning, Meaning::Retry);
    }

    #[test]
    fn a_signed_event_is_heard_and_told_again_has_the_same_key() {
        let event = event(&json!({ "event": "delivered", "delivery-status": { "message": "OK" }, "new": [1] }));
        let heard = hear_at("signing-key", &signed(&event), 0).unwrap();
        let told = &heard.told[0];
        assert_eq!((&told.about, told.kind), (&About::Message(MESSAGE.into()), ToldKind::Delivered));
        assert_eq!((told.at.as_millis(), &told.raw), (1_796_115_580_329, &event));
        assert_eq!(hear_at("signing-key", &signed(&event), 8).unwrap().told[0].key, told.key);
    }

    #[test]
    fn an_event_that_our_key_did_not_sign_is_forged_and_an_old_one_is_stale() {
        let good = signed(&event(&json!({ "event": "delivered" })));
        for (name, value) in
            [("timestamp", "1796115591"), ("token", "1a2c"), ("signature", "00"), ("signature", "é"), ("signature", "")]
        {
            let mut bad = good.clone();
            bad["signature"][name] = json!(value);
            assert_eq!(hear_at("signing-key", &bad, 0), Err(Refusal::Forged), "{name} {value}");
        }
        assert_eq!(hear_at("signing-keys", &good, 0), Err(Refusal::Forged));
        assert_eq!(hear_at("", &good, 0), Err(Refusal::Forged));
        assert_eq!(hear_at("signing-key", &good, 10), Err(Refusal::Stale));
        assert_eq!(hear_at("signing-key", &json!({ "signature": {} }), 0), Err(Refusal::Forged));
        for other in [json!({}), json!([])] {
            assert!(matches!(hear_at("signing-key", &other, 0), Err(Refusal::Malformed(_))), "{other}");
        }
    }
}
