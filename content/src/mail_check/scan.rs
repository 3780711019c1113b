//! One pass over the HTML of a mail: what stands in it, as far as it is looked at.

use std::borrow::Cow;

use super::colour::{Colour, property};
use crate::links::entity_decoded;
use crate::markup::{Part, attribute, parts};

/// Elements inside each other that are followed; what is deeper takes the styles of the last one.
const DEPTH_MAX: usize = 200;
/// Most bytes of the text of one link or heading that are kept.
const TEXT_MAX: usize = 300;

/// What stands in a mail.
#[derive(Debug, Default)]
pub(super) struct Scanned {
    /// What people read.
    pub(super) text: String,
    pub(super) links: Vec<Anchor>,
    pub(super) pictures: Vec<Picture>,
    /// Level and text.
    pub(super) headings: Vec<(u8, String)>,
    pub(super) contrasts: Vec<Contrast>,
    /// Elements that have no place in a mail.
    pub(super) forbidden: Vec<String>,
    /// Attributes that would run a program.
    pub(super) handlers: Vec<String>,
    /// Tables that are neither said to be layout nor have a heading cell.
    pub(super) bare_tables: usize,
    pub(super) has_language: bool,
}

#[derive(Debug, Default)]
pub(super) struct Anchor {
    /// Character references read; `None`: a place to jump to.
    pub(super) href: Option<String>,
    /// With the descriptions of its pictures.
    pub(super) text: String,
}

#[derive(Debug)]
pub(super) struct Picture {
    pub(super) src: String,
    /// `None`: there is no description; empty: it is decoration.
    pub(super) alt: Option<String>,
}

/// Text in a colour, before another.
#[derive(Debug)]
pub(super) struct Contrast {
    pub(super) text: String,
    pub(super) ratio: f64,
    /// Large or bold enough that less will do.
    pub(super) is_large: bool,
    pub(super) colours: (Colour, Colour),
}

#[derive(Debug, Clone)]
struct Open {
    name: String,
    colour: Option<Colour>,
    /// `Err`: a picture or a gradient, of which nothing is known.
    background: Result<Option<Colour>, ()>,
    pixels: Option<f64>,
    is_bold: bool,
    is_hidden: bool,
    /// Its place in the list of tables.
    table: Option<usize>,
}

#[derive(Default)]
struct Reader {
    found: Scanned,
    open: Vec<Open>,
    /// The open link.
    link: Option<Anchor>,
    /// Level and text of the open heading.
    heading: Option<(u8, String)>,
    /// Of each table: it is layout, or has a heading cell.
    tables: Vec<bool>,
}

impl Scanned {
    pub(super) fn of(html: &str) -> Self {
        let mut reader = Reader::default();
        for part in parts(html) {
            match part {
                Part::Text(text) => reader.text(text),
                Part::Open { name, attributes } => reader.open(&name.to_ascii_lowercase(), attributes),
                Part::Close(name) => reader.close(&name.to_ascii_lowercase()),
            }
        }
        reader.end_link();
        reader.end_heading();
        let Reader { mut found, tables, .. } = reader;
        found.bare_tables = tables.iter().filter(|is_told| !**is_told).count();
        found
    }
}

const VOID: [&str; 14] =
    ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr"];
const FORBIDDEN: [&str; 15] = [
    "script", "form", "input", "button", "select", "textarea", "iframe", "frame", "object", "embed", "applet", "audio",
    "video", "base", "dialog",
];

impl Reader {
    fn open(&mut self, name: &str, attributes: &str) {
        let value = |wanted: &str| attribute(attributes, wanted);
        self.note(name, attributes);
        match name {
            "html" => self.found.has_language |= value("lang").is_some_and(|lang| !lang.trim().is_empty()),
            "a" => {
                self.end_link();
                self.link = Some(Anchor { href: value("href").map(decoded), text: String::new() });
            }
            "area" => {
                let text = value("alt").map(decoded).unwrap_or_default();
                self.found.links.push(Anchor { href: value("href").map(decoded), text });
            }
            "img" => self.picture(attributes),
            "th" => {
                let table = self.open.iter().rev().find_map(|open| open.table);
                if let Some(table) = table.and_then(|table| self.tables.get_mut(table)) {
                    *table = true;
                }
            }
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => {
                self.end_heading();
                self.heading = Some((name.as_bytes()[1] - b'0', String::new()));
            }
            _ => {}
        }
        if !VOID.contains(&name) && !attributes.trim_end().ends_with('/') {
            self.push(name, attributes);
        }
    }

    /// What has no place in a mail.
    fn note(&mut self, name: &str, attributes: &str) {
        let refreshes = name == "meta"
            && attribute(attributes, "http-equiv").is_some_and(|value| value.eq_ignore_ascii_case("refresh"));
        if FORBIDDEN.contains(&name) || refreshes {
            self.found.forbidden.push(format!("<{name}>"));
        }
        for written in attributes.split_ascii_whitespace() {
            let handler = written.split('=').next().unwrap_or_default();
            let lower = handler.to_ascii_lowercase();
            if lower.len() > 4
                && lower.starts_with("on")
                && lower.bytes().all(|letter| letter.is_ascii_lowercase())
                && attribute(attributes, handler).is_some_and(|value| !value.is_empty())
            {
                self.found.handlers.push(format!("<{name} {lower}>"));
            }
        }
    }

    fn picture(&mut self, attributes: &str) {
        let alt = attribute(attributes, "alt").map(decoded);
        let src = attribute(attributes, "src").map(decoded).unwrap_or_default();
        // What counts openings is no picture of anybody's.
        let is_dot = ["width", "height"].iter().all(|side| attribute(attributes, side) == Some("1"));
        if let (Some(alt), Some(link)) = (&alt, &mut self.link) {
            append(&mut link.text, alt);
        }
        if !is_dot && src != "data:," {
            self.found.pictures.push(Picture { src, alt });
        }
    }

    fn push(&mut self, name: &str, attributes: &str) {
        if self.open.len() >= DEPTH_MAX {
            return;
        }
        let style = attribute(attributes, "style").map(decoded).unwrap_or_default();
        let of = |wanted: &str| property(&style, wanted);
        let above = self.open.last();
        let own = of("color").or_else(|| attribute(attributes, "color").filter(|_| name == "font"));
        let colour = own.and_then(Colour::read).or_else(|| above.and_then(|above| above.colour));
        let pixels = of("font-size").and_then(pixels).or_else(|| match name {
            "h1" => Some(32.0),
            "h2" => Some(24.0),
            "h3" => Some(18.7),
            _ => above.and_then(|above| above.pixels),
        });
        let is_bold = match of("font-weight") {
            Some(weight) => weight.contains("bold") || weight.parse().is_ok_and(|weight: u32| weight >= 700),
            None => {
                matches!(name, "b" | "strong" | "th" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6")
                    || above.is_some_and(|above| above.is_bold)
            }
        };
        let is_hidden = of("display") == Some("none")
            || of("visibility") == Some("hidden")
            || matches!(name, "style" | "script" | "title" | "head" | "template")
            || above.is_some_and(|above| above.is_hidden);
        let table = (name == "table").then(|| {
            let role = attribute(attributes, "role").unwrap_or_default();
            self.tables.push(["presentation", "none"].contains(&role));
            self.tables.len() - 1
        });
        let background = background(&style, attributes, above);
        let name = name.to_owned();
        self.open.push(Open { name, colour, background, pixels, is_bold, is_hidden, table });
    }

    fn close(&mut self, name: &str) {
        match name {
            "a" => self.end_link(),
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => self.end_heading(),
            _ => {}
        }
        if let Some(place) = self.open.iter().rposition(|open| open.name == name) {
            self.open.truncate(place);
        }
    }

    fn text(&mut self, html: &str) {
        let here = self.open.last();
        if here.is_some_and(|here| here.is_hidden) {
            return;
        }
        let text = decoded(html);
        if let Some(link) = &mut self.link {
            append(&mut link.text, &text);
        }
        if let Some((_, heading)) = &mut self.heading {
            append(heading, &text);
        }
        if text.trim().is_empty() {
            self.found.text.push(' ');
            return;
        }
        self.found.text.push_str(&text);
        if let Some(contrast) = here.and_then(|here| contrast(here, &text)) {
            self.found.contrasts.push(contrast);
        }
    }

    fn end_link(&mut self) {
        self.found.links.extend(self.link.take());
    }

    fn end_heading(&mut self) {
        self.found.headings.extend(self.heading.take());
    }
}

/// The colours of a text, when its author chose one of them: what programs choose is theirs.
fn contrast(here: &Open, text: &str) -> Option<Contrast> {
    let background = here.background.ok()?;
    if here.colour.is_none() && background.is_none() {
        return None;
    }
    // The colour of a link without one is the program's.
    if here.colour.is_none() && here.name == "a" {
        return None;
    }
    let colours = (here.colour.unwrap_or(Colour::BLACK), background.unwrap_or(Colour::WHITE));
    let pixels = here.pixels.unwrap_or(16.0);
    let is_large = pixels >= 24.0 || here.is_bold && pixels >= 18.66;
    let text = text.trim().chars().take(TEXT_MAX).collect();
    Some(Contrast { text, ratio: colours.0.contrast(colours.1), is_large, colours })
}

fn background(style: &str, attributes: &str, above: Option<&Open>) -> Result<Option<Colour>, ()> {
    let short = property(style, "background");
    let shows_picture = |value: &str| value.contains("url(") || value.contains("gradient(");
    let picture = property(style, "background-image").is_some_and(shows_picture) || short.is_some_and(shows_picture);
    if picture || attribute(attributes, "background").is_some_and(|value| !value.is_empty()) {
        return Err(());
    }
    let first = short.and_then(|short| Colour::read(short).or_else(|| Colour::read(short.split(' ').next()?)));
    let own = property(style, "background-color").and_then(Colour::read).or(first);
    let own = own.or_else(|| attribute(attributes, "bgcolor").and_then(Colour::read));
    match own {
        Some(colour) => Ok(Some(colour)),
        None => above.map_or(Ok(None), |above| above.background),
    }
}

fn pixels(text: &str) -> Option<f64> {
    let (number, factor) = match text.strip_suffix("px") {
        Some(number) => (number, 1.0),
        None => (text.strip_suffix("pt")?, 96.0 / 72.0),
    };
    number.trim().parse::<f64>().ok().map(|number| number * factor)
}

fn decoded(html: &str) -> String {
    match entity_decoded(html) {
        Cow::Borrowed(text) => text.replace("&nbsp;", "\u{a0}"),
        Cow::Owned(text) => text.replace("&nbsp;", "\u{a0}"),
    }
}

fn append(text: &mut String, more: &str) {
    if text.len() < TEXT_MAX {
        text.push(' ');
        text.push_str(more);
    }
}
