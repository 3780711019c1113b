//! Plausible data for a content, guessed from the names of its variables.

use domain::variable::ValueType;
use serde_json::{Map, Value, json};

use crate::data::{Data, Given};
use crate::shape::{Shape, Shapes};

/// Plausible values for everything that is read.
pub(crate) fn of(shapes: &Shapes) -> Data {
    let values = |root: &str| shapes.root.field(root).map_or_else(Map::new, fields);
    Data { context: values("context").into(), profile: values("profile"), given: Given::sample() }
}

fn fields(shape: &Shape) -> Map<String, Value> {
    shape.fields.iter().map(|(name, below)| (name.clone(), value(name, below))).collect()
}

/// The author's example where there is one. What it lacks of an object is made up.
fn value(name: &str, shape: &Shape) -> Value {
    match (&shape.rule.example, made_up(name, shape)) {
        (None, made_up) => made_up,
        (Some(Value::Object(given)), Value::Object(mut fields)) => {
            fields.extend(given.clone());
            Value::Object(fields)
        }
        (Some(given), _) => given.clone(),
    }
}

fn made_up(name: &str, shape: &Shape) -> Value {
    if !shape.fields.is_empty() {
        return Value::Object(fields(shape));
    }
    let element = || shape.each.as_deref().map_or_else(|| word(name), |each| value(singular(name), each));
    if shape.usage.object {
        return json!({ singular(name): element() });
    }
    if shape.usage.list || shape.each.is_some() {
        return Value::Array(vec![element(), element()]);
    }
    match shape.rule.kind {
        None if shape.usage.number => number(name),
        None if shape.usage.moment => json!("2026-12-01T09:00:00Z"),
        None | Some(ValueType::Text) => word(name),
        Some(ValueType::Number) => number(name),
        Some(ValueType::Integer) => whole_number(name),
        Some(ValueType::Boolean) => json!(true),
        Some(ValueType::List) => json!([word(singular(name))]),
        Some(ValueType::Object) => json!({}),
    }
}

fn singular(name: &str) -> &str {
    name.strip_suffix('s').filter(|name| name.len() > 2).unwrap_or(name)
}

/// The words of a name, such as `first` and `name` of `firstName`.
fn ends_with(name: &str, words: &[&str]) -> bool {
    let lower = name.to_lowercase();
    let of_word = |word: &&str| {
        let Some(before) = lower.strip_suffix(*word) else { return false };
        // `paid` does not end with the word `id`.
        before.is_empty()
            || before.ends_with(['_', '-', ' '])
            || name.get(before.len()..).is_some_and(|last| last.starts_with(char::is_uppercase))
    };
    words.iter().any(of_word)
}

const AMOUNTS: [&str; 6] = ["price", "total", "amount", "sum", "cost", "subtotal"];
const COUNTS: [&str; 5] = ["count", "quantity", "qty", "number", "size"];

fn number(name: &str) -> Value {
    if ends_with(name, &AMOUNTS) {
        return json!(42.5);
    }
    whole_number(name)
}

fn whole_number(name: &str) -> Value {
    if ends_with(name, &["id"]) { json!(1001) } else { json!(2) }
}

fn word(name: &str) -> Value {
    let guesses: [(&[&str], &str); 12] = [
        (&["email", "mail"], "ann@example.com"),
        (&["lastname", "surname", "familyname"], "Bell"),
        (&["url", "link", "href", "website"], "https://example.com/"),
        (&["id"], "1001"),
        (&["date", "day", "deadline"], "2026-12-01"),
        (&["time"], "09:00"),
        (&AMOUNTS, "42.50"),
        (&COUNTS, "2"),
        (&["phone", "mobile"], "+1 202 555 0100"),
        (&["currency"], "EUR"),
        (&["code"], "A1B2C3"),
        (&["name", "firstname", "user", "customer"], "Ann"),
    ];
    let guess = guesses.iter().find(|(words, _)| {
        let last_name = words.contains(&"lastname");
        if last_name { words.contains(&name.to_lowercase().replace('_', "").as_str()) } else { ends_with(name, words) }
    });
    Value::String(guess.map_or(name, |(_, value)| value).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_guessed_from_the_last_word_of_a_name() {
        let names =
            ["email", "firstName", "last_name", "trackingUrl", "id", "orderId", "paid", "total", "qty", "dueDate"];
        let values: Vec<Value> = names.into_iter().map(word).collect();
        let expected = [
            "ann@example.com",
            "Ann",
            "Bell",
            "https://example.com/",
            "1001",
            "1001",
            "paid",
            "42.50",
            "2",
            "2026-12-01",
        ];
        assert_eq!(values, expected);
    }
}
