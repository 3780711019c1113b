//! Copy, cut and paste of blocks and rows, by the clipboard of the machine.

use leptos::ev::ClipboardEvent;
use wasm_bindgen::JsCast as _;

use super::edit::{Change, Clip};
use super::state::Designer;

/// Copies what is selected; `cut` takes it away as well.
pub fn copy(designer: Designer, event: &ClipboardEvent, cut: bool) {
    let selected = designer.selected_untracked();
    let Some(clip) = designer.with_untracked(|design| Clip::of(design, selected)).filter(|_| is_ours(event)) else {
        return;
    };
    let Some(data) = event.clipboard_data() else { return };
    if data.set_data("text/plain", &clip.to_text()).is_err() {
        return;
    }
    event.prevent_default();
    let name = designer.name(selected);
    if cut {
        designer.change(Change::Remove(selected), |t, _| t.designer.cut(name));
        designer.attention.show_selected();
    } else {
        designer.attention.say(designer.texts().designer.copied(name));
    }
}

/// Pastes behind what is selected; anything else on the clipboard is left there.
pub fn paste(designer: Designer, event: &ClipboardEvent) {
    let text = event.clipboard_data().and_then(|data| data.get_data("text/plain").ok()).unwrap_or_default();
    let Some(clip) = Clip::of_text(&text).filter(|_| is_ours(event)) else { return };
    event.prevent_default();
    designer.change(Change::Paste(clip, designer.selected_untracked()), |t, name| t.designer.pasted(name));
    designer.attention.show_selected();
}

/// Fields and texts have a clipboard of their own.
fn is_ours(event: &ClipboardEvent) -> bool {
    let target = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
    target
        .is_none_or(|target| target.closest("input, textarea, select, [contenteditable=true]").ok().flatten().is_none())
}
