//! What is wrong with a design.

use domain::design::{BlockKind, Design};
use domain::{Fault, Faults};

use super::prose::{Look, dressed, is_safe};
use crate::place::Place;
use crate::{links, written};

/// Everything that keeps the design from being sent: what no mail can be made with, what is missing, and what is wrong in its
/// templates, each of which is whole in itself. Paths such as `content.design.rows[0].columns[1].blocks[2].label`.
pub fn design_faults(design: &Design) -> Faults {
    let mut faults = hindrances(design);
    let missing = design.check().0.into_iter().filter(|fault| fault.code == "required");
    faults.0.extend(missing.map(|fault| fault.under(super::PATH)));
    each_template(&mut design.clone(), |path, written, template| {
        faults.0.extend(faults_of(&format!("{}.{path}", super::PATH), written, template).0);
    });
    faults
}

/// What no mail can be made with.
pub(super) fn hindrances(design: &Design) -> Faults {
    let built = design.check().0.into_iter().filter(|fault| fault.code != "required");
    let mut faults: Vec<Fault> = built.collect();
    each_template(&mut design.clone(), |path, written, address| {
        if written.is_address() && !is_safe(address) {
            let text = "Use an address that begins with https://, http://, mailto: or tel:.";
            faults.push(Fault::new(path, "bad_address", text));
        }
    });
    Faults(faults.into_iter().map(|fault| fault.under(super::PATH)).collect())
}

/// Stands in for the first sign of what would begin a template. No letter of any language (Unicode §23.5).
const NO_TEMPLATE: char = '\u{e000}';

/// The design with templates that cannot be read as plain words, so that one of them does not keep the others from being shown.
pub(super) fn readable(design: &Design) -> Design {
    let mut readable = design.clone();
    each_template(&mut readable, |_, written, template| {
        if !faults_of("", written, template).is_empty() {
            for begin in ["{{", "{%", "{#"] {
                *template = template.replace(begin, &begin.replacen('{', &NO_TEMPLATE.to_string(), 1));
            }
        }
    });
    readable
}

/// The HTML of a readable design, with what was written in it.
pub(super) fn as_written(html: &str) -> String {
    html.replace(NO_TEMPLATE, "&#123;")
}

/// What a template of a design is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Written {
    Words,
    Address,
    /// HTML of a text.
    Text,
    /// Of each entry of a list.
    ItemWords,
    ItemAddress,
}

impl Written {
    const fn is_address(self) -> bool {
        matches!(self, Self::Address | Self::ItemAddress)
    }
}

fn faults_of(path: &str, written: Written, template: &str) -> Faults {
    if !template.contains('{') {
        return Faults::default();
    }
    match written {
        Written::Words | Written::Address => template_faults(path, template),
        Written::Text => template_faults(path, &dressed(template, &Look { link: String::new(), size: 16 })),
        Written::ItemWords | Written::ItemAddress => {
            let before = "{% for item in context.list %}";
            let faults = template_faults(path, &format!("{before}{template}{{% endfor %}}"));
            Faults(faults.0.into_iter().map(|fault| without(before, fault)).collect())
        }
    }
}

/// A fault at its place in what stands behind a beginning of one line.
fn without(before: &str, fault: Fault) -> Fault {
    match Place::split(&fault.text) {
        Some((place, sentence)) if place.line == 1 => {
            let place = Place { column: place.column.saturating_sub(before.chars().count()), ..place };
            Fault { text: place.before(sentence), ..fault }
        }
        _ => fault,
    }
}

/// Visits the templates of a design under their paths in it.
fn each_template(design: &mut Design, mut visit: impl FnMut(&str, Written, &mut String)) {
    visit("title", Written::Words, &mut design.title);
    for (row, it) in design.rows.iter_mut().enumerate() {
        visit(&format!("rows[{row}].backgroundImage"), Written::Address, &mut it.background_image);
        for (column, it) in it.columns.iter_mut().enumerate() {
            for (place, block) in it.blocks.iter_mut().enumerate() {
                let at = format!("rows[{row}].columns[{column}].blocks[{place}]");
                templates_of(&mut block.kind, |name, written, template| {
                    visit(&format!("{at}.{name}"), written, template);
                });
            }
        }
    }
}

fn templates_of(block: &mut BlockKind, mut visit: impl FnMut(&str, Written, &mut String)) {
    match block {
        BlockKind::Text { html, .. } => visit("html", Written::Text, html),
        BlockKind::Html { source } => visit("source", Written::Words, source),
        BlockKind::Button(button) => {
            visit("label", Written::Words, &mut button.label);
            visit("href", Written::Address, &mut button.href);
        }
        BlockKind::Image(image) => {
            visit("src", Written::Address, &mut image.src);
            visit("alt", Written::Words, &mut image.alt);
            visit("href", Written::Address, &mut image.href);
        }
        BlockKind::Social { links, .. } => {
            for (place, link) in links.iter_mut().enumerate() {
                visit(&format!("links[{place}].href"), Written::Address, &mut link.href);
            }
        }
        BlockKind::ProductList(list) => {
            visit("image", Written::ItemAddress, &mut list.image);
            visit("title", Written::ItemWords, &mut list.title);
            visit("text", Written::ItemWords, &mut list.text);
            visit("price", Written::ItemWords, &mut list.price);
            visit("href", Written::ItemAddress, &mut list.href);
            visit("empty", Written::Words, &mut list.empty);
        }
        BlockKind::Unsubscribe { text, .. } | BlockKind::Mirror { text, .. } => visit("text", Written::Words, text),
        BlockKind::Divider { .. } | BlockKind::Spacer { .. } | BlockKind::Fragment { .. } => {}
    }
}

/// What is wrong with a template that is part of another one, such as the text of a block.
pub(super) fn template_faults(path: &str, source: &str) -> Faults {
    let (marked, _) = links::with_places(source);
    let mut faults = written::template_faults(path, &marked);
    written::place(&mut faults.0, path, source);
    faults
}
