//! The data of a notification: one line for each value.

use std::collections::BTreeMap;

use domain::Fault;
use leptos::prelude::*;

use super::drawing::Drawing;
use crate::campaigns::push_data::{PATH, read, write};
use crate::expressions::ExpressionField;
use crate::failure::ServerFailure;
use crate::i18n::texts;

/// The lines. While they cannot be read, what they said last stays in the preview.
#[component]
pub fn DataField(
    data: BTreeMap<String, String>,
    drawing: Drawing,
    failure: Signal<Option<ServerFailure>>,
) -> impl IntoView {
    let t = texts();
    let unread = RwSignal::new(None::<Fault>);
    let failure = Signal::derive(move || {
        let typed = unread.get();
        let fault = typed.or_else(|| failure.get().and_then(|failure| of_any_value(&failure.faults().0)))?;
        Some(ServerFailure::Failure(fault.into()))
    });
    let on_input = Callback::new(move |lines: String| match read(&lines) {
        Ok(data) => {
            unread.set(None);
            drawing.change_push(|content| content.data = data);
        }
        Err(fault) => unread.set(Some(fault)),
    });
    view! {
        <ExpressionField
            path=PATH name="fields[data]" label=t.push_step.data hint=t.push_step.data_hint value=write(&data) rows=4 source=true
            failure on_input
        />
    }
}

/// The first fault of the field itself or of one of its values, which it then names.
fn of_any_value(faults: &[Fault]) -> Option<Fault> {
    faults.iter().find_map(|fault| {
        let rest = fault.path.strip_prefix(PATH)?;
        let text = match rest.strip_prefix('.') {
            Some(name) => format!("{name}: {}", fault.text),
            None if rest.is_empty() => fault.text.clone(),
            None => return None,
        };
        Some(Fault::new(PATH, &fault.code, text))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_of_a_value_is_told_at_the_field_with_the_name_of_the_value() {
        let faults = [Fault::new("content.title", "x", "No."), Fault::new("content.data.order", "y", "Line 1: No.")];
        assert_eq!(of_any_value(&faults).unwrap(), Fault::new("content.data", "y", "order: Line 1: No."));
        assert_eq!(of_any_value(&faults[..1]), None);
    }
}
