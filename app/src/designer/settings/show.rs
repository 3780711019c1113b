//! To whom a row or a block is shown, without typing code.

use domain::design::{Rule, Show, Test, TestKind};
use leptos::prelude::*;

use super::super::show_words::test_name;
use super::field::failure;
use crate::i18n::texts;
use crate::ui::{SelectField, TextField};

/// Called with the field that was changed, whether it decides which fields there are, and what is shown now.
type Set = Callback<(String, bool, Show)>;

/// Always; when something holds; or, behind such a part, when it does not.
#[component]
pub fn ShowSettings(at: String, show: Show, set: Set) -> impl IntoView {
    let t = texts();
    let word = match &show {
        Show::Always => "always",
        Show::When(_) => "when",
        Show::OrWhen(_) => "orWhen",
        Show::Otherwise => "otherwise",
    };
    let options = [
        ("always", t.designer.show_always),
        ("when", t.designer.show_when),
        ("orWhen", t.designer.show_or_when),
        ("otherwise", t.designer.show_otherwise),
    ];
    let options = options.map(|(word, label)| (word.to_owned(), label.to_owned())).to_vec();
    let rule = show.rule().cloned();
    let kept = rule.clone().unwrap_or_else(|| Rule { any: false, tests: vec![Test::default()] });
    let choose = Callback::new(move |word: String| {
        let rule = kept.clone();
        let show = match word.as_str() {
            "when" => Show::When(rule),
            "orWhen" => Show::OrWhen(rule),
            "otherwise" => Show::Otherwise,
            _ => Show::Always,
        };
        set.run(("show".to_owned(), true, show));
    });
    let is_alternative = matches!(show, Show::OrWhen(_));
    let set_rule = Callback::new(move |(field, is_choice, rule): (String, bool, Rule)| {
        let show = if is_alternative { Show::OrWhen(rule) } else { Show::When(rule) };
        set.run((field, is_choice, show));
    });
    view! {
        <fieldset class="settings-group">
            <legend>{t.designer.shown_to}</legend>
            <SelectField path=at.clone() label=t.designer.show hint=t.designer.show_hint value=word options failure=failure() on_input=choose/>
            {rule.map(|rule| view! { <RuleFields at rule set=set_rule/> })}
        </fieldset>
    }
}

#[component]
fn RuleFields(at: String, rule: Rule, set: Callback<(String, bool, Rule)>) -> impl IntoView {
    let t = texts();
    // The fields below change parts of it without drawing each other anew.
    let present = StoredValue::new(rule.clone());
    let change = move |field: String, is_choice: bool, change: &dyn Fn(&mut Rule)| {
        present.update_value(|rule| change(rule));
        set.run((field, is_choice, present.get_value()));
    };
    let several = rule.tests.len() > 1;
    let joins =
        vec![("all".to_owned(), t.designer.join_all.to_owned()), ("any".to_owned(), t.designer.join_any.to_owned())];
    let join = Callback::new(move |word: String| change("any".to_owned(), false, &|rule| rule.any = word == "any"));
    let tests = rule.tests.iter().cloned().enumerate().map(|(place, test)| {
        let path = format!("{at}.tests[{place}]");
        let put = move |field: &str, is_choice: bool, put: &dyn Fn(&mut Test)| {
            change(format!("{field}{place}"), is_choice, &|rule| {
                if let Some(test) = rule.tests.get_mut(place) {
                    put(test);
                }
            });
        };
        let kinds = TestKind::ALL.iter().map(|kind| (kind.to_string(), test_name(t, *kind).to_owned())).collect();
        let compares = test.kind.compares();
        let set_kind = Callback::new(move |word: String| {
            if let Ok(kind) = word.parse::<TestKind>() {
                put("kind", kind.compares() != compares, &|test| test.kind = kind);
            }
        });
        view! {
            <div class="settings-test" role="group" aria-label=t.designer.test(place + 1)>
                <TextField
                    path=format!("{path}.path") label=t.designer.test_path value=test.path list="designer-values" failure=failure()
                    placeholder="context.total" on_input=Callback::new(move |text: String| put("path", false, &|test| test.path.clone_from(&text)))
                />
                <SelectField path=format!("{path}.kind") label=t.designer.test_kind value=test.kind.as_str() options=kinds on_input=set_kind/>
                {compares.then(|| view! {
                    <TextField
                        path=format!("{path}.value") label=t.designer.test_value value=test.value.clone() failure=failure()
                        on_input=Callback::new(move |text: String| put("value", false, &|test| test.value.clone_from(&text)))
                    />
                })}
                {several.then(|| view! {
                    <button
                        type="button" class="button button-small button-secondary"
                        on:click=move |_| change("tests".to_owned(), true, &|rule| {
                            if place < rule.tests.len() {
                                rule.tests.remove(place);
                            }
                        })
                    >
                        {t.designer.remove_test(place + 1)}
                    </button>
                })}
            </div>
        }
    });
    let tests = tests.collect_view();
    view! {
        {several.then(|| view! { <SelectField path=format!("{at}.any") label=t.designer.join value=if rule.any { "any" } else { "all" } options=joins on_input=join/> })}
        {tests}
        <button
            type="button" class="button button-small button-secondary"
            on:click=move |_| change("tests".to_owned(), true, &|rule| rule.tests.push(Test::default()))
        >
            {t.designer.add_test}
        </button>
    }
}
