//! Buttons above a text: what they do is done by the browser's own editing.

use domain::design::PartId;
use leptos::ev::MouseEvent;
use leptos::html::Div;
use leptos::prelude::*;

use super::super::attention::{self, Place, writing_id};
use super::super::edit::Selected;
use super::super::state::{designer, values};
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
    let menu = format!("values-{id}");
    let insert = move |path: String| {
        let place = format!("{{{{ {path} }}}}");
        view! {
            <button type="button" class="menu-choice" on:mousedown=keep on:click=move |_| act("insertText", &place)><code>{path}</code></button>
        }
    };
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
            <button type="button" class="tool menu-button" popovertarget=menu.clone() aria-haspopup="true" on:mousedown=keep>{t.value}</button>
            <div popover="auto" id=menu class="menu" role="group" aria-label=t.value>
                {move || values().get().into_iter().map(insert).collect_view()}
                {move || values().get().is_empty().then(|| view! { <p class="hint">{t.no_values}</p> })}
            </div>
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
