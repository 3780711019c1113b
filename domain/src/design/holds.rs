//! A rule without a template: the same answers as the tags that the `content` crate writes for it.

use std::cmp::Ordering;

use serde_json::Value;

use super::{Rule, Test, TestKind};

impl Rule {
    /// Does it hold, when `value` finds what stands at a path? A missing value answers no, whatever is asked of it but that it
    /// is missing. No tests: no.
    pub fn holds<'v>(&self, value: impl Fn(&str) -> Option<&'v Value>) -> bool {
        let mut answers = self.tests.iter().map(|test| test.holds(value(test.path.trim())));
        match (self.tests.is_empty(), self.any) {
            (true, _) => false,
            (false, true) => answers.any(|yes| yes),
            (false, false) => answers.all(|yes| yes),
        }
    }
}

impl Test {
    fn holds(&self, found: Option<&Value>) -> bool {
        let text = self.value.as_str();
        match self.kind {
            TestKind::Is => found.is_some_and(|found| is(found, text)),
            TestKind::IsNot => !found.is_some_and(|found| is(found, text)),
            TestKind::Contains => match found {
                Some(Value::String(found)) => found.contains(text),
                Some(Value::Array(list)) => list.iter().any(|entry| is(entry, text)),
                _ => false,
            },
            TestKind::StartsWith => found.and_then(Value::as_str).is_some_and(|found| found.starts_with(text)),
            TestKind::Above => compared(found, text) == Some(Ordering::Greater),
            TestKind::Below => compared(found, text) == Some(Ordering::Less),
            TestKind::IsThere => is_there(found),
            TestKind::IsMissing => !is_there(found),
        }
    }
}

/// What a person may have meant: the text, the number or the truth value.
fn is(found: &Value, text: &str) -> bool {
    match found {
        Value::String(found) => found == text,
        Value::Number(found) => number(text).is_some_and(|wanted| found.as_f64() == Some(wanted)),
        Value::Bool(found) => text.trim() == if *found { "true" } else { "false" },
        _ => false,
    }
}

/// Numbers with numbers, and texts, such as dates, with texts.
fn compared(found: Option<&Value>, text: &str) -> Option<Ordering> {
    match (found?, number(text)) {
        (Value::Number(found), Some(wanted)) => found.as_f64()?.partial_cmp(&wanted),
        (Value::String(found), None) => Some(found.as_str().cmp(text)),
        _ => None,
    }
}

fn is_there(found: Option<&Value>) -> bool {
    match found {
        None | Some(Value::Null) => false,
        Some(Value::String(text)) => !text.is_empty(),
        Some(Value::Array(list)) => !list.is_empty(),
        Some(_) => true,
    }
}

/// A number as JSON has it (RFC 8259 §6), without exponent.
fn number(text: &str) -> Option<f64> {
    let text = text.trim();
    let is_plain = text.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'-' | b'.')) && text.len() <= 16;
    is_plain.then(|| serde_json::from_str(text).ok()).flatten()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn holds(kind: TestKind, name: &str, value: &str) -> bool {
        let order = json!({"total": 12.5, "count": 3, "id": "A-7", "paid": true, "tags": ["gift", 4], "note": "", "none": null,
            "list": [], "day": "2026-11-28", "zip": "06236"});
        let rule = Rule { any: false, tests: vec![Test { path: name.into(), kind, value: value.into() }] };
        rule.holds(|path| order.get(path))
    }

    #[test]
    fn each_question_is_answered_by_the_value_as_a_person_means_it() {
        use TestKind::{Above, Below, Contains, Is, IsMissing, IsNot, IsThere, StartsWith};
        for (kind, name, value, expected) in [
            (Is, "count", "3", true),
            (Is, "count", "4", false),
            (Is, "id", "A-7", true),
            (Is, "zip", "06236", true),
            (Is, "paid", "true", true),
            (Is, "missing", "3", false),
            (IsNot, "count", "3", false),
            (IsNot, "missing", "3", true),
            (Contains, "id", "-", true),
            (Contains, "tags", "4", true),
            (Contains, "tags", "gif", false),
            (Contains, "count", "3", false),
            (StartsWith, "id", "A", true),
            (StartsWith, "missing", "A", false),
            (Above, "total", "12", true),
            (Above, "total", "12.5", false),
            (Above, "id", "3", false),
            (Above, "missing", "3", false),
            (Below, "count", "10", true),
            (Below, "day", "2026-12-01", true),
            (IsThere, "total", "", true),
            (IsThere, "note", "", false),
            (IsThere, "none", "", false),
            (IsThere, "list", "", false),
            (IsMissing, "missing", "", true),
            (IsMissing, "id", "", false),
        ] {
            assert_eq!(holds(kind, name, value), expected, "{kind} {name} {value}");
        }
    }

    #[test]
    fn all_or_any_of_the_tests_and_none_of_no_tests() {
        let values = json!({"a": 1});
        let test = |value: &str| Test { path: "a".into(), kind: TestKind::Is, value: value.into() };
        let rule = |any, tests: &[&str]| Rule { any, tests: tests.iter().map(|value| test(value)).collect() };
        for (any, tests, expected) in [
            (false, &["1", "2"][..], false),
            (true, &["1", "2"], true),
            (false, &["1"], true),
            (true, &[], false),
            (false, &[], false),
        ] {
            assert_eq!(rule(any, tests).holds(|path| values.get(path)), expected, "{any} {tests:?}");
        }
    }
}
