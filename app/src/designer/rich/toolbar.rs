//! Buttons above a text: what they do is done by the browser's own editing.

use domain::design::PartId;
use leptos::ev::MouseEvent;
use leptos::html::Div;
use leptos::prelude::*;
use web_sys::Range;

use super::super::attention::{self, Place, writing_id};
use super::super::edit::Selected;
use super::super::state::designer;
use crate::expressions::InsertValue;
use crate::i18n::texts;

/// Strong, stressed, headings, lists, links, values.
#[component]
pub fn Toolbar(place: NodeRef<Div>, read: Callback<()>, id: PartId) -> impl IntoView {
    let t = texts();
    let t = &t.designer;
    let designer = designer();
    let act = move |command: &'static str, value: &str| {
        if let Some(place) = place.get_untracked() {
            drop(place.focus());
        }
        execute(command, value);
        read.run(());
    };
    let button = move |label: &'static str, shown: &'static str, command: &'static str, value: &'static str| {
        view! {
            <button type="button" class="tool" title=label aria-label=label on:mousedown=keep on:click=move |_| act(command, value)>
                {shown}
            </button>
        }
    };
    let link = move |_| {
        let asked = window().prompt_with_message_and_default(t.link_ask, "https://");
        match asked.ok().flatten() {
            Some(address) if address.trim().is_empty() => act("unlink", ""),
            Some(address) => act("createLink", address.trim()),
            None => {}
        }
    };
    // The panel takes the focus, and with it what is marked.
    let marked: StoredValue<Option<StoredValue<Range, LocalStorage>>> = StoredValue::new(None);
    let opens = Callback::new(move |()| marked.set_value(selected_range().map(StoredValue::new_local)));
    let insert = Callback::new(move |written: String| {
        if let Some(place) = place.get_untracked() {
            drop(place.focus());
        }
        if let Some(range) = marked.get_value() {
            range.with_value(select);
        }
        act("insertText", &written);
    });
    view! {
        <div
            class="toolbar" role="toolbar" aria-label=t.toolbar aria-controls=writing_id(id)
            on:click=move |event| event.stop_propagation()
        >
            {button(t.bold, "B", "bold", "")}
            {button(t.italic, "I", "italic", "")}
            {button(t.underline, "U", "underline", "")}
            {button(t.paragraph, "¶", "formatBlock", "p")}
            {button(t.heading_1, "H1", "formatBlock", "h1")}
            {button(t.heading_2, "H2", "formatBlock", "h2")}
            {button(t.heading_3, "H3", "formatBlock", "h3")}
            {button(t.bullets, "•", "insertUnorderedList", "")}
            {button(t.numbers, "1.", "insertOrderedList", "")}
            <button type="button" class="tool" on:mousedown=keep on:click=link>{t.link}</button>
            <InsertValue id=writing_id(id) class="tool" opens done=insert/>
            <button
                type="button" class="tool tool-done"
                on:click=move |_| {
                    designer.writing.set(None);
                    attention::focus(Place::Canvas.id_of(Selected::Block(id)));
                }
            >
                {t.done}
            </button>
        </div>
    }
}

/// The text keeps the focus, and what is marked in it.
fn keep(event: MouseEvent) {
    event.prevent_default();
}

/// What is marked on the page.
fn selected_range() -> Option<Range> {
    window().get_selection().ok().flatten()?.get_range_at(0).ok()
}

/// Marks it again.
fn select(range: &Range) {
    if let Ok(Some(selection)) = window().get_selection() {
        // Both are refused only for a part that is gone; then it is written at the end.
        drop(selection.remove_all_ranges());
        drop(selection.add_range(range));
    }
}

/// An editing command of the browser, on what is marked.
#[cfg(target_arch = "wasm32")]
pub fn execute(command: &str, value: &str) {
    use leptos::wasm_bindgen::JsCast as _;

    if let Some(page) = document().dyn_ref::<web_sys::HtmlDocument>() {
        // A browser that does not know the command leaves the text as it is.
        drop(page.exec_command_with_show_ui_and_value(command, false, value));
    }
}

/// There is nothing to edit on a server.
#[cfg(not(target_arch = "wasm32"))]
pub fn execute(_: &str, _: &str) {}
