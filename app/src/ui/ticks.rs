//! Several of a few values: check boxes.

use leptos::prelude::*;

use super::field_id;
use crate::failure::ServerFailure;
use crate::i18n::fault_text;

/// A group of check boxes; those whose words are `ticked` are ticked at first. In the form each is `name[word]`.
#[component]
pub fn TickField(
    /// Path of the values in faults.
    #[prop(into)]
    path: String,
    #[prop(into)] name: String,
    legend: &'static str,
    ticked: Vec<String>,
    /// Words and labels.
    options: Vec<(&'static str, &'static str)>,
    #[prop(optional, into)] failure: Signal<Option<ServerFailure>>,
) -> impl IntoView {
    let id = field_id(&path);
    let fault_id = format!("{id}-fault");
    let described_by = fault_id.clone();
    let fault = move || failure.get().and_then(|failure| failure.faults().at(&path).map(fault_text));
    let boxes = options.into_iter().map(|(word, label)| {
        let checked = ticked.iter().any(|ticked| ticked == word);
        view! {
            <label class="checkbox"><input type="checkbox" name=format!("{name}[{word}]") value="on" checked=checked/>{label}</label>
        }
    });
    let boxes = boxes.collect_view();
    view! {
        <fieldset class="field ticks" id=id tabindex="-1" aria-describedby=described_by>
            <legend>{legend}</legend>
            <div class="tick-row">{boxes}</div>
            <p class="field-fault" id=fault_id>{fault}</p>
        </fieldset>
    }
}
