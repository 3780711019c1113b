//! The preview: drawn by the same code that renders the mail, on the server first and in the browser from then on.

use std::collections::BTreeMap;
use std::time::Duration;

use content::{CompiledEmail, Preview, Reading, preview};
use domain::content::EmailContent;
use domain::variable::{Variable, VariableRule, VariableRules};
use leptos::leptos_dom::helpers::TimeoutHandle;
use leptos::prelude::*;

use super::super::sample::{SampleTexts, data_of, texts_of};
use super::mail::{Mail, MissingValues};
use super::sample_form::SampleForm;
use crate::i18n::texts;

/// How long after the last key the preview is drawn anew. Nothing is rendered while somebody types.
const PAUSE: Duration = Duration::from_millis(150);

/// What is shown of a content, and the sample values that are proposed for its variables.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Drawn {
    pub preview: Preview,
    /// The line after the subject. In the rendered mail it is hidden at the start of the message.
    pub preheader: String,
    pub proposed: SampleTexts,
}

impl Drawn {
    /// Draws a content with the values that were typed, and proposals for the others: the author's examples first.
    fn of(content: &EmailContent, rules: &VariableRules, typed: &SampleTexts) -> Self {
        let (variables, proposed) = readable_parts(content, rules);
        let mut values = proposed.clone();
        values.extend(typed.iter().map(|(path, text)| (path.clone(), text.clone())));
        let data = data_of(&values, &variables);
        // Rendered as a subject is: one line of text.
        let line = EmailContent { subject: content.preheader.clone(), ..EmailContent::default() };
        let preheader = preview(&line, rules, &data).email.subject;
        Self { preview: preview(content, rules, &data), preheader, proposed }
    }
}

/// Variables and proposed values of the templates that have no fault.
fn readable_parts(content: &EmailContent, rules: &VariableRules) -> (Vec<Variable>, SampleTexts) {
    let mut readable = content.clone();
    if let Err(faults) = CompiledEmail::compile(content) {
        let places = [
            ("content.subject", &mut readable.subject),
            ("content.preheader", &mut readable.preheader),
            ("content.html", &mut readable.html),
            ("content.text", &mut readable.text),
        ];
        for (_, place) in places.into_iter().filter(|(path, _)| faults.at(path).is_some()) {
            // Not empty: subject and HTML are needed.
            "-".clone_into(place);
        }
    }
    let Ok(compiled) = CompiledEmail::compile(&readable) else { return (Vec::new(), BTreeMap::new()) };
    let compiled = compiled.with_rules(rules);
    let variables = compiled.variables().to_vec();
    let proposed = texts_of(&compiled.sample(), &variables);
    (variables, proposed)
}

/// The content as it is being typed, what is said of its values, sample values, and what is drawn of them.
#[derive(Clone, Copy)]
pub struct Drawing {
    content: StoredValue<EmailContent>,
    rules: StoredValue<VariableRules>,
    typed: StoredValue<SampleTexts>,
    drawn: RwSignal<Drawn>,
    waiting: StoredValue<Option<TimeoutHandle>>,
}

impl Drawing {
    /// Draws the stored content at once, so that the server's page already holds the preview.
    pub fn new(content: EmailContent, rules: VariableRules) -> Self {
        let typed = SampleTexts::new();
        let drawn = RwSignal::new(Drawn::of(&content, &rules, &typed));
        let waiting = StoredValue::new(None::<TimeoutHandle>);
        on_cleanup(move || {
            if let Some(Some(handle)) = waiting.try_get_value() {
                handle.clear();
            }
        });
        let (content, rules) = (StoredValue::new(content), StoredValue::new(rules));
        Self { content, rules, typed: StoredValue::new(typed), drawn, waiting }
    }

    /// Part of the content was typed.
    pub fn change(self, change: impl FnOnce(&mut EmailContent)) {
        self.content.update_value(change);
        self.draw_soon();
    }

    /// Something was said of a value.
    pub fn say(self, path: &str, change: impl FnOnce(&mut VariableRule)) {
        self.rules.update_value(|rules| change(rules.entry(path.to_owned()).or_default()));
        self.draw_soon();
    }

    /// What is said of a value now.
    pub fn rule(self, path: &str) -> VariableRule {
        self.rules.with_value(|rules| rules.get(path).cloned().unwrap_or_default())
    }

    /// How the content reads a value.
    pub fn reading(self, path: &str) -> Reading {
        self.drawn.with(|drawn| drawn.preview.readings.get(path).cloned().unwrap_or_default())
    }

    /// A sample value was typed.
    pub fn sample(self, path: String, text: String) {
        self.typed.update_value(|typed| drop(typed.insert(path, text)));
        self.draw_soon();
    }

    /// The present text of a sample value: as typed, otherwise as proposed.
    pub fn sample_text(self, path: &str) -> String {
        let typed = self.typed.with_value(|typed| typed.get(path).cloned());
        typed
            .unwrap_or_else(|| self.drawn.with_untracked(|drawn| drawn.proposed.get(path).cloned().unwrap_or_default()))
    }

    /// What is drawn now.
    pub fn drawn(self) -> RwSignal<Drawn> {
        self.drawn
    }

    fn draw_soon(self) {
        if let Some(handle) = self.waiting.get_value() {
            handle.clear();
        }
        let draw = move || {
            let (content, rules) = (self.content.get_value(), self.rules.get_value());
            self.drawn.set(self.typed.with_value(|typed| Drawn::of(&content, &rules, typed)));
        };
        // Without a timer there is no browser, and nobody types.
        self.waiting.set_value(set_timeout_with_handle(draw, PAUSE).ok());
    }
}

/// Preview and sample values beside the editor.
#[component]
pub fn LivePreview(drawing: Drawing) -> impl IntoView {
    let t = texts();
    let drawn = drawing.drawn();
    let shown = Memo::new(move |_| drawn.with(|drawn| drawn.preview.email.clone()));
    let preheader = Memo::new(move |_| drawn.with(|drawn| drawn.preheader.clone()));
    let missing = Memo::new(move |_| drawn.with(|drawn| drawn.preview.missing.clone()));
    let faults = Memo::new(move |_| drawn.with(|drawn| drawn.preview.faults.clone()));
    view! {
        <aside class="preview-pane" aria-label=t.content_step.preview>
            <Mail email=shown preheader faults/>
            <MissingValues missing/>
            <SampleForm drawing/>
        </aside>
    }
}

/// A small preview with proposed values, for the review.
#[component]
pub fn StillPreview(content: EmailContent, rules: VariableRules) -> impl IntoView {
    let t = texts();
    let Drawn { preview, preheader, .. } = Drawn::of(&content, &rules, &SampleTexts::new());
    let Preview { email, faults, .. } = preview;
    view! {
        <aside class="preview-pane still" aria-label=t.content_step.preview>
            <Mail
                email=Memo::new(move |_| email.clone()) preheader=Memo::new(move |_| preheader.clone())
                faults=Memo::new(move |_| faults.clone())
            />
            <p class="hint">{t.content_step.with_sample_values}</p>
        </aside>
    }
}

#[cfg(test)]
mod tests {
    use domain::variable::ValueType;

    use super::*;

    fn content() -> EmailContent {
        EmailContent {
            subject: "Order {{ context.order.id }}".into(),
            preheader: "Order {{ context.order.id }} is packed".into(),
            html: "<ul>{% for item in context.items %}<li>{{ item.name }}</li>{% endfor %}</ul>".into(),
            ..Default::default()
        }
    }

    #[test]
    fn every_variable_has_a_proposed_value_at_first() {
        let drawn = Drawn::of(&content(), &VariableRules::new(), &SampleTexts::new());
        assert!(drawn.preview.missing.is_empty(), "{:?}", drawn.preview);
        assert_eq!(drawn.preview.email.subject, "Order 1001");
    }

    #[test]
    fn an_emptied_value_is_missing_and_a_typed_one_is_shown() {
        let typed = SampleTexts::from([
            ("context.order.id".to_owned(), String::new()),
            ("context.items".to_owned(), r#"[{"name": "Tea"}, {"name": "Cup"}]"#.to_owned()),
        ]);
        let drawn = Drawn::of(&content(), &VariableRules::new(), &typed);
        assert_eq!(drawn.preview.missing, ["context.order.id"]);
        assert_eq!(drawn.preheader, "Order ⟦context.order.id⟧ is packed");
        assert!(drawn.preview.email.subject.contains("⟦context.order.id⟧"));
        assert!(drawn.preview.email.html.ends_with("<ul><li>Tea</li><li>Cup</li></ul>"));
    }

    #[test]
    fn an_example_of_the_author_is_proposed_and_shown() {
        let rule = VariableRule { kind: Some(ValueType::Text), example: Some("07".into()), ..VariableRule::default() };
        let rules = VariableRules::from([("context.order.id".to_owned(), rule)]);
        let drawn = Drawn::of(&content(), &rules, &SampleTexts::new());
        assert_eq!(
            (drawn.proposed["context.order.id"].as_str(), drawn.preview.email.subject.as_str()),
            ("07", "Order 07")
        );
    }

    #[test]
    fn a_template_with_a_fault_leaves_the_values_of_the_others() {
        let broken = EmailContent { html: "{% for %}".into(), ..content() };
        let drawn = Drawn::of(&broken, &VariableRules::new(), &SampleTexts::new());
        assert_eq!(drawn.preview.email.subject, "Order 1001");
        assert!(drawn.preview.faults.at("content.html").is_some());
    }
}
