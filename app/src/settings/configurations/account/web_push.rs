//! New keys for Web Push.

use leptos::prelude::*;
use wasm_bindgen::JsCast as _;

use super::super::super::alive::alive;
use super::{GenerateWebPushKeys, WebPushKeys};
use crate::i18n::texts;
use crate::layout::sandbox_name;
use crate::ui::{Code, FormFailure, failure_of, field_id};

/// Fills both fields with a new pair, which is stored with the form. The pair is in the answer only, so the button waits
/// for the page's program.
#[component]
pub fn GenerateKeys(dirty: RwSignal<bool>) -> impl IntoView {
    let t = texts();
    let sandbox = sandbox_name();
    let generate = ServerAction::<GenerateWebPushKeys>::new();
    let alive = alive();
    let busy = move || !alive.get() || generate.pending().get();
    let press = move |_| {
        generate.dispatch(GenerateWebPushKeys { sandbox: sandbox.get_untracked() });
    };
    let made = Memo::new(move |_| generate.value().get().and_then(Result::ok));
    Effect::new(move || {
        if let Some(WebPushKeys { public_key, private_key }) = made.get() {
            fill("settings.publicKey", &public_key);
            fill("settings.privateKey", &private_key);
            dirty.set(true);
        }
    });
    view! {
        <div class="stack">
            <p class="hint">{t.providers.keys_about}</p>
            <div>
                <button type="button" class="button button-secondary" disabled=busy on:click=press>{t.providers.keys_generate}</button>
            </div>
            <FormFailure failure=failure_of(generate.value())/>
            <div aria-live="polite">
                {move || made.get().map(|keys| view! { <p>{t.providers.keys_made}</p><Code text=keys.public_key/> })}
            </div>
        </div>
    }
}

/// Puts a value into the control of a path.
fn fill(path: &str, value: &str) {
    let control = document().get_element_by_id(&field_id(path));
    if let Some(control) = control.and_then(|control| control.dyn_into::<web_sys::HtmlInputElement>().ok()) {
        control.set_value(value);
    }
}
