//! What the providers of mobile messages have in common: settings, numbers, error codes, references, proofs.

use std::time::Duration;

use domain::content::{MobileKind, RenderedMobile};
use domain::rcs::RcsContent;
use domain::{Faults, Timestamp};
use http::HeaderName;
use http::header::{AUTHORIZATION, CONTENT_TYPE};
use serde_json::Value;
use subtle::ConstantTimeEq as _;

use super::proof::{check_age, hex};
use super::{
    About, Callback, Fault, Meaning, MobileOut, Outgoing, Reading, Refusal, Response, Settings, ToldKind, one_line,
    read_status,
};

/// What an error code of a provider says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sense {
    Retry,
    Busy,
    Reject,
    BadAddress,
    Misconfigured,
}

/// A provider's error codes.
pub(super) type Codes = [(&'static str, Sense)];

impl Sense {
    pub(super) fn of(codes: &Codes, code: &str) -> Option<Self> {
        codes.iter().find(|(known, _)| *known == code).map(|(_, sense)| *sense)
    }

    fn meaning(self, response: &Response) -> Meaning {
        match self {
            Self::Retry => Meaning::Retry,
            Self::Busy => Meaning::Busy { retry_after: response.retry_after() },
            Self::Reject => Meaning::Rejected,
            Self::BadAddress => Meaning::BadAddress,
            Self::Misconfigured => Meaning::Misconfigured,
        }
    }

    /// The same code in a callback: what might work later is a bounce that says nothing against the number for good.
    pub(super) fn told(self) -> ToldKind {
        match self {
            Self::Retry => ToldKind::Bounced { is_permanent: false },
            Self::BadAddress => ToldKind::Bounced { is_permanent: true },
            Self::Busy | Self::Reject | Self::Misconfigured => ToldKind::Failed,
        }
    }
}

/// An error answer: by the provider's code where the table knows it, otherwise by status. An error that comes with a good
/// status is for good.
pub(super) fn read_error(provider: &str, codes: &Codes, code: &str, words: &str, response: &Response) -> Reading {
    let by_status = read_status(response);
    let meaning = match (Sense::of(codes, code), by_status.meaning) {
        (Some(sense), _) => sense.meaning(response),
        (None, Meaning::Accepted { .. }) => Meaning::Rejected,
        (None, meaning) => meaning,
    };
    let reason = if code.is_empty() { by_status.reason } else { reason(provider, code) };
    Reading { meaning, reason, words: if words.is_empty() { by_status.words } else { one_line(words) } }
}

/// The provider took it.
pub(super) fn accepted(provider_id: &Value) -> Reading {
    let provider_id = provider_id.as_str().map(str::to_owned);
    Reading { meaning: Meaning::Accepted { provider_id }, reason: String::new(), words: String::new() }
}

/// `twilio_21610`, `infobip_rejected_dnd`: the code comes from outside, so it is brought into the form of our codes.
pub(super) fn reason(provider: &str, code: &str) -> String {
    let letter = |letter: char| if letter.is_ascii_alphanumeric() { letter.to_ascii_lowercase() } else { '_' };
    format!("{provider}_{}", code.chars().take(60).map(letter).collect::<String>())
}

/// The mobile message, or the fault that this provider sends nothing else. An MMS without media is no MMS: two of the four
/// refuse it.
pub(super) fn mobile(outgoing: Outgoing<'_>) -> Result<MobileOut<'_>, Fault> {
    match outgoing {
        Outgoing::Mobile(mobile) if mobile.content.kind == MobileKind::Mms && mobile.content.media_url.is_empty() => {
            Err(Fault::new("content.mediaUrl", "required", "An MMS needs the address of a picture, a sound or a film."))
        }
        Outgoing::Mobile(mobile) => Ok(mobile),
        _ => Err(Fault::new("channel", "unsupported", "This provider sends text messages only.")),
    }
}

/// What an RCS message has beside text and media.
pub(super) fn rcs<'a>(out: &MobileOut<'a>) -> Result<&'a RcsContent, Fault> {
    out.content.rcs.as_ref().ok_or_else(|| Fault::new("content.rcs", "required", "This is no RCS message."))
}

/// How long the provider may try to deliver it as RCS, in seconds.
pub(super) fn validity_seconds(rcs: &RcsContent) -> u32 {
    rcs.fallback_after_minutes.saturating_mul(60)
}

/// This provider, or this account, does not send such a message as RCS.
pub(super) fn no_rcs(obstacle: domain::rcs::Obstacle) -> Fault {
    Fault::new("content.rcs", obstacle.as_str(), obstacle.text())
}

/// Title and text in one, for providers that know no title.
pub(super) fn titled(content: &RenderedMobile) -> String {
    let parts = [content.title.as_str(), content.text.as_str()];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n")
}

/// The media type that the end of an address promises; a JPEG picture when it promises nothing.
pub(super) fn media_type(url: &str) -> &'static str {
    let path = url.split(['?', '#']).next().unwrap_or_default().to_ascii_lowercase();
    match path.rsplit('.').next().unwrap_or_default() {
        "png" => "image/png",
        "gif" => "image/gif",
        "mp4" => "video/mp4",
        "3gp" => "video/3gpp",
        "mp3" => "audio/mpeg",
        "amr" => "audio/amr",
        "vcf" => "text/vcard",
        "pdf" => "application/pdf",
        _ => "image/jpeg",
    }
}

/// A setting that goes into addresses or headers as it is; a fault when it is missing or holds anything else than visible
/// ASCII.
pub(super) fn word(faults: &mut Faults, settings: &Settings, name: &str) -> String {
    match settings.required(name) {
        Ok(_) => optional_word(faults, settings, name),
        Err(fault) => {
            faults.0.push(fault);
            String::new()
        }
    }
}

/// The same, empty when it is not there.
pub(super) fn optional_word(faults: &mut Faults, settings: &Settings, name: &str) -> String {
    let value = settings.get(name);
    if !value.bytes().all(|byte| byte.is_ascii_graphic()) {
        faults.add(name, "bad_characters", "Paste this without spaces, line breaks or special letters.");
    }
    value.to_owned()
}

/// A setting that is one step of an address's path or name.
pub(super) fn segment(faults: &mut Faults, settings: &Settings, name: &str) -> String {
    let value = word(faults, settings, name);
    if !value.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte)) && faults.at(name).is_none() {
        faults.add(name, "bad_characters", "This holds only letters, digits, hyphens and underscores.");
    }
    value
}

/// The provider's address. Its console often shows the name of a host alone: `https` is meant.
pub(super) fn base_url(faults: &mut Faults, settings: &Settings, own: &str) -> String {
    let given = settings.base_url(own);
    let url = if given.contains("://") { given } else { format!("https://{given}") };
    let is_good = url.parse::<http::Uri>().is_ok_and(|uri| {
        matches!(uri.scheme_str(), Some("http" | "https")) && uri.host().is_some_and(|host| !host.is_empty())
    });
    if !is_good || url.contains(['?', '#']) {
        faults.add("baseUrl", "bad_url", "This is not an address such as https://api.example.com.");
    }
    url
}

/// The provider, unless its settings have faults.
pub(super) fn unless<T>(faults: Faults, provider: T) -> Result<T, Faults> {
    if faults.is_empty() { Ok(provider) } else { Err(faults) }
}

/// The headers of a JSON request.
pub(super) fn json_headers(authorization: String) -> Vec<(HeaderName, String)> {
    vec![(AUTHORIZATION, authorization), (CONTENT_TYPE, "application/json".into())]
}

/// E.164 with `+`, where it is a number; short codes and names stay as they are.
pub(super) fn e164(number: &str) -> String {
    let bare: String = number.chars().filter(|letter| !matches!(letter, ' ' | '-' | '(' | ')')).collect();
    let digits = bare.trim_start_matches('+').trim_start_matches("00");
    let is_number = digits.len() > 6 && digits.bytes().all(|byte| byte.is_ascii_digit());
    if is_number { format!("+{digits}") } else { number.trim().to_owned() }
}

/// The form of the providers that want no `+`.
pub(super) fn without_plus(number: &str) -> &str {
    number.trim_start_matches('+')
}

/// Our reference when it looks like one, otherwise the provider's id: references may also come from another system that uses
/// the same account.
pub(super) fn about(reference: &str, provider_id: &str) -> About {
    let is_ours = ["msg_", "rcs_"]
        .iter()
        .find_map(|prefix| reference.strip_prefix(prefix))
        .is_some_and(|id| id.len() == 26 && id.bytes().all(|byte| byte.is_ascii_digit() || byte.is_ascii_lowercase()));
    if is_ours { About::Message(reference.into()) } else { About::ProviderId(provider_id.into()) }
}

/// The parts in one key; a digest of them when they are too long for one.
pub(super) fn key(parts: &[&str]) -> String {
    let key = parts.join(":");
    if key.chars().count() <= 200 { key } else { hex(&sha256(key.as_bytes())) }
}

/// The text of a JSON field; empty when there is none. Numbers count, because providers are not of one mind.
pub(super) fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        _ => String::new(),
    }
}

/// A field without which an event cannot be read.
pub(super) fn needed(event: &Value, name: &str) -> Result<String, Refusal> {
    Some(text(&event[name])).filter(|text| !text.is_empty()).ok_or_else(|| missing(name))
}

/// The callback lacks a field.
pub(super) fn missing(name: &str) -> Refusal {
    Refusal::Malformed(format!("The callback has no “{name}”."))
}

/// The body as a JSON object.
pub(super) fn json_object(callback: &Callback<'_>) -> Result<Value, Refusal> {
    let object = serde_json::from_slice::<Value>(callback.body).ok().filter(Value::is_object);
    object.ok_or_else(|| Refusal::Malformed("The callback is not a JSON object.".into()))
}

/// The time of an event; the time of the callback when it is not told or cannot be read.
pub(super) fn time(value: &Value, callback: &Callback<'_>) -> Timestamp {
    value.as_str().and_then(|text| text.parse().ok()).unwrap_or(callback.now)
}

/// Not more than five minutes old, nor from the future: what was overheard cannot be told again later.
pub(super) fn fresh(seconds: i64, now: Timestamp) -> Result<(), Refusal> {
    check_age(Timestamp::from_millis(seconds.saturating_mul(1_000)), now, Duration::from_mins(5))
}

/// In a time that does not tell where they differ.
pub(super) fn same(left: &[u8], right: &[u8]) -> bool {
    left.ct_eq(right).into()
}

pub(super) fn hmac(algorithm: ring::hmac::Algorithm, secret: &str, text: &[u8]) -> Vec<u8> {
    ring::hmac::sign(&ring::hmac::Key::new(algorithm, secret.as_bytes()), text).as_ref().to_vec()
}

pub(super) fn sha256(text: &[u8]) -> Vec<u8> {
    ring::digest::digest(&ring::digest::SHA256, text).as_ref().to_vec()
}

#[cfg(test)]
pub(super) mod samples;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_become_e164_and_names_and_short_codes_stay() {
        let shapes = [
            ("821012345678", "+821012345678"),
            ("+1 (500) 555-0006", "+15005550006"),
            ("0049151234567", "+49151234567"),
        ];
        for (given, wanted) in shapes {
            assert_eq!(e164(given), wanted);
        }
        assert_eq!((e164("12345"), e164("ACME"), e164("")), ("12345".into(), "ACME".into(), String::new()));
    }

    #[test]
    fn a_reference_of_another_system_is_not_taken_for_ours() {
        for ours in [samples::MESSAGE, samples::RCS_REFERENCE] {
            assert_eq!(about(ours, "p1"), About::Message(ours.into()));
        }
        for foreign in ["", "order-7", "msg_short", "msg_01K0A1B2C3D4E5F6G7H8J9KMNP"] {
            assert_eq!(about(foreign, "p1"), About::ProviderId("p1".into()));
        }
    }

    #[test]
    fn a_key_never_grows_beyond_two_hundred_characters() {
        assert_eq!(key(&["twilio", "SM1", "sent"]), "twilio:SM1:sent");
        assert_eq!(key(&[&"x".repeat(201)]).len(), 64);
    }

    #[test]
    fn an_mms_without_media_is_a_fault() {
        let content = RenderedMobile { media_url: String::new(), ..samples::mms() };
        assert_eq!(mobile(samples::to_minsu("1", &content)).unwrap_err().path, "content.mediaUrl");
    }
}
