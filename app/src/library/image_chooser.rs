//! A dialog in which an image of the library is chosen, or added and chosen at once.

use domain::Page;
use domain::asset::{Asset, in_address};
use leptos::html::Dialog;
use leptos::prelude::*;

use super::image_calls::list_assets;
use super::image_drop::ImageDrop;
use crate::failure::Answer;
use crate::i18n::texts;
use crate::layout::sandbox_name;
use crate::ui::file_size;

/// The button that opens it, and the dialog. It may stand in a form: nothing in it is a field.
#[component]
pub fn ImageChooser(on_choose: Callback<Asset>) -> impl IntoView {
    let t = texts();
    let dialog = NodeRef::<Dialog>::new();
    let is_open = RwSignal::new(false);
    let open = move |_| {
        is_open.set(true);
        if let Some(dialog) = dialog.get_untracked() {
            drop(dialog.show_modal());
        }
    };
    let close = move || {
        if let Some(dialog) = dialog.get_untracked() {
            dialog.close();
        }
    };
    let choose = Callback::new(move |asset| {
        close();
        on_choose.run(asset);
    });
    let keep_key = move |event: leptos::ev::KeyboardEvent| {
        event.stop_propagation();
        // It would submit the form around.
        if event.key() == "Enter" && event_target::<web_sys::HtmlElement>(&event).tag_name() == "INPUT" {
            event.prevent_default();
        }
    };
    view! {
        <button type="button" class="button button-small button-secondary" aria-haspopup="dialog" on:click=open>{t.library.choose_image}</button>
        <dialog
            class="image-chooser" aria-label=t.library.choose_image node_ref=dialog on:close=move |_| is_open.set(false)
            on:input=move |event| event.stop_propagation() on:change=move |event| event.stop_propagation() on:keydown=keep_key
        >
            {move || is_open.get().then(|| view! { <Choices choose/> })}
            <div class="row"><button type="button" class="button button-secondary" on:click=move |_| close()>{t.common.cancel}</button></div>
        </dialog>
    }
}

#[component]
fn Choices(choose: Callback<Asset>) -> impl IntoView {
    let t = texts();
    let sandbox = sandbox_name();
    let search = RwSignal::new(String::new());
    let found = RwSignal::new(None::<Answer<Page<Asset>>>);
    Effect::new(move || {
        let (sandbox, search_now) = (sandbox.get(), search.get());
        leptos::task::spawn_local(async move {
            let answer = list_assets(sandbox, search_now.clone(), String::new()).await;
            // A later search may have been answered first.
            if search.try_get_untracked().is_some_and(|search| search == search_now) {
                let _ = found.try_set(Some(answer));
            }
        });
    });
    let images = move || match found.get() {
        None => view! { <p class="hint">{t.common.loading}</p> }.into_any(),
        Some(Err(failure)) => view! { <p class="field-fault">{failure.text()}</p> }.into_any(),
        Some(Ok(page)) if page.rows.is_empty() => view! { <p class="hint">{t.library.no_images_found}</p> }.into_any(),
        Some(Ok(page)) => {
            let more = page.next.is_some().then(|| view! { <p class="hint">{t.library.more_images}</p> });
            let choices = page.rows.into_iter().map(|asset| view! { <li><Choice asset choose/></li> }).collect_view();
            view! { <ul class="image-grid">{choices}</ul>{more} }.into_any()
        }
    };
    view! {
        <h2>{t.library.choose_image}</h2>
        <ImageDrop id="image-chooser-file" on_added=choose single=true/>
        <label for="image-chooser-search">{t.library.search_images}</label>
        <input
            id="image-chooser-search" type="search" class="control" autocomplete="off"
            on:input=move |event| search.set(event_target_value(&event))
        />
        {images}
    }
}

#[component]
fn Choice(asset: Asset, choose: Callback<Asset>) -> impl IntoView {
    let path = path_of(&asset);
    let size = size_of(&asset);
    let name = asset.name.clone();
    view! {
        <button type="button" class="image-choice" on:click=move |_| choose.run(asset.clone())>
            <span class="image-frame"><img src=path alt="" loading="lazy"/></span>
            <span class="image-name">{name}</span>
            <span class="hint">{size}</span>
        </button>
    }
}

/// `1200 × 600 · 82 KB`.
pub fn size_of(asset: &Asset) -> String {
    format!("{} × {} · {}", asset.width, asset.height, file_size(asset.bytes))
}

/// Where this page finds it, whatever the public address of this server is.
pub fn path_of(asset: &Asset) -> String {
    in_address(&asset.url).map_or_else(|| asset.url.clone(), |(sandbox, file)| file.path(&sandbox))
}
