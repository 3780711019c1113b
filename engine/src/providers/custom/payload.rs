//! The body of a request, as the person who set up the provider wrote it, with places for what differs.

use domain::Fault;
use serde_json::Value;

/// The longest template, in bytes.
const LENGTH_MAX: usize = 64 * 1024;

/// What may stand in the places, one hard case at least for everything that JSON, or our own template, treats apart.
const HOSTILE: [&str; 3] = ["", "\"},{\"a\":\\\n\r\t\u{0}\u{7f}\u{2028}😀é", "\\{{toNumber}}\\u0022\\"];

/// The names between double braces, in the order of [`Values`]' fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    FromNumber,
    ToNumber,
    Message,
    MessageId,
    CallbackUrl,
    Title,
    MediaUrl,
    Rcs,
}

impl Place {
    const ALL: [(&str, Self); 8] = [
        ("fromNumber", Self::FromNumber),
        ("toNumber", Self::ToNumber),
        ("message", Self::Message),
        ("messageId", Self::MessageId),
        ("callbackUrl", Self::CallbackUrl),
        ("title", Self::Title),
        ("mediaUrl", Self::MediaUrl),
        ("rcs", Self::Rcs),
    ];
    /// Without these a message has no sender, no recipient or no text.
    const NEEDED: usize = 3;

    fn named(name: &str) -> Result<Self, Fault> {
        let known = Self::ALL.iter().find(|(known, _)| *known == name.trim());
        known.map(|(_, place)| *place).ok_or_else(|| {
            let names: Vec<&str> = Self::ALL.iter().map(|(name, _)| *name).collect();
            let name: String = name.chars().take(100).collect();
            let text = format!("There is no value “{name}”. The values are {}.", names.join(", "));
            Fault::new("", "unknown_placeholder", text)
        })
    }
}

/// What is put into the places.
#[derive(Debug, Clone, Copy, Default)]
pub struct Values<'a> {
    pub from_number: &'a str,
    pub to_number: &'a str,
    pub message: &'a str,
    pub message_id: &'a str,
    /// Empty: this server cannot be called.
    pub callback_url: &'a str,
    pub title: &'a str,
    pub media_url: &'a str,
    /// JSON, which takes the place of the text that holds its name alone; empty: null.
    pub rcs: &'a str,
}

impl<'a> Values<'a> {
    const fn at(&self, place: Place) -> &'a str {
        match place {
            Place::FromNumber => self.from_number,
            Place::ToNumber => self.to_number,
            Place::Message => self.message,
            Place::MessageId => self.message_id,
            Place::CallbackUrl => self.callback_url,
            Place::Title => self.title,
            Place::MediaUrl => self.media_url,
            Place::Rcs => self.rcs,
        }
    }
}

#[derive(Debug, Clone)]
enum Piece {
    Literal(String),
    Place(Place),
}

/// A checked template (the reference's §5.3: "JSON provider payload"). Cut into pieces once, so a value that looks like a
/// place is never looked at again.
#[derive(Debug, Clone, Default)]
pub struct Payload(Vec<Piece>);

impl Payload {
    /// All faults at once.
    pub fn read(template: &str) -> Result<Self, Vec<Fault>> {
        if template.len() > LENGTH_MAX {
            return Err(vec![Fault::new("", "too_long", format!("Use at most {LENGTH_MAX} bytes."))]);
        }
        let payload = Self(pieces_of(template).map_err(|fault| vec![fault])?);
        let mut faults: Vec<Fault> = Place::ALL[..Place::NEEDED]
            .iter()
            .filter(|(_, place)| !payload.has(*place))
            .map(|(name, _)| Fault::new("", "missing_placeholder", format!("Put {{{{{name}}}}} where it belongs.")))
            .collect();
        faults.extend(payload.check_json(template).err());
        if faults.is_empty() { Ok(payload) } else { Err(faults) }
    }

    /// Can it carry a picture?
    pub fn has_media(&self) -> bool {
        self.has(Place::MediaUrl)
    }

    /// Can it carry a rich message?
    pub fn has_rcs(&self) -> bool {
        self.has(Place::Rcs)
    }

    /// The body of one message.
    pub fn fill(&self, values: &Values<'_>) -> String {
        let mut body = String::new();
        for piece in &self.0 {
            match piece {
                Piece::Literal(text) => body.push_str(text),
                Piece::Place(Place::Rcs) if values.rcs.is_empty() => body.push_str("null"),
                Piece::Place(Place::Rcs) => body.push_str(values.rcs),
                Piece::Place(place) => body.push_str(&escaped(values.at(*place))),
            }
        }
        body
    }

    fn has(&self, wanted: Place) -> bool {
        self.0.iter().any(|piece| matches!(piece, Piece::Place(place) if *place == wanted))
    }

    /// A template that is JSON itself has its places inside texts, because `{{` is JSON nowhere else.
    fn check_json(&self, template: &str) -> Result<(), Fault> {
        let filled = HOSTILE.iter().map(|hostile| {
            self.fill(&Values {
                from_number: hostile,
                to_number: hostile,
                message: hostile,
                message_id: hostile,
                callback_url: hostile,
                title: hostile,
                media_url: hostile,
                rcs: r#"{"a":["}"]}"#,
            })
        });
        let wrong = std::iter::once(template.to_owned())
            .chain(filled)
            .find_map(|body| serde_json::from_str::<Value>(&body).err());
        wrong.map_or(Ok(()), |error| {
            let text = format!("This is not JSON: {error}. Values stand between quotes: \"{{{{message}}}}\".");
            Err(Fault::new("", "bad_json", text))
        })
    }
}

fn pieces_of(template: &str) -> Result<Vec<Piece>, Fault> {
    let mut pieces = Vec::new();
    let mut rest = template;
    while let Some((before, after)) = rest.split_once("{{") {
        let (name, behind) =
            after.split_once("}}").ok_or_else(|| Fault::new("", "open_placeholder", "A {{ has no }} behind it."))?;
        let place = Place::named(name)?;
        let (before, behind) = if place == Place::Rcs { alone(before, behind)? } else { (before, behind) };
        pieces.push(Piece::Literal(before.to_owned()));
        pieces.push(Piece::Place(place));
        rest = behind;
    }
    pieces.push(Piece::Literal(rest.to_owned()));
    Ok(pieces)
}

/// What stands around a place that is no text, without its quotes.
fn alone<'a>(before: &'a str, behind: &'a str) -> Result<(&'a str, &'a str), Fault> {
    before.strip_suffix('"').zip(behind.strip_prefix('"')).ok_or_else(|| {
        let text = "Put {{rcs}} alone between its quotes: \"rcs\": \"{{rcs}}\". An object comes in their place.";
        Fault::new("", "bad_json", text)
    })
}

/// As it stands between the quotes of a JSON text (RFC 8259 §7).
fn escaped(text: &str) -> String {
    let mut quoted = Value::from(text).to_string();
    quoted.pop();
    quoted.split_off(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEMPLATE: &str = r#"{"from":"{{fromNumber}}","to":["{{ toNumber }}"],"body":{"text":"> {{message}}"}}"#;

    fn codes(template: &str) -> Vec<String> {
        Payload::read(template).err().unwrap_or_default().into_iter().map(|fault| fault.code).collect()
    }

    #[test]
    fn hostile_values_stay_inside_their_texts_and_are_not_filled_again() {
        let payload = Payload::read(TEMPLATE).unwrap();
        for message in HOSTILE.into_iter().chain(["{{toNumber}}", "{\"a\":[1]}", "// */ <script>", "가나다 \u{10ffff}"])
        {
            let body = payload.fill(&Values { from_number: "1\"2", to_number: "+4915", message, ..Values::default() });
            let read: Value = serde_json::from_str(&body).unwrap();
            let expected =
                serde_json::json!({ "from": "1\"2", "to": ["+4915"], "body": { "text": format!("> {message}") } });
            assert_eq!(read, expected, "{message}");
        }
    }

    #[test]
    fn a_payload_is_sent_as_it_was_written_but_for_its_values() {
        let payload = Payload::read(TEMPLATE).unwrap();
        let body = payload.fill(&Values { from_number: "7", to_number: "8", message: "9", ..Values::default() });
        assert_eq!(body, r#"{"from":"7","to":["8"],"body":{"text":"> 9"}}"#);
    }

    #[test]
    fn each_value_that_a_message_cannot_do_without_is_missed() {
        assert_eq!(codes(r#"{"a":"{{message}}"}"#), ["missing_placeholder", "missing_placeholder"]);
        assert_eq!(codes("{}").len(), 3);
        assert_eq!(codes(TEMPLATE), [] as [&str; 0]);
    }

    #[test]
    fn a_value_outside_of_quotes_and_a_broken_template_are_refused() {
        for bad in [
            r#"{"a":"{{fromNumber}}","b":{{toNumber}},"c":"{{message}}"}"#,
            r#"{"a":"{{fromNumber}}","b":"{{toNumber}}","c":"{{message}}""#,
            r#"{"a":"{{fromNumber}}","b":"{{toNumber}}","c":"\{{message}}"}"#,
            r#"{"a":"{{fromNumber}}","b":"{{toNumber}}","c":"\u00{{message}}"}"#,
            r"{{fromNumber}}{{toNumber}}{{message}}",
        ] {
            assert_eq!(codes(bad), ["bad_json"], "{bad}");
        }
        let deep =
            format!("{}\"{{{{fromNumber}}}}{{{{toNumber}}}}{{{{message}}}}\"{}", "[".repeat(5_000), "]".repeat(5_000));
        assert_eq!(codes(&deep), ["bad_json"]);
        assert_eq!(codes(&" ".repeat(LENGTH_MAX + 1)), ["too_long"]);
    }

    #[test]
    fn a_rich_message_is_an_object_in_place_of_its_text_and_null_where_there_is_none() {
        let template = TEMPLATE.replace(r#""body""#, r#""rcs":"{{ rcs }}","body""#);
        let payload = Payload::read(&template).unwrap();
        let rcs = |rcs: &str| {
            let body = payload.fill(&Values { message: "{{rcs}}", rcs, ..Values::default() });
            serde_json::from_str::<Value>(&body).unwrap()["rcs"].clone()
        };
        assert_eq!(rcs(r#"{"text":"\"hi\""}"#), serde_json::json!({ "text": "\"hi\"" }));
        assert_eq!(rcs(""), Value::Null);
        assert!(payload.has_rcs() && !Payload::read(TEMPLATE).unwrap().has_rcs());
        for bad in [r#""> {{rcs}}""#, "{{rcs}}", r#""{{rcs}} ""#] {
            assert_eq!(codes(&template.replace(r#""{{ rcs }}""#, bad)), ["bad_json"], "{bad}");
        }
    }

    #[test]
    fn a_misspelt_value_is_told_apart_from_one_that_is_missing() {
        assert_eq!(codes(&TEMPLATE.replace("message", "mesage")), ["unknown_placeholder"]);
        assert_eq!(codes(r#"{"a":"{{message"}"#), ["open_placeholder"]);
    }
}
