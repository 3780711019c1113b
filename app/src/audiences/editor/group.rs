//! A group of conditions: whether each must hold or one is enough, and buttons that add and remove.

use leptos::prelude::*;

use super::Editor;
use super::attention::adds_to;
use super::condition::condition;
use super::part::{Body, Group, Part};
use crate::i18n::texts;
use crate::ui::SelectField;

/// The group that is the whole rule.
pub(super) fn outermost(whole: Part, editor: Editor) -> AnyView {
    match whole.body {
        Body::Group(group) => group_view(whole, group, editor, None),
        Body::Condition(rule) => condition(whole, rule, editor),
    }
}

/// A group inside another one, which `remove` takes out of it.
fn group_view(part: Part, group: Group, editor: Editor, remove: Option<AnyView>) -> AnyView {
    let t = texts();
    let id = part.id;
    let options = vec![
        ("all".to_owned(), t.audience_rule.all.to_owned()),
        ("none".to_owned(), t.audience_rule.not_all.to_owned()),
        ("any".to_owned(), t.audience_rule.any.to_owned()),
        ("neither".to_owned(), t.audience_rule.not_any.to_owned()),
    ];
    let word = match (group.any.get_untracked(), part.negated.get_untracked()) {
        (false, false) => "all",
        (false, true) => "none",
        (true, false) => "any",
        (true, true) => "neither",
    };
    let choose = Callback::new(move |word: String| {
        group.any.set(matches!(word.as_str(), "any" | "neither"));
        part.negated.set(matches!(word.as_str(), "none" | "neither"));
    });
    let empty = move || {
        let is_empty = group.of.with(Vec::is_empty);
        let nobody = group.any.get() != part.negated.get();
        is_empty.then(|| {
            let text = if nobody { t.audience_rule.empty_nobody } else { t.audience_rule.empty_everybody };
            view! { <p class="hint">{text}</p> }
        })
    };
    view! {
        <fieldset class="group rule-group">
            <legend>{if group.depth == 1 { t.audience_rule.whole } else { t.audience_rule.group }}</legend>
            <SelectField path=format!("r{id}.join") name="" label=t.audience_rule.join value=word options on_input=choose/>
            {empty}
            <ol class="rule-parts" role="list">
                <For each=move || group.of.get() key=|inner| inner.id let:inner>
                    <li>{inner_view(inner, group, editor)}</li>
                </For>
            </ol>
            <div class="row">
                <button
                    type="button" id=adds_to(group) class="button button-small button-secondary"
                    on:click=move |_| editor.attention.added(group, group.add_condition())
                >
                    {t.audience_rule.add_condition}
                </button>
                {group.takes_groups().then(|| view! {
                    <button
                        type="button" class="button button-small button-secondary"
                        on:click=move |_| editor.attention.added(group, group.add_group())
                    >
                        {t.audience_rule.add_group}
                    </button>
                })}
                {remove}
            </div>
        </fieldset>
    }
    .into_any()
}

fn inner_view(inner: Part, group: Group, editor: Editor) -> AnyView {
    let t = texts();
    let remove = move |label: &'static str| {
        view! {
            <button
                type="button" class="button button-small button-secondary"
                on:click=move |_| editor.attention.removed(group, inner, group.remove(inner))
            >
                {label}
            </button>
        }
    };
    match inner.body {
        Body::Group(nested) => group_view(inner, nested, editor, Some(remove(t.audience_rule.remove_group).into_any())),
        Body::Condition(rule) => view! {
            <fieldset class="group">
                <legend class="visually-hidden">{t.audience_rule.condition}</legend>
                {condition(inner, rule, editor)}
                <div class="row">{remove(t.audience_rule.remove)}</div>
            </fieldset>
        }
        .into_any(),
    }
}
