//! The second, cheap pass over a rendered mail: marks of [`super::track`] become addresses. Runs for each message.

use std::borrow::Cow;

use super::entities::decode;
use super::{MARK, is_web};

/// A place in a mail that waits for an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Mark<'h> {
    /// [`super::PIXEL`], or the number of a link; an author may have written one that there is not.
    pub(crate) link: u16,
    /// Where the link leads in this message, when its address came out of the data.
    pub(crate) target: Option<Cow<'h, str>>,
}

/// The mail with every mark exchanged for what `write` adds to it; `room` is how many bytes all of that is likely to need,
/// so that there is one allocation. A link that came to something else than a web address gets it as it is, untracked.
///
/// A mark counts only as the start of a quoted value, and nobody who writes data knows how one starts.
pub(crate) fn fill<'h>(html: &'h str, room: usize, mut write: impl FnMut(&Mark<'h>, &mut String)) -> String {
    let mut filled = String::with_capacity(html.len() + room);
    let mut rest = html;
    while let Some(found) = rest.find(MARK.as_str()) {
        let (before, from_mark) = rest.split_at(found);
        filled.push_str(before);
        rest = match before.bytes().last().and_then(|quote| read(from_mark, quote)) {
            Some((Mark { target: Some(target), .. }, raw, behind)) if !is_web(target.trim()) => {
                filled.push_str(raw);
                behind
            }
            Some((mark, _, behind)) => {
                write(&mark, &mut filled);
                behind
            }
            None => {
                filled.push_str(&MARK);
                &from_mark[MARK.len()..]
            }
        };
    }
    filled.push_str(rest);
    filled
}

/// The mark that stands here behind `quote`, what it carries as written, and what follows it.
fn read(text: &str, quote: u8) -> Option<(Mark<'_>, &str, &str)> {
    if !matches!(quote, b'"' | b'\'') {
        return None;
    }
    let inner = text.strip_prefix(MARK.as_str())?;
    let digits = inner.bytes().take_while(u8::is_ascii_digit).count();
    let (number, behind) = inner.split_at(digits);
    let link = number.parse().ok()?;
    if behind.starts_with(char::from(quote)) {
        return Some((Mark { link, target: None }, "", behind));
    }
    let carried = behind.strip_prefix(':')?;
    let (raw, behind) = carried.split_at(carried.find(char::from(quote))?);
    Some((Mark { link, target: Some(decode(raw.trim())) }, raw, behind))
}

#[cfg(test)]
mod tests {
    use super::super::Garbage;
    use super::super::{Counted, track};
    use super::*;

    /// `hermod-link:` stands for what a mark starts with.
    fn filled(html: &str) -> String {
        fill(&html.replace("hermod-link:", &MARK), 100, |mark, out| {
            out.push_str(&format!("[{}{}]", mark.link, mark.target.as_deref().unwrap_or_default()));
        })
    }

    #[test]
    fn every_mark_becomes_an_address_and_all_else_stays() {
        let html = r#"<a href="hermod-link:1">é</a><a href='hermod-link:22'>b</a><img src="hermod-link:0">"#;
        assert_eq!(filled(html), r#"<a href="[1]">é</a><a href='[22]'>b</a><img src="[0]">"#);
    }

    #[test]
    fn a_rendered_address_is_read_and_what_is_no_web_address_is_put_back() {
        let html =
            r#"<a href="hermod-link:1:https:&#x2F;&#x2F;x/?a=1&amp;b">a</a><a href="hermod-link:2:mailto:a@b">b</a>"#;
        assert_eq!(filled(html), r#"<a href="[1https://x/?a=1&b]">a</a><a href="mailto:a@b">b</a>"#);
    }

    #[test]
    fn data_that_looks_like_a_mark_is_no_mark() {
        for data in [
            "hermod-link:1",
            "&quot;hermod-link:1&quot;",
            "\"hermod-link:\"",
            "\"hermod-link:70000\"",
            "\"hermod-link:1",
        ] {
            assert_eq!(filled(data), data.replace("hermod-link:", &MARK));
        }
    }

    #[test]
    fn data_behind_a_quotation_mark_of_the_author_is_no_mark() {
        for data in ["hermod-link:1:https://evil.example/phish", "hermod-link-0000000000000000:1", "hermod-link-:1"] {
            let html = format!(r#"You wrote: "{data}""#);
            assert_eq!(fill(&html, 0, |_, out| out.push_str("taken")), html);
        }
    }

    fn track_all(template: &str) -> super::super::Tracked {
        track(template, Counted { opens: true, clicks: true, parameters: false })
    }

    #[test]
    fn a_template_that_is_tracked_and_filled_has_its_links_and_its_picture() {
        let tracked = track_all(r#"<body><a href="https://x">A</a><a href=https://y>B</a></body>"#);
        let html = filled(&tracked.html);
        assert!(html.starts_with(r#"<body><a href="[1]">A</a><a href="[2]">B</a><img src="[0]""#), "{html}");
        assert!(!html.contains(MARK.as_str()));
    }

    #[test]
    fn one_allocation_is_enough_when_the_room_is() {
        let html = format!(r#"<a href="{}1">"#, *MARK).repeat(50);
        let out = fill(&html, 50 * 60, |_, out| out.push_str(&"u".repeat(60)));
        assert_eq!(out.capacity(), html.len() + 50 * 60);
    }

    #[test]
    fn garbage_does_no_harm() {
        let mut garbage = Garbage(17);
        for _ in 0..3_000 {
            let text = garbage.text(&["\"", "'", "hermod-link:", "1", ":", "https://x", "é", "&amp;"], 12);
            assert!(filled(&text).len() <= 2 * text.len() + 20);
        }
    }
}
