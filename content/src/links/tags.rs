//! Finds the tags of an HTML template in which Tera tags may stand anywhere: between rows, between attributes, inside a
//! value. A scanner, not a parser: it builds no tree and mends nothing (HTML Living Standard §13.2.5 tells where tags and
//! attributes end). What never ends is left out, with everything behind it.

use std::ops::Range;

/// A tag; places are in bytes of the template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tag<'t> {
    /// As written; an end tag starts with `/`, a comment or declaration is `!`.
    pub name: &'t str,
    pub attributes: Vec<Attribute<'t>>,
    pub place: Range<usize>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attribute<'t> {
    pub name: &'t str,
    /// Without quotes, entities as written; empty when there is none.
    pub value: &'t str,
    /// Where the value stands, without quotes.
    pub place: Range<usize>,
    pub is_quoted: bool,
}

impl<'t> Tag<'t> {
    /// The value of the first attribute of that name.
    pub fn value(&self, name: &str) -> Option<&'t str> {
        self.attributes.iter().find(|attribute| attribute.name.eq_ignore_ascii_case(name)).map(|found| found.value)
    }

    pub fn is(&self, name: &str) -> bool {
        self.name.eq_ignore_ascii_case(name)
    }
}

/// The tags of a template in their order.
pub fn tags(template: &str) -> Tags<'_> {
    Tags { text: template, at: 0 }
}

/// The pieces of a text in their order: (is it a Tera tag?, as written).
pub fn pieces(text: &str) -> impl Iterator<Item = (bool, &str)> {
    let mut scan = Tags { text, at: 0 };
    std::iter::from_fn(move || {
        let start = scan.at;
        if scan.is_tera() && scan.skip_tera().is_some() {
            return Some((true, scan.since(start)));
        }
        // What opens and never closes is plain text.
        scan.at = start;
        if scan.is_tera() {
            scan.at = text.len();
        }
        while scan.peek().is_some() && !scan.is_tera() {
            scan.at += 1;
        }
        Some((false, scan.since(start))).filter(|(_, piece)| !piece.is_empty())
    })
}

/// Elements whose content is text, whatever it looks like.
const TEXT_ELEMENTS: [&str; 7] = ["script", "style", "title", "textarea", "xmp", "noembed", "noframes"];

pub struct Tags<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Iterator for Tags<'t> {
    type Item = Tag<'t>;

    fn next(&mut self) -> Option<Tag<'t>> {
        loop {
            self.at += self.rest().iter().position(|byte| matches!(byte, b'<' | b'{'))?;
            match (self.rest(), self.rest().get(1).copied().unwrap_or_default()) {
                _ if self.is_tera() => self.skip_tera()?,
                ([b'<', ..], b'!' | b'?') => return self.remark(),
                ([b'<', ..], b'/') if self.rest().get(2).is_some_and(u8::is_ascii_alphabetic) => return self.tag(),
                ([b'<', ..], next) if next.is_ascii_alphabetic() => return self.tag(),
                _ => self.at += 1,
            }
        }
    }
}

impl<'t> Tags<'t> {
    /// Goes on from this place of the template.
    pub fn skip_to(&mut self, at: usize) {
        self.at = at;
    }

    fn rest(&self) -> &'t [u8] {
        self.text.as_bytes().get(self.at..).unwrap_or_default()
    }

    fn peek(&self) -> Option<u8> {
        self.rest().first().copied()
    }

    /// From `start` to here. Scanning stops at ASCII only, so this never cuts a letter in two.
    fn since(&self, start: usize) -> &'t str {
        self.text.get(start..self.at).unwrap_or_default()
    }

    fn skip_past(&mut self, end: &[u8]) -> Option<()> {
        self.at += self.rest().windows(end.len()).position(|here| here == end)? + end.len();
        Some(())
    }

    fn is_tera(&self) -> bool {
        matches!(self.rest(), [b'{', b'{' | b'%' | b'#', ..])
    }

    /// Past a Tera tag; a text in quotes inside it may hold what looks like its end.
    fn skip_tera(&mut self) -> Option<()> {
        let end = match self.rest().get(1)? {
            b'{' => b"}}",
            b'%' => b"%}",
            _ => {
                self.at += 2;
                return self.skip_past(b"#}");
            }
        };
        self.at += 2;
        loop {
            match self.peek()? {
                quote @ (b'"' | b'\'' | b'`') => {
                    self.at += 1;
                    self.skip_past(&[quote])?;
                }
                _ if self.rest().starts_with(end) => {
                    self.at += 2;
                    return Some(());
                }
                _ => self.at += 1,
            }
        }
    }

    /// A comment or a declaration.
    fn remark(&mut self) -> Option<Tag<'t>> {
        let start = self.at;
        let is_comment = self.rest().starts_with(b"<!--");
        (if is_comment { self.skip_comment() } else { self.skip_past(b">") })?;
        Some(Tag { name: "!", attributes: Vec::new(), place: start..self.at })
    }

    /// Past a comment; of one that only Outlook reads (`<!--[if mso]>`) past its head, because its links work there.
    fn skip_comment(&mut self) -> Option<()> {
        self.at += 4;
        match self.rest() {
            [b'>', ..] | [b'-', b'>', ..] => self.skip_past(b">"),
            [b'[', b'i', b'f', ..] => self.skip_past(b">"),
            _ => self.skip_past(b"-->"),
        }
    }

    fn tag(&mut self) -> Option<Tag<'t>> {
        let start = self.at;
        self.at += 2;
        while !matches!(self.peek()?, b'>' | b'/') && !self.is_space() && !self.is_tera() {
            self.at += 1;
        }
        let name = self.text.get(start + 1..self.at)?;
        let mut attributes = Vec::new();
        loop {
            match self.peek()? {
                b'>' => break,
                b'/' => self.at += 1,
                _ if self.is_space() => self.at += 1,
                _ if self.is_tera() => self.skip_tera()?,
                _ => attributes.push(self.attribute()?),
            }
        }
        self.at += 1;
        let place = start..self.at;
        if TEXT_ELEMENTS.iter().any(|element| name.eq_ignore_ascii_case(element)) {
            self.skip_to_end_of(name);
        }
        Some(Tag { name, attributes, place })
    }

    fn is_space(&self) -> bool {
        self.peek().is_some_and(|byte| byte.is_ascii_whitespace())
    }

    fn attribute(&mut self) -> Option<Attribute<'t>> {
        let start = self.at;
        while !matches!(self.peek()?, b'=' | b'>' | b'/') && !self.is_space() {
            if self.is_tera() { self.skip_tera()? } else { self.at += 1 }
        }
        let name = self.since(start);
        let name_end = self.at;
        while self.is_space() {
            self.at += 1;
        }
        if self.peek()? != b'=' {
            self.at = name_end;
            return Some(Attribute { name, value: "", place: name_end..name_end, is_quoted: false });
        }
        self.at += 1;
        while self.is_space() {
            self.at += 1;
        }
        let (place, is_quoted) = self.value()?;
        Some(Attribute { name, value: self.text.get(place.clone())?, place, is_quoted })
    }

    fn value(&mut self) -> Option<(Range<usize>, bool)> {
        let quote = self.peek().filter(|byte| matches!(byte, b'"' | b'\''));
        self.at += usize::from(quote.is_some());
        let start = self.at;
        loop {
            match quote {
                _ if self.is_tera() => self.skip_tera()?,
                Some(quote) if self.peek()? == quote => break,
                None if self.peek()? == b'>' || self.is_space() => break,
                _ => self.at += 1,
            }
        }
        let place = start..self.at;
        self.at += usize::from(quote.is_some());
        Some((place, quote.is_some()))
    }

    fn skip_to_end_of(&mut self, name: &str) {
        let is_end = |here: &[u8]| {
            here.starts_with(b"</")
                && here.get(2..2 + name.len()).is_some_and(|end| end.eq_ignore_ascii_case(name.as_bytes()))
        };
        let rest = self.rest();
        self.at += (0..rest.len()).find(|start| is_end(&rest[*start..])).unwrap_or(rest.len());
    }
}

#[cfg(test)]
#[path = "tags_tests.rs"]
mod tests;
