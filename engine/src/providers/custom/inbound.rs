//! Messages from people (the reference's §4.8), as the provider passes them on.

use domain::Timestamp;
use serde_json::Value;

use super::callbacks::key_of;
use super::form::Form;
use super::pick::Path;
use crate::providers::{Inbound, Refusal, one_line};

/// The fields of the mapping.
pub const FIELDS: [&str; 5] =
    ["inboundFromPath", "inboundToPath", "inboundTextPath", "inboundIdPath", "inboundTimePath"];

/// From this number on, a time is meant in milliseconds: as seconds it were the year 5138.
const MILLIS_FROM: i64 = 100_000_000_000;

/// Where a body says what.
#[derive(Debug)]
pub struct InboundMapping {
    from: Path,
    to: Option<Path>,
    text: Path,
    id: Option<Path>,
    time: Option<Path>,
}

impl InboundMapping {
    /// `None`: there is no mapping, or it has faults.
    pub fn read(form: &mut Form<'_>) -> Option<Self> {
        if !form.has_any(&FIELDS) {
            return None;
        }
        form.required("inboundFromPath");
        form.required("inboundTextPath");
        let [from, to, text, id, time] = FIELDS.map(|name| form.path(name));
        Some(Self { from: from?, to, text: text?, id, time })
    }

    /// What the person wrote, when a person wrote this.
    pub fn text(&self, body: &Value) -> Option<String> {
        self.text.text(body)
    }

    /// The message, known again by the provider's id or else by all it says. Without id and time each call counts: a second
    /// "STOP" must not be lost because there was a first one.
    pub fn message(&self, text: String, body: Value, now: Timestamp) -> Result<Inbound, Refusal> {
        let at_path = |path: &Option<Path>| path.as_ref().and_then(|path| path.text(&body));
        let from = self.from.text(&body).and_then(|number| international(&number));
        let from =
            from.ok_or_else(|| Refusal::Malformed("There is no international number at inboundFromPath.".into()))?;
        let to = at_path(&self.to).map(|to| international(&to).unwrap_or_else(|| one_line(&to))).unwrap_or_default();
        let told_time = at_path(&self.time).and_then(|time| read_time(&time));
        // a clock that runs ahead must not put an answer into the future
        let at = told_time.map_or(now, |time| time.min(now));
        let key = match at_path(&self.id) {
            Some(id) => key_of(&["inbound", &id]),
            None => key_of(&["inbound", &from, &to, &text, &told_time.unwrap_or(now).to_string()]),
        };
        Ok(Inbound { from, to, text, at, key, raw: body })
    }
}

/// E.164 with `+`. Providers leave out the plus, write `00` for it, or put blanks, brackets and dashes between digits.
fn international(number: &str) -> Option<String> {
    let plain: String = number.chars().filter(|letter| !" -().".contains(*letter)).collect();
    let digits = plain.strip_prefix('+').or_else(|| plain.strip_prefix("00")).unwrap_or(&plain);
    let is_number = digits.bytes().all(|digit| digit.is_ascii_digit()) && !digits.starts_with('0');
    // fewer than seven digits are a short code
    (is_number && (7..=15).contains(&digits.len())).then(|| format!("+{digits}"))
}

/// RFC 3339, or seconds or milliseconds since 1970.
fn read_time(text: &str) -> Option<Timestamp> {
    match text.parse::<i64>() {
        Ok(number) if number < 0 => None,
        Ok(seconds) if seconds < MILLIS_FROM => Some(Timestamp::from_millis(seconds * 1_000)),
        Ok(millis) => Some(Timestamp::from_millis(millis)),
        Err(_) => text.parse().ok(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::providers::Settings;

    const NOW: Timestamp = Timestamp::from_millis(1_796_115_600_000);
    const WITH_ID: [(&str, &str); 5] = [
        ("inboundFromPath", "sender"),
        ("inboundToPath", "receiver"),
        ("inboundTextPath", "body.text"),
        ("inboundIdPath", "id"),
        ("inboundTimePath", "time"),
    ];

    fn read(fields: &[(&str, &str)]) -> Result<InboundMapping, Vec<(String, String)>> {
        let settings = Settings(fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect());
        let mut form = Form::new(&settings);
        let mapping = InboundMapping::read(&mut form);
        mapping
            .filter(|_| form.faults.is_empty())
            .ok_or_else(|| form.faults.0.into_iter().map(|fault| (fault.path, fault.code)).collect())
    }

    fn message(body: &Value, now: Timestamp) -> Result<Inbound, Refusal> {
        let mapping = read(&WITH_ID).unwrap();
        mapping.message(mapping.text(body).unwrap(), body.clone(), now)
    }

    #[test]
    fn a_message_from_a_person_is_read_as_it_was_written() {
        let text = "STOP\n\"now\" {{toNumber}} 그만 😀";
        let body = json!({ "sender": "49 151-2345678", "receiver": 12345, "body": { "text": text }, "id": "in-1" });
        let inbound = message(&body, NOW).unwrap();
        assert_eq!((inbound.from.as_str(), inbound.to.as_str()), ("+491512345678", "12345"));
        assert_eq!((inbound.text.as_str(), inbound.at), (text, NOW));
        assert_eq!(inbound.raw, body);
    }

    #[test]
    fn numbers_become_international_and_what_is_none_is_refused() {
        for good in ["+491512345678", "491512345678", "00491512345678", "+49 (151) 234-5678"] {
            assert_eq!(international(good).as_deref(), Some("+491512345678"), "{good}");
        }
        for bad in ["", "+", "01512345678", "+0151234567", "12345", "SHOP", "+49151234567890123", "٠١٢٣٤٥٦٧"] {
            assert_eq!(international(bad), None, "{bad}");
        }
        let unknown = json!({ "sender": "SHOP", "body": { "text": "a" } });
        assert!(matches!(message(&unknown, NOW), Err(Refusal::Malformed(_))));
    }

    #[test]
    fn a_time_is_read_in_three_ways_and_is_never_in_the_future() {
        let at = |time: Value| {
            let body = json!({ "sender": "+491512345678", "body": { "text": "a" }, "time": time });
            message(&body, NOW).unwrap().at.as_millis()
        };
        assert_eq!(at(json!("2026-12-01T08:59:59Z")), 1_796_115_599_000);
        assert_eq!(at(json!(1_796_115_599)), 1_796_115_599_000);
        assert_eq!(at(json!("1796115599000")), 1_796_115_599_000);
        for odd in [json!("yesterday"), json!(-5), json!(i64::MAX), json!("2999-01-01T00:00:00Z"), json!(null)] {
            assert_eq!(at(odd.clone()), NOW.as_millis(), "{odd}");
        }
    }

    #[test]
    fn the_same_message_passed_on_twice_is_known_and_the_same_words_said_twice_are_not_lost() {
        let key = |extra: Value, now: i64| {
            let mut body = json!({ "sender": "+491512345678", "body": { "text": "STOP" } });
            body.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
            message(&body, Timestamp::from_millis(now)).unwrap().key
        };
        assert_eq!(key(json!({ "id": 1 }), 1), key(json!({ "id": 1 }), 2));
        assert_ne!(key(json!({ "id": 1 }), 1), key(json!({ "id": 2 }), 1));
        assert_eq!(key(json!({ "time": 1_796_115_599 }), 1), key(json!({ "time": 1_796_115_599 }), 2));
        assert_ne!(key(json!({}), 1), key(json!({}), 2));
    }

    #[test]
    fn a_mapping_needs_a_sender_and_a_text() {
        let faults = read(&[("inboundIdPath", "id"), ("inboundToPath", "to[")]).unwrap_err();
        let expected =
            [("inboundFromPath", "required"), ("inboundTextPath", "required"), ("inboundToPath", "bad_path")];
        assert_eq!(faults, expected.map(|(path, code)| (path.to_owned(), code.to_owned())));
    }
}
