//! What callbacks of mail providers have in common: JSON that may hold anything, names of messages, keys, bounces.

use domain::Timestamp;
use domain::id::MessageId;
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::proof::hex;
use super::{About, ToldKind};

/// The name under which every provider carries our message id and brings it back.
pub const TAG: &str = "hermod_message";

/// The text at a JSON pointer (RFC 6901), numbers as text; empty when there is none.
pub fn text(event: &Value, pointer: &str) -> String {
    match event.pointer(pointer) {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Number(number)) => number.to_string(),
        _ => String::new(),
    }
}

/// The list at a JSON pointer; empty when there is none.
pub fn list<'a>(event: &'a Value, pointer: &str) -> &'a [Value] {
    event.pointer(pointer).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

/// By what the event names the message: our tag when it is one of our ids, else the provider's name for it, else nothing.
pub fn about(tag: &str, provider_id: &str) -> Option<About> {
    match tag.parse::<MessageId>() {
        Ok(id) => Some(About::Message(id.as_str().to_owned())),
        Err(_) if provider_id.is_empty() => None,
        Err(_) => Some(About::ProviderId(provider_id.to_owned())),
    }
}

/// One key of all that makes an event the same event; what is too long for a key is told by its digest.
pub fn key(parts: &[&str]) -> String {
    let joined = parts.join("|");
    if joined.len() <= 200 && !joined.contains(char::is_control) {
        return joined;
    }
    format!("{}|{}", parts.first().unwrap_or(&""), hex(&Sha256::digest(&joined)))
}

/// Seconds since 1970, whole or with decimals. A negative, huge or missing number is no time.
pub fn seconds(text: &str) -> Option<Timestamp> {
    let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
    let whole = whole.parse::<u32>().ok()?;
    let millis = format!("{decimals:0<3.3}").parse::<u16>().ok()?;
    Some(Timestamp::from_millis(i64::from(whole) * 1_000 + i64::from(millis)))
}

/// What a bounce is, by its enhanced status (RFC 3463, `5.1.1`) where there is one: blocks and refused content say nothing of
/// the address, and a full mailbox or a 4.x.x is not for ever. Otherwise what the provider says of it.
pub fn bounce(status: &str, said_permanent: bool) -> ToldKind {
    let (class, detail) = status.trim().split_once('.').unwrap_or_default();
    match detail {
        "2.3" | "3.4" => ToldKind::Failed,
        _ if detail.starts_with("6.") || detail.starts_with("7.") => ToldKind::Failed,
        "2.2" => ToldKind::Bounced { is_permanent: false },
        _ if class == "4" => ToldKind::Bounced { is_permanent: false },
        _ => ToldKind::Bounced { is_permanent: said_permanent },
    }
}

#[cfg(test)]
pub mod tests {
    use super::*;

    /// A message id as the engine makes them.
    pub const MESSAGE: &str = "msg_01k00000000000000000000000";

    #[test]
    fn an_event_is_about_our_message_only_when_the_tag_is_one_of_our_ids() {
        assert_eq!(about(MESSAGE, "abc"), Some(About::Message(MESSAGE.into())));
        assert_eq!(about("someone else's", "abc"), Some(About::ProviderId("abc".into())));
        assert_eq!(about("cmp_01k00000000000000000000000", ""), None);
    }

    #[test]
    fn a_bounce_suppresses_only_when_it_is_about_the_address() {
        for (status, expected) in [
            ("5.1.1", ToldKind::Bounced { is_permanent: true }),
            ("", ToldKind::Bounced { is_permanent: true }),
            ("5.2.2", ToldKind::Bounced { is_permanent: false }),
            ("4.4.7", ToldKind::Bounced { is_permanent: false }),
            ("5.7.1", ToldKind::Failed),
            ("5.7.26", ToldKind::Failed),
            ("5.6.1", ToldKind::Failed),
            ("5.3.4", ToldKind::Failed),
        ] {
            assert_eq!(bounce(status, true), expected, "{status}");
        }
        assert_eq!(bounce("5.1.1", false), ToldKind::Bounced { is_permanent: false });
    }

    #[test]
    fn keys_are_short_and_differ_where_the_events_differ() {
        let long = "x".repeat(5_000);
        assert_eq!(key(&["ses", "Bounce"]), "ses|Bounce");
        assert!(key(&["ses", &long]).len() <= 200);
        assert_ne!(key(&["ses", &long, "a"]), key(&["ses", &long, "b"]));
    }

    #[test]
    fn times_in_seconds_may_have_decimals_and_never_overflow() {
        assert_eq!(seconds("1529006854.329574"), Some(Timestamp::from_millis(1_529_006_854_329)));
        assert_eq!(seconds("1529006854.5"), Some(Timestamp::from_millis(1_529_006_854_500)));
        for bad in ["", "-1", "99999999999999999999", "1e9", "NaN", "1.é"] {
            assert_eq!(seconds(bad), None, "{bad}");
        }
    }
}
