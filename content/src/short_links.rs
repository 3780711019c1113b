//! Links that an author writes into the text of a mobile message: in the message that is sent, short ones stand in their place.
//! A mark before each of them survives Tera; where a link ends is seen once it is rendered. Links that come out of the data
//! as a whole have no mark, and stay.

use std::borrow::Cow;

use crate::links::{Link, is_web, pieces};

/// What a mark begins with; the number of its link follows, and then the link. A code point that no text has (Unicode §23.7):
/// values lose it when they are printed, see [`crate::filters`].
pub(crate) const MARK: char = '\u{fdd0}';

/// Letters of a short link behind its address and slash.
pub const SHORT_CODE_LETTERS: usize = 10;

/// Makes short links of one message.
pub trait ShortLinks {
    /// The link by which people come to `target`: the link of this number, counted from 1.
    fn short(&self, link: u16, target: &str) -> String;
}

/// Short links as long as real ones, which lead nowhere: for a preview.
#[derive(Debug, Clone, Copy)]
pub struct SampleShortLinks<'a>(
    /// What they begin with, without a slash at the end.
    pub &'a str,
);

impl ShortLinks for SampleShortLinks<'_> {
    fn short(&self, _: u16, _: &str) -> String {
        format!("{}/{}", self.0, "abcdefghij")
    }
}

/// The template with its marks, and its links: link `n` stands at `n - 1`.
pub(crate) fn mark(template: &str) -> (String, Vec<Link>) {
    let mut marked = String::with_capacity(template.len() + 16);
    let mut links: Vec<Link> = Vec::new();
    let mut at = 0;
    for (is_tera, piece) in pieces(template) {
        let mut copied = 0;
        for start in starts(piece).filter(|_| !is_tera) {
            let link = Link { url: written(&template[at + start..]), label: String::new() };
            let place = links.iter().position(|known| *known == link).unwrap_or(links.len());
            let Ok(number) = u16::try_from(place + 1) else { continue };
            if place == links.len() {
                links.push(link);
            }
            marked.push_str(&piece[copied..start]);
            marked.push(MARK);
            marked.push_str(&number.to_string());
            copied = start;
        }
        marked.push_str(&piece[copied..]);
        at += piece.len();
    }
    (marked, links)
}

/// Where links begin: at a scheme of the web that no letter stands before.
fn starts(piece: &str) -> impl Iterator<Item = usize> {
    piece.match_indices("://").filter_map(|(colon, _)| {
        let scheme = ["https", "http"].into_iter().find(|scheme| {
            piece[..colon].get(colon.wrapping_sub(scheme.len())..).is_some_and(|it| it.eq_ignore_ascii_case(scheme))
        })?;
        let start = colon - scheme.len();
        let stands_alone = !piece[..start].ends_with(|before: char| before.is_alphanumeric());
        stands_alone.then_some(start)
    })
}

/// The link as its author wrote it, with the Tera tags in it.
fn written(template: &str) -> String {
    let (mut url, mut settled) = (String::new(), 0);
    for (is_tera, piece) in pieces(template) {
        if is_tera && !piece.starts_with("{{") {
            break;
        }
        if is_tera {
            url.push_str(piece);
            settled = url.len();
            continue;
        }
        let end = piece.find(char::is_whitespace);
        url.push_str(&piece[..end.unwrap_or(piece.len())]);
        if end.is_some() {
            break;
        }
    }
    // What a tag prints is no sign of the sentence.
    let end = settled + trimmed(&url[settled..]).len();
    url.truncate(end);
    url
}

/// The rendered text with short links in the place of those that have a mark; without [`ShortLinks`] they stay.
pub(crate) fn fill<'t>(text: &'t str, short: Option<&dyn ShortLinks>) -> Cow<'t, str> {
    if !text.contains(MARK) {
        return Cow::Borrowed(text);
    }
    let mut parts = text.split(MARK);
    let mut filled = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let digits = part.bytes().take_while(u8::is_ascii_digit).count();
        let (number, rest) = part.split_at(digits);
        let link = trimmed(rest.split(char::is_whitespace).next().unwrap_or_default());
        match (short, number.parse()) {
            (Some(short), Ok(number)) if is_web(link) && link.len() > "https://".len() => {
                filled.push_str(&short.short(number, link));
                filled.push_str(&rest[link.len()..]);
            }
            _ => filled.push_str(rest),
        }
    }
    Cow::Owned(filled)
}

/// Without the signs of the sentence around it. A bracket that was opened in the link belongs to it.
fn trimmed(link: &str) -> &str {
    let mut link = link;
    // Counted once: a value of a call may have a hundred thousand of them.
    let opened = link.matches('(').count();
    let mut closed = link.matches(')').count();
    loop {
        let Some(last) = link.chars().last() else { return link };
        let is_closing = last == ')' && opened < closed;
        if !is_closing && !".,;:!?'\"]}>»”’…。，".contains(last) {
            return link;
        }
        closed -= usize::from(is_closing);
        link = &link[..link.len() - last.len_utf8()];
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Told;

    impl ShortLinks for Told {
        fn short(&self, link: u16, target: &str) -> String {
            format!("<{link} {target}>")
        }
    }

    fn filled(text: &str) -> String {
        fill(&mark(text).0, Some(&Told)).into_owned()
    }

    #[test]
    fn a_link_ends_where_a_reader_sees_its_end() {
        for (text, expected) in [
            ("See https://x.example/a?b=1&c=2.", "See <1 https://x.example/a?b=1&c=2>."),
            ("(https://x.example/a_(b)), HTTP://Y.example", "(<1 https://x.example/a_(b)>), <2 HTTP://Y.example>"),
            (
                "보기: https://x.example/한글\n\"https://y.example\"",
                "보기: <1 https://x.example/한글>\n\"<2 https://y.example>\"",
            ),
            ("https://x.example https://x.example", "<1 https://x.example> <1 https://x.example>"),
            (
                "nohttps://x.example ftp://x mailto:a@b.example https://",
                "nohttps://x.example ftp://x mailto:a@b.example https://",
            ),
        ] {
            assert_eq!(filled(text), expected);
        }
    }

    #[test]
    fn without_short_links_the_text_is_what_was_written() {
        let text = "A https://x.example/{{ context.id }}, b https://y.example.";
        assert_eq!(fill(&mark(text).0, None), text);
        assert!(matches!(fill("plain", Some(&Told)), Cow::Borrowed("plain")));
    }

    #[test]
    fn a_link_is_reported_as_it_was_written() {
        let text = "{% if a %}https://x.example/{{ context.a b }}?c{% endif %} https://y.example/. https://z/{{ b }}.";
        let links = mark(text).1;
        let urls: Vec<_> = links.iter().map(|link| link.url.as_str()).collect();
        assert_eq!(urls, ["https://x.example/{{ context.a b }}?c", "https://y.example/", "https://z/{{ b }}"]);
        assert_eq!(links.iter().map(Link::is_dynamic).collect::<Vec<_>>(), [true, false, true]);
    }

    #[test]
    fn a_sample_is_as_long_as_a_real_one() {
        let sample = SampleShortLinks("https://go.example").short(1, "https://x.example");
        assert_eq!(sample.len(), "https://go.example/".len() + SHORT_CODE_LETTERS);
    }

    #[test]
    fn garbage_does_no_harm() {
        let mut garbage = crate::links::Garbage(29);
        for _ in 0..3_000 {
            let parts = ["https://", "http", "://", "{{", "}}", "{% if a %}", " ", "é", "\u{fdd0}", "1", ")", "x."];
            let text = garbage.text(&parts, 12);
            assert!(filled(&text).len() <= 3 * text.len() + 100);
        }
    }
}
