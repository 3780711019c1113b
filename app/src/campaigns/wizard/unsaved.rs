//! Typed text that is not saved must not be lost on the way to another page.

use super::step_form::Leaving;

/// Asks before the tab is closed, and before a link of the page leads away. The links of the wizard save by themselves.
pub fn warn_before_leaving(leaving: Leaving) {
    #[cfg(target_arch = "wasm32")]
    browser::warn_before_leaving(leaving);
    #[cfg(not(target_arch = "wasm32"))]
    let _ = leaving;
}

#[cfg(target_arch = "wasm32")]
mod browser {
    use leptos::prelude::*;
    use wasm_bindgen::JsCast as _;
    use wasm_bindgen::closure::Closure;
    use web_sys::{Element, Event};

    use super::Leaving;
    use crate::i18n::texts;

    pub fn warn_before_leaving(leaving: Leaving) {
        let closing = window_event_listener(leptos::ev::beforeunload, move |event| {
            if leaving.is_dirty_now() {
                event.prevent_default();
            }
        });
        let question = texts().wizard.leave_unsaved;
        let ask = move |event: Event| {
            if leaving.is_dirty_now() && leads_away(&event) && !window().confirm_with_message(question).unwrap_or(true)
            {
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
