//! Texts and values as literals of other languages.

use serde_json::Value;

/// One argument of a POSIX shell: nothing in it is interpreted.
pub fn shell(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

/// A string literal that JavaScript and Python read alike: JSON's.
pub fn string(text: &str) -> String {
    Value::String(text.to_owned()).to_string()
}

/// JSON over several lines, the first at `depth` levels of two spaces (the first line itself is not indented).
pub fn json(value: &impl serde::Serialize, depth: usize) -> String {
    let pretty = serde_json::to_string_pretty(value).unwrap_or_default();
    pretty.replace('\n', &format!("\n{}", "  ".repeat(depth)))
}

/// JSON text as a Python expression: the three words that Python spells differently, outside of strings.
pub fn python(json: &str) -> String {
    let mut expression = String::with_capacity(json.len());
    for (position, part) in quoted_parts(json).enumerate() {
        if position % 2 == 1 {
            expression.push_str(part);
        } else {
            expression.push_str(&part.replace("true", "True").replace("false", "False").replace("null", "None"));
        }
    }
    expression
}

/// The text cut at its strings: outside, string with its quotes, outside, string, …
fn quoted_parts(json: &str) -> impl Iterator<Item = &str> {
    let mut cuts = vec![0];
    let (mut inside, mut escaped) = (false, false);
    for (position, letter) in json.char_indices() {
        match letter {
            _ if escaped => escaped = false,
            '\\' if inside => escaped = true,
            '"' => {
                cuts.push(if inside { position + 1 } else { position });
                inside = !inside;
            }
            _ => {}
        }
    }
    cuts.push(json.len());
    (1..cuts.len()).map(move |end| &json[cuts[end - 1]..cuts[end]])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quote_cannot_leave_a_shell_argument() {
        assert_eq!(shell("it's $HOME"), r"'it'\''s $HOME'");
    }

    #[test]
    fn python_has_its_own_words_for_true_false_and_nothing() {
        let json = r#"{"true": true, "b": [null, "say \"null\" \\"], "c": false}"#;
        assert_eq!(python(json), r#"{"true": True, "b": [None, "say \"null\" \\"], "c": False}"#);
    }
}
