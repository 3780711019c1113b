//! The mail as a tree of names: short to look through, and what screen readers walk through.

use leptos::prelude::*;

use super::attention::Place;
use super::edit::{Selected, stops};
use super::keys;
use super::state::{Designer, designer};
use super::words::{block_name, name_of};
use crate::i18n::{Texts, texts};

/// The tree. Keys do the same as on the canvas.
#[component]
pub fn Outline() -> impl IntoView {
    let t = texts();
    let designer = designer();
    let parts = Memo::new(move |_| designer.with(stops));
    view! {
        <section class="outline" aria-labelledby="designer-outline">
            <h2 id="designer-outline">{t.designer.outline}</h2>
            <ul
                role="tree" class="outline-tree" aria-labelledby="designer-outline"
                on:keydown=move |event| keys::pressed(designer, Place::Outline, &event)
                on:focusin=move |_| designer.attention.is_at(Place::Outline)
            >
                <For each=move || parts.get() key=|part| *part let:part><OutlineLine part/></For>
            </ul>
        </section>
    }
}

/// How deep a part stands.
const fn level(part: Selected) -> u8 {
    match part {
        Selected::Mail => 1,
        Selected::Row(_) => 2,
        Selected::Column(..) | Selected::Block(_) => 3,
    }
}

#[component]
fn OutlineLine(part: Selected) -> impl IntoView {
    let t = texts();
    let designer = designer();
    let is_selected = designer.is_selected(part);
    view! {
        <li
            role="treeitem" class="outline-line" id=Place::Outline.id_of(part) attr:aria-level=level(part).to_string()
            aria-selected=move || is_selected.get().to_string() tabindex=move || if is_selected.get() { "0" } else { "-1" }
            on:click=move |_| designer.select(part)
        >
            {name(t, designer, part)}
        </li>
    }
}

/// The name of a block is made anew only when that block is another one.
fn name(t: &'static Texts, designer: Designer, part: Selected) -> Memo<String> {
    match part {
        Selected::Block(id) => {
            let block = designer.block(id);
            Memo::new(move |_| block.with(|block| block.as_ref().map(|block| block_name(t, block)).unwrap_or_default()))
        }
        _ => Memo::new(move |_| designer.with(|design| name_of(t, design, part))),
    }
}
