//! Vonage Messages API v1 (<https://developer.vonage.com/en/api/messages>; fields from `PyPI` `vonage-messages` 1.8).
//! Requests carry a JWT of the application (RS256) or the account's key and secret; callbacks carry a JWT (HS256) whose claim
//! `payload_hash` is the SHA-256 of the body (<https://developer.vonage.com/en/getting-started/concepts/webhooks>).

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use domain::content::MobileKind;
use domain::{Fault, Faults};
use http::Method;
use http::header::AUTHORIZATION;
use ring::rand::SystemRandom;
use ring::signature::{RSA_PKCS1_SHA256, RsaKeyPair};
use serde_json::{Value, json};

use super::mobile::Sense::{BadAddress, Busy, Misconfigured, Reject, Retry};
use super::mobile::{Codes, Sense, about, accepted, e164, json_headers, key, needed, reason, same, text, time, unless};
use super::proof::{basic, hex};
use super::{
    Callback, Context, Heard, Inbound, MobileOut, Outgoing, Provider, Reading, Refusal, Request, Response, Settings,
    Told, ToldKind, mobile, one_line,
};

/// What follows the `#` of a problem's type: words for requests
/// (<https://developer.vonage.com/en/api-errors>), numbers mostly for callbacks (<https://developer.vonage.com/en/api-errors/messages>).
const CODES: &Codes = &[
    ("account-suspended", Misconfigured),
    ("forbidden", Misconfigured),
    ("invalid-api-key", Misconfigured),
    ("invalid-params", Reject),
    ("jwt-expired", Misconfigured),
    ("jwt-revoked", Misconfigured),
    ("low-balance", Misconfigured),
    ("unauthorized", Misconfigured),
    ("unprovisioned", Misconfigured),
    ("1000", Busy),          // throttled
    ("1010", Reject),        // parameter missing
    ("1020", Reject),        // parameter invalid
    ("1030", Retry),         // internal error
    ("1040", Reject),        // message not understood
    ("1050", BadAddress),    // number barred
    ("1060", Misconfigured), // account barred
    ("1070", Misconfigured), // no credit
    ("1080", Misconfigured), // not enabled for HTTP
    ("1090", Reject),        // too long
    ("1100", Retry),         // communication failed
    ("1110", Misconfigured), // invalid signature
    ("1120", Reject),        // sender not allowed in this country
    ("1140", Misconfigured), // facility not enabled
    ("1150", Reject),        // parameter invalid
    ("1160", Reject),        // trial account, number not listed
    ("1170", BadAddress),    // number invalid
    ("1180", Retry),         // absent for now
    ("1190", BadAddress),    // absent for good
    ("1200", Retry),         // portability
    ("1210", Reject),        // taken for spam
    ("1220", Retry),         // handset busy
    ("1230", Retry),         // network
    ("1240", BadAddress),    // recipient opted out
    ("1241", Retry),         // too many to this number
    ("1250", Reject),        // no route
    ("1260", Retry),         // unreachable
    ("1270", Reject),        // age restriction
    ("1280", Reject),        // blocked by the carrier
    ("1290", Retry),         // recipient has no credit
    ("1300", BadAddress),    // not a user of the network
    ("1310", Reject),        // device not suitable
    ("1320", Reject),        // sent already
    ("1330", Retry),         // unknown
    ("1360", Reject),        // validity period over
];

/// An application or an account at Vonage.
pub struct Vonage {
    base_url: String,
    balance_url: String,
    /// Id and private key; comes first when there is an account too.
    application: Option<(String, RsaKeyPair)>,
    /// Key and secret.
    account: Option<(String, String)>,
    /// Empty: callbacks are refused.
    signature_secret: String,
    /// Of the RCS agent; empty: there is none.
    rcs_sender: String,
}

impl Vonage {
    pub fn new(settings: &Settings) -> Result<Self, Faults> {
        let mut faults = Faults::default();
        let has = |names: [&str; 2]| names.iter().any(|name| !settings.get(name).is_empty());
        let has_account = has(["apiKey", "apiSecret"]);
        let base_url = mobile::base_url(&mut faults, settings, "https://api.nexmo.com");
        let application = if has(["applicationId", "privateKey"]) || !has_account {
            application(&mut faults, settings)
        } else {
            None
        };
        let account = has_account
            .then(|| (mobile::word(&mut faults, settings, "apiKey"), mobile::word(&mut faults, settings, "apiSecret")));
        let is_own = settings.get("baseUrl").is_empty();
        let vonage = Self {
            balance_url: if is_own { "https://rest.nexmo.com".to_owned() } else { base_url.clone() },
            base_url,
            application,
            account,
            signature_secret: settings.get("signatureSecret").to_owned(),
            rcs_sender: mobile::optional_word(&mut faults, settings, "rcsSender"),
        };
        unless(faults, vonage)
    }

    fn authorization(&self, context: Context<'_>) -> Result<String, Fault> {
        match (&self.application, &self.account) {
            (Some((id, key)), _) => Ok(format!("Bearer {}", token(id, key, context)?)),
            (None, Some((key, secret))) => Ok(basic(key, secret)),
            (None, None) => Err(Fault::new("applicationId", "required", "This is needed.")),
        }
    }

    fn prove(&self, callback: &Callback<'_>) -> Result<(), Refusal> {
        if self.signature_secret.is_empty() {
            return Err(Refusal::Forged);
        }
        let claims = callback
            .header(AUTHORIZATION.as_str())
            .and_then(|value| value.trim().split_once(' '))
            .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
            .and_then(|(_, token)| claims(token.trim(), &self.signature_secret))
            .ok_or(Refusal::Forged)?;
        let digest = text(&claims["payload_hash"]).to_ascii_lowercase();
        if !same(digest.as_bytes(), hex(&mobile::sha256(callback.body)).as_bytes()) {
            return Err(Refusal::Forged);
        }
        mobile::fresh(claims["iat"].as_i64().ok_or(Refusal::Stale)?, callback.now)
    }
}

fn application(faults: &mut Faults, settings: &Settings) -> Option<(String, RsaKeyPair)> {
    let id = mobile::segment(faults, settings, "applicationId");
    let pem = faults.take("", settings.required("privateKey"))?;
    let key = private_key(pem);
    if key.is_none() {
        faults.add("privateKey", "bad_key", "This is not a private RSA key in PEM form, as Vonage gives it.");
    }
    Some((id, key?))
}

/// A key in PEM form (RFC 7468), its line breaks perhaps written as `\n`.
fn private_key(pem: &str) -> Option<RsaKeyPair> {
    let (label, rest) = pem.split_once("-----BEGIN ")?.1.split_once("-----")?;
    let text = rest.split_once("-----END")?.0.replace("\\n", "\n");
    let der = STANDARD.decode(text.split_whitespace().collect::<String>()).ok()?;
    match label {
        "PRIVATE KEY" => RsaKeyPair::from_pkcs8(&der).ok(),
        "RSA PRIVATE KEY" => RsaKeyPair::from_der(&der).ok(),
        _ => None,
    }
}

/// A token for one request (RFC 7519): Vonage wants its `jti` to be new each time.
fn token(application: &str, key: &RsaKeyPair, context: Context<'_>) -> Result<String, Fault> {
    const SECONDS: i64 = 15 * 60;
    let (id, millis) = (context.message_id, context.now.as_millis());
    let iat = millis.div_euclid(1_000);
    let exp = iat + SECONDS;
    let claims = format!(r#"{{"application_id":"{application}","iat":{iat},"exp":{exp},"jti":"{id}-{millis}"}}"#);
    let encode = |text: &[u8]| URL_SAFE_NO_PAD.encode(text);
    let signed = format!("{}.{}", encode(br#"{"alg":"RS256","typ":"JWT"}"#), encode(claims.as_bytes()));
    let mut signature = vec![0; key.public().modulus_len()];
    key.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), signed.as_bytes(), &mut signature)
        .map_err(|_| Fault::new("privateKey", "bad_key", "This key cannot sign."))?;
    Ok(format!("{signed}.{}", encode(&signature)))
}

/// The claims of a token that was signed with our secret. The algorithm is ours to choose, not the token's.
fn claims(token: &str, secret: &str) -> Option<Value> {
    let (signed, signature) = token.rsplit_once('.')?;
    let (header, claims) = signed.split_once('.')?;
    let part = |text: &str| serde_json::from_slice::<Value>(&URL_SAFE_NO_PAD.decode(text).ok()?).ok();
    let wanted = mobile::hmac(ring::hmac::HMAC_SHA256, secret, signed.as_bytes());
    let is_proven = part(header)?["alg"] == "HS256" && same(&wanted, &URL_SAFE_NO_PAD.decode(signature).ok()?);
    is_proven.then(|| part(claims)).flatten()
}

/// The code of a problem (RFC 9457): what its type names, or its title where that is a number.
fn code(problem: &Value) -> String {
    let kind = problem["type"].as_str().and_then(|kind| kind.split_once('#')).map(|(_, code)| code.to_owned());
    let title = text(&problem["title"]);
    kind.unwrap_or_else(|| if title.bytes().all(|byte| byte.is_ascii_digit()) { title } else { String::new() })
}

fn kind(status: &str, code: &str) -> Option<ToldKind> {
    match status {
        "submitted" => Some(ToldKind::Accepted),
        "delivered" => Some(ToldKind::Delivered),
        "read" => Some(ToldKind::Opened),
        "rejected" | "undeliverable" => Some(Sense::of(CODES, code).map_or(ToldKind::Failed, Sense::told)),
        _ => None,
    }
}

/// A picture, a film, a sound or a card, each with its own field.
fn media(out: &MobileOut<'_>) -> (&'static str, Value) {
    let url = out.content.media_url.as_str();
    let kind = match mobile::media_type(url) {
        "text/vcard" => "vcard",
        other if other.starts_with("video/") => "video",
        other if other.starts_with("audio/") => "audio",
        _ => "image",
    };
    let caption = mobile::titled(out.content);
    (kind, if caption.is_empty() { json!({ "url": url }) } else { json!({ "url": url, "caption": caption }) })
}

impl Provider for Vonage {
    fn request(&self, outgoing: Outgoing<'_>, context: Context<'_>) -> Result<Request, Fault> {
        let out = mobile::mobile(outgoing)?;
        let is_rcs = out.content.kind == MobileKind::Rcs;
        let from = if is_rcs { self.rcs_sender.as_str() } else { out.from };
        if from.is_empty() {
            return Err(Fault::new("from", "required", "Vonage needs a sender."));
        }
        let mut message = json!({
            "to": mobile::without_plus(out.to),
            "from": mobile::without_plus(from),
            "client_ref": context.message_id,
        });
        let (channel, kind, field, value) = match out.content.kind {
            MobileKind::Sms => ("sms", "text", "text", out.content.text.as_str().into()),
            MobileKind::Mms => {
                let (kind, value) = media(&out);
                ("mms", kind, kind, value)
            }
            MobileKind::Rcs => {
                let rcs = mobile::rcs(&out)?;
                message["ttl"] = mobile::validity_seconds(rcs).into();
                let (kind, value) = rcs::body(out.content, rcs);
                ("rcs", kind, kind, value)
            }
        };
        message["channel"] = channel.into();
        message["message_type"] = kind.into();
        message[field] = value;
        if let Some(url) = context.callback_url {
            message["webhook_url"] = url.into();
            message["webhook_version"] = "v1".into();
        }
        Ok(Request {
            method: Method::POST,
            url: format!("{}/v1/messages", self.base_url),
            headers: json_headers(self.authorization(context)?),
            body: message.to_string().into_bytes(),
        })
    }

    fn read(&self, response: &Response) -> Reading {
        let json = response.json();
        if (200..300).contains(&response.status) {
            return accepted(&json["message_uuid"]);
        }
        let words = [text(&json["title"]), text(&json["detail"])].join(": ");
        let words = words.trim_matches([':', ' ']);
        mobile::read_error("vonage", CODES, &code(&json), words, response)
    }

    /// The balance, which only the account may see; an application has no harmless request.
    fn verify(&self, _context: Context<'_>) -> Option<Result<Request, Fault>> {
        let (key, secret) = self.account.as_ref()?;
        Some(Ok(Request {
            method: Method::GET,
            url: format!("{}/account/get-balance", self.balance_url),
            headers: vec![(AUTHORIZATION, basic(key, secret))],
            body: Vec::new(),
        }))
    }

    fn hear(&self, callback: &Callback<'_>) -> Result<Heard, Refusal> {
        self.prove(callback)?;
        let event = mobile::json_object(callback)?;
        let uuid = needed(&event, "message_uuid")?;
        let at = time(&event["timestamp"], callback);
        let mut heard = Heard::default();
        if event["status"].is_string() {
            let (status, code) = (needed(&event, "status")?, code(&event["error"]));
            heard.told.extend(kind(&status, &code).map(|kind| Told {
                about: about(&text(&event["client_ref"]), &uuid),
                kind,
                at,
                key: key(&["vonage", &uuid, &status]),
                reason: if code.is_empty() { String::new() } else { reason("vonage", &code) },
                words: one_line(&text(&event["error"]["detail"])),
                raw: event,
            }));
        } else {
            let (from, to) = (e164(&needed(&event, "from")?), e164(&needed(&event, "to")?));
            // A picture has its text beside it, a suggestion that was touched its label.
            let of_kind = &event[event["message_type"].as_str().unwrap_or_default()];
            let texts = [&event["text"], &of_kind["caption"], &of_kind["title"], &of_kind["text"]];
            let text = texts.into_iter().find(|text| text.is_string()).map(text).unwrap_or_default();
            heard.inbound.push(Inbound { from, to, text, at, key: key(&["vonage", &uuid]), raw: event });
        }
        Ok(heard)
    }
}

mod rcs;
#[cfg(test)]
mod tests;
