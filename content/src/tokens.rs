//! Splits a template into text, `{{ }}` and `{% %}`, and these into tokens. Follows Tera's own lexer.

/// A word of an expression and where it stands.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Token<'a> {
    pub(crate) kind: Kind<'a>,
    pub(crate) start: usize,
    pub(crate) end: usize,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Kind<'a> {
    Word(&'a str),
    /// A string literal without its quotes.
    Text(String),
    Number(&'a str),
    Sign(&'static str),
}

/// A part of a template that is not plain text.
#[derive(Debug)]
pub(crate) enum Piece<'a> {
    Print {
        at: usize,
        tokens: Vec<Token<'a>>,
    },
    Tag {
        at: usize,
        tokens: Vec<Token<'a>>,
    },
    /// A comment or a `raw` block.
    Still,
}

/// A template that cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Unreadable {
    /// Offset of what cannot be read.
    pub(crate) at: usize,
    /// The end of the piece that begins there, when it is not there.
    pub(crate) missing: Option<&'static str>,
}

impl Unreadable {
    const fn without_end(at: usize, end: &'static str) -> Self {
        Self { at, missing: Some(end) }
    }
}

// The longer ones first.
const SIGNS: [&str; 34] = [
    "...", "//", "**", "==", "!=", ">=", "<=", "</", "?.", "?[", "+", "-", "*", "/", "%", "!", ".", ",", ":", "~", "|",
    "=", ">", "<", "(", ")", "[", "]", "{", "}", "@", "?", "&", "^",
];

/// All pieces of a template.
pub(crate) fn pieces(source: &str) -> Result<Vec<Piece<'_>>, Unreadable> {
    let mut pieces = Vec::new();
    let mut at = 0;
    while let Some(start) = next_start(source, at) {
        let inside = start + 2;
        let (piece, end) = match source.as_bytes()[start + 1] {
            b'{' => {
                let (tokens, end) = tokens(source, start, "}}")?;
                (Piece::Print { at: start, tokens }, end)
            }
            b'#' => {
                let length = source[inside..].find("#}").ok_or(Unreadable::without_end(start, "#}"))?;
                (Piece::Still, inside + length + 2)
            }
            _ => match end_of_tag(source, inside, "raw") {
                Some(body) => {
                    let end = end_of_raw(source, body);
                    (Piece::Still, end.ok_or(Unreadable::without_end(start, "{% endraw %}"))?)
                }
                None => {
                    let (tokens, end) = tokens(source, start, "%}")?;
                    (Piece::Tag { at: start, tokens }, end)
                }
            },
        };
        pieces.push(piece);
        at = end;
    }
    Ok(pieces)
}

fn next_start(source: &str, from: usize) -> Option<usize> {
    let bytes = source.as_bytes();
    bytes[from..].windows(2).position(|pair| matches!(pair, b"{{" | b"{%" | b"{#")).map(|found| from + found)
}

fn after_dash(source: &str, at: usize) -> usize {
    at + usize::from(source.as_bytes().get(at) == Some(&b'-'))
}

/// The end of `{% name %}` when the tag that starts before `at` is this one.
fn end_of_tag(source: &str, at: usize, name: &str) -> Option<usize> {
    let white = |text: &char| text.is_ascii_whitespace();
    let rest = &source[after_dash(source, at)..];
    let rest = rest.trim_start_matches(|character| white(&character)).strip_prefix(name)?;
    let rest = rest.trim_start_matches(|character| white(&character));
    let rest = rest.strip_prefix('-').unwrap_or(rest).strip_prefix("%}")?;
    Some(source.len() - rest.len())
}

fn end_of_raw(source: &str, body: usize) -> Option<usize> {
    let mut at = body;
    loop {
        at += source[at..].find("{%")? + 2;
        if let Some(end) = end_of_tag(source, at, "endraw") {
            return Some(end);
        }
    }
}

/// The tokens of the piece that starts here, up to `close`, and the offset after it.
fn tokens<'a>(source: &'a str, start: usize, close: &'static str) -> Result<(Vec<Token<'a>>, usize), Unreadable> {
    let mut tokens = Vec::new();
    let mut at = after_dash(source, start + 2);
    loop {
        let rest = &source[at..];
        let trimmed = rest.trim_start_matches(|character: char| character.is_ascii_whitespace());
        at += rest.len() - trimmed.len();
        if trimmed.is_empty() {
            return Err(Unreadable::without_end(start, close));
        }
        let undashed = trimmed.strip_prefix('-').unwrap_or(trimmed);
        if undashed.starts_with(close) {
            return Ok((tokens, source.len() - undashed.len() + close.len()));
        }
        if trimmed.starts_with(close) {
            return Ok((tokens, at + close.len()));
        }
        let (kind, length) = token(trimmed).ok_or(Unreadable { at, missing: None })?;
        tokens.push(Token { kind, start: at, end: at + length });
        at += length;
    }
}

fn token(rest: &str) -> Option<(Kind<'_>, usize)> {
    let first = *rest.as_bytes().first()?;
    if first.is_ascii_digit() {
        let mut point = false;
        let digit = |byte: &u8| byte.is_ascii_digit() || (*byte == b'.' && !std::mem::replace(&mut point, true));
        let length = rest.bytes().take_while({
            let mut digit = digit;
            move |byte| digit(byte)
        });
        let length = length.count();
        return Some((Kind::Number(&rest[..length]), length));
    }
    if first.is_ascii_alphabetic() || first == b'_' {
        let length = rest.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'_').count();
        return Some((Kind::Word(&rest[..length]), length));
    }
    if matches!(first, b'"' | b'\'' | b'`') {
        return literal(rest, first);
    }
    let sign = SIGNS.iter().find(|sign| rest.starts_with(**sign))?;
    Some((Kind::Sign(sign), sign.len()))
}

fn literal(rest: &str, quote: u8) -> Option<(Kind<'_>, usize)> {
    let mut text = String::new();
    let mut characters = rest.char_indices().skip(1);
    while let Some((at, character)) = characters.next() {
        match character {
            '\\' => text.push(match characters.next()?.1 {
                'n' => '\n',
                't' => '\t',
                'r' => '\r',
                same @ ('"' | '\'' | '/' | '\\') => same,
                _ => return None,
            }),
            _ if character == char::from(quote) => return Some((Kind::Text(text), at + 1)),
            _ => text.push(character),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_comments_and_raw_blocks_have_no_tokens() {
        let found = pieces("a {# {{ x }} #} {% raw %}{{ y }}{% endraw %} {{- z -}}").unwrap();
        assert_eq!(found.len(), 3);
        let Piece::Print { tokens, .. } = &found[2] else { panic!("{found:?}") };
        assert_eq!(tokens[0].kind, Kind::Word("z"));
    }

    #[test]
    fn literals_may_hold_what_ends_a_tag() {
        let found = pieces(r#"{{ "}} \" 한국" }}"#).unwrap();
        let Piece::Print { tokens, .. } = &found[0] else { panic!("{found:?}") };
        assert_eq!(tokens[0].kind, Kind::Text("}} \" 한국".into()));
    }

    #[test]
    fn what_is_not_closed_cannot_be_read() {
        for source in ["{{ x", "{% if", "{# x", "{% raw %}", "{{ 'x }}", "{{ é }}"] {
            assert!(pieces(source).is_err(), "{source}");
        }
    }
}
