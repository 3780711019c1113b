//! A JSON body, read so that a fault names its place.

use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::http::{HeaderMap, StatusCode, header};
use domain::object::Object;
use domain::{Failure, Fault, nul};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::error::Category;
use serde_json::value::RawValue;

use super::Problem;

/// Is the body said to be JSON? 415 otherwise.
pub(super) fn check_is_json(headers: &HeaderMap) -> Result<(), Problem> {
    if is_json(headers) {
        return Ok(());
    }
    let text = "Send the body as JSON, with Content-Type: application/json.";
    Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "wrong_content_type", text).at("content-type"))
}

/// A JSON object, read as `T`.
pub struct Body<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Body<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        check_is_json(request.headers())?;
        let bytes = bytes(request, state).await?;
        read(&bytes).map(Self).map_err(|fault| Problem::from(Failure::from(fault)))
    }
}

/// A JSON list of objects, each read as `T`.
pub struct ListBody<T>(pub Vec<T>);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for ListBody<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        check_is_json(request.headers())?;
        let bytes = bytes(request, state).await?;
        let list: Vec<Object<T>> = read_value(&bytes).map_err(|fault| Problem::from(Failure::from(fault)))?;
        Ok(Self(list.into_iter().map(|Object(value)| value).collect()))
    }
}

/// The whole body, up to the limit of its route.
pub(super) async fn bytes<S: Send + Sync>(request: Request, state: &S) -> Result<Bytes, Problem> {
    Bytes::from_request(request, state).await.map_err(|rejection| match rejection.status() {
        StatusCode::PAYLOAD_TOO_LARGE => too_large(),
        _ => Problem::new(StatusCode::BAD_REQUEST, "incomplete_body", "The body ended before it was complete."),
    })
}

/// The answer to a body that no valid call has.
pub(super) fn too_large() -> Problem {
    Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "body_too_large", "The body is too large for any valid call.")
}

fn is_json(headers: &HeaderMap) -> bool {
    let value = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let kind = value.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    // RFC 6839 §3.1: the contract names types of its own.
    kind == "application/json" || kind.starts_with("application/") && kind.ends_with("+json")
}

/// A `T` that was written as an object, or the fault at its place.
pub(super) fn read<'a, T: Deserialize<'a>>(bytes: &'a [u8]) -> Result<T, Fault> {
    read_value(bytes).map(|Object(value)| value)
}

fn read_value<'a, T: Deserialize<'a>>(bytes: &'a [u8]) -> Result<T, Fault> {
    if nul::is_in_json(bytes) {
        return Err(Fault::new("", "control_character", "A text or a name in the body holds the character U+0000."));
    }
    let mut json = serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize(&mut json).map_err(|error| {
        let path = error.path().to_string();
        fault(if path == "." { "" } else { &path }, error.inner())
    })?;
    json.end().map_err(|error| fault("", &error))?;
    Ok(value)
}

/// The fault at its place. `serde` says what is wrong in words only.
fn fault(path: &str, error: &serde_json::Error) -> Fault {
    if error.classify() == Category::Eof {
        let (line, column) = (error.line(), error.column());
        let text = format!("The body ends in line {line}, column {column}, before its JSON is complete.");
        return Fault::new("", "malformed_json", text);
    }
    if error.classify() != Category::Data {
        return Fault::new("", "malformed_json", format!("This is not JSON: {error}."));
    }
    let text = error.to_string();
    let words = text.rsplit_once(" at line ").map_or(text.as_str(), |(words, _)| words);
    let named = |start: &str| words.strip_prefix(start).and_then(|rest| rest.strip_suffix('`'));
    if let Some(field) = named("missing field `") {
        return Fault::new(field, "missing_field", format!("{field} is missing.")).under(path);
    }
    if let Some(field) = named("duplicate field `") {
        return Fault::new(field, "duplicate_field", format!("{field} stands twice.")).under(path);
    }
    match words.strip_prefix("invalid type: ").and_then(|kinds| kinds.rsplit_once(", expected ")) {
        Some((found, wanted)) => Fault::new(path, "wrong_type", wrong_type(path, found, wanted)),
        // How a word says that it is none of those that are allowed.
        None => Fault::new(path, "unknown_word", words),
    }
}

/// In the words of JSON instead of Rust's.
fn wrong_type(path: &str, found: &str, wanted: &str) -> String {
    let what = if path.is_empty() { "The body" } else { "This" };
    let found = match found.split(' ').next().unwrap_or_default() {
        "string" => "a text",
        "integer" | "floating" => "a number",
        "boolean" => "true or false",
        "map" => "an object",
        "sequence" => "a list",
        _ => "null",
    };
    let wanted = match wanted {
        "a string" => "a text",
        "a sequence" => "a list",
        _ => "an object",
    };
    format!("{what} must be {wanted}, not {found}.")
}

/// What a call says of itself, however wrong the rest of it is. Values of any other form stay text.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Named<'a> {
    #[serde(borrow)]
    request_id: Option<&'a RawValue>,
    #[serde(borrow)]
    campaign_id: Option<&'a RawValue>,
}

impl<'a> Named<'a> {
    pub(super) fn of(bytes: &'a [u8]) -> Self {
        serde_json::from_slice::<Object<Self>>(bytes).map(|Object(named)| named).unwrap_or_default()
    }

    pub(super) fn told_in(&self, problem: Problem) -> Problem {
        problem.about("requestId", &text(self.request_id)).about("campaignId", &text(self.campaign_id))
    }
}

/// The text that the value is; empty when it is none.
fn text(value: Option<&RawValue>) -> String {
    value.and_then(|value| serde_json::from_str(value.get()).ok()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use domain::execution::ExecutionRequest;

    use super::*;

    #[test]
    fn a_call_is_named_by_texts_only() {
        let named = |json: &'static str| {
            let named = Named::of(json.as_bytes());
            (text(named.request_id), text(named.campaign_id))
        };
        let told = |request: &str, campaign: &str| (request.to_owned(), campaign.to_owned());
        assert_eq!(named(r#"{"requestId":"r\u002d1","campaignId":"c","recipients":7}"#), told("r-1", "c"));
        assert_eq!(named(r#"{"requestId":["r"],"campaignId":{"c":"c"}}"#), told("", ""));
        assert_eq!(named(r#"["r","c"]"#), told("", ""));
        assert_eq!(named(r#"{"requestId":"r""#), told("", ""));
    }

    fn refused(json: &str) -> Fault {
        read::<ExecutionRequest>(json.as_bytes()).unwrap_err()
    }

    #[test]
    fn a_fault_names_the_path_of_the_value() {
        let one = |recipient: &str| format!(r#"{{"requestId":"r","campaignId":"c","recipients":[{recipient}]}}"#);
        for (json, path, code) in [
            ("{}".to_owned(), "requestId", "missing_field"),
            (one(r#"{"type":"external","namespace":"email"}"#), "recipients[0].userId", "missing_field"),
            (one(r#"{"type":"fax","userId":"a","namespace":"email"}"#), "recipients[0].type", "unknown_word"),
            (one(r#"{"type":"aep","userId":7,"namespace":"email"}"#), "recipients[0].userId", "wrong_type"),
            (
                one(r#"{"type":"aep","userId":"a","userId":"b","namespace":"x"}"#),
                "recipients[0].userId",
                "duplicate_field",
            ),
            (one(r#"{"type":"aep","userId":"a","namespace":"x","context":[]}"#), "recipients[0].context", "wrong_type"),
            ("[]".to_owned(), "", "wrong_type"),
            (r#"["r-1","cmp_1",[]]"#.to_owned(), "", "wrong_type"),
            (one(r#"["aep","a","email",null,null,null]"#), "recipients[0]", "wrong_type"),
            (
                one(r#"{"type":"aep","userId":"a","namespace":"x","channelData":["a@b.de",null]}"#),
                "recipients[0].channelData",
                "wrong_type",
            ),
            (one(r#"{"type":{"aep":null},"userId":"a","namespace":"x"}"#), "recipients[0].type", "wrong_type"),
        ] {
            let fault = refused(&json);
            assert_eq!((fault.path.as_str(), fault.code.as_str()), (path, code), "{json}: {}", fault.text);
        }
    }

    #[test]
    fn a_fault_is_told_in_the_words_of_json() {
        for (json, text) in [
            ("[]", "The body must be an object, not a list."),
            (r#""text, expected a string""#, "The body must be an object, not a text."),
            (r#"{"requestId":17}"#, "This must be a text, not a number."),
            (r#"{"requestId":1.5}"#, "This must be a text, not a number."),
            (r#"{"requestId":null}"#, "This must be a text, not null."),
            (r#"{"requestId":true}"#, "This must be a text, not true or false."),
            (r#"{"recipients":{}}"#, "This must be a list, not an object."),
            (r#"{"recipients":["ann"]}"#, "This must be an object, not a text."),
            (r#"{"recipients":[{"context":[1]}]}"#, "This must be an object, not a list."),
            (r#"{"recipients":[{"type":"fax"}]}"#, "“fax” is not one of aep, external."),
            (r#"{"recipients":[{"type":" at line "}]}"#, "“ at line ” is not one of aep, external."),
        ] {
            assert_eq!(refused(json).text, text, "{json}");
        }
    }

    #[test]
    fn a_sign_that_no_database_keeps_is_refused_wherever_it_stands() {
        for json in [r#"{"requestId":"r\u0000"}"#, r#"{"context":{"a\u0000":1}}"#, r#"{"\u0000":1}"#] {
            assert_eq!(refused(json).code, "control_character", "{json}");
        }
    }

    #[test]
    fn what_is_not_json_is_told_with_line_and_column() {
        let deep = format!(r#"{{"recipients":[{{"context":{{"x":{}"#, "[".repeat(10_000));
        let two = r#"{"requestId":"r","campaignId":"c","recipients":[]} {}"#;
        for json in ["{\n  \"requestId\": nope", "", two, "\u{feff}{}", deep.as_str()] {
            let fault = refused(json);
            assert_eq!(fault.code, "malformed_json", "{}", fault.text);
            assert!(fault.text.contains("line") && fault.text.contains("column"), "{}", fault.text);
        }
    }
}
