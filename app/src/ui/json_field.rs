//! What controls say, as JSON: it is what the form sends. Without a program it is the field to write in.

use leptos::prelude::*;

use super::TextArea;

/// A closed field that follows `json`.
#[component]
pub fn JsonField(
    /// Path of the value in faults.
    path: &'static str,
    /// Name in the form; the path when left out.
    #[prop(optional)]
    name: &'static str,
    label: &'static str,
    hint: &'static str,
    json: Memo<String>,
) -> impl IntoView {
    let frame = NodeRef::<leptos::html::Div>::new();
    Effect::new(move |_| {
        let now = json.get();
        let found = frame.get_untracked().and_then(|frame| frame.query_selector("textarea").ok().flatten());
        if let Some(found) = found {
            use leptos::wasm_bindgen::JsCast as _;
            found.unchecked_into::<leptos::web_sys::HtmlTextAreaElement>().set_value(&now);
        }
    });
    view! {
        <details class="syntax-help">
            <summary>{label}</summary>
            <div node_ref=frame>
                <TextArea path name label hint value=json.get_untracked() rows=12 source=true/>
            </div>
        </details>
    }
}
