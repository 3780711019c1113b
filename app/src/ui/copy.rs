//! Text to be copied.

use leptos::prelude::*;

use crate::i18n::texts;

/// Copies `text` and says so for a moment.
#[component]
pub fn CopyButton(#[prop(into)] text: Signal<String>) -> impl IntoView {
    let t = texts();
    let copied = RwSignal::new(false);
    let copy = move |_| {
        // The promise fails only where the page has no right to the clipboard; the text can be marked by hand then.
        drop(window().navigator().clipboard().write_text(&text.get_untracked()));
        copied.set(true);
        set_timeout(
            move || {
                let _ = copied.try_set(false);
            },
            std::time::Duration::from_secs(2),
        );
    };
    view! {
        <button type="button" class="button button-small button-secondary copy" on:click=copy>
            <span aria-live="polite">{move || if copied.get() { t.common.copied } else { t.common.copy }}</span>
        </button>
    }
}

/// An id or another code in a mono face, with a copy button.
#[component]
pub fn Code(#[prop(into)] text: String) -> impl IntoView {
    view! { <span class="code-line"><code>{text.clone()}</code><CopyButton text/></span> }
}
