//! The place where a text is written.

use content::clean_text;
use domain::design::{BlockKind, PartId};
use leptos::ev::ClipboardEvent;
use leptos::html::Div;
use leptos::prelude::*;

use super::super::attention::writing_id;
use super::super::edit::{Change, block_of};
use super::super::state::designer;
use super::toolbar::{Toolbar, execute};
use crate::i18n::texts;

/// The text of a block, with a toolbar above. What is written is read back at every letter, cleaned.
#[component]
pub fn TextEditor(id: PartId) -> impl IntoView {
    let t = texts();
    let designer = designer();
    let place = NodeRef::<Div>::new();
    let (first, style) = designer.with_untracked(|design| match block_of(design, id).map(|block| &block.kind) {
        Some(BlockKind::Text { html, align }) => (clean_text(html), format!("text-align:{align}")),
        _ => Default::default(),
    });
    let read = move || {
        let Some(place) = place.get_untracked() else { return };
        let written = clean_text(&place.inner_html());
        let mut block = designer.with_untracked(|design| block_of(design, id).cloned());
        if let Some(BlockKind::Text { html, .. }) = block.as_mut().map(|block| &mut block.kind) {
            *html = written;
        }
        if let Some(block) = block {
            designer.type_into("html", Change::Block(block));
        }
    };
    Effect::new(move || {
        if let Some(place) = place.get() {
            drop(place.focus());
            execute("defaultParagraphSeparator", "p");
        }
    });
    view! {
        <Toolbar place read=Callback::new(move |()| read()) id/>
        <div
            class="canvas-text writing" id=writing_id(id) style=style contenteditable="true" role="textbox" aria-multiline="true"
            aria-label=t.designer.kind_text node_ref=place inner_html=first
            on:input=move |_| read()
            on:paste=move |event| paste(&event)
            // What is dragged here from elsewhere would come in uncleaned.
            on:drop=move |event| event.prevent_default()
        ></div>
    }
}

/// Cleaned before it comes into the page.
fn paste(event: &ClipboardEvent) {
    event.prevent_default();
    event.stop_propagation();
    let Some(data) = event.clipboard_data() else { return };
    let html = data.get_data("text/html").unwrap_or_default();
    let clean = clean_text(&html);
    if clean.trim().is_empty() {
        execute("insertText", &data.get_data("text/plain").unwrap_or_default());
    } else {
        execute("insertHTML", &clean);
    }
}
