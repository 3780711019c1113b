//! Renders contents in a worker of the browser, by the code that renders messages.

use app::campaigns::DrawRequest;

/// Draws a [`DrawRequest`], as JSON. `None` when it is none.
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn draw(request: &str) -> Option<String> {
    let request: DrawRequest = serde_json::from_str(request).ok()?;
    serde_json::to_string(&request.drawn()).ok()
}
