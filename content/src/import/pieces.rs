//! Splits a source into text and tags.

/// A part of a source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Piece<'a> {
    Text(&'a str),
    /// `{{ … }}`; `raw`: with three braces.
    Braces {
        inside: &'a str,
        raw: bool,
        whole: &'a str,
    },
    /// `{% … %}`, with the sign behind its start: `=`, `#`, `/` or none.
    Percent {
        inside: &'a str,
        whole: &'a str,
    },
    Comment(&'a str),
    /// `\{{ … }}` is shown as it is.
    Shown(&'a str),
    /// A start without an end.
    Open(&'a str),
}

/// The pieces of a source, each with its offset.
pub(super) fn pieces(source: &str) -> Vec<(usize, Piece<'_>)> {
    let mut found = Vec::new();
    let mut at = 0;
    let mut ends = Ends::default();
    while let Some(start) = next_start(source, at) {
        let shown = start > at && source.as_bytes()[start - 1] == b'\\' && source[start..].starts_with("{{");
        let text_end = start - usize::from(shown);
        if text_end > at {
            found.push((at, Piece::Text(&source[at..text_end])));
        }
        let (piece, end) = piece(source, start, shown, &mut ends);
        found.push((start, piece));
        at = end;
    }
    if at < source.len() {
        found.push((at, Piece::Text(&source[at..])));
    }
    found
}

fn next_start(source: &str, from: usize) -> Option<usize> {
    let pairs = source.as_bytes()[from..].windows(2);
    pairs.into_iter().position(|pair| matches!(pair, b"{{" | b"{%")).map(|found| from + found)
}

/// Ends that do not come any more: they are looked for once.
#[derive(Default)]
struct Ends {
    gone: Vec<&'static str>,
}

impl Ends {
    fn find(&mut self, inside: &str, close: &'static str) -> Option<usize> {
        if self.gone.contains(&close) {
            return None;
        }
        let found = inside.find(close);
        if found.is_none() {
            self.gone.push(close);
        }
        found
    }
}

fn piece<'a>(source: &'a str, start: usize, shown: bool, ends: &mut Ends) -> (Piece<'a>, usize) {
    let rest = &source[start..];
    let (open, close) = match rest {
        _ if shown => ("{{", "}}"),
        _ if rest.starts_with("{{!--") => ("{{!--", "--}}"),
        _ if rest.starts_with("{{!") => ("{{!", "}}"),
        _ if rest.starts_with("{{{") => ("{{{", "}}}"),
        _ if rest.starts_with("{{") => ("{{", "}}"),
        _ => ("{%", "%}"),
    };
    let is_comment = open.starts_with("{{!");
    let first = ends.find(&rest[open.len()..], close);
    let found = first.map(|first| if is_comment || shown { first } else { end_of(&rest[open.len()..], close, first) });
    let Some(length) = found else { return (Piece::Open(&rest[..2]), start + 2) };
    let inside = &rest[open.len()..open.len() + length];
    let whole = &rest[..open.len() + length + close.len()];
    let piece = match open {
        _ if shown => Piece::Shown(whole),
        "{%" => Piece::Percent { inside, whole },
        _ if is_comment => Piece::Comment(inside),
        _ => Piece::Braces { inside, raw: open == "{{{", whole },
    };
    (piece, start + whole.len())
}

/// How far behind its first possible end a tag may end because of quotes, in bytes.
const QUOTED_MAX: usize = 2_000;

/// Where the tag ends: not inside of a text in quotes. A quote that never ends is no quote.
fn end_of(inside: &str, close: &str, first: usize) -> usize {
    let mut quote = None;
    for (at, letter) in inside.char_indices() {
        match (quote, letter) {
            // No tag has several lines of quotes.
            (Some(_), '\n') => return first,
            _ if at > first + QUOTED_MAX => return first,
            (None, '"' | '\'') => quote = Some(letter),
            (Some(open), _) if letter == open => quote = None,
            (None, _) if inside[at..].starts_with(close) => return at,
            _ => {}
        }
    }
    first
}
