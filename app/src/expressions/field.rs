//! The field.

use leptos::prelude::*;

use super::editor::Editor;
use super::list::Proposals;
use super::panel::InsertValue;
use super::told::{Told, told};
use crate::failure::ServerFailure;
use crate::ui::{field_id, textarea_text};

/// A text with values in it: one line, or as many as `rows`.
#[component]
pub fn ExpressionField(
    /// Path of the value in faults: `content.subject`.
    #[prop(into)]
    path: String,
    /// Name in the form; the path when left out.
    #[prop(optional, into)]
    name: String,
    #[prop(into)] label: Signal<String>,
    #[prop(optional, into)] hint: String,
    /// What it holds at first. What is typed stays when this changes.
    #[prop(optional, into)]
    value: String,
    /// Lines that are seen; 0: there is only one.
    #[prop(optional)]
    rows: u16,
    /// Source text: mono face, no spelling marks.
    #[prop(optional)]
    source: bool,
    /// There is HTML in it.
    #[prop(optional)]
    markup: bool,
    #[prop(optional, into)] required: Signal<bool>,
    #[prop(optional, into)] failure: Signal<Option<ServerFailure>>,
    /// Called with the text on every change.
    #[prop(optional, into)]
    on_input: Option<Callback<String>>,
) -> impl IntoView {
    let id = field_id(&path);
    let name = if name.is_empty() { path.clone() } else { name };
    let (hint_id, fault_id) = (format!("{id}-hint"), format!("{id}-fault"));
    let described = if hint.is_empty() { fault_id.clone() } else { format!("{hint_id} {fault_id}") };
    let editor = Editor::new(&id, markup, told(path, failure));
    // Until the colours are there, the field shows its own letters.
    let is_alive = RwSignal::new(false);
    Effect::new(move || is_alive.set(true));
    view! {
        <div class="field">
            <div class="expression-head">
                <label for=id.clone() id=format!("{id}-label")>{move || label.get()}{move || required.get().then(|| view! { <span class="field-required" aria-hidden="true">" *"</span> })}</label>
                <InsertValue id=id.clone() vocabulary=editor.vocabulary() done=Callback::new(move |written: String| editor.insert(&written))/>
            </div>
            <div class="expression" class:source=source class:alive=is_alive class:one-line=rows == 0>
                <pre class="expression-layer" aria-hidden="true" node_ref=editor.layer.place></pre>
                <Writing editor id name value rows source described required on_input/>
                <Proposals editor/>
            </div>
            {(!hint.is_empty()).then(|| view! { <p class="hint" id=hint_id>{hint}</p> })}
            <Told editor id=fault_id/>
        </div>
    }
}

/// Where somebody writes.
#[component]
fn Writing(
    editor: Editor,
    id: String,
    name: String,
    value: String,
    rows: u16,
    source: bool,
    described: String,
    required: Signal<bool>,
    on_input: Option<Callback<String>>,
) -> impl IntoView {
    let input = move |text: String| {
        editor.typed();
        if let Some(on_input) = on_input {
            on_input.run(text);
        }
    };
    let invalid = move || editor.fault.with(Option::is_some).then_some("true");
    let active = move || editor.list.active_id();
    let needed = move || required.get().then_some("true");
    let spelling = source.then_some("false");
    if rows == 0 {
        return view! {
            <input
                id=id name=name type="text" value=value class="control" autocomplete="off" spellcheck=spelling
                aria-describedby=described aria-invalid=invalid aria-required=needed
                aria-autocomplete="list" aria-haspopup="listbox" aria-controls=editor.list.id() aria-activedescendant=active
                on:input=move |event| input(event_target_value(&event))
                on:keydown=move |event| editor.key(&event)
                on:compositionstart=move |_| editor.composes(true)
                on:compositionend=move |_| editor.composes(false)
                on:focus=move |_| editor.entered()
                on:blur=move |_| editor.left()
                on:scroll=move |_| editor.scrolled()
                on:mousedown=move |_| editor.list.close()
            />
        }
        .into_any();
    }
    let shown = textarea_text(&value);
    view! {
        <textarea
            id=id name=name rows=rows class="control" class:source=source spellcheck=spelling
            aria-describedby=described aria-invalid=invalid aria-required=needed
            aria-autocomplete="list" aria-haspopup="listbox" aria-controls=editor.list.id() aria-activedescendant=active
            on:input=move |event| input(event_target_value(&event))
            on:keydown=move |event| editor.key(&event)
            on:compositionstart=move |_| editor.composes(true)
            on:compositionend=move |_| editor.composes(false)
            on:focus=move |_| editor.entered()
            on:blur=move |_| editor.left()
            on:scroll=move |_| editor.scrolled()
            on:mousedown=move |_| editor.list.close()
        >
            {shown}
        </textarea>
    }
    .into_any()
}
