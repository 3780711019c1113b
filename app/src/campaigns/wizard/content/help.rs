//! How to write templates: examples that can be copied, and every function that `content` has. The same at length is in
//! `docs/templates.md` and `docs/personalisation.md`.

use content::{FUNCTIONS, Function, Group};
use leptos::prelude::*;

use crate::i18n::{Texts, language, texts};
use crate::ui::Code;

/// Closed at first, and so is each group of functions.
#[component]
pub fn SyntaxHelp() -> impl IntoView {
    let t = texts();
    let examples = [
        (t.content_step.help_context, "{{ context.order.id }}"),
        (t.content_step.help_profile, "{{ profile.person.name.firstName }}"),
        (t.content_step.help_default, "{{ profile.name | default(value=\"friend\") }}"),
        (t.content_step.help_if, "{% if context.gift %}Wrapped as a gift.{% endif %}"),
        (t.content_step.help_else, "{% if context.paid %}Paid{% else %}To be paid{% endif %}"),
        (t.content_step.help_for, "{% for item in context.items %}{{ item.name }} {% endfor %}"),
    ];
    let example = |(about, example): (&'static str, &'static str)| view! { <div><dt>{about}</dt><dd><Code text=example/></dd></div> };
    view! {
        <details class="syntax-help">
            <summary>{t.content_step.help}</summary>
            <dl class="facts">{examples.into_iter().map(example).collect_view()}</dl>
            {FUNCTIONS.into_iter().map(|functions| view! { <Functions functions/> }).collect_view()}
        </details>
    }
}

/// One group.
#[component]
fn Functions(functions: &'static [Function]) -> impl IntoView {
    let title = functions.first().map(|function| title_of(function.group, texts()));
    view! {
        <details class="syntax-help">
            <summary>{title}</summary>
            <dl class="facts">
                {functions.iter().map(|function| view! {
                    <div>
                        <dt><code>{function.name}</code>" "{language().of(function.about)}</dt>
                        <dd><Code text=function.example/></dd>
                    </div>
                }).collect_view()}
            </dl>
        </details>
    }
}

const fn title_of(group: Group, t: &'static Texts) -> &'static str {
    match group {
        Group::Values => t.content_step.help_group_values,
        Group::Texts => t.content_step.help_group_texts,
        Group::Writings => t.content_step.help_group_writings,
        Group::Numbers => t.content_step.help_group_numbers,
        Group::Dates => t.content_step.help_group_dates,
        Group::Lists => t.content_step.help_group_lists,
        Group::Tests => t.content_step.help_group_tests,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::Language;

    #[test]
    fn every_function_is_explained_in_both_languages() {
        for function in FUNCTIONS.into_iter().flatten() {
            assert!(
                Language::English.of(function.about).is_ascii() || function.name == "format_date",
                "{}",
                function.name
            );
            let korean = Language::Korean.of(function.about);
            assert!(korean.chars().any(|letter| ('가'..='힣').contains(&letter)), "{}", function.name);
        }
    }
}
