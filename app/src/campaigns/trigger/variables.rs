//! What a call must carry: the values that the content reads.

use domain::campaign::Variable;
use leptos::prelude::*;
use serde_json::Value;

use super::super::snippets::ExampleCall;
use crate::i18n::texts;
use crate::ui::Table;

/// Variables as a table, with examples where there is a call to take them from.
#[component]
pub fn Variables(variables: Vec<Variable>, example: Option<ExampleCall>) -> impl IntoView {
    let t = texts();
    if variables.is_empty() {
        return view! { <p class="hint">{t.trigger.no_variables}</p> }.into_any();
    }
    let with_example = example.is_some();
    let rows = variables.into_iter().map(move |variable| {
        let value = example.as_ref().map(|call| example_of(call, &variable.path));
        view! {
            <tr>
                <th scope="row" class="wide"><code>{variable.path}</code></th>
                <td data-label=t.trigger.needed>{if variable.required { t.trigger.required } else { t.trigger.optional }}</td>
                <td data-label=t.trigger.kind>{if variable.list { t.trigger.list } else { t.trigger.single }}</td>
                {value.map(|value| view! { <td class="wide" data-label=t.trigger.example><code>{value}</code></td> })}
            </tr>
        }
    });
    let mut columns = vec![t.trigger.variable, t.trigger.needed, t.trigger.kind];
    columns.extend(with_example.then_some(t.trigger.example));
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
    fn an_example_is_the_value_that_the_call_carries() {
        let call = crate::campaigns::snippets::tests::call();
        assert_eq!(example_of(&call, "context.order.paid"), "true");
        assert_eq!(example_of(&call, "profile.name"), "");
    }
}
