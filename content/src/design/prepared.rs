//! MJML made ready for the library that reads it. Whatever is not structure – texts, HTML, values with templates or signs that
//! the library would escape in its own way – gives way to marks, and stands in the HTML as it was written. The library sees
//! well-formed elements of MJML and nothing else.

use domain::content::TEMPLATE_MAX_BYTES;
use domain::{Fault, Faults};

use crate::links::{Tag, pieces, tags};
use crate::policy;

/// Elements of one mail.
const ELEMENTS_MAX: usize = 3_000;
/// Elements inside each other: the library calls itself for each level.
const DEPTH_MAX: usize = 24;
/// Pictures of a carousel: the styles that show them grow with the square of their number.
const CAROUSEL_MAX: usize = 12;
/// Bytes that default attributes may add to all elements together.
const DEFAULTS_MAX: usize = 8 * 1024 * 1024;

/// Where faults of MJML are told.
pub(super) const PATH: &str = "content.mjml";

/// Elements whose content is no MJML: HTML, text or styles, taken as they are.
const ENDING: [&str; 11] = [
    "mj-text",
    "mj-button",
    "mj-raw",
    "mj-table",
    "mj-title",
    "mj-preview",
    "mj-style",
    "mj-social-element",
    "mj-navbar-link",
    "mj-accordion-title",
    "mj-accordion-text",
];

/// Elements that hold others, or nothing.
const STRUCTURE: [&str; 21] = [
    "mjml",
    "mj-head",
    "mj-body",
    "mj-attributes",
    "mj-all",
    "mj-class",
    "mj-breakpoint",
    "mj-font",
    "mj-section",
    "mj-column",
    "mj-group",
    "mj-wrapper",
    "mj-hero",
    "mj-image",
    "mj-divider",
    "mj-spacer",
    "mj-social",
    "mj-navbar",
    "mj-accordion",
    "mj-accordion-element",
    "mj-carousel",
];

/// MJML with marks.
#[derive(Debug)]
pub(super) struct Prepared {
    pub(super) mjml: String,
    /// What a mark begins with; its number and a point follow. Nowhere in the source.
    mark: String,
    /// What the marks stand for.
    kept: Vec<String>,
    /// Offsets of the MJML, each with that of the source.
    places: Vec<(usize, usize)>,
}

impl Prepared {
    /// Where this place of the MJML was in the source.
    pub(super) fn source_of(&self, at: usize) -> usize {
        let next = self.places.partition_point(|(prepared, _)| *prepared <= at);
        next.checked_sub(1).and_then(|place| self.places.get(place)).map_or(0, |(_, source)| *source)
    }

    /// The HTML with everything that gave way to marks; `None` when it is larger than any template.
    pub(super) fn filled(&self, html: &str) -> Option<String> {
        let mut filled = String::with_capacity(html.len() + self.kept.len() * 64);
        let mut rest = html;
        while let Some((before, after)) = rest.split_once(self.mark.as_str()) {
            filled.push_str(before);
            let (number, behind) = after.split_once('.')?;
            filled.push_str(self.kept.get(number.parse::<usize>().ok()?)?);
            if filled.len() > TEMPLATE_MAX_BYTES {
                return None;
            }
            rest = behind;
        }
        filled.push_str(rest);
        (filled.len() <= TEMPLATE_MAX_BYTES).then_some(filled)
    }
}

/// Reads MJML. The first thing that is wrong is told with its line.
pub(super) fn prepare(source: &str) -> Result<Prepared, Faults> {
    if source.len() > TEMPLATE_MAX_BYTES {
        let text = format!("Use at most {} KB.", TEMPLATE_MAX_BYTES / 1024);
        return Err(Faults(vec![Fault::new(PATH, "too_long", text)]));
    }
    let mark = unheard_of(source).ok_or_else(|| {
        Faults(vec![Fault::new(PATH, "too_complex", "This is written as nobody writes: leave out hermod-kept.")])
    })?;
    let prepared = Prepared { mjml: String::with_capacity(source.len()), mark, kept: Vec::new(), places: Vec::new() };
    let mut reader = Reader { source, prepared, open: Vec::new(), elements: 0, pictures: 0, defaults: 0 };
    reader.whole().map_err(|fault| Faults(vec![fault]))?;
    Ok(reader.prepared)
}

/// A beginning of marks that is nowhere in the source: longer by one `x` than all that look like it, within reason.
fn unheard_of(source: &str) -> Option<String> {
    let begin = "hermod-kept-";
    let longest = source.match_indices(begin).map(|(at, _)| {
        let behind = source.as_bytes().iter().skip(at + begin.len());
        behind.take(65).take_while(|byte| **byte == b'x').count()
    });
    let length = longest.max().map_or(0, |longest| longest + 1);
    (length <= 64).then(|| format!("{begin}{}-", "x".repeat(length)))
}

struct Reader<'s> {
    source: &'s str,
    prepared: Prepared,
    /// Open elements, each with its place.
    open: Vec<(&'s str, usize)>,
    elements: usize,
    pictures: usize,
    /// Bytes of default attributes.
    defaults: usize,
}

impl<'s> Reader<'s> {
    fn whole(&mut self) -> Result<(), Fault> {
        let mut scan = tags(self.source);
        let mut copied = 0;
        while let Some(tag) = scan.next() {
            self.between(copied, tag.place.start)?;
            copied = match tag.name.strip_prefix('/') {
                Some(name) => self.close(name, &tag)?,
                None if tag.name == "!" => self.remark(&tag)?,
                None => self.element(&tag)?,
            };
            scan.skip_to(copied);
        }
        self.between(copied, self.source.len())?;
        // Defaults may stand behind what they are for.
        self.weigh(0)?;
        match self.open.last() {
            Some((name, at)) => Err(self.syntax(*at, &format!("<{name}> is not closed: </{name}> is missing."))),
            None if self.elements == 0 => Err(self.syntax(0, "Begin with <mjml>.")),
            None => Ok(()),
        }
    }

    fn fault(&self, code: &str, at: usize, text: &str) -> Fault {
        policy::fault_at(PATH, code, self.source, at, text)
    }

    fn syntax(&self, at: usize, text: &str) -> Fault {
        self.fault("mjml_syntax", at, text)
    }

    fn push(&mut self, text: &str, at: usize) {
        self.prepared.places.push((self.prepared.mjml.len(), at));
        self.prepared.mjml.push_str(text);
    }

    fn mark(&mut self, kept: String) -> String {
        self.prepared.kept.push(kept);
        format!("{}{}.", self.prepared.mark, self.prepared.kept.len() - 1)
    }

    /// What stands between elements: room, or tags of the template, which mails get as they are.
    fn between(&mut self, from: usize, to: usize) -> Result<(), Fault> {
        let text = self.source.get(from..to).unwrap_or_default();
        let mut at = from;
        for (is_tera, piece) in pieces(text) {
            if is_tera {
                let holds = |name: &(&str, usize)| !matches!(name.0, "mjml" | "mj-attributes");
                if !self.open.last().is_some_and(holds) {
                    return Err(self.syntax(at, "A template cannot stand here. Put it in <mj-body> or in a value."));
                }
                self.count("mj-raw", at)?;
                let mark = self.mark(piece.to_owned());
                self.push(&format!("<mj-raw>{mark}</mj-raw>"), at);
            } else if !piece.trim().is_empty() {
                let at = at + piece.len() - piece.trim_start().len();
                return Err(self.syntax(at, "This text stands between elements. Put it in <mj-text> or <mj-raw>."));
            }
            at += piece.len();
        }
        Ok(())
    }

    /// Comments are for authors; those that Outlook reads are not.
    fn remark(&mut self, tag: &Tag<'s>) -> Result<usize, Fault> {
        let text = self.source.get(tag.place.clone()).unwrap_or_default();
        if text.starts_with("<!--[if") || !text.starts_with("<!--") {
            return Err(self.syntax(tag.place.start, "Put this in <mj-raw>."));
        }
        Ok(tag.place.end)
    }

    fn close(&mut self, name: &str, tag: &Tag<'s>) -> Result<usize, Fault> {
        match self.open.last() {
            Some((open, _)) if open.eq_ignore_ascii_case(name) => {
                self.push(&format!("</{}>", name.to_ascii_lowercase()), tag.place.start);
                self.open.pop();
                Ok(tag.place.end)
            }
            Some((open, _)) => {
                let text = format!("</{name}> stands where </{open}> belongs.");
                Err(self.syntax(tag.place.start, &text))
            }
            None => Err(self.syntax(tag.place.start, &format!("</{name}> closes nothing."))),
        }
    }

    /// Returns where to go on.
    fn element(&mut self, tag: &Tag<'s>) -> Result<usize, Fault> {
        let at = tag.place.start;
        let name = tag.name.to_ascii_lowercase();
        if name == "mj-include" {
            return Err(self.fault("not_allowed", at, "<mj-include> is not available: a mail is one text."));
        }
        let is_ending = ENDING.contains(&name.as_str());
        if !is_ending && !STRUCTURE.contains(&name.as_str()) && name != "mj-carousel-image" {
            let text = format!("<{}> is no element of MJML here. HTML stands in <mj-text> or <mj-raw>.", tag.name);
            return Err(self.syntax(at, &text));
        }
        self.count(&name, at)?;
        self.push(&format!("<{name}"), at);
        self.attributes(tag)?;
        let text = self.source.get(tag.place.clone()).unwrap_or_default();
        if text.ends_with("/>") {
            self.prepared.mjml.push_str(" />");
            return Ok(tag.place.end);
        }
        self.prepared.mjml.push('>');
        if is_ending {
            return self.ending(&name, tag);
        }
        self.open.push((tag.name, at));
        if self.open.len() > DEPTH_MAX {
            return Err(self.fault("too_complex", at, "Elements are nested too deeply."));
        }
        Ok(tag.place.end)
    }

    fn count(&mut self, name: &str, at: usize) -> Result<(), Fault> {
        self.elements += 1;
        self.pictures += usize::from(name == "mj-carousel-image");
        self.weigh(at)
    }

    fn weigh(&self, at: usize) -> Result<(), Fault> {
        let is_too_much = self.elements > ELEMENTS_MAX
            || self.pictures > CAROUSEL_MAX
            || self.defaults.saturating_mul(self.elements) > DEFAULTS_MAX;
        if is_too_much { Err(self.fault("too_complex", at, "This is too much for one mail.")) } else { Ok(()) }
    }

    fn attributes(&mut self, tag: &Tag<'s>) -> Result<(), Fault> {
        let are_defaults = self.open.iter().any(|(name, _)| *name == "mj-attributes");
        for attribute in &tag.attributes {
            let name = attribute.name;
            let is_name = |letter: u8| letter.is_ascii_alphanumeric() || matches!(letter, b'-' | b'_' | b':');
            if !name.bytes().all(is_name) || !name.starts_with(|first: char| first.is_ascii_alphabetic()) {
                let text = "This is no attribute. A template stands in the value of one.";
                return Err(self.syntax(tag.place.start, text));
            }
            if are_defaults {
                self.defaults += attribute.value.len() + name.len();
            }
            let value = self.value(name, attribute.value);
            self.push(&format!(" {name}=\"{value}\""), tag.place.start);
        }
        Ok(())
    }

    /// A value that the library would not write as it is gives way to a mark.
    fn value(&mut self, name: &str, value: &str) -> String {
        let is_plain = |letter: char| matches!(letter, ' '..='~') && !matches!(letter, '"' | '\\' | '<' | '>' | '{');
        match name {
            "background-url" => self.mark(in_url(value)),
            _ if value.chars().all(is_plain) => value.to_owned(),
            _ => self.mark(in_quotes(value)),
        }
    }

    fn ending(&mut self, name: &str, tag: &Tag<'s>) -> Result<usize, Fault> {
        let rest = self.source.get(tag.place.end..).unwrap_or_default();
        let closes = |at: &usize| {
            let end = rest.get(at + 2..at + 2 + name.len()).is_some_and(|end| end.eq_ignore_ascii_case(name));
            let behind = rest.as_bytes().get(at + 2 + name.len());
            end && behind.is_some_and(|byte| *byte == b'>' || byte.is_ascii_whitespace())
        };
        let close = rest.match_indices("</").map(|(at, _)| at).find(closes);
        let behind = close.and_then(|close| Some((close, close + rest.get(close..)?.find('>')? + 1)));
        let Some((close, behind)) = behind else {
            return Err(self.syntax(tag.place.start, &format!("<{name}> is not closed: </{name}> is missing.")));
        };
        let inner = rest.get(..close).unwrap_or_default();
        if !inner.trim().is_empty() {
            // The title stands in an attribute, too.
            let kept = if name == "mj-title" { in_quotes(inner.trim()) } else { inner.trim().to_owned() };
            let mark = self.mark(kept);
            self.push(&mark, tag.place.end);
        }
        self.push(&format!("</{name}>"), tag.place.end + close);
        Ok(tag.place.end + behind)
    }
}

/// A value for double quotes; templates stay as they are.
fn in_quotes(value: &str) -> String {
    pieces(value)
        .map(|(is_tera, piece)| if is_tera { piece.to_owned() } else { piece.replace('"', "&quot;") })
        .collect()
}

/// Signs that would end an address in a style, each with what stands for it in any address (RFC 3986 §2.1).
const ENDS: [(&str, &str, &str); 6] = [
    ("\\\\", "\\", "%5C"),
    ("'", "'", "%27"),
    ("\\n", "\n", "%0A"),
    ("\\r", "\r", "%0D"),
    ("(", "(", "%28"),
    (")", ")", "%29"),
];

/// An address that stands in a style too: no value of the data ends it there.
fn in_url(value: &str) -> String {
    let mut address = String::new();
    for (is_tera, piece) in pieces(value) {
        match piece.strip_prefix("{{").and_then(|rest| rest.strip_suffix("}}")).filter(|_| is_tera) {
            Some(expression) => {
                let expression = expression.trim_matches('-').trim();
                let filters: String =
                    ENDS.iter().map(|(from, _, to)| format!(" | replace(from=\"{from}\", to=\"{to}\")")).collect();
                address.push_str(&format!("{{{{ ({expression}){filters} }}}}"));
            }
            None if is_tera => address.push_str(piece),
            None => {
                let plain = ENDS.iter().fold(piece.replace('"', "%22"), |text, (_, from, to)| text.replace(from, to));
                address.push_str(&plain);
            }
        }
    }
    address
}
