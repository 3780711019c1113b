//! Where in a JSON document a value stands.

use std::str::FromStr;

use domain::Fault;
use serde_json::Value;

/// The longest path that can be set, in bytes.
const LENGTH_MAX: usize = 200;

/// From here on, not every whole number has a `f64` of its own: two ids may read the same.
const EXACT_FLOAT_MAX: f64 = 9_007_199_254_740_992.0;

/// A place in a document, written as JSON Pointer (RFC 6901: `/messages/0/id`) or dotted (`messages[0].id`); `$` is the
/// whole document. Kept as a pointer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Path(String);

impl Path {
    /// What stands there.
    pub fn value<'v>(&self, document: &'v Value) -> Option<&'v Value> {
        document.pointer(&self.0)
    }

    /// What stands there as text, without white space around it: a text, a number, `true` or `false`. Nothing, null, an
    /// empty text, a list and an object are `None`.
    pub fn text(&self, document: &Value) -> Option<String> {
        let text = match self.value(document)? {
            Value::String(text) => text.trim().to_owned(),
            Value::Number(number) if number.is_f64() && number.as_f64()?.abs() >= EXACT_FLOAT_MAX => return None,
            Value::Number(number) => number.to_string(),
            Value::Bool(truth) => truth.to_string(),
            Value::Null | Value::Array(_) | Value::Object(_) => return None,
        };
        Some(text).filter(|text| !text.is_empty())
    }
}

impl FromStr for Path {
    type Err = Fault;

    fn from_str(text: &str) -> Result<Self, Fault> {
        let is_usable = text.len() <= LENGTH_MAX && !text.chars().any(char::is_control);
        let pointer = if text.starts_with('/') { checked_pointer(text) } else { pointer_of_dotted(text) };
        pointer.filter(|_| is_usable).map(Self).ok_or_else(|| {
            Fault::new("", "bad_path", "Give a path such as messages[0].id or /messages/0/id, or $ for the whole body.")
        })
    }
}

/// RFC 6901 §3: a tilde stands only before 0 or 1.
fn checked_pointer(text: &str) -> Option<String> {
    text.split('~').skip(1).all(|rest| rest.starts_with(['0', '1'])).then(|| text.to_owned())
}

fn pointer_of_dotted(text: &str) -> Option<String> {
    if text == "$" {
        return Some(String::new());
    }
    // `$` is only the root before a step: a key may begin with it
    let from_root = text.strip_prefix("$.").or_else(|| text.strip_prefix('$').filter(|rest| rest.starts_with('[')));
    let mut pointer = String::new();
    for (position, step) in from_root.unwrap_or(text).split('.').enumerate() {
        let (key, indexes) = step.split_at(step.find('[').unwrap_or(step.len()));
        // only a document that is a list itself is entered by an index
        if key.contains(']') || (key.is_empty() && (position > 0 || indexes.is_empty())) {
            return None;
        }
        if !key.is_empty() {
            pointer.push('/');
            pointer.push_str(&key.replace('~', "~0").replace('/', "~1"));
        }
        for index in indexes.split_inclusive(']') {
            let index: usize = index.strip_prefix('[')?.strip_suffix(']')?.parse().ok()?;
            pointer.push_str(&format!("/{index}"));
        }
    }
    Some(pointer)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn found(path: &str, document: &Value) -> Option<String> {
        path.parse::<Path>().unwrap().text(document)
    }

    #[test]
    fn a_value_is_found_by_pointer_and_by_dotted_path_alike() {
        let body = json!({ "messages": [{ "id": "a1", "parts": [[1], [2, 3]] }], "a/b": { "c~d": true }, "$ref": 7 });
        for (path, expected) in [
            ("messages[0].id", "a1"),
            ("$.messages[0].id", "a1"),
            ("/messages/0/id", "a1"),
            ("messages[0].parts[1][0]", "2"),
            ("a/b.c~d", "true"),
            ("/a~1b/c~0d", "true"),
            ("$ref", "7"),
        ] {
            assert_eq!(found(path, &body).as_deref(), Some(expected), "{path}");
        }
        assert_eq!(found("[1].id", &json!([{}, { "id": 9 }])).as_deref(), Some("9"));
        assert_eq!(found("$", &json!("all")).as_deref(), Some("all"));
    }

    #[test]
    fn what_is_not_there_or_is_no_plain_value_is_nothing() {
        let body = json!({ "list": [1], "null": null, "blank": "  ", "object": {} });
        for path in ["list", "list[1]", "list.x", "null", "blank", "object", "missing.deep[3].er", "/list/01"] {
            assert_eq!(found(path, &body), None, "{path}");
        }
    }

    #[test]
    fn an_id_too_long_for_a_number_is_not_taken_for_another_one() {
        let body: Value =
            serde_json::from_str(r#"{"small":18446744073709551615,"big":184467440737095516150}"#).unwrap();
        assert_eq!(found("small", &body).as_deref(), Some("18446744073709551615"));
        assert_eq!(found("big", &body), None);
    }

    #[test]
    fn a_path_that_cannot_be_meant_is_refused() {
        let long = "a".repeat(201);
        let bad =
            ["", ".", "a..b", "a.", "a[", "a[x]", "a[-1]", "a[0]b", "a[99999999999999999999]", "a]", "$.", "a.[0]"];
        for path in bad.into_iter().chain(["/a~2", "/a~", "a\nb", "a[*]", long.as_str()]) {
            assert_eq!(path.parse::<Path>().unwrap_err().code, "bad_path", "{path}");
        }
    }
}
