//! Form fields. Label, control, hint, fault and their ARIA wiring belong together here; nobody writes a bare `<input>`.

use leptos::prelude::*;

use super::textarea_text;
use crate::failure::ServerFailure;
use crate::i18n::fault_text;

/// The id of the control of a path, equal on server and browser: `content.subject` → `field-content-subject`.
pub fn field_id(path: &str) -> String {
    let plain: String = path.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
    format!("field-{plain}")
}

/// What surrounds every control.
#[component]
fn Frame(
    id: String,
    path: String,
    label: Signal<String>,
    hint: String,
    #[prop(into)] required: Signal<bool>,
    failure: Signal<Option<ServerFailure>>,
    children: Children,
) -> impl IntoView {
    let (hint_id, fault_id) = (format!("{id}-hint"), format!("{id}-fault"));
    let fault = move || failure.get().and_then(|failure| failure.faults().at(&path).map(fault_text));
    view! {
        <div class="field">
            <label for=id>{move || label.get()}{move || required.get().then(|| view! { <span class="field-required" aria-hidden="true">" *"</span> })}</label>
            {children()}
            {(!hint.is_empty()).then(|| view! { <p class="hint" id=hint_id>{hint}</p> })}
            <p class="field-fault" id=fault_id>{fault}</p>
        </div>
    }
}

/// The attributes that tie a control to its frame.
fn described_by(id: &str, hint: &str) -> String {
    if hint.is_empty() { format!("{id}-fault") } else { format!("{id}-hint {id}-fault") }
}

fn is_faulty(path: &str, failure: Signal<Option<ServerFailure>>) -> impl Fn() -> Option<&'static str> + Send + 'static {
    let path = path.to_owned();
    move || failure.get().and_then(|failure| failure.faults().at(&path).map(|_| "true"))
}

/// One line of text.
#[component]
pub fn TextField(
    /// Path of the value in faults: `content.subject`.
    #[prop(into)]
    path: String,
    /// Name in the form; the path when left out.
    #[prop(optional, into)]
    name: String,
    #[prop(into)] label: Signal<String>,
    #[prop(optional, into)] hint: String,
    /// `type` of the input.
    #[prop(default = "text")]
    kind: &'static str,
    /// What it holds at first. What is typed stays when this changes.
    #[prop(optional, into)]
    value: String,
    #[prop(optional)] required: bool,
    #[prop(optional)] autocomplete: &'static str,
    #[prop(optional, into)] placeholder: String,
    /// Shown inside the control, after the value: `seconds`.
    #[prop(optional, into)]
    unit: String,
    /// Id of a `<datalist>` with proposals.
    #[prop(optional, into)]
    list: String,
    #[prop(optional, into)] failure: Signal<Option<ServerFailure>>,
    /// Called with the text on every change.
    #[prop(optional, into)]
    on_input: Option<Callback<String>>,
) -> impl IntoView {
    let id = field_id(&path);
    let name = if name.is_empty() { path.clone() } else { name };
    let described = described_by(&id, &hint);
    let invalid = is_faulty(&path, failure);
    view! {
        <Frame id=id.clone() path label hint required failure>
            <div class="control-line">
                <input
                    id=id name=name type=kind value=value class="control" aria-describedby=described aria-invalid=invalid
                    aria-required=required.then_some("true")
                    autocomplete=if autocomplete.is_empty() { "off" } else { autocomplete }
                    placeholder=(!placeholder.is_empty()).then_some(placeholder)
                    list=(!list.is_empty()).then_some(list)
                    on:input=move |event| if let Some(on_input) = on_input { on_input.run(event_target_value(&event)) }
                />
                {(!unit.is_empty()).then(|| view! { <span class="unit">{unit}</span> })}
            </div>
        </Frame>
    }
}

/// Several lines of text.
#[component]
pub fn TextArea(
    #[prop(into)] path: String,
    #[prop(optional, into)] name: String,
    #[prop(into)] label: Signal<String>,
    #[prop(optional, into)] hint: String,
    #[prop(optional, into)] value: String,
    #[prop(default = 4)] rows: u16,
    /// Source text: mono face, no spelling marks.
    #[prop(optional)]
    source: bool,
    #[prop(optional, into)] required: Signal<bool>,
    #[prop(optional, into)] failure: Signal<Option<ServerFailure>>,
    #[prop(optional, into)] on_input: Option<Callback<String>>,
) -> impl IntoView {
    let id = field_id(&path);
    let name = if name.is_empty() { path.clone() } else { name };
    let described = described_by(&id, &hint);
    let invalid = is_faulty(&path, failure);
    let shown = textarea_text(&value);
    view! {
        <Frame id=id.clone() path label hint required failure>
            <textarea
                id=id name=name rows=rows class="control" class:source=source aria-describedby=described aria-invalid=invalid
                aria-required=move || required.get().then_some("true") spellcheck=source.then_some("false")
                on:input=move |event| if let Some(on_input) = on_input { on_input.run(event_target_value(&event)) }
            >
                {shown}
            </textarea>
        </Frame>
    }
}

/// One of a few values. `options` are value and label.
#[component]
pub fn SelectField(
    #[prop(into)] path: String,
    #[prop(optional, into)] name: String,
    #[prop(into)] label: Signal<String>,
    #[prop(optional, into)] hint: String,
    #[prop(optional, into)] value: String,
    options: Vec<(String, String)>,
    #[prop(optional)] required: bool,
    #[prop(optional, into)] failure: Signal<Option<ServerFailure>>,
    #[prop(optional, into)] on_input: Option<Callback<String>>,
) -> impl IntoView {
    let id = field_id(&path);
    let name = if name.is_empty() { path.clone() } else { name };
    let described = described_by(&id, &hint);
    let invalid = is_faulty(&path, failure);
    view! {
        <Frame id=id.clone() path label hint required failure>
            <select
                id=id name=name class="control" aria-describedby=described aria-invalid=invalid
                on:change=move |event| if let Some(on_input) = on_input { on_input.run(event_target_value(&event)) }
            >
                {options
                    .into_iter()
                    .map(|(word, label)| {
                        let selected = word == value;
                        view! { <option value=word selected=selected>{label}</option> }
                    })
                    .collect_view()}
            </select>
        </Frame>
    }
}
