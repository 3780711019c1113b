//! Messages from people (the reference's §4.8), as the provider passes them on.

use domain::Timestamp;
use serde_json::Value;

use super::callbacks::key_of;
use super::form::Form;
use super::pick::Path;
use crate::addresses::told_number;
use crate::providers::{Callback, Inbound, Refusal, one_line};

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
    pub fn message(&self, text: String, body: Value, callback: &Callback<'_>) -> Result<Inbound, Refusal> {
        let (now, region) = (callback.now, callback.default_region);
        let at_path = |path: &Option<Path>| path.as_ref().and_then(|path| path.text(&body));
        let from = self.from.text(&body).and_then(|number| told_number(&number, region));
        let from = from.ok_or_else(|| {
            let local = if region.is_empty() { ", and the configuration has no default country" } else { "" };
            Refusal::Malformed(format!("There is no international number at inboundFromPath{local}."))
        })?;
        let to = at_path(&self.to);
        let to = to.map(|to| told_number(&to, region).unwrap_or_else(|| one_line(&to))).unwrap_or_default();
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
        message_in("", body, now)
    }

    fn message_in(default_region: &str, body: &Value, now: Timestamp) -> Result<Inbound, Refusal> {
        let mapping = read(&WITH_ID).unwrap();
        let (method, headers) = (http::Method::POST, http::HeaderMap::new());
        let callback =
            Callback { method: &method, url: "", headers: &headers, body: b"", now, certificate: None, default_region };
        mapping.message(mapping.text(body).unwrap(), body.clone(), &callback)
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
    fn a_number_of_the_default_country_is_whose_message_it_is_and_without_one_it_is_refused() {
        let local = json!({ "sender": "010-9999-8888", "body": { "text": "STOP" } });
        assert_eq!(message_in("KR", &local, NOW).unwrap().from, "+821099998888");
        assert!(matches!(message(&local, NOW), Err(Refusal::Malformed(_))));
        let unknown = json!({ "sender": "SHOP", "body": { "text": "a" } });
        assert!(matches!(message_in("KR", &unknown, NOW), Err(Refusal::Malformed(_))));
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
