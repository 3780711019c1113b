//! Where images are dropped, or chosen from the machine.

use domain::asset::Asset;
use leptos::ev::DragEvent;
use leptos::prelude::*;

use super::sending::{Sent, dropped_files, files_of, has_files, send_images};
use crate::failure::ServerFailure;
use crate::i18n::{fault_text, texts};
use crate::layout::sandbox_name;

/// What a browser offers to choose from. What is taken is decided by the bytes.
pub const ACCEPTED: &str = "image/png,image/jpeg,image/gif,image/webp";

/// Sends images at once, several one after the other, and tells how far they are.
#[component]
pub fn ImageDrop(
    /// Of the control, once on a page.
    id: &'static str,
    on_added: Callback<Asset>,
    /// One file only.
    #[prop(optional)]
    single: bool,
) -> impl IntoView {
    let t = texts();
    let sandbox = sandbox_name();
    let sent = RwSignal::new(Sent::default());
    let is_over = RwSignal::new(false);
    let send = move |mut files: Vec<web_sys::File>| {
        if single {
            files.truncate(1);
        }
        send_images(sandbox.get_untracked(), files, sent, on_added);
    };
    let over = move |event: DragEvent| {
        if has_files(&event) {
            event.prevent_default();
            is_over.set(true);
        }
    };
    let drop = move |event: DragEvent| {
        event.prevent_default();
        is_over.set(false);
        send(dropped_files(&event));
    };
    let choose = move |event: leptos::ev::Event| {
        event.stop_propagation();
        let input = event_target::<web_sys::HtmlInputElement>(&event);
        send(files_of(input.files()));
        // The same file can be chosen again.
        input.set_value("");
    };
    view! {
        <div
            class="image-drop" data-over=move || is_over.get().to_string()
            on:dragover=over on:dragleave=move |_| is_over.set(false) on:drop=drop
        >
            <input id=id type="file" name="file" multiple=!single accept=ACCEPTED class="visually-hidden" aria-describedby=format!("{id}-hint") on:change=choose/>
            <label for=id class="button button-secondary">{t.library.add_images}</label>
            <p class="hint" id=format!("{id}-hint")>{t.library.drop_hint}</p>
        </div>
        <div aria-live="polite">{move || sent.with(|sent| view! { <Progress sent=sent.clone()/> })}</div>
    }
}

#[component]
fn Progress(sent: Sent) -> impl IntoView {
    let t = texts();
    let going_on = sent.is_going_on();
    let refused =
        sent.refused.into_iter().map(|(name, failure)| view! { <li><strong>{name}</strong>": "{why(&failure)}</li> });
    let refused = refused.collect_view();
    view! {
        {going_on.then(|| view! {
            <p>{t.library.sending(sent.done, sent.total)}</p>
            <progress max=sent.total.to_string() value=sent.done.to_string() aria-label=t.library.add_images></progress>
        })}
        {(!refused.is_empty()).then(|| view! { <div class="notice notice-failed"><p>{t.library.not_taken}</p><ul>{refused}</ul></div> })}
    }
}

/// Why a file was not taken.
pub fn why(failure: &ServerFailure) -> String {
    failure.faults().0.first().map_or_else(|| failure.text(), fault_text)
}
