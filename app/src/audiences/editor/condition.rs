//! One condition: what it is about, and its fields.

use domain::Failure;
use domain::audience_rule::Rule;
use leptos::prelude::*;

use super::Editor;
use super::fields::{attribute, consent, identity, member, messages, words};
use super::part::{Kind, Part};
use crate::failure::ServerFailure;
use crate::i18n::texts;
use crate::ui::SelectField;

/// Its controls.
pub(super) fn condition(part: Part, rule: RwSignal<Rule>, editor: Editor) -> AnyView {
    let t = texts();
    let Part { id, negated, .. } = part;
    let kind = Memo::new(move |_| rule.with(Kind::of));
    let options = Kind::ALL.iter().map(|kind| (kind.word().to_owned(), kind_name(*kind).to_owned())).collect();
    let change = Callback::new(move |word: String| {
        if let Some(kind) = Kind::ALL.into_iter().find(|kind| kind.word() == word) {
            rule.set(kind.empty());
        }
    });
    let negate = Callback::new(move |word: String| negated.set(word == "not"));
    let holds = vec![
        (String::new(), t.audience_rule.holds.to_owned()),
        ("not".to_owned(), t.audience_rule.does_not_hold.to_owned()),
    ];
    let shown = if negated.get_untracked() { "not" } else { "" };
    let field = Field { id, rule, failure: faults(id, rule, editor) };
    view! {
        <div class="value-fields">
            <SelectField path=format!("r{id}.kind") name="" label=t.audience_rule.about value=kind.get_untracked().word() options on_input=change/>
            <SelectField path=format!("r{id}.negated") name="" label=t.audience_rule.wanted value=shown options=holds on_input=negate/>
            {move || match kind.get() {
                Kind::Attribute => attribute(field),
                Kind::Language | Kind::TimeZone => words(field),
                Kind::Identity => identity(field),
                Kind::TestProfile => ().into_any(),
                Kind::Consent => consent(field),
                Kind::Member => member(field, editor),
                Kind::Messages => messages(field, editor),
            }}
        </div>
    }
    .into_any()
}

/// What every field of a condition needs.
#[derive(Clone, Copy)]
pub(super) struct Field {
    id: usize,
    pub(super) rule: RwSignal<Rule>,
    pub(super) failure: Signal<Option<ServerFailure>>,
}

impl Field {
    /// Path of one of its values, once on the page.
    pub(super) fn path(self, name: &str) -> String {
        format!("r{}.{name}", self.id)
    }

    /// Changes the condition by what somebody typed.
    pub(super) fn change(self, change: impl Fn(&mut Rule, String) + Send + Sync + 'static) -> Callback<String> {
        Callback::new(move |text: String| self.rule.update(|rule| change(rule, text)))
    }
}

/// What is wrong with it, found here by the very rules of the server. What is only missing is told when somebody tried to save.
fn faults(id: usize, rule: RwSignal<Rule>, editor: Editor) -> Signal<Option<ServerFailure>> {
    Signal::derive(move || {
        let mut faults = rule.with(Rule::check);
        let tried = editor.tried.get();
        faults.0.retain(|fault| tried || !matches!(fault.code.as_str(), "required" | "bad_path" | "unknown_audience"));
        for fault in &mut faults.0 {
            // A list is one field.
            let name = fault.path.split('[').next().unwrap_or_default();
            fault.path = format!("r{id}.{name}");
        }
        (!faults.is_empty()).then_some(ServerFailure::Failure(Failure::Invalid { faults }))
    })
}

fn kind_name(kind: Kind) -> &'static str {
    let t = texts();
    match kind {
        Kind::Attribute => t.audience_rule.attribute,
        Kind::Language => t.audience_rule.language,
        Kind::TimeZone => t.audience_rule.time_zone,
        Kind::Identity => t.audience_rule.identity,
        Kind::TestProfile => t.audience_rule.test_profile,
        Kind::Consent => t.audience_rule.consent,
        Kind::Member => t.audience_rule.member,
        Kind::Messages => t.audience_rule.messages,
    }
}
