//! What a call must carry: the values that the content reads. A call for an audience carries none of a person.

use domain::channel_configuration::Category;
use domain::variable::Variable;
use leptos::prelude::*;
use serde_json::Value;

use super::super::snippets::ExampleCall;
use super::super::words::type_name;
use crate::i18n::texts;
use crate::ui::Table;

/// Variables as a table, with the examples of a call or, where there is none, of the author. What marketing reads of people
/// comes from their profiles, and stands below.
#[component]
pub fn Variables(variables: Vec<Variable>, category: Category, example: Option<ExampleCall>) -> impl IntoView {
    let (of_people, of_call): (Vec<Variable>, Vec<Variable>) =
        variables.into_iter().partition(|variable| category == Category::Marketing && is_of_profile(&variable.path));
    view! {
        <OfCall variables=of_call category example/>
        <OfPeople variables=of_people/>
    }
}

fn is_of_profile(path: &str) -> bool {
    path.split('.').next() == Some("profile")
}

#[component]
fn OfPeople(variables: Vec<Variable>) -> impl IntoView {
    let paths = variables.into_iter().map(|variable| view! { <li><code>{variable.path}</code></li> }).collect_view();
    (!paths.is_empty()).then(|| view! { <p>{texts().trigger.of_people}</p><ul>{paths}</ul> })
}

#[component]
fn OfCall(variables: Vec<Variable>, category: Category, example: Option<ExampleCall>) -> impl IntoView {
    let t = texts();
    if variables.is_empty() {
        let none = match category {
            Category::Marketing => t.trigger.no_values,
            Category::Transactional => t.trigger.no_variables,
        };
        return view! { <p class="hint">{none}</p> }.into_any();
    }
    let rows = variables.into_iter().map(move |variable| {
        let example = match &example {
            Some(call) => example_of(call, &variable.path),
            None => variable.rule.example.as_ref().map(Value::to_string).unwrap_or_default(),
        };
        let kind = variable.kind().map_or(t.trigger.any_type, type_name);
        let needed = if variable.is_required() { t.trigger.required } else { t.trigger.optional };
        view! {
            <tr>
                <th scope="row" class="wide"><code>{variable.path}</code></th>
                <td data-label=t.trigger.needed>{needed}</td>
                <td data-label=t.trigger.kind>{kind}</td>
                <td class="wide" data-label=t.trigger.example><code>{example}</code></td>
            </tr>
        }
    });
    let columns = vec![t.trigger.variable, t.trigger.needed, t.trigger.kind, t.trigger.example];
    view! {
        <Table title=t.trigger.variables columns>{rows.collect_view()}</Table>
    }
    .into_any()
}

/// The value of the example call at a path, as JSON.
fn example_of(call: &ExampleCall, path: &str) -> String {
    let (root, rest) = path.split_once('.').unwrap_or((path, ""));
    let fields = if root == "profile" { &call.profile } else { &call.context };
    let mut names = rest.split('.');
    let start = names.next().and_then(|name| fields.get(name));
    names.fold(start, |value, name| value.and_then(|value| value.get(name))).map(Value::to_string).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg(feature = "ssr")]
    fn a_call_for_an_audience_is_not_asked_for_values_of_people() {
        let variable = |path: &str| Variable { path: path.into(), ..Variable::default() };
        let html = |category| {
            let variables = vec![variable("context.code"), variable("profile.name")];
            Owner::new().with(|| view! { <Variables variables category example=None/> }.to_html())
        };
        let marketing = html(Category::Marketing);
        let (call, people) = marketing.split_once("Read from the profile of each person").unwrap();
        assert!(call.contains("context.code") && !call.contains("profile.name"), "{call}");
        assert!(people.contains("profile.name"), "{people}");
        assert!(!html(Category::Transactional).contains("Read from the profile"));
    }

    #[test]
    fn an_example_is_the_value_that_the_call_carries() {
        let call = crate::campaigns::snippets::tests::call();
        assert_eq!(example_of(&call, "context.order.paid"), "true");
        assert_eq!(example_of(&call, "profile.name"), "");
    }
}
