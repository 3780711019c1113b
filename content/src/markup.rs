//! HTML as far as we look at it: a stream of texts and tags, in one pass and without a tree. It never fails; what is
//! not closed ends with the document.

/// One part of an HTML text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Part<'a> {
    Text(&'a str),
    /// `name` as it is written; `attributes` is all that follows it.
    Open {
        name: &'a str,
        attributes: &'a str,
    },
    Close(&'a str),
}

/// Parts of an HTML text, comments and declarations left out, with the offset after each.
pub(crate) struct Parts<'a> {
    html: &'a str,
    at: usize,
    /// The element whose content is no markup, such as `style`.
    raw: Option<&'a str>,
}

/// Reads `html` from its start.
pub(crate) fn parts(html: &str) -> Parts<'_> {
    Parts { html, at: 0, raw: None }
}

impl<'a> Parts<'a> {
    /// The offset after the part that came last.
    pub(crate) fn offset(&self) -> usize {
        self.at
    }

    fn take_until(&mut self, end: usize) -> &'a str {
        let taken = &self.html[self.at..end];
        self.at = end;
        taken
    }

    /// Skips to after `mark`, or to the end.
    fn skip_past(&mut self, mark: &str) {
        self.at = self.html[self.at..].find(mark).map_or(self.html.len(), |found| self.at + found + mark.len());
    }

    fn raw_text(&mut self, element: &str) -> &'a str {
        let rest = &self.html[self.at..];
        let closes = |at: &usize| {
            let name = rest.get(at + 2..at + 2 + element.len());
            name.is_some_and(|name| name.eq_ignore_ascii_case(element))
        };
        let end = rest.match_indices("</").map(|(at, _)| at).find(closes).unwrap_or(rest.len());
        self.take_until(self.at + end)
    }

    /// The part that starts with the `<` at the present offset.
    fn tag(&mut self) -> Option<Part<'a>> {
        let rest = &self.html[self.at + 1..];
        let (closing, inside) = rest.strip_prefix('/').map_or((false, rest), |inside| (true, inside));
        if !inside.starts_with(|character: char| character.is_ascii_alphabetic()) {
            return None;
        }
        let end = end_of_tag(inside)?;
        self.at = self.html.len() - inside.len() + end + 1;
        let (name, attributes) = inside[..end].split_at(
            inside[..end].find(|character: char| character.is_ascii_whitespace() || character == '/').unwrap_or(end),
        );
        if closing {
            return Some(Part::Close(name));
        }
        let raw = ["style", "script", "title", "textarea"].into_iter().any(|raw| name.eq_ignore_ascii_case(raw));
        self.raw = raw.then_some(name);
        Some(Part::Open { name, attributes })
    }
}

impl<'a> Iterator for Parts<'a> {
    type Item = Part<'a>;

    fn next(&mut self) -> Option<Part<'a>> {
        if let Some(element) = self.raw.take() {
            let text = self.raw_text(element);
            if !text.is_empty() {
                return Some(Part::Text(text));
            }
        }
        loop {
            let rest = &self.html[self.at..];
            if rest.is_empty() {
                return None;
            }
            if rest.starts_with("<!--") {
                self.skip_past("-->");
                continue;
            }
            if rest.starts_with("<!") || rest.starts_with("<?") {
                self.skip_past(">");
                continue;
            }
            if rest.starts_with('<')
                && let Some(part) = self.tag()
            {
                return Some(part);
            }
            // A `<` that begins no tag is text. One that is never closed makes the rest of the document text.
            let after = rest.strip_prefix('<');
            let unclosed = after.is_some_and(|after| after.starts_with(|c: char| c.is_ascii_alphabetic() || c == '/'));
            let from = usize::from(after.is_some());
            let next = if unclosed { None } else { rest[from..].find('<') };
            let end = next.map_or(self.html.len(), |found| self.at + from + found);
            return Some(Part::Text(self.take_until(end)));
        }
    }
}

/// The offset of the `>` that ends a tag; those in quotes do not.
fn end_of_tag(inside: &str) -> Option<usize> {
    let mut quote = None;
    for (at, byte) in inside.bytes().enumerate() {
        match (quote, byte) {
            (None, b'>') => return Some(at),
            (None, b'"' | b'\'') => quote = Some(byte),
            (Some(open), _) if open == byte => quote = None,
            _ => {}
        }
    }
    // A quote that is never closed does not swallow the document.
    quote.and_then(|_| inside.find('>'))
}

/// The value of an attribute as it is written, quotes taken off. `Some("")` when it has none.
pub(crate) fn attribute<'a>(attributes: &'a str, wanted: &str) -> Option<&'a str> {
    let white = |character: char| character.is_ascii_whitespace() || character == '/';
    let mut rest = attributes;
    loop {
        rest = rest.trim_start_matches(white);
        if rest.is_empty() {
            return None;
        }
        // The first character belongs to the name, whatever it is.
        let first = rest.chars().next().map_or(1, char::len_utf8);
        let end = rest[first..].find(|character: char| white(character) || character == '=');
        let (name, after) = rest.split_at(end.map_or(rest.len(), |end| end + first));
        let value = after.trim_start_matches(|character: char| character.is_ascii_whitespace()).strip_prefix('=');
        let (value, after) = value.map_or(("", after), split_value);
        if name.eq_ignore_ascii_case(wanted) {
            return Some(value);
        }
        rest = after;
    }
}

fn split_value(text: &str) -> (&str, &str) {
    let text = text.trim_start_matches(|character: char| character.is_ascii_whitespace());
    for quote in ['"', '\''] {
        if let Some(inside) = text.strip_prefix(quote) {
            return inside.split_once(quote).unwrap_or((inside, ""));
        }
    }
    text.split_at(text.find(|character: char| character.is_ascii_whitespace()).unwrap_or(text.len()))
}

const HIDDEN: &str = r#"<div style="display:none;max-height:0;overflow:hidden;mso-hide:all">"#;

/// The HTML with the preheader, hidden, at the start of its body.
pub(crate) fn with_preheader(html: String, preheader: &str) -> String {
    if preheader.is_empty() {
        return html;
    }
    let mut parts = parts(&html);
    let is_body = |part: Part<'_>| matches!(part, Part::Open { name, .. } if name.eq_ignore_ascii_case("body"));
    let at = if parts.any(is_body) { parts.offset() } else { 0 };
    let mut whole = String::with_capacity(html.len() + HIDDEN.len() + preheader.len() * 2 + 6);
    whole.push_str(&html[..at]);
    whole.push_str(HIDDEN);
    escape_to(preheader, &mut whole);
    whole.push_str("</div>");
    whole.push_str(&html[at..]);
    whole
}

/// A plain text as HTML.
pub fn escaped(text: &str) -> String {
    let mut html = String::with_capacity(text.len() + 16);
    escape_to(text, &mut html);
    html
}

fn escape_to(text: &str, html: &mut String) {
    for character in text.chars() {
        match character {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            '\'' => html.push_str("&#39;"),
            other => html.push(other),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_comments_and_scripts_hide_what_looks_like_a_tag() {
        let html = "<!-- <body> --><a title='1 > 0' href=x>5 < 6</a><script>if (a</b) '<body>'</script><BR/>";
        let names: Vec<String> = parts(html)
            .filter_map(|part| match part {
                Part::Open { name, .. } => Some(name.to_ascii_lowercase()),
                _ => None,
            })
            .collect();
        assert_eq!(names, ["a", "script", "br"]);
    }

    #[test]
    fn attributes_are_found_whatever_their_case_and_quotes() {
        let attributes = r#" HREF = "a b" disabled data-href='no' src=x/y alt"#;
        assert_eq!(attribute(attributes, "href"), Some("a b"));
        assert_eq!(attribute(attributes, "src"), Some("x/y"));
        assert_eq!((attribute(attributes, "alt"), attribute(attributes, "title")), (Some(""), None));
    }

    #[test]
    fn the_preheader_stands_at_the_start_of_the_body() {
        let html = with_preheader("<html><!-- <body> --><body class='>'><p>Hi</p></body></html>".into(), "Tom & <b>");
        let start = "<html><!-- <body> --><body class='>'><div style=";
        assert!(html.starts_with(start) && html.contains(">Tom &amp; &lt;b&gt;</div><p>Hi</p>"), "{html}");
        assert!(with_preheader("<p>Hi</p>".into(), "x").starts_with("<div style="));
        assert_eq!(with_preheader("<p>Hi</p>".into(), ""), "<p>Hi</p>");
    }

    #[test]
    fn markup_that_is_broken_is_read_to_its_end_in_a_moment() {
        for piece in ["<", "<a", "<a '", "<!--", "</", "<style>", "<a href='", "&#", "<é", "<script></", "<a \""] {
            let html = piece.repeat(100_000 / piece.len());
            assert!(parts(&html).count() <= html.len());
        }
    }
}
