//! The browser half of the console: takes over the page that the server rendered.

/// Called by the page's own script once the wasm has loaded. The mark on `<html>` tells the journeys that the page is alive.
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    console_error_panic_hook::set_once();
    leptos::mount::hydrate_body(app::App);
    if let Some(page) = leptos::prelude::document().document_element() {
        page.set_attribute("data-hydrated", "").expect("the name of the attribute is a valid one");
    }
}
