//! What `docs/personalisation.md` says is so: its examples are run, and it names every function.

#![expect(clippy::unwrap_used, reason = "a test stops where it finds a fault")]

use std::fmt::Write as _;
use std::path::PathBuf;

use content::{Compiled, Data, FUNCTIONS, Function, Group, Kind, example_data};
use domain::content::EmailContent;
use serde_json::{Value, json};

const START: &str = "<!-- functions -->\n";
const END: &str = "<!-- end of functions -->";

fn path() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../docs/personalisation.md")
}

fn rendered(template: &str, data: &Data) -> String {
    let content = EmailContent { subject: "x".into(), html: "x".into(), text: template.into(), ..Default::default() };
    let compiled = Compiled::compile(&content.into()).unwrap_or_else(|faults| panic!("{template}: {faults:?}"));
    compiled.render(data).unwrap_or_else(|fault| panic!("{template}: {fault:?}")).email().unwrap().text.clone()
}

fn title(group: Group) -> &'static str {
    match group {
        Group::Values => "Values",
        Group::Texts => "Text",
        Group::Writings => "Links and codes",
        Group::Numbers => "Numbers and amounts",
        Group::Dates => "Dates",
        Group::Lists => "Lists and objects",
        Group::Tests => "Tests",
    }
}

fn entry(function: &Function) -> String {
    let name = if function.kind == Kind::Value || !function.is_test() {
        function.name.to_owned()
    } else {
        format!("is {}", function.name)
    };
    format!("{name:<24}{}\n    {}\n    → {}\n", function.about[0], function.example, function.result)
}

/// The part of the document that is made of the list.
fn functions() -> String {
    let mut text = String::from(START);
    for functions in FUNCTIONS {
        let _ = write!(text, "\n## {}\n\n```\n", title(functions[0].group));
        text.extend(functions.iter().map(entry));
        text.push_str("```\n");
    }
    text + "\n" + END
}

fn values() -> Value {
    let data = example_data();
    let given = data.given;
    json!({
        "context": *data.context,
        "profile": data.profile,
        "campaign": { "id": given.campaign_id, "name": given.campaign_name, "version": given.campaign_version },
        "recipient": { "user_id": given.user_id, "namespace": given.namespace, "address": given.address },
        "now": given.now,
    })
}

/// `HERMOD_UPDATE_SNAPSHOTS=1` writes the part that is made of the list.
#[test]
fn the_document_names_every_function_with_its_example() {
    let document = std::fs::read_to_string(path()).unwrap();
    let (before, rest) = document.split_once(START).unwrap();
    let (there, after) = rest.split_once(END).unwrap();
    #[expect(clippy::disallowed_methods, reason = "a test, not the program")]
    if std::env::var("HERMOD_UPDATE_SNAPSHOTS").is_ok() {
        let data = serde_json::to_string_pretty(&values()).unwrap();
        let (intro, rest) = before.split_once("```json\n").unwrap();
        let (_, rest) = rest.split_once("\n```").unwrap();
        std::fs::write(path(), format!("{intro}```json\n{data}\n```{rest}{}{after}", functions())).unwrap();
    } else {
        assert!(functions() == format!("{START}{there}{END}"), "run with HERMOD_UPDATE_SNAPSHOTS=1");
        assert_eq!(values_of(&document), values());
    }
}

fn values_of(document: &str) -> Value {
    let (_, rest) = document.split_once("```json\n").unwrap();
    serde_json::from_str(rest.split_once("\n```").unwrap().0).unwrap()
}

#[test]
fn every_example_of_the_document_comes_to_what_it_says() {
    let document = std::fs::read_to_string(path()).unwrap();
    // The document's own values, as a reader has them.
    let mut data: Data = serde_json::from_value(values_of(&document)).unwrap();
    data.given = example_data().given;
    let mut run = 0;
    let mut lines = document.lines().peekable();
    while let Some(line) = lines.next() {
        let Some(example) = line.strip_prefix("    ").filter(|line| !line.starts_with('→')) else { continue };
        let Some(result) = lines.peek().and_then(|next| next.strip_prefix("    → ")) else { continue };
        assert_eq!(rendered(example, &data).trim_end(), result.trim_end(), "{example}");
        run += 1;
    }
    assert_eq!(run, FUNCTIONS.into_iter().flatten().count());
}
