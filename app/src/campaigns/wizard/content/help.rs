//! How to write templates: examples that can be copied, and every filter and test. The same at length is in
//! `docs/templates.md`.

use leptos::prelude::*;

use crate::i18n::texts;
use crate::ui::Code;

const TEXT_FILTERS: [&str; 17] = [
    "upper",
    "lower",
    "capitalize",
    "title",
    "trim",
    "trim_start",
    "trim_end",
    "truncate(length=40)",
    "replace(from=\"a\", to=\"b\")",
    "split(pat=\",\")",
    "wordcount",
    "newlines_to_br",
    "urlencode",
    "json",
    "escape",
    "safe",
    "str",
];
const LIST_FILTERS: [&str; 6] = ["first", "last", "nth(n=0)", "join(sep=\", \")", "reverse", "length"];
const NUMBER_FILTERS: [&str; 5] =
    ["round(precision=2)", "abs", "int", "float", "pluralize(singular=\"\", plural=\"s\")"];
const TESTS: [&str; 16] = [
    "defined",
    "undefined",
    "none",
    "string",
    "number",
    "integer",
    "float",
    "bool",
    "array",
    "map",
    "iterable",
    "odd",
    "even",
    "starting_with(pat=\"a\")",
    "ending_with(pat=\"a\")",
    "containing(pat=\"a\")",
];

/// Closed at first.
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
            <dl class="facts">
                {examples.into_iter().map(example).collect_view()}
                <Words about=t.content_step.help_filters_text words=&TEXT_FILTERS/>
                <Words about=t.content_step.help_filters_lists words=&LIST_FILTERS/>
                <Words about=t.content_step.help_filters_numbers words=&NUMBER_FILTERS/>
                <Words about=t.content_step.help_tests words=&TESTS/>
            </dl>
        </details>
    }
}

#[component]
fn Words(about: &'static str, words: &'static [&'static str]) -> impl IntoView {
    view! {
        <div>
            <dt>{about}</dt>
            <dd>{words.iter().map(|word| view! { <code>{*word}</code>" " }).collect_view()}</dd>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use content::Compiled;
    use domain::Faults;
    use domain::content::EmailContent;

    use super::*;

    fn compile(html: &str) -> Result<(), Faults> {
        let content = EmailContent { subject: "x".into(), html: html.into(), ..Default::default() }.into();
        Compiled::compile(&content).map(drop)
    }

    /// The words that a fault says there are.
    fn offered(html: &str) -> BTreeSet<String> {
        let text = compile(html).unwrap_err().0[0].text.clone();
        let (_, words) = text.split_once("There are: ").unwrap();
        words.trim_end_matches('.').split(", ").map(ToOwned::to_owned).collect()
    }

    fn names(words: &[&str]) -> BTreeSet<String> {
        words.iter().map(|word| word.split('(').next().unwrap().to_owned()).collect()
    }

    #[test]
    fn the_help_names_every_filter_and_test_that_content_takes() {
        let all = [&TEXT_FILTERS[..], &LIST_FILTERS, &NUMBER_FILTERS, &["default(value=\"x\")"]].concat();
        assert_eq!(names(&all), offered("{{ context.a | nothing }}"));
        assert_eq!(names(&TESTS), offered("{% if context.a is nothing %}{% endif %}"));
        for filter in all {
            compile(&format!("{{{{ context.a | {filter} }}}}")).unwrap_or_else(|faults| panic!("{filter}: {faults:?}"));
        }
        for test in TESTS {
            compile(&format!("{{% if context.a is {test} %}}{{% endif %}}"))
                .unwrap_or_else(|faults| panic!("{test}: {faults:?}"));
        }
    }
}
