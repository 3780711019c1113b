//! Where the focus goes after a change.

/// The element with this id gets the focus as soon as the page has been drawn with the change.
#[cfg(target_arch = "wasm32")]
pub fn focus_soon(id: String) {
    use leptos::prelude::*;
    use leptos::wasm_bindgen::JsCast as _;

    request_animation_frame(move || {
        let found = document().get_element_by_id(&id);
        if let Some(found) = found.and_then(|found| found.dyn_into::<leptos::web_sys::HtmlElement>().ok()) {
            // Without the focus the page still works.
            drop(found.focus());
        }
    });
}

/// Nothing has the focus on a server.
#[cfg(not(target_arch = "wasm32"))]
pub fn focus_soon(_: String) {}
