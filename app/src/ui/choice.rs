//! One of a few values, each explained: cards with a radio button.

use leptos::prelude::*;

use super::field_id;
use crate::failure::ServerFailure;
use crate::i18n::fault_text;

/// A value that can be chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    pub word: &'static str,
    pub label: &'static str,
    /// In one sentence; may be empty.
    pub meaning: &'static str,
}

/// A group of cards; the one whose word is `value` is chosen at first.
#[component]
pub fn ChoiceField(
    /// Path of the value in faults.
    #[prop(into)]
    path: String,
    /// Name in the form.
    name: &'static str,
    legend: &'static str,
    #[prop(into)] value: String,
    choices: Vec<Choice>,
    #[prop(optional, into)] hint: String,
    #[prop(optional, into)] failure: Signal<Option<ServerFailure>>,
    /// Called with the word that was chosen.
    #[prop(optional, into)]
    on_input: Option<Callback<String>>,
) -> impl IntoView {
    let id = field_id(&path);
    let (hint_id, fault_id) = (format!("{id}-hint"), format!("{id}-fault"));
    let described = if hint.is_empty() { fault_id.clone() } else { format!("{hint_id} {fault_id}") };
    let fault = move || failure.get().and_then(|failure| failure.faults().at(&path).map(fault_text));
    let cards = choices.into_iter().map(|choice| {
        let checked = choice.word == value;
        let meaning_id = format!("{id}-{}", choice.word);
        view! {
            <label class="choice">
                <input
                    type="radio" name=name value=choice.word checked=checked aria-describedby=meaning_id.clone()
                    on:change=move |_| if let Some(on_input) = on_input { on_input.run(choice.word.to_owned()) }
                />
                <span><strong>{choice.label}</strong><span class="hint" id=meaning_id>{choice.meaning}</span></span>
            </label>
        }
    });
    let cards = cards.collect_view();
    view! {
        <fieldset class="choices" id=id tabindex="-1" aria-describedby=described>
            <legend>{legend}</legend>
            {cards}
            {(!hint.is_empty()).then(|| view! { <p class="hint" id=hint_id>{hint}</p> })}
            <p class="field-fault" id=fault_id>{fault}</p>
        </fieldset>
    }
}
