//! Rows of a list that keeps itself up to date.

use std::hash::Hash;

use leptos::prelude::*;
use leptos::tachys::view::keyed::keyed;

/// Rows by key: when the list is loaded anew, those with a known key stay as they are, with focus and marked text.
/// A row outlives the load that made it, so it holds plain elements only, and `<a>` instead of `<A>`.
pub fn rows<T, K, V>(
    items: Vec<T>,
    key: impl Fn(&T) -> K + Send + 'static,
    row: impl Fn(T) -> V + Send + 'static,
) -> impl IntoView
where
    T: Send + 'static,
    K: Eq + Hash + serde::Serialize + 'static,
    V: IntoView + 'static,
{
    #[cfg(target_arch = "wasm32")]
    keep_focus();
    keyed(items, key, move |_, item| (|_| {}, row(item).into_view()))
}

/// A row that moves, or is drawn anew, loses the focus of its link. Called before the rows change.
#[cfg(target_arch = "wasm32")]
fn keep_focus() {
    use leptos::wasm_bindgen::JsCast as _;
    use leptos::web_sys::{FocusOptions, HtmlElement};

    let focused = document().active_element();
    let Some(href) = focused.and_then(|link| link.get_attribute("href")).filter(|href| !href.contains(['"', '\\']))
    else {
        return;
    };
    request_animation_frame(move || {
        let is_lost = document().active_element().is_none_or(|active| active.tag_name() == "BODY");
        let link = document().query_selector(&format!("main a[href=\"{href}\"]")).ok().flatten();
        if is_lost && let Some(link) = link.and_then(|link| link.dyn_into::<HtmlElement>().ok()) {
            let options = FocusOptions::new();
            options.set_prevent_scroll(true);
            // Without the focus the list still works.
            drop(link.focus_with_options(&options));
        }
    });
}
