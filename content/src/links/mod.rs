//! Addresses in a mail that each message has of its own. Once, when a content is compiled, each of them gives way to a mark
//! that [`marks::fill`] exchanges for each message after Tera has run. Everything else stays, byte for byte.

pub(crate) mod entities;
pub(crate) mod marks;
pub(crate) mod parameters;
mod tags;

use std::borrow::Cow;
use std::collections::HashMap;
use std::hash::{BuildHasher as _, RandomState};
use std::ops::Range;
use std::sync::LazyLock;

use entities::decode;
pub(crate) use entities::decode as entity_decoded;
pub use parameters::push_encoded;
pub(crate) use tags::{Tag, pieces, tags};

/// What a mark starts with; its number follows. Another one in each process, so that nobody who writes data knows it: behind
/// an author's own quotation mark, data could be taken for a mark and lead wherever it likes under our signature.
static MARK: LazyLock<String> =
    LazyLock::new(|| format!("hermod-link-{:016x}:", RandomState::new().hash_one("hermod-link")));
/// The number of the picture that tells of an opening; links count from 1.
pub(crate) const PIXEL: u16 = 0;

/// A link of a template.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Link {
    /// Where it leads, references such as `&amp;` read; may hold Tera tags.
    pub url: String,
    /// What a report calls it: its `data-label`, its text, the description of its picture, or its title.
    pub label: String,
}

impl Link {
    /// Does the address come out of the data, so that each message has its own?
    pub fn is_dynamic(&self) -> bool {
        pieces(&self.url).any(|(is_tera, _)| is_tera)
    }

    /// Where it leads, with what its address in the mail carries: one with parameters says so even when it is the same for
    /// everybody.
    pub fn leads_to<'a>(&'a self, carried: &'a str) -> &'a str {
        if self.is_dynamic() || !carried.is_empty() { carried } else { &self.url }
    }
}

/// A template with marks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Tracked {
    pub(crate) html: String,
    /// Link `n` stands at `n - 1`.
    pub(crate) links: Vec<Link>,
}

/// What is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Counted {
    pub(crate) opens: bool,
    pub(crate) clicks: bool,
    /// Links carry parameters, counted or not.
    pub(crate) parameters: bool,
}

/// What each message says of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    Unsubscribe,
    Mirror,
    Preferences,
    ConsentParams,
    ConsentPid,
}

/// What the marks of places start with; none is the start of another.
const PLACE: &str = "hermod-place:";
/// The marks. Data that says the same only gets an address, too.
const PLACES: [(Place, &str); 5] = [
    (Place::Unsubscribe, "hermod-place:unsubscribe"),
    (Place::Mirror, "hermod-place:mirror"),
    (Place::Preferences, "hermod-place:preferences"),
    (Place::ConsentParams, "hermod-place:params"),
    (Place::ConsentPid, "hermod-place:pid"),
];
/// As templates of a mail name them, in the same order: alone in an expression.
pub const PLACE_NAMES: [&str; 5] =
    ["unsubscribe_url", "mirror_url", "preferences_url", "consent_params", "consent_pid"];

/// `{{ unsubscribe_url }}` and the others become marks: Tera has no such values. Has it any?
pub(crate) fn with_places(template: &str) -> (Cow<'_, str>, bool) {
    let marks: [(&str, &str); 5] = std::array::from_fn(|place| (PLACE_NAMES[place], PLACES[place].1));
    with_marks(template, &marks)
}

/// Where they stand, in their order.
pub(crate) fn places(template: &str) -> Vec<Range<usize>> {
    let of_name = |name: &&str| find_places(template, name);
    let mut places: Vec<_> = PLACE_NAMES.iter().flat_map(of_name).collect();
    places.sort_by_key(|place| place.start);
    places
}

/// The same for any names and the marks that stand for them.
pub(crate) fn with_marks<'t>(template: &'t str, marks: &[(&str, &str)]) -> (Cow<'t, str>, bool) {
    let mut made = Cow::Borrowed(template);
    for (name, mark) in marks {
        while let Some(place) = find_place(&made, name) {
            made.to_mut().replace_range(place, mark);
        }
    }
    let has_any = matches!(made, Cow::Owned(_));
    (made, has_any)
}

/// Expressions that are this name and nothing else.
fn find_places(template: &str, name: &str) -> Vec<Range<usize>> {
    let mut from = 0;
    let next = || {
        let place = find_place(&template[from..], name)?;
        let place = from + place.start..from + place.end;
        from = place.end;
        Some(place)
    };
    std::iter::from_fn(next).collect()
}

/// The first of them.
fn find_place(template: &str, name: &str) -> Option<Range<usize>> {
    let mut from = 0;
    while let Some(found) = template[from..].find("{{").map(|found| from + found) {
        let end = template[found..].find("}}").map(|end| found + end + 2)?;
        if template[found + 2..end - 2].trim_matches(['-', ' ', '\t', '\n', '\r']) == name {
            return Some(found..end);
        }
        from = found + 2;
    }
    None
}

/// A rendered text with the addresses of its places.
pub(crate) fn fill_places(text: &str, value: impl Fn(Place) -> String) -> String {
    let there = PLACES.iter().filter(|(_, mark)| text.contains(mark));
    there.fold(text.to_owned(), |text, (place, mark)| text.replace(mark, &value(*place)))
}

/// Puts a mark in the place of each `<a href>` and `<area href>` that leads to the web, and the picture before the end of
/// the body. Left alone: other schemes, places in the page, what leads to leaving the list or to the mirror page, and
/// elements with `data-notrack`.
///
/// The mark of a link whose address holds Tera tags carries the address, so that what it comes to, in a loop too, stands
/// in the rendered mail.
pub(crate) fn track(template: &str, counted: Counted) -> Tracked {
    let mut links = Links::default();
    let mut changes: Vec<(Range<usize>, String)> = Vec::new();
    let mut end_of_body = template.len();
    for tag in tags(template) {
        if tag.is("/body") {
            end_of_body = tag.place.start;
        }
        if !(counted.clicks || counted.parameters)
            || !(tag.is("a") || tag.is("area"))
            || tag.value("data-notrack").is_some()
        {
            continue;
        }
        for href in tag.attributes.iter().filter(|attribute| attribute.name.eq_ignore_ascii_case("href")) {
            let mark = links.mark(href.value.trim(), || label(template, &tag));
            let quoted = |mark| if href.is_quoted { mark } else { format!("\"{mark}\"") };
            changes.extend(mark.map(|mark| (href.place.clone(), quoted(mark))));
        }
    }
    if counted.opens {
        changes.push((end_of_body..end_of_body, pixel()));
    }
    changes.sort_by_key(|(place, _)| place.start);
    Tracked { html: changed(template, &changes), links: links.found }
}

fn pixel() -> String {
    let mark = &*MARK;
    format!(
        r#"<img src="{mark}{PIXEL}" width="1" height="1" alt="" style="display:block;width:1px;height:1px;border:0">"#
    )
}

/// Changes stand in their order and do not overlap.
fn changed(template: &str, changes: &[(Range<usize>, String)]) -> String {
    let mut html = String::with_capacity(template.len() + changes.iter().map(|(_, new)| new.len()).sum::<usize>());
    let mut copied = 0;
    for (place, new) in changes {
        html.push_str(template.get(copied..place.start).unwrap_or_default());
        html.push_str(new);
        copied = place.end;
    }
    html.push_str(template.get(copied..).unwrap_or_default());
    html
}

#[derive(Default)]
struct Links {
    found: Vec<Link>,
    numbers: HashMap<Link, u16>,
}

impl Links {
    /// The mark of an address as written; `None` when it is to stay.
    fn mark(&mut self, written: &str, label: impl FnOnce() -> String) -> Option<String> {
        if !is_tracked(written) {
            return None;
        }
        let read = |(is_tera, piece)| if is_tera { Cow::Borrowed(piece) } else { decode(piece) };
        let link = Link { url: pieces(written).map(read).collect(), label: label() };
        let is_dynamic = link.is_dynamic();
        let number = self.number(link)?;
        let mark = &*MARK;
        Some(if is_dynamic { format!("{mark}{number}:{written}") } else { format!("{mark}{number}") })
    }

    fn number(&mut self, link: Link) -> Option<u16> {
        if let Some(number) = self.numbers.get(&link) {
            return Some(*number);
        }
        let number = u16::try_from(self.found.len() + 1).ok()?;
        self.found.push(link.clone());
        self.numbers.insert(link, number);
        Some(number)
    }
}

/// Does it lead to the web, as far as one can tell before it is rendered?
fn is_tracked(written: &str) -> bool {
    match pieces(written).next() {
        Some((true, first)) => !is_placeholder(first),
        // A link that says who its reader is leads there by itself: it is another one for each of them.
        Some((false, _)) => is_web(&decode(written)) && !written.contains(PLACE),
        None => false,
    }
}

/// `http:` and `https:`, in any case (RFC 3986 §3.1).
pub(crate) fn is_web(url: &str) -> bool {
    let starts = |scheme: &str| url.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme));
    starts("http://") || starts("https://")
}

/// `{{ unsubscribe_url }}`, `{{ hermod.mirror_url | safe }}`: a name that starts so, at the head of an expression.
fn is_placeholder(tera: &str) -> bool {
    let inner = tera.trim_start_matches("{{").trim_start_matches('-').trim_start();
    let path = inner.split(|letter: char| !letter.is_alphanumeric() && letter != '_' && letter != '.').next();
    tera.starts_with("{{")
        && path.unwrap_or_default().split('.').any(|name| name.starts_with("unsubscribe") || name.starts_with("mirror"))
}

/// How far the text of a link is read.
const LABEL_WINDOW: usize = 4_000;
const LABEL_LETTERS: usize = 100;

fn label(template: &str, tag: &Tag<'_>) -> String {
    let inner = inner(template, tag);
    let picture = || tags(inner).find_map(|tag| tag.value("alt"));
    let own = [tag.value("data-label"), Some(&text(inner)), picture(), tag.value("alt"), tag.value("title")]
        .into_iter()
        .flatten()
        .map(one_spaced)
        .find(|label| !label.is_empty());
    own.unwrap_or_default()
}

/// What stands between the tag and the next tag that ends or starts a link.
fn inner<'t>(template: &'t str, tag: &Tag<'_>) -> &'t str {
    if !tag.is("a") {
        return "";
    }
    let rest = template.get(tag.place.end..).unwrap_or_default();
    let window = rest.get(..rest.floor_char_boundary(LABEL_WINDOW)).unwrap_or_default();
    let end = tags(window).find(|tag| tag.is("/a") || tag.is("a"));
    end.and_then(|end| window.get(..end.place.start)).unwrap_or_default()
}

fn text(html: &str) -> String {
    let mut text = String::new();
    let mut copied = 0;
    for tag in tags(html) {
        text.push_str(html.get(copied..tag.place.start).unwrap_or_default());
        text.push(' ');
        copied = tag.place.end;
    }
    text.push_str(html.get(copied..).unwrap_or_default());
    text
}

fn one_spaced(written: &str) -> String {
    let words = decode(written).replace("&nbsp;", " ");
    words.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(LABEL_LETTERS).collect()
}

#[cfg(test)]
pub(crate) struct Garbage(pub u64);

#[cfg(test)]
impl Garbage {
    /// A number below `limit` (xorshift64).
    pub fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 1).unwrap() % limit.max(1)
    }

    /// Pieces of `pieces` in any order, some cut off or damaged.
    pub fn text(&mut self, pieces: &[&str], count: usize) -> String {
        let mut bytes = Vec::new();
        for _ in 0..count {
            let piece = pieces[self.below(pieces.len())].as_bytes();
            let end = if self.below(4) == 0 { self.below(piece.len() + 1) } else { piece.len() };
            bytes.extend_from_slice(&piece[..end]);
            if self.below(8) == 0 {
                bytes.push(u8::try_from(self.below(256)).unwrap());
            }
        }
        String::from_utf8_lossy(&bytes).into_owned()
    }
}

#[cfg(test)]
#[path = "links_tests.rs"]
mod tests;
