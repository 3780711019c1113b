//! The library that we make mails with, against the MJML that everybody knows, of npm.
//!
//! Compared is what a mail shows: elements in their order, their attributes and styles, widths, addresses and texts. Not
//! compared, because nobody sees it: comments for Outlook (the peer joins neighbours, which ours leaves apart), the order of
//! attributes, declarations and classes, room between elements, how a number is written (`33.333332%`), the styles in the head
//! that are the same in every mail, and on which of the two outermost elements, which lie over each other, the class of the
//! body and its word spacing stand.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::process::{Command, Stdio};

use domain::design::Design;
use serde_json::{Value, json};

use super::tests::{all_blocks, visible};
use super::{design_mjml, mjml_html, starting_templates};
use crate::links::{pieces, tags};

/// What the peer makes of these; `None`: there are no packages of npm.
fn made_by_peer(sources: &[String]) -> Option<Vec<String>> {
    let packages = std::env::var_os("HERMOD_TEST_NPM")?;
    let mut peer = Command::new("node")
        .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/src/design/peer.mjs"))
        .arg(packages)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    peer.stdin.take().unwrap().write_all(serde_json::to_string(sources).unwrap().as_bytes()).unwrap();
    let told = peer.wait_with_output().unwrap();
    assert!(told.status.success(), "the peer takes every one of them");
    Some(serde_json::from_slice(&told.stdout).unwrap())
}

/// With words in the places of templates, which the peer does not know.
fn with_words(mjml: &str) -> String {
    let mut number = 0;
    let mut word = |(is_tera, piece): (bool, &str)| {
        number += usize::from(is_tera);
        if is_tera { format!("tera{number}") } else { piece.to_owned() }
    };
    pieces(mjml).map(&mut word).collect()
}

/// What the mail shows, one element or text a line.
fn shown(html: &str) -> Vec<String> {
    let html = visible(html);
    let mut lines = Vec::new();
    let mut copied = 0;
    for tag in tags(&html) {
        let text = html[copied..tag.place.start].split_whitespace().collect::<Vec<_>>().join(" ");
        if !text.is_empty() && !lines.last().is_some_and(|last: &String| last.starts_with("style")) {
            lines.push(format!("“{text}”"));
        }
        copied = tag.place.end;
        if matches!(tag.name, "!" | "/style") {
            continue;
        }
        let attributes: BTreeMap<String, String> = tag
            .attributes
            .iter()
            .map(|attribute| {
                let value = match attribute.name {
                    "style" => declarations(attribute.value),
                    "class" => sorted(attribute.value.split_whitespace().map(number)),
                    _ => number(attribute.value.trim()),
                };
                (attribute.name.to_lowercase(), value)
            })
            .filter(|(name, value)| !(value.is_empty() && matches!(name.as_str(), "style" | "class")))
            // No attribute of HTML; ours writes it for buttons.
            .filter(|(name, _)| name != "vertical-align")
            .collect();
        let attributes: Vec<String> = attributes.into_iter().map(|(name, value)| format!("{name}={value}")).collect();
        let is_around =
            tag.name == "body" || attributes.iter().any(|attribute| attribute == "aria-roledescription=email");
        let attributes =
            attributes.into_iter().filter(|attribute| !is_around || !attribute.starts_with("class=hm-back"));
        let attributes: Vec<String> = attributes.map(|it| it.replace(" word-spacing:normal;", "")).collect();
        lines.push(format!("{} {}", tag.name.to_lowercase(), attributes.join(" ")).trim().to_owned());
    }
    lines
}

/// How wide columns are where there is room: the rules that say so.
fn widths(html: &str) -> Vec<String> {
    let rules = html.split("</style>").flat_map(|styles| styles.split('}')).filter_map(|rule| {
        let (name, declarations) = rule.split_once(".mj-column-")?.1.split_once('{')?;
        Some(format!("{} {}", name.trim(), self::declarations(declarations)))
    });
    let mut rules: Vec<String> = rules.collect();
    rules.sort();
    rules.dedup();
    rules
}

/// What the kinds of blocks do not show by themselves.
fn variants() -> Design {
    let block = |id, more: Value| {
        let mut block = json!({"id": id, "padding": {"top": 3, "right": 0, "bottom": 4, "left": 5}});
        block.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        block
    };
    let button = |id| {
        block(
            id,
            json!({"kind": "button", "label": "Go", "href": "https://x.example", "fullWidth": true, "color": "#000000",
        "textColor": "#eeeeee", "align": "right", "background": "#ffeeaa"}),
        )
    };
    let picture = |id| {
        block(
            id,
            json!({"kind": "image", "src": "https://x.example/a.png", "decorative": true, "width": 120, "align": "left"}),
        )
    };
    let spacer = |id| block(id, json!({"kind": "spacer", "height": 12, "background": "#123456"}));
    let line = |id| block(id, json!({"kind": "divider", "thickness": 3, "color": "#ff0000"}));
    let rows = json!([
        {"id": 1, "stack": false, "columns": [{"width": 30, "blocks": [picture(2)]}, {"width": 70, "background": "#eeeeee", "blocks": [button(3)]}]},
        {"id": 4, "background": "#fafafa", "backgroundImage": "https://x.example/b.png", "columns": [
            {"width": 33, "blocks": [line(5)]}, {"width": 33, "blocks": [spacer(6)]}, {"width": 34, "blocks": []}]},
        {"id": 7, "show": {"when": {"tests": [{"path": "context.a", "kind": "is", "value": "1"}]}}, "columns": [
            {"width": 25, "blocks": [line(8)]}, {"width": 25, "blocks": [picture(9)]}, {"width": 25, "blocks": [button(10)]}, {"width": 25, "blocks": [spacer(11)]}]}]);
    serde_json::from_value(
        json!({"theme": {"width": 640, "font": "georgia", "fontSize": 18, "radius": 0}, "rows": rows}),
    )
    .unwrap()
}

fn sorted(parts: impl Iterator<Item = String>) -> String {
    let mut parts: Vec<String> = parts.collect();
    parts.sort();
    parts.join(" ")
}

fn declarations(style: &str) -> String {
    let one = |declaration: &str| {
        let (name, value) = declaration.split_once(':')?;
        Some(format!("{}:{};", name.trim(), value.split_whitespace().map(number).collect::<Vec<_>>().join(" ")))
    };
    sorted(style.split(';').filter_map(one))
}

/// A number with its unit, written with two digits.
fn number(value: &str) -> String {
    let end = value.find(|letter: char| !letter.is_ascii_digit() && letter != '.').unwrap_or(value.len());
    match value[..end].parse::<f64>() {
        Ok(number) if value[..end].contains('.') => format!("{:.2}{}", number, &value[end..]),
        _ => value.to_owned(),
    }
}

#[test]
fn mails_show_what_the_mjml_of_npm_shows() {
    let mut names = vec!["every block".to_owned(), "variants".to_owned()];
    let mut sources = vec![with_words(&design_mjml(&all_blocks())), with_words(&design_mjml(&variants()))];
    for template in starting_templates() {
        names.push(format!("{} {}", template.key, template.language));
        sources.push(with_words(&design_mjml(&template.design)));
    }
    let Some(made) = made_by_peer(&sources) else { return };
    for ((name, source), theirs) in names.iter().zip(&sources).zip(&made) {
        let ours = mjml_html(source).unwrap();
        assert_eq!(widths(&ours), widths(theirs), "{name}");
        assert!(!widths(&ours).is_empty(), "{name} has columns");
        let (ours, theirs) = (shown(&ours), shown(theirs));
        let differs = ours.iter().zip(&theirs).find(|(ours, theirs)| ours != theirs);
        assert_eq!(differs, None, "{name}");
        assert_eq!(ours.len(), theirs.len(), "{name}");
        assert!(ours.len() > 60, "{name} shows something");
    }
}
