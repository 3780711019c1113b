//! Values of a call as a person types them.

use domain::variable::ValueType;
use serde_json::Value;

/// The value that a text stands for. Without a type: JSON where it is JSON (a number, `true`, a list, an object), otherwise
/// the words; a number that would be shown in another way than it was typed, such as `42.50`, is words. With a type: a value
/// of it, or the words where they are none.
pub fn value_of(text: &str, kind: Option<ValueType>) -> Value {
    let words = || Value::String(text.to_owned());
    match (kind, serde_json::from_str(text)) {
        (Some(ValueType::Text), _) | (_, Err(_)) => words(),
        (Some(kind), Ok(value)) => {
            if kind.takes(&value) {
                value
            } else {
                words()
            }
        }
        (None, Ok(Value::Null)) => words(),
        (None, Ok(Value::Number(number))) if number.to_string() != text => words(),
        (None, Ok(value)) => value,
    }
}

/// The text that [`value_of`] turns into this value, or, without a type, into a number that looks the same.
pub fn text_of(value: &Value, kind: Option<ValueType>) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(words) if kind.is_some() => words.clone(),
        Value::String(words) if matches!(value_of(words, None), Value::String(_) | Value::Number(_)) => words.clone(),
        Value::Array(_) | Value::Object(_) => serde_json::to_string_pretty(value).unwrap_or_default(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_typed_keeps_its_kind() {
        for value in [json!("Ann"), json!("42.50"), json!(42), json!(true), json!("true"), json!([{"name": "Tea"}])] {
            assert_eq!(value_of(&text_of(&value, None), None), value);
        }
        assert_eq!(value_of("00123", None), json!("00123"));
    }

    #[test]
    fn a_number_is_typed_without_quotes_and_shown_as_it_was_typed() {
        assert_eq!(text_of(&json!("1001"), None), "1001");
        assert_eq!(value_of("1001", None), json!(1001));
        assert_eq!(value_of("42.50", None), json!("42.50"));
    }

    #[test]
    fn what_is_typed_is_of_the_type_that_was_chosen_or_words() {
        assert_eq!(value_of("1001", Some(ValueType::Text)), json!("1001"));
        assert_eq!(value_of("42.50", Some(ValueType::Number)), json!(42.5));
        assert_eq!(value_of("42.50", Some(ValueType::Integer)), json!("42.50"));
        assert_eq!(value_of("yes", Some(ValueType::Boolean)), json!("yes"));
        assert_eq!(text_of(&json!("true"), Some(ValueType::Text)), "true");
    }
}
