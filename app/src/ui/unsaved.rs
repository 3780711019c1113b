//! Typed text that is not saved must not be lost on the way to another page.

use leptos::prelude::*;

/// Asks before the tab is closed, and before a link of the page leads away, while `dirty` says that something is typed
/// and not saved. A link that saves by itself prevents its default first.
pub fn warn_before_leaving(dirty: RwSignal<bool>) {
    #[cfg(target_arch = "wasm32")]
    browser::warn_before_leaving(dirty);
    #[cfg(not(target_arch = "wasm32"))]
    let _ = dirty;
}

#[cfg(target_arch = "wasm32")]
mod browser {
    use leptos::prelude::*;
    use wasm_bindgen::JsCast as _;
    use wasm_bindgen::closure::Closure;
    use web_sys::{Element, Event};

    use crate::i18n::texts;

    pub fn warn_before_leaving(dirty: RwSignal<bool>) {
        // The listeners may outlive the form.
        let is_dirty = move || dirty.try_get_untracked().unwrap_or(false);
        let closing = window_event_listener(leptos::ev::beforeunload, move |event| {
            if is_dirty() {
                event.prevent_default();
            }
        });
        let question = texts().common.leave_unsaved;
        let ask = move |event: Event| {
            if is_dirty() && leads_away(&event) && !window().confirm_with_message(question).unwrap_or(true) {
                event.prevent_default();
            }
        };
        // On the document, so that it comes before the router, which listens on the window.
        let ask = StoredValue::new_local(Closure::<dyn FnMut(Event)>::new(ask));
        let listen = |listener: &Closure<dyn FnMut(Event)>| {
            document().add_event_listener_with_callback("click", listener.as_ref().unchecked_ref())
        };
        let _ = ask.with_value(listen);
        on_cleanup(move || {
            closing.remove();
            ask.with_value(|listener| {
                let _ = document().remove_event_listener_with_callback("click", listener.as_ref().unchecked_ref());
            });
        });
    }

    /// A click on a link to another page of the console, in this tab.
    fn leads_away(event: &Event) -> bool {
        let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
        let link = target.and_then(|target| target.closest("a[href]:not([target]):not([rel=external])").ok().flatten());
        link.is_some() && !event.default_prevented()
    }
}
