//! A JSON body, read so that a fault names its place.

use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::http::{HeaderMap, StatusCode, header};
use domain::{Failure, Fault};
use serde::de::DeserializeOwned;
use serde_json::error::Category;

use super::Problem;

/// The body of a call, as JSON.
pub struct JsonBody<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for JsonBody<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        if !is_json(request.headers()) {
            let text = "Send the body as JSON, with Content-Type: application/json.";
            return Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "wrong_content_type", text));
        }
        let bytes = Bytes::from_request(request, state).await.map_err(|rejection| match rejection.status() {
            StatusCode::PAYLOAD_TOO_LARGE => Problem::new(
                StatusCode::PAYLOAD_TOO_LARGE,
                "body_too_large",
                "The body is too large for any valid call.",
            ),
            _ => Problem::new(StatusCode::BAD_REQUEST, "incomplete_body", "The body ended before it was complete."),
        })?;
        Ok(Self(read(&bytes)?))
    }
}

fn is_json(headers: &HeaderMap) -> bool {
    let value = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    value.split(';').next().is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/json"))
}

fn read<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Failure> {
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
    if error.classify() != Category::Data {
        return Fault::new("", "malformed_json", format!("This is not JSON: {error}."));
    }
    let text = error.to_string();
    let words = text.split_once(" at line ").map_or(text.as_str(), |(words, _)| words);
    let named = |start: &str| words.strip_prefix(start).and_then(|rest| rest.strip_suffix('`'));
    if let Some(field) = named("missing field `") {
        return Fault::new(field, "missing_field", format!("{field} is missing.")).under(path);
    }
    if let Some(field) = named("duplicate field `") {
        return Fault::new(field, "duplicate_field", format!("{field} stands twice.")).under(path);
    }
    let code = if words.starts_with("unknown variant") { "unknown_word" } else { "wrong_type" };
    Fault::new(path, code, format!("{words}."))
}

#[cfg(test)]
mod tests {
    use domain::execution::ExecutionRequest;

    use super::*;

    fn refused(json: &str) -> Fault {
        match read::<ExecutionRequest>(json.as_bytes()).unwrap_err() {
            Failure::Invalid { faults } => faults.0.into_iter().next().unwrap(),
            other => panic!("{other:?}"),
        }
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
        ] {
            let fault = refused(&json);
            assert_eq!((fault.path.as_str(), fault.code.as_str()), (path, code), "{json}: {}", fault.text);
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
