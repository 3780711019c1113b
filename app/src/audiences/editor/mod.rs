//! The page on which a rule is written: its parts on the left, how many people it holds of and what it says on the right.
//!
//! | file | holds |
//! |---|---|
//! | `part` | the rule while it is edited |
//! | `group`, `condition`, `fields` | its controls |
//! | `attention` | where the focus goes after a change, and what screen readers say |
//! | `estimate` | how many people it holds of |
//!
//! Without a program the rule can be written as JSON, the same that the API takes.

mod attention;
mod condition;
mod estimate;
mod fields;
mod group;
mod part;

use domain::audience_rule::Rule;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;

use super::calls::{Names, OpenedRule, SaveAudience, open_rule};
use super::words::in_words;
use super::{above, audience_path};
use crate::i18n::texts;
use crate::layout::sandbox_name;
use crate::ui::{Button, FormFailure, JsonField, LinkButton, PageHeader, TextField, failure_of, loaded};
use attention::Attention;
pub use estimate::EstimateFacts;
use estimate::Estimated;
use group::outermost;
use part::Part;

/// What every control of the editor needs.
#[derive(Clone, Copy)]
struct Editor {
    names: StoredValue<Names>,
    /// Somebody tried to save: what is missing is told from now on.
    tried: Signal<bool>,
    attention: Attention,
}

#[component]
pub fn RulePage() -> impl IntoView {
    let sandbox = sandbox_name();
    let params = use_params_map();
    let id = Memo::new(move |_| params.with(|params| params.get("audience").unwrap_or_default()));
    let opened = Resource::new(move || (sandbox.get(), id.get()), |(sandbox, id)| open_rule(sandbox, id));
    view! {
        <Title text=texts().audiences.edit_rule/>
        {loaded(opened, |opened| view! { <RuleEditor opened/> })}
    }
}

#[component]
fn RuleEditor(opened: OpenedRule) -> impl IntoView {
    let t = texts();
    let sandbox = sandbox_name().get_untracked();
    let OpenedRule { audience, names, schema } = opened;
    let save = ServerAction::<SaveAudience>::new();
    let failure = failure_of(save.value());
    // One that was not written yet takes nobody; its conditions shall all hold, as people expect who add some.
    let first = audience.rule.clone().filter(|rule| *rule != Rule::nobody()).unwrap_or_else(Rule::everybody);
    let whole = Part::outermost(&first);
    let rule = Memo::new(move |_| whole.rule());
    let json = Memo::new(move |_| rule.with(|rule| serde_json::to_string_pretty(rule).unwrap_or_default()));
    let editor = Editor {
        names: StoredValue::new(names),
        tried: Signal::derive(move || failure.get().is_some()),
        attention: Attention::new(),
    };
    let words = move || editor.names.with_value(|names| rule.with(|rule| in_words(rule, names)));
    let paths = schema.into_iter().map(|attribute| {
        let label = if attribute.label.is_empty() { attribute.path.clone() } else { attribute.label };
        view! { <option value=attribute.path>{label}</option> }
    });
    let leave = audience_path(&sandbox, audience.id.as_str());
    let of_estimate = sandbox.clone();
    view! {
        <PageHeader title=audience.name.clone() above=above(&sandbox)/>
        <datalist id=fields::PATHS>{paths.collect_view()}</datalist>
        <div class="columns">
            <ActionForm action=save attr:class="stack">
                <FormFailure failure/>
                <input type="hidden" name="sandbox" value=sandbox.clone()/>
                <input type="hidden" name="audience" value=audience.id.to_string()/>
                <input type="hidden" name="revision" value=audience.revision/>
                <TextField path="name" label=t.audiences.name value=audience.name required=true failure/>
                {outermost(whole, editor)}
                {editor.attention.view()}
                <JsonField path="rule" label=t.audiences.as_json hint=t.audiences.as_json_hint json/>
                <div class="row">
                    <Button pending=save.pending()>{t.audiences.save}</Button>
                    <LinkButton href=leave variant="secondary">{t.common.cancel}</LinkButton>
                </div>
            </ActionForm>
            <aside class="stack">
                <section class="card" aria-labelledby="in-words">
                    <h2 id="in-words">{t.audiences.who}</h2>
                    <p>{words}</p>
                </section>
                <Estimated sandbox=of_estimate rule json/>
            </aside>
        </div>
    }
}
