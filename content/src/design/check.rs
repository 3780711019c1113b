//! What is wrong with a design.

use domain::design::{Block, BlockKind, Design};
use domain::{Fault, Faults};

use super::prose::is_safe;
use crate::{compiled, filters, links, template, trouble};

/// Everything that keeps the design from being sent: what no mail can be made with, what is missing, and what is wrong in its
/// templates. Paths such as `content.design.rows[0].columns[1].blocks[2].label`.
pub fn design_faults(design: &Design) -> Faults {
    let mut faults = hindrances(design);
    let missing = design.check().0.into_iter().filter(|fault| fault.code == "required");
    faults.0.extend(missing.map(|fault| fault.under(super::PATH)));
    for (path, template) in templates(design) {
        faults.0.extend(template_faults(&format!("{}.{path}", super::PATH), &template).0);
    }
    faults
}

/// What no mail can be made with.
pub(super) fn hindrances(design: &Design) -> Faults {
    let built = design.check().0.into_iter().filter(|fault| fault.code != "required");
    let faults: Vec<Fault> = built.chain(bad_links(design)).map(|fault| fault.under(super::PATH)).collect();
    Faults(faults)
}

/// Addresses that lead to no page, such as `javascript:`.
fn bad_links(design: &Design) -> Vec<Fault> {
    let mut faults = Vec::new();
    each_block(design, |at, block| {
        let addresses: Vec<(String, &str)> = match &block.kind {
            BlockKind::Button(button) => vec![("href".into(), &button.href)],
            BlockKind::Image(image) => vec![("src".into(), &image.src), ("href".into(), &image.href)],
            BlockKind::ProductList(list) => vec![("image".into(), &list.image), ("href".into(), &list.href)],
            BlockKind::Social { links, .. } => links
                .iter()
                .enumerate()
                .map(|(place, link)| (format!("links[{place}].href"), link.href.as_str()))
                .collect(),
            _ => Vec::new(),
        };
        for (path, address) in addresses {
            if !is_safe(address) {
                let text = "Use an address that begins with https://, http://, mailto: or tel:.";
                faults.push(Fault::new(path, "bad_address", text).under(at));
            }
        }
    });
    faults
}

/// The templates of a design, each whole in itself, under their paths in it.
fn templates(design: &Design) -> Vec<(String, String)> {
    let mut found = vec![("title".to_owned(), design.title.clone())];
    for (place, row) in design.rows.iter().enumerate() {
        found.push((format!("rows[{place}].backgroundImage"), row.background_image.clone()));
    }
    each_block(design, |at, block| {
        let mut add = |name: &str, template: &str| found.push((format!("{at}.{name}"), template.to_owned()));
        match &block.kind {
            BlockKind::Text { html, .. } => {
                let look = super::prose::Look { link: String::new(), size: 16 };
                add("html", &super::prose::dressed(html, &look));
            }
            BlockKind::Html { source } => add("source", source),
            BlockKind::Button(button) => {
                add("label", &button.label);
                add("href", &button.href);
            }
            BlockKind::Image(image) => {
                add("src", &image.src);
                add("alt", &image.alt);
                add("href", &image.href);
            }
            BlockKind::Social { links, .. } => {
                for (place, link) in links.iter().enumerate() {
                    add(&format!("links[{place}].href"), &link.href);
                }
            }
            BlockKind::ProductList(list) => {
                for (name, template) in [
                    ("image", &list.image),
                    ("title", &list.title),
                    ("text", &list.text),
                    ("price", &list.price),
                    ("href", &list.href),
                ] {
                    // As it will stand: its lines are those that the author sees.
                    add(name, &format!("{{% for item in context.list %}}{template}{{% endfor %}}"));
                }
                add("empty", &list.empty);
            }
            BlockKind::Unsubscribe { text, .. } | BlockKind::Mirror { text, .. } => add("text", text),
            BlockKind::Divider { .. } | BlockKind::Spacer { .. } => {}
        }
    });
    found.retain(|(_, template)| template.contains('{'));
    found
}

fn each_block<'d>(design: &'d Design, mut visit: impl FnMut(&str, &'d Block)) {
    for (row, it) in design.rows.iter().enumerate() {
        for (column, it) in it.columns.iter().enumerate() {
            for (place, block) in it.blocks.iter().enumerate() {
                visit(&format!("rows[{row}].columns[{column}].blocks[{place}]"), block);
            }
        }
    }
}

/// What is wrong with a template that is part of another one, such as the text of a block.
pub(super) fn template_faults(path: &str, source: &str) -> Faults {
    let (source, _) = links::with_places(source);
    let read = match template::read(&source) {
        Ok(read) => read,
        Err(refused) => return Faults(refused.into_iter().map(|why| compiled::fault(path, &source, why)).collect()),
    };
    let ready = read.source.unwrap_or_default();
    let parsed = filters::tera().add_raw_template("part.html", &ready);
    Faults(parsed.err().map(|error| trouble::of_syntax(path, &error)).into_iter().collect())
}
