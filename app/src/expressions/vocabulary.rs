//! What an expression can name: values of the person, of the call and of the message, and fragments.

use std::collections::BTreeMap;

use content::{FUNCTIONS, Kind};
use domain::library::FragmentStatus;
use domain::profile_schema::{Attribute, AttributeType};
use domain::variable::{ValueType, Variable, VariableRule, VariableRules};
use leptos::prelude::*;
use serde_json::Value;

use crate::i18n::{Language, Texts};
use crate::layout::sandbox_name;
use crate::library::list_fragments;
use crate::people::list_profile_attributes;

/// A value that templates can read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownValue {
    /// `profile.person.city`.
    pub path: String,
    /// `None`: nobody said.
    pub form: Option<Form>,
    /// What people call it, or what it is for.
    pub about: String,
    pub example: String,
}

/// As what a value can be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    Words,
    Number,
    Date,
    /// A list or an object, which is not written as a whole.
    Parts,
    /// It stands alone in its expression: each mail has its own.
    Alone,
}

/// What the fields of a page propose. Attributes and fragments are asked for once somebody goes into a field.
#[derive(Clone, Copy)]
pub struct Vocabulary {
    sandbox: Memo<String>,
    /// The sandbox that was asked about.
    asked: StoredValue<String>,
    attributes: RwSignal<Vec<Attribute>>,
    fragments: RwSignal<Vec<String>>,
    /// Values of the content that is written.
    content: Signal<Vec<KnownValue>>,
}

impl Vocabulary {
    /// For the fields of this page.
    pub fn provide(content: Signal<Vec<KnownValue>>) {
        provide_context(Self::new(content));
    }

    /// That of the page; without one, what every page can name.
    pub(super) fn of_page() -> Self {
        use_context::<Self>().unwrap_or_else(|| Self::new(Signal::derive(Vec::new)))
    }

    fn new(content: Signal<Vec<KnownValue>>) -> Self {
        Self {
            sandbox: sandbox_name(),
            asked: StoredValue::new(String::new()),
            attributes: RwSignal::new(Vec::new()),
            fragments: RwSignal::new(Vec::new()),
            content,
        }
    }

    /// Asks the server, once. What cannot be learned is not proposed.
    pub(super) fn load(self) {
        let sandbox = self.sandbox.get_untracked();
        if self.asked.get_value() == sandbox {
            return;
        }
        self.asked.set_value(sandbox.clone());
        leptos::task::spawn_local(async move {
            let attributes = list_profile_attributes(sandbox.clone()).await.unwrap_or_default();
            let fragments = list_fragments(sandbox).await.unwrap_or_default();
            let is_published = |status: &str| status == FragmentStatus::Published.as_str();
            let names = fragments.into_iter().filter(|line| is_published(&line.status)).map(|line| line.about.name);
            // The page may be gone by now.
            let _ = self.attributes.try_set(attributes);
            let _ = self.fragments.try_set(names.collect());
        });
    }

    /// Runs whoever looks again when attributes and fragments have come.
    pub(super) fn follow(self) {
        self.attributes.track();
        self.fragments.track();
    }

    /// Names of the published fragments.
    pub(super) fn fragments(self) -> Vec<String> {
        self.fragments.get()
    }

    /// All values: those that the content reads, those of the person, those of the message.
    pub(super) fn values(self, language: Language) -> Vec<KnownValue> {
        let mut values = self.content.get();
        let of_person = self.attributes.with(|attributes| attributes.iter().map(of_attribute).collect::<Vec<_>>());
        for value in of_person {
            values.retain(|known| known.path != value.path);
            values.push(value);
        }
        let of_message = FUNCTIONS.into_iter().flatten().filter(|it| it.kind == Kind::Value);
        values.extend(of_message.filter(|it| !matches!(it.name, "context" | "profile")).map(|it| KnownValue {
            path: it.name.to_owned(),
            form: Some(if it.name == "now" { Form::Date } else { Form::Words }),
            about: language.of(it.about).to_owned(),
            example: it.result.to_owned(),
        }));
        values
    }
}

/// What a content reads, and what its author said something of. `examples` are proposed where the author gave none.
pub fn values_of_content(
    variables: &[Variable],
    rules: &VariableRules,
    examples: &BTreeMap<String, String>,
    t: &Texts,
) -> Vec<KnownValue> {
    let value = |path: &str, kind: Option<ValueType>, rule: Option<&VariableRule>| {
        let given = rule.and_then(|rule| rule.example.as_ref()).map(shown);
        KnownValue {
            path: path.to_owned(),
            form: kind.map(form_of_type),
            about: if path.starts_with("profile.") { t.expressions.of_person } else { t.expressions.of_call }
                .to_owned(),
            example: given.or_else(|| examples.get(path).cloned()).unwrap_or_default(),
        }
    };
    let is_read = |path: &String| variables.iter().any(|variable| variable.path == *path);
    let read = variables.iter().map(|variable| value(&variable.path, variable.kind(), rules.get(&variable.path)));
    let others = rules.iter().filter(|(path, _)| !is_read(path));
    read.chain(others.map(|(path, rule)| value(path, rule.kind, Some(rule)))).collect()
}

/// Values that stand for what each mail says of its own: [`content::PLACE_NAMES`], [`content::MAIL_HEAD_NAMES`].
pub fn values_of_mail(names: &[&str], t: &Texts) -> Vec<KnownValue> {
    let about = |name: &str| t.mail_values.of(name).unwrap_or_default().to_owned();
    let value = |name: &&str| KnownValue {
        path: (*name).to_owned(),
        form: Some(Form::Alone),
        about: about(name),
        example: String::new(),
    };
    names.iter().map(value).collect()
}

fn shown(example: &Value) -> String {
    example.as_str().map_or_else(|| example.to_string(), str::to_owned)
}

const fn form_of_type(kind: ValueType) -> Form {
    match kind {
        ValueType::Text | ValueType::Boolean => Form::Words,
        ValueType::Number | ValueType::Integer => Form::Number,
        ValueType::List | ValueType::Object => Form::Parts,
    }
}

fn of_attribute(attribute: &Attribute) -> KnownValue {
    let form = match attribute.kind {
        AttributeType::Text | AttributeType::Boolean => Form::Words,
        AttributeType::Number => Form::Number,
        AttributeType::Date => Form::Date,
        AttributeType::List | AttributeType::Object => Form::Parts,
    };
    KnownValue {
        path: format!("profile.{}", attribute.path),
        form: Some(form),
        about: attribute.label.clone(),
        example: attribute.example.clone(),
    }
}
