//! The small part of HTML in which the texts of a design are written: paragraphs, headings, lists, links, and letters that are
//! strong, stressed, underlined, struck out or coloured. Everything else goes, so that what comes out may stand in any page.
//!
//! Inside, templates are written as HTML has them: `{% if context.a &lt; 3 %}`. Mails get them as Tera reads them.

use domain::design::Color;

use crate::links::entities::decode;
use crate::links::{Tag, pieces, tags};
use crate::markup;

/// Elements that stand inside each other at most; deeper ones leave their text behind.
const DEPTH_MAX: usize = 32;

/// How the elements of a text look in a mail.
#[derive(Debug, Clone)]
pub(super) struct Look {
    /// `#rrggbb`.
    pub(super) link: String,
    /// Of running text, in pixels.
    pub(super) size: u32,
}

/// The text with nothing in it but what a text may hold, every element closed; the same when it is cleaned again.
pub fn clean_text(html: &str) -> String {
    Writer::default().whole(html)
}

/// The same, dressed for mail programs, with the templates as Tera reads them.
pub(super) fn dressed(html: &str, look: &Look) -> String {
    Writer { look: Some(look), ..Writer::default() }.whole(html)
}

/// A text without markup as HTML; templates stay as they are.
pub(super) fn plain(template: &str) -> String {
    let piece = |(is_tera, piece): (bool, &str)| if is_tera { piece.to_owned() } else { markup::escaped(piece) };
    pieces(template).map(piece).collect()
}

/// What stands before the address of a link, such as `https`; none when it begins with a value or has none.
pub(super) fn scheme(address: &str) -> Option<String> {
    let (is_tera, first) = pieces(address.trim_start()).next()?;
    if is_tera {
        return None;
    }
    // Browsers read over these (URL Standard §4.4).
    let read: String = decode(first).chars().filter(|letter| !letter.is_ascii_control() && *letter != ' ').collect();
    let (scheme, _) = read.split_once(':')?;
    // A colon behind one of these belongs to the path.
    (!scheme.contains(['/', '?', '#'])).then(|| scheme.to_ascii_lowercase())
}

/// May a link of a mail lead there?
pub(super) fn is_safe(address: &str) -> bool {
    scheme(address).is_none_or(|scheme| matches!(scheme.as_str(), "http" | "https" | "mailto" | "tel" | "sms"))
}

#[derive(Default)]
struct Writer<'l> {
    look: Option<&'l Look>,
    out: String,
    open: Vec<&'static str>,
    /// Where the room below the last block of the text is written.
    last_room: Option<(usize, usize)>,
}

/// Things that open and never close, of one text.
const UNCLOSED_MAX: usize = 40;

/// Room below a paragraph.
const ROOM: &str = "margin:0 0 12px";
const NO_ROOM: &str = "margin:0";

impl Writer<'_> {
    fn whole(mut self, html: &str) -> String {
        let mut scan = tags(html);
        let (mut copied, mut unclosed) = (0, 0);
        loop {
            let Some(tag) = scan.next() else {
                // Somebody is still writing: what opens and never closes is text, and what follows it is read.
                let rest = html.get(copied..).unwrap_or_default();
                let Some(end) = end_of_unclosed(rest).filter(|_| unclosed < UNCLOSED_MAX) else { break };
                self.text(rest.get(..end).unwrap_or_default());
                (copied, unclosed) = (copied + end, unclosed + 1);
                scan.skip_to(copied);
                continue;
            };
            self.text(html.get(copied..tag.place.start).unwrap_or_default());
            copied = tag.place.end;
            match tag.name.strip_prefix('/') {
                Some(name) => self.close(name),
                None if drops_content(tag.name) => copied = end_of(html, &tag),
                None => self.element(&tag),
            }
            scan.skip_to(copied);
        }
        self.text(html.get(copied..).unwrap_or_default());
        while let Some(name) = self.open.pop() {
            self.end_tag(name);
        }
        // Below the last paragraph is the room of the block.
        if let Some((from, to)) = self.last_room
            && pieces(self.out.get(to..).unwrap_or_default()).count() > 0
        {
            self.out.replace_range(from..to, NO_ROOM);
        }
        self.out
    }

    fn text(&mut self, html: &str) {
        for (is_tera, piece) in pieces(html) {
            match (is_tera, self.look) {
                (true, Some(_)) => self.out.push_str(&decode(piece)),
                (true, None) => escape(&decode(piece), &mut self.out),
                (false, _) => self.words(piece),
            }
        }
    }

    /// Text as it is written; what could begin a tag is escaped.
    fn words(&mut self, html: &str) {
        for (place, letter) in html.char_indices() {
            match letter {
                '<' => self.out.push_str("&lt;"),
                '>' => self.out.push_str("&gt;"),
                '&' if !is_reference(html.get(place..).unwrap_or_default()) => self.out.push_str("&amp;"),
                '\0' => {}
                _ => self.out.push(letter),
            }
        }
    }

    fn element(&mut self, tag: &Tag<'_>) {
        let Some(name) = known(tag.name) else { return };
        if name == "br" {
            self.out.push_str("<br>");
            return;
        }
        if self.open.len() >= DEPTH_MAX {
            return;
        }
        if is_block(name) {
            // A paragraph ends where another block begins.
            self.close_up_to(|open| matches!(open, "p" | "h1" | "h2" | "h3"));
        }
        if name == "li" {
            self.close_item();
            if !self.open.iter().any(|open| matches!(*open, "ul" | "ol")) {
                return;
            }
        }
        let own = match name {
            "a" => {
                self.close_up_to(|open| open == "a");
                let address = tag.value("href").unwrap_or_default().trim();
                if address.is_empty() || !is_safe(address) {
                    return;
                }
                format!(" href=\"{}\"", self.address(address))
            }
            "span" => match color_of(tag.value("style").unwrap_or_default()) {
                Some(color) => format!(" style=\"color:{color}\""),
                None => return,
            },
            _ => String::new(),
        };
        self.begin_tag(name, &own);
    }

    fn begin_tag(&mut self, name: &'static str, own: &str) {
        self.out.push('<');
        self.out.push_str(name);
        self.out.push_str(own);
        if let Some(style) = self.look.and_then(|look| style_of(name, look)) {
            self.out.push_str(" style=\"");
            if style.starts_with(ROOM) && self.open.is_empty() {
                self.last_room = Some((self.out.len(), self.out.len() + ROOM.len()));
            }
            self.out.push_str(&style);
            self.out.push('"');
        }
        self.out.push('>');
        self.open.push(name);
    }

    fn end_tag(&mut self, name: &str) {
        self.out.push_str("</");
        self.out.push_str(name);
        self.out.push('>');
    }

    fn close(&mut self, name: &str) {
        let Some(name) = known(name) else { return };
        self.close_up_to(|open| open == name);
    }

    /// Closes the innermost element of which this is so, and what is open in it.
    fn close_up_to(&mut self, is_it: impl Fn(&str) -> bool) {
        let Some(place) = self.open.iter().rposition(|open| is_it(open)) else { return };
        for name in self.open.split_off(place).into_iter().rev() {
            self.end_tag(name);
        }
    }

    /// The item before ends where the next one of the same list begins.
    fn close_item(&mut self) {
        let list = self.open.iter().rposition(|open| matches!(*open, "ul" | "ol"));
        let item = self.open.iter().rposition(|open| *open == "li");
        if item > list {
            self.close_up_to(|open| open == "li");
        }
    }

    fn address(&self, written: &str) -> String {
        let mut address = String::with_capacity(written.len());
        for (is_tera, piece) in pieces(written) {
            let meant = decode(piece);
            match (is_tera, self.look) {
                (true, Some(_)) => address.push_str(&meant),
                _ => escape(&meant, &mut address),
            }
        }
        address
    }
}

fn escape(text: &str, out: &mut String) {
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\0' => {}
            _ => out.push(letter),
        }
    }
}

/// Behind the signs that open something which never closes, a tag or a template, in a text without tags.
fn end_of_unclosed(text: &str) -> Option<usize> {
    let mut at = 0;
    for (is_tera, piece) in pieces(text) {
        let opens_tag = |(place, _): &(usize, &str)| {
            piece
                .get(place + 1..)
                .is_some_and(|rest| rest.starts_with(|next: char| next.is_ascii_alphabetic() || "/!?".contains(next)))
        };
        match piece.match_indices('<').find(opens_tag) {
            _ if is_tera => {}
            _ if piece.starts_with("{{") || piece.starts_with("{%") || piece.starts_with("{#") => return Some(at + 2),
            Some((place, _)) => return Some(at + place + 1),
            None => {}
        }
        at += piece.len();
    }
    None
}

/// Does a character reference begin here?
fn is_reference(text: &str) -> bool {
    let Some(end) = text.bytes().take(34).position(|byte| byte == b';') else { return false };
    let name = text.get(1..end).unwrap_or_default();
    let name = name.strip_prefix('#').unwrap_or(name);
    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

/// The element of our part of HTML that this one is.
fn known(name: &str) -> Option<&'static str> {
    Some(match name.to_ascii_lowercase().as_str() {
        "p" | "div" => "p",
        "h1" => "h1",
        "h2" => "h2",
        "h3" | "h4" | "h5" | "h6" => "h3",
        "strong" | "b" => "strong",
        "em" | "i" => "em",
        "u" | "ins" => "u",
        "s" | "strike" | "del" => "s",
        "a" => "a",
        "ul" => "ul",
        "ol" => "ol",
        "li" => "li",
        "br" => "br",
        "span" => "span",
        _ => return None,
    })
}

fn is_block(name: &str) -> bool {
    matches!(name, "p" | "h1" | "h2" | "h3" | "ul" | "ol")
}

/// Elements that are no text.
fn drops_content(name: &str) -> bool {
    const NO_TEXT: [&str; 14] = [
        "script", "style", "title", "textarea", "xmp", "noembed", "noframes", "noscript", "iframe", "object", "svg",
        "math", "template", "select",
    ];
    NO_TEXT.iter().any(|dropped| name.eq_ignore_ascii_case(dropped))
}

/// The place behind the element that begins with this tag, or the end.
fn end_of(html: &str, tag: &Tag<'_>) -> usize {
    let rest = html.get(tag.place.end..).unwrap_or_default();
    let is_end = |at: &usize| {
        let name = rest.get(at + 2..at + 2 + tag.name.len()).unwrap_or_default();
        name.eq_ignore_ascii_case(tag.name)
    };
    let close = rest.match_indices("</").map(|(at, _)| at).find(is_end);
    let end = close.and_then(|at| rest.get(at..)?.find('>').map(|end| at + end + 1));
    tag.place.end + end.unwrap_or(rest.len())
}

/// The colour that a style gives its letters, as people and browsers write it.
fn color_of(style: &str) -> Option<Color> {
    let style = decode(style);
    let value = style.split(';').find_map(|declaration| {
        let (name, value) = declaration.split_once(':')?;
        name.trim().eq_ignore_ascii_case("color").then(|| value.trim().to_owned())
    })?;
    if let Some(channels) = value.strip_prefix("rgb(").and_then(|rest| rest.strip_suffix(')')) {
        let channels: Vec<u8> = channels.split(',').map_while(|channel| channel.trim().parse().ok()).collect();
        let [red, green, blue] = channels.as_slice() else { return None };
        return format!("#{red:02x}{green:02x}{blue:02x}").parse().ok();
    }
    value.parse().ok()
}

fn style_of(name: &str, look: &Look) -> Option<String> {
    let heading = |percent: u32| {
        let size = look.size * percent / 100;
        format!("{ROOM};font-size:{size}px;line-height:1.3;font-weight:700")
    };
    Some(match name {
        "p" => ROOM.to_owned(),
        "h1" => heading(170),
        "h2" => heading(135),
        "h3" => heading(112),
        "ul" | "ol" => format!("{ROOM};padding-left:24px"),
        "li" => "margin:0 0 4px".to_owned(),
        "a" => format!("color:{};text-decoration:underline", look.link),
        _ => return None,
    })
}

#[cfg(test)]
#[path = "prose_tests.rs"]
mod tests;
