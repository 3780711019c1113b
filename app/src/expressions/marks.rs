//! What the words of a template are, for the eye: quick and forgiving. Whether they are right is the matter of `content`.

use std::ops::Range;

/// A stretch of a text that is shown in its own way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mark {
    pub at: Range<usize>,
    pub kind: Kind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// `{{`, `%}`.
    Brace,
    /// `if`, `and`.
    Keyword,
    /// `profile.name`.
    Path,
    /// What stands behind `|` or `is`.
    Function,
    /// A text or a number that is written there.
    Literal,
    Comment,
    /// `<p`, `>`.
    Tag,
    Attribute,
    /// What an attribute of HTML is.
    Value,
}

const KEYWORDS: [&str; 22] = [
    "if", "elif", "else", "endif", "for", "in", "endfor", "set", "is", "not", "and", "or", "true", "false", "none",
    "True", "False", "None", "break", "continue", "raw", "endraw",
];

/// The marks of a text in their order; none overlaps another. `markup`: there is HTML in it.
pub fn marks(text: &str, markup: bool) -> Vec<Mark> {
    let mut reader = Reader { text, marks: Vec::new(), html: markup.then_some(Html::Words) };
    let mut at = 0;
    while let Some(start) = next_opening(text, at) {
        reader.html_until(at, start);
        at = reader.template(start);
    }
    reader.html_until(at, text.len());
    reader.marks
}

/// Where the next `{{`, `{%` or `{#` begins.
pub fn next_opening(text: &str, from: usize) -> Option<usize> {
    let pairs = text.as_bytes().get(from..)?.windows(2);
    pairs.into_iter().position(|pair| matches!(pair, b"{{" | b"{%" | b"{#")).map(|found| from + found)
}

/// Where in HTML the reader is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Html {
    Words,
    Tag,
    Quoted(char),
    Comment,
}

struct Reader<'t> {
    text: &'t str,
    marks: Vec<Mark>,
    /// `None`: there is none.
    html: Option<Html>,
}

impl Reader<'_> {
    fn mark(&mut self, at: Range<usize>, kind: Kind) {
        if !at.is_empty() {
            self.marks.push(Mark { at, kind });
        }
    }

    /// What begins here; gives where it ends.
    fn template(&mut self, start: usize) -> usize {
        let rest = &self.text[start..];
        if rest.starts_with("{#") {
            let end = rest.find("#}").map_or(self.text.len(), |end| start + end + 2);
            self.mark(start..end, Kind::Comment);
            return end;
        }
        let close = if rest.starts_with("{{") { "}}" } else { "%}" };
        // Something that is still being typed ends with its line.
        let next = next_opening(self.text, start + 2).unwrap_or(self.text.len());
        let own = &self.text[start..next];
        let limit = if own.contains(close) { self.text.len() } else { start + own.find('\n').unwrap_or(own.len()) };
        let mut at = start + 2 + usize::from(self.text[start + 2..].starts_with('-'));
        self.mark(start..at, Kind::Brace);
        let mut before = "";
        while at < limit {
            let rest = &self.text[at..limit];
            let undashed = rest.strip_prefix('-').unwrap_or(rest);
            if undashed.starts_with(close) {
                let end = at + (rest.len() - undashed.len()) + close.len();
                self.mark(at..end, Kind::Brace);
                return end;
            }
            let length = word_length(rest);
            let word = &self.text[at..at + length];
            if let Some(kind) = kind_of(word, before) {
                self.mark(at..at + length, kind);
            }
            if !word.trim().is_empty() {
                before = word;
            }
            at += length;
        }
        limit
    }

    fn html_until(&mut self, from: usize, to: usize) {
        let mut at = from;
        while let Some(state) = self.html.filter(|_| at < to) {
            let (next, end) = self.html_piece(state, at, to);
            self.html = Some(next);
            at = end;
        }
    }

    /// Reads on in one state; gives the next one and where it begins.
    fn html_piece(&mut self, state: Html, at: usize, to: usize) -> (Html, usize) {
        let rest = &self.text[at..to];
        let until = |found: Option<usize>, length: usize| found.map_or(to, |found| at + found + length);
        match state {
            Html::Words => {
                let Some(start) = rest.find('<').map(|found| at + found) else { return (state, to) };
                let behind = &self.text[start + 1..to];
                if behind.starts_with("!--") {
                    return (Html::Comment, start);
                }
                if !behind.starts_with(|letter: char| letter.is_ascii_alphabetic() || matches!(letter, '/' | '!')) {
                    return (state, start + 1);
                }
                let name = behind.find(|letter: char| letter.is_whitespace() || letter == '>').unwrap_or(behind.len());
                self.mark(start..start + 1 + name, Kind::Tag);
                (Html::Tag, start + 1 + name)
            }
            Html::Tag => {
                let skipped = rest.len() - rest.trim_start().len();
                let start = at + skipped;
                match self.text[start..to].chars().next() {
                    None => (state, to),
                    Some('>') => {
                        self.mark(start..start + 1, Kind::Tag);
                        (Html::Words, start + 1)
                    }
                    Some(quote @ ('"' | '\'')) => {
                        self.mark(start..start + 1, Kind::Value);
                        (Html::Quoted(quote), start + 1)
                    }
                    Some('=' | '/') => (state, start + 1),
                    Some(_) => {
                        let ends = |letter: char| letter.is_whitespace() || matches!(letter, '=' | '>' | '"' | '\'');
                        let length = self.text[start..to].find(ends).unwrap_or(to - start);
                        self.mark(start..start + length, Kind::Attribute);
                        (state, start + length)
                    }
                }
            }
            Html::Quoted(quote) => {
                let found = rest.find(quote);
                let end = until(found, 1);
                self.mark(at..end, Kind::Value);
                (if found.is_some() { Html::Tag } else { state }, end)
            }
            Html::Comment => {
                let found = rest.find("-->");
                let end = until(found, 3);
                self.mark(at..end, Kind::Comment);
                (if found.is_some() { Html::Words } else { state }, end)
            }
        }
    }
}

/// Of a path, a literal, white space, or one sign.
fn word_length(rest: &str) -> usize {
    let Some(first) = rest.chars().next() else { return 0 };
    let while_all = |fits: fn(char) -> bool| rest.find(|letter| !fits(letter)).unwrap_or(rest.len());
    match first {
        '"' | '\'' | '`' => length_of_text(rest, first),
        _ if first.is_whitespace() => while_all(char::is_whitespace),
        _ if is_of_path(first) => while_all(is_of_path),
        _ => first.len_utf8(),
    }
}

fn length_of_text(rest: &str, quote: char) -> usize {
    let mut is_escaped = false;
    for (at, letter) in rest.char_indices().skip(1) {
        match letter {
            _ if is_escaped => is_escaped = false,
            '\\' => is_escaped = true,
            _ if letter == quote => return at + 1,
            _ => {}
        }
    }
    rest.len()
}

/// Letters of a path with its points.
pub fn is_of_path(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || letter == '_' || letter == '.'
}

fn kind_of(word: &str, before: &str) -> Option<Kind> {
    let first = word.chars().next()?;
    match first {
        '"' | '\'' | '`' => Some(Kind::Literal),
        _ if first.is_ascii_digit() => Some(Kind::Literal),
        _ if !is_of_path(first) => None,
        _ if before == "|" || ((before == "is" || before == "not") && !KEYWORDS.contains(&word)) => {
            Some(Kind::Function)
        }
        _ if KEYWORDS.contains(&word) => Some(Kind::Keyword),
        _ => Some(Kind::Path),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(text: &str, markup: bool) -> Vec<(&str, Kind)> {
        marks(text, markup).into_iter().map(|mark| (&text[mark.at.clone()], mark.kind)).collect()
    }

    #[test]
    fn a_template_shows_its_paths_functions_and_literals() {
        use Kind::{Brace, Comment, Function, Keyword, Literal, Path};
        assert_eq!(
            seen("Hi {{ profile.name | default(value=\"Ann }}\") }}!{# no #}", false),
            [
                ("{{", Brace),
                ("profile.name", Path),
                ("default", Function),
                ("value", Path),
                ("\"Ann }}\"", Literal),
                ("}}", Brace),
                ("{# no #}", Comment)
            ]
        );
        assert_eq!(
            seen("{%- if context.a is defined and 3 > 2 -%}", false),
            [
                ("{%-", Brace),
                ("if", Keyword),
                ("context.a", Path),
                ("is", Keyword),
                ("defined", Function),
                ("and", Keyword),
                ("3", Literal),
                ("2", Literal),
                ("-%}", Brace)
            ]
        );
    }

    #[test]
    fn html_is_marked_around_and_inside_of_templates() {
        use Kind::{Attribute, Brace, Comment, Path, Tag, Value};
        assert_eq!(
            seen("<a href=\"x/{{ a }}?y\" b>1 < 2</a><!-- c -->", true),
            [
                ("<a", Tag),
                ("href", Attribute),
                ("\"", Value),
                ("x/", Value),
                ("{{", Brace),
                ("a", Path),
                ("}}", Brace),
                ("?y\"", Value),
                ("b", Attribute),
                (">", Tag),
                ("</a", Tag),
                (">", Tag),
                ("<!-- c -->", Comment)
            ]
        );
        assert!(seen("<b>no</b>", false).is_empty());
    }

    #[test]
    fn what_is_still_being_typed_ends_with_its_line() {
        let typed = "{{ pro\n<p>{{ a }}</p>";
        assert_eq!(seen(typed, true)[..3], [("{{", Kind::Brace), ("pro", Kind::Path), ("<p", Kind::Tag)]);
    }

    #[test]
    fn any_text_is_marked_in_order_and_in_no_time() {
        let pieces = ["{{", "}}", "{%", "%}", "{#", "#}", "<", ">", "\"", "'", "é", "한", "\n", " a", "|", "<!--", "-"];
        let mut seed = 11_usize;
        for _ in 0..3_000 {
            let text: String = (0..14)
                .map(|_| {
                    seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                    pieces[(seed >> 33) % pieces.len()]
                })
                .collect();
            let mut end = 0;
            for mark in marks(&text, true) {
                assert!(mark.at.start >= end && text.get(mark.at.clone()).is_some(), "{text:?} {mark:?}");
                end = mark.at.end;
            }
        }
        let begin = std::time::Instant::now();
        for piece in pieces {
            assert!(marks(&piece.repeat(250_000 / piece.len()), true).len() <= 250_000);
        }
        assert!(begin.elapsed().as_secs() < 10, "{:?}", begin.elapsed());
    }
}
