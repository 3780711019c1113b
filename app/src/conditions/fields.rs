//! A rule, put together from questions about values.

use domain::design::{Rule, Test, TestKind};
use leptos::prelude::*;

use super::words::test_name;
use crate::failure::ServerFailure;
use crate::i18n::texts;
use crate::ui::{SelectField, TextField, field_id};

/// The questions of a rule.
#[component]
pub fn RuleFields(
    /// Path of the rule in faults.
    at: String,
    rule: Rule,
    /// Id of a `<datalist>` with paths of values.
    list: &'static str,
    /// Called with the field that was changed, whether it decides which fields there are, and the rule.
    set: Callback<(String, bool, Rule)>,
    #[prop(into)] failure: Signal<Option<ServerFailure>>,
) -> impl IntoView {
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
                    path=format!("{path}.path") name=field_id(&format!("{path}.path")) label=t.designer.test_path value=test.path list failure
                    placeholder="context.total" on_input=Callback::new(move |text: String| put("path", false, &|test| test.path.clone_from(&text)))
                />
                <SelectField path=format!("{path}.kind") name=field_id(&format!("{path}.kind")) label=t.designer.test_kind value=test.kind.as_str() options=kinds on_input=set_kind/>
                {compares.then(|| view! {
                    <TextField
                        path=format!("{path}.value") name=field_id(&format!("{path}.value")) label=t.designer.test_value value=test.value.clone() failure
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
        {several.then(|| view! { <SelectField path=format!("{at}.any") name=field_id(&format!("{at}.any")) label=t.designer.join value=if rule.any { "any" } else { "all" } options=joins on_input=join/> })}
        {tests}
        <button
            type="button" class="button button-small button-secondary"
            on:click=move |_| change("tests".to_owned(), true, &|rule| rule.tests.push(Test::default()))
        >
            {t.designer.add_test}
        </button>
    }
}
