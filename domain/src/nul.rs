//! The sign U+0000. PostgreSQL keeps it in no text, so it is taken in nowhere.

use crate::Fault;

/// Does a text or a key of this JSON hold it? JSON has it as an escape only.
pub fn is_in_json(json: &[u8]) -> bool {
    let mut rest = json;
    while let Some(position) = rest.iter().position(|byte| *byte == b'\\') {
        if rest[position + 1..].starts_with(b"u0000") {
            return true;
        }
        // What is escaped may be a backslash itself.
        rest = rest.get(position + 2..).unwrap_or_default();
    }
    false
}

/// The text, unless it holds it: `control_character`.
pub fn checked(text: &str) -> Result<&str, Fault> {
    if text.contains('\0') {
        return Err(Fault::new("", "control_character", "A text here holds the character U+0000."));
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_escape_is_told_from_a_backslash_before_some_digits() {
        for json in [r#"{"a":"\u0000"}"#, r#"{"\u0000":1}"#, r#"["\\\u0000"]"#, r#"["\n\u0000"]"#] {
            assert!(is_in_json(json.as_bytes()), "{json}");
        }
        for json in [r#"["\\u0000"]"#, r#"["\u0001"]"#, r#"["u0000"]"#, "[\"\\", ""] {
            assert!(!is_in_json(json.as_bytes()), "{json}");
        }
    }
}
