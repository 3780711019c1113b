//! Plausible values, guessed from names, so that a new content has something to show.

use serde_json::Value;

use crate::data::Data;
use crate::variables::Uses;

/// A value for every use.
pub(crate) fn sample(uses: &Uses) -> Data {
    let mut data = Data::default();
    let mut paths: Vec<(&str, bool)> = uses.0.iter().map(|variable| (variable.path.as_str(), variable.list)).collect();
    // Deeper paths first: what has fields is an object, whatever its own name suggests.
    paths.sort_by_key(|(path, _)| std::cmp::Reverse(path.matches(['.', '[']).count()));
    for (path, list) in paths {
        let value = Value::String(guess(path));
        data.fill(&if list { format!("{path}[]") } else { path.to_owned() }, &value);
    }
    data
}

fn guess(path: &str) -> String {
    let name = path.rsplit('.').next().unwrap_or(path).trim_end_matches("[]");
    let lower = name.to_lowercase();
    let has = |words: &[&str]| words.iter().any(|word| lower.contains(word));
    let text = if has(&["email"]) {
        "ann@example.com"
    } else if has(&["url", "link", "href"]) {
        "https://example.com/"
    } else if has(&["firstname", "first_name"]) {
        "Ann"
    } else if has(&["lastname", "last_name", "surname"]) {
        "Lee"
    } else if has(&["date", "day"]) {
        "2026-12-01"
    } else if has(&["time"]) {
        "09:00"
    } else if has(&["price", "total", "amount", "sum"]) {
        "42.50"
    } else if has(&["count", "quantity", "number"]) {
        "2"
    } else if has(&["code", "otp", "pin"]) {
        "481516"
    } else if lower == "id" || has(&["_id"]) || name.ends_with("Id") {
        "1001"
    } else if lower == "name" && path.starts_with("profile.") {
        "Ann"
    } else {
        name
    };
    text.to_owned()
}
