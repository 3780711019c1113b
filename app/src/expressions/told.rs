//! What is wrong with a text, told once its author pauses: nobody is interrupted in the middle of a word.

use std::time::Duration;

use content::Place;
use domain::Fault;
use leptos::leptos_dom::helpers::TimeoutHandle;
use leptos::prelude::*;

use super::editor::Editor;
use crate::failure::ServerFailure;
use crate::i18n::{fault_text, texts};

/// How long nobody has to type.
const PAUSE: Duration = Duration::from_millis(300);

/// The fault at a path, a pause after it has changed; at first, as it is.
pub fn told(path: String, failure: Signal<Option<ServerFailure>>) -> RwSignal<Option<Fault>> {
    let found = Memo::new(move |_| failure.with(|failure| failure.as_ref()?.faults().at(&path).cloned()));
    let told = RwSignal::new(found.get_untracked());
    let waiting = StoredValue::new(None::<TimeoutHandle>);
    Effect::new(move || {
        let now = found.get();
        if let Some(waiting) = waiting.try_update_value(Option::take).flatten() {
            waiting.clear();
        }
        if told.with_untracked(|told| *told == now) {
            return;
        }
        let tell = move || {
            // The page may be gone by now.
            let _ = told.try_set(now);
        };
        waiting.set_value(set_timeout_with_handle(tell, PAUSE).ok());
    });
    told
}

/// Under the field: the place, which leads there, and what is wrong.
#[component]
pub fn Told(editor: Editor, id: String) -> impl IntoView {
    let t = texts();
    let words = move || {
        let fault = editor.fault.get()?;
        let Some((place, sentence)) = Place::split(&fault.text) else { return Some(fault_text(&fault).into_any()) };
        let name = match place.column {
            0 => t.expressions.line(place.line),
            column => t.expressions.place(place.line, column),
        };
        let words = fault_text(&Fault { text: sentence.to_owned(), ..fault });
        let go = move |_| editor.go_to(place);
        Some(view! { <button type="button" class="fault-place" on:click=go>{name}</button>" "{words} }.into_any())
    };
    view! { <p class="field-fault" id=id aria-live="polite">{words}</p> }
}
