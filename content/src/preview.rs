//! What the editor shows while somebody types.

use domain::Faults;
use domain::campaign::Variable;
use domain::content::{EmailContent, RenderedEmail};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::compiled::{CompiledEmail, TEMPLATES, sources};
use crate::data::Data;
use crate::variables::Uses;

/// A draft, rendered as far as it goes.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Preview {
    /// A missing variable stands there as `⟦context.order.id⟧`; a template with a fault is empty.
    pub email: RenderedEmail,
    /// Paths of required variables without a value.
    pub missing: Vec<String>,
    /// Why a template cannot be rendered.
    pub faults: Faults,
    /// Variables of the templates that can be parsed.
    pub variables: Vec<Variable>,
}

/// Renders a draft with whatever data there is. Never fails: templates with faults are left out and told.
pub fn preview(content: &EmailContent, data: &Data) -> Preview {
    let mut faults = Faults::default();
    let mut readable = content.clone();
    if let Err(found) = CompiledEmail::compile(content) {
        for (_, path) in TEMPLATES.iter().filter(|(_, path)| found.at(path).is_some()) {
            *field(&mut readable, path) = String::new();
        }
        faults = found;
    }
    let subject_is_empty = readable.subject.trim().is_empty();
    if subject_is_empty {
        // A message needs one; while it is being written the rest is shown all the same.
        "-".clone_into(&mut readable.subject);
    }
    let Ok(compiled) = CompiledEmail::compile(&readable) else { return Preview { faults, ..Preview::default() } };
    let missing: Vec<String> = compiled.missing(data).0.into_iter().map(|fault| fault.path).collect();
    let filled = with_markers(&readable, data);
    let mut email = compiled.render(&filled).unwrap_or_else(|fault| {
        faults.0.push(fault);
        RenderedEmail::default()
    });
    if subject_is_empty {
        email.subject.clear();
    }
    Preview { email, missing, faults, variables: compiled.variables().to_vec() }
}

fn field<'a>(content: &'a mut EmailContent, path: &str) -> &'a mut String {
    match path {
        "content.subject" => &mut content.subject,
        "content.preheader" => &mut content.preheader,
        "content.html" => &mut content.html,
        _ => &mut content.text,
    }
}

/// The data with a visible marker for every required value that is missing.
fn with_markers(content: &EmailContent, data: &Data) -> Data {
    let mut uses = Uses::default();
    for (source, (_, path)) in sources(content).into_iter().zip(TEMPLATES) {
        uses.read(path, source);
    }
    let mut filled = data.clone();
    let mut required: Vec<&Variable> = uses.0.iter().filter(|variable| variable.required).collect();
    // Deeper paths first, so that `context.order` does not become a text where `context.order.id` is read.
    required.sort_by_key(|variable| std::cmp::Reverse(variable.path.matches(['.', '[']).count()));
    for variable in required {
        let marker = Value::String(format!("⟦{}⟧", variable.path));
        let path = if variable.list { format!("{}[]", variable.path) } else { variable.path.clone() };
        filled.fill(&path, &marker);
    }
    filled
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn content() -> EmailContent {
        EmailContent {
            subject: "Order {{ context.order.id }}".into(),
            html: "<p>{{ profile.name }}</p>{% for item in context.items %}<i>{{ item.name }}</i>{% endfor %}".into(),
            ..Default::default()
        }
    }

    #[test]
    fn a_missing_value_is_a_visible_marker() {
        let preview = preview(&content(), &Data::default());
        assert_eq!(preview.email.subject, "Order ⟦context.order.id⟧");
        assert_eq!(preview.email.html, "<p>⟦profile.name⟧</p><i>⟦context.items[].name⟧</i>");
        assert_eq!(preview.missing, ["context.order.id", "profile.name", "context.items"]);
    }

    #[test]
    fn a_preview_of_complete_data_is_the_mail_that_is_sent() {
        let compiled = CompiledEmail::compile(&content()).unwrap();
        let data = compiled.sample();
        let shown = preview(&content(), &data);
        assert_eq!(shown.email, compiled.render(&data).unwrap());
        assert!(shown.missing.is_empty() && shown.faults.is_empty(), "{shown:?}");
    }

    #[test]
    fn a_template_with_a_fault_does_not_hide_the_others() {
        let broken = EmailContent { html: "{% if %}".into(), ..content() };
        let shown = preview(
            &broken,
            &Data { context: json!({"order": {"id": "7"}}).as_object().unwrap().clone(), ..Data::default() },
        );
        assert_eq!(shown.email.subject, "Order 7");
        assert!(shown.faults.at("content.html").is_some());
    }
}
