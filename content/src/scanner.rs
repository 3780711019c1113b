//! Cuts a template into text, prints and tags. Tera keeps its own syntax tree to itself; names of variables, forbidden
//! tags and the places for fuel are found here. What is malformed is left to Tera, which says so.

/// A part of a template.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part<'a> {
    /// `{{ expression }}`.
    Print { expression: &'a str, line: usize },
    /// `{% word rest %}`. `end` is the position behind it; `trims` when it ends in `-%}`.
    Tag { word: &'a str, rest: &'a str, line: usize, end: usize, trims: bool },
}

/// All prints and tags, in order. Comments and raw sections are passed over.
pub(crate) fn parts(source: &str) -> Vec<Part<'_>> {
    let mut parts = Vec::new();
    let mut position = 0;
    let mut raw = false;
    while let Some(found) = source[position..].find('{') {
        let start = position + found;
        let Some(kind) = source.as_bytes().get(start + 1) else { break };
        let (closing, opened) = match kind {
            b'{' if !raw => ("}}", start + 2),
            b'%' => ("%}", start + 2),
            b'#' if !raw => ("#}", start + 2),
            _ => {
                position = start + 1;
                continue;
            }
        };
        let length = if *kind == b'#' { source[opened..].find(closing) } else { close_of(&source[opened..], closing) };
        let Some(length) = length else {
            // Without an end there is nothing to read; Tera says where.
            position = opened;
            continue;
        };
        let inside = &source[opened..opened + length];
        let end = opened + length + 2;
        let line = source[..start].matches('\n').count() + 1;
        let trims = inside.ends_with('-');
        let expression = inside.strip_prefix('-').unwrap_or(inside);
        let expression = expression.strip_suffix('-').unwrap_or(expression).trim();
        match kind {
            b'{' => parts.push(Part::Print { expression, line }),
            b'%' => {
                let (word, rest) = expression.split_once(char::is_whitespace).unwrap_or((expression, ""));
                raw = match (raw, word) {
                    (_, "raw") => true,
                    (_, "endraw") => false,
                    (raw, _) => raw,
                };
                if !raw && word != "endraw" {
                    parts.push(Part::Tag { word, rest: rest.trim(), line, end, trims });
                }
            }
            _ => {}
        }
        position = end;
    }
    parts
}

/// Where the closing sign stands, strings passed over.
fn close_of(text: &str, closing: &str) -> Option<usize> {
    let mut quote = None;
    let mut escaped = false;
    for (position, byte) in text.bytes().enumerate() {
        match quote {
            Some(_) if escaped => escaped = false,
            Some(_) if byte == b'\\' => escaped = true,
            Some(open) if byte == open => quote = None,
            Some(_) => {}
            None if matches!(byte, b'"' | b'\'' | b'`') => quote = Some(byte),
            None if text.as_bytes()[position..].starts_with(closing.as_bytes()) => return Some(position),
            None => {}
        }
    }
    // An open string: take the first closing sign, so that what follows is still read.
    text.find(closing)
}

/// A word of an expression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Word<'a> {
    /// `context.order.id`, with `?.` seen as `.`; `safe` when one was there. Ends before `[`; `indexed` says so.
    Path { path: String, safe: bool, indexed: bool },
    /// `name` of `name=…` in a call.
    Argument(&'a str),
    /// `name` of `name(…)`.
    Call(&'a str),
    /// A filter's name, after `|`.
    Filter(&'a str),
    /// Any sign.
    Sign(char),
}

const KEYWORDS: [&str; 12] = ["and", "or", "not", "in", "is", "if", "else", "true", "false", "none", "True", "False"];

/// The words of an expression; strings and numbers are left out.
pub(crate) fn words(expression: &str) -> Vec<Word<'_>> {
    let mut words = Vec::new();
    let mut rest = expression;
    let mut after_is = false;
    while let Some(first) = rest.chars().next() {
        if matches!(first, '"' | '\'' | '`') {
            rest = after_string(rest, first);
        } else if first.is_ascii_digit() {
            rest = rest.trim_start_matches(|c: char| c.is_ascii_alphanumeric() || c == '.' || c == '_');
        } else if first.is_alphabetic() || first == '_' {
            let (word, behind) = name(rest);
            rest = word_at(word, behind, &mut after_is, &mut words);
        } else {
            if !first.is_whitespace() {
                words.push(Word::Sign(first));
            }
            rest = &rest[first.len_utf8()..];
        }
    }
    words
}

fn word_at<'a>(word: &'a str, behind: &'a str, after_is: &mut bool, words: &mut Vec<Word<'a>>) -> &'a str {
    if KEYWORDS.contains(&word) {
        *after_is = word == "is" || (*after_is && word == "not");
        return behind;
    }
    // `is defined`, `is not odd`: the name of a test, not of a variable.
    if std::mem::take(after_is) {
        return behind;
    }
    let next = behind.trim_start();
    if words.last() == Some(&Word::Sign('|')) {
        words.push(Word::Filter(word));
        return behind;
    }
    if next.starts_with('(') {
        words.push(Word::Call(word));
        return behind;
    }
    if next.starts_with('=') && !next.starts_with("==") {
        words.push(Word::Argument(word));
        return behind;
    }
    let (mut path, mut safe, mut rest) = (word.to_owned(), false, behind);
    loop {
        let dotted = rest.strip_prefix("?.").inspect(|_| safe = true).or_else(|| rest.strip_prefix('.'));
        let Some(after) = dotted else { break };
        let (part, behind) = name(after);
        if part.is_empty() {
            break;
        }
        path.push('.');
        path.push_str(part);
        rest = behind;
    }
    words.push(Word::Path { path, safe, indexed: rest.starts_with('[') || rest.starts_with("?[") });
    rest
}

fn name(text: &str) -> (&str, &str) {
    let end = text.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(text.len());
    text.split_at(end)
}

fn after_string(text: &str, quote: char) -> &str {
    let mut escaped = false;
    for (position, letter) in text.char_indices().skip(1) {
        match letter {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            _ if letter == quote => return &text[position + 1..],
            _ => {}
        }
    }
    ""
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_closing_sign_inside_a_string_ends_nothing() {
        let found = parts("a {{ '}}' }} {# {{ no }} #}{% raw %}{{ x }}{% endraw %}{% if y -%}");
        assert_eq!(found.len(), 2, "{found:?}");
        assert!(matches!(found[1], Part::Tag { word: "if", rest: "y", trims: true, .. }));
    }

    #[test]
    fn names_of_tests_filters_and_arguments_are_no_variables() {
        let paths: Vec<String> = words("a.b?.c | default(value=d) ~ 'x.y' if e is not defined else f(g=1.5)")
            .into_iter()
            .filter_map(|word| match word {
                Word::Path { path, .. } => Some(path),
                _ => None,
            })
            .collect();
        assert_eq!(paths, ["a.b.c", "d", "e"]);
    }
}
