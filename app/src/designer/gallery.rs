//! Where a mail can begin: empty, or with one of the starting templates.

use domain::design::Design;
use leptos::prelude::*;

use super::attention::Place;
use super::calls::{InboxWords, Starting, list_starting_templates};
use super::edit::Change;
use super::save::Saving;
use super::state::designer;
use crate::campaigns::Drawing;
use crate::i18n::{language, texts};

/// The starting points, in the place of the mail.
#[component]
pub fn Gallery(
    /// The mail is written as code, which a saved design takes the place of.
    is_code: bool,
    saving: Saving,
    drawing: Drawing,
) -> impl IntoView {
    let t = texts();
    let designer = designer();
    let begin = Callback::new(move |(design, words): (Design, InboxWords)| {
        saving.begins_with(words);
        designer.change(Change::Replace(Box::new(design)), |t, _| t.designer.begun.to_owned());
        designer.gallery.set(false);
        designer.attention.is_at(Place::Canvas);
        designer.attention.show_selected();
    });
    let tag = language().tag();
    let starting = RwSignal::new(None);
    // In the browser only: without the program none could be chosen.
    Effect::new(move || {
        leptos::task::spawn_local(async move {
            let answer = list_starting_templates(tag.to_owned()).await;
            let _ = starting.try_set(Some(answer));
        });
    });
    let choose = move |starting: &Starting| {
        for (path, text) in &starting.samples {
            drawing.sample(path.clone(), text.clone());
        }
        begin.run((starting.design.clone(), starting.words.clone()));
    };
    let templates = move || match starting.get() {
        None => view! { <li class="hint">{t.common.loading}</li> }.into_any(),
        Some(Err(failure)) => view! { <li class="hint">{failure.text()}</li> }.into_any(),
        Some(Ok(all)) => all
            .into_iter()
            .map(|it| {
                let (name, html) = (it.name.clone(), it.html.clone());
                view! { <li><Card name html on_choose=Callback::new(move |()| choose(&it))/></li> }
            })
            .collect_view()
            .into_any(),
    };
    view! {
        <section class="gallery" aria-labelledby="designer-gallery">
            <h2 id="designer-gallery">{t.designer.start}</h2>
            {is_code.then(|| view! { <div class="notice notice-warning"><p>{t.designer.replaces_code}</p></div> })}
            {move || designer.with(|design| !design.rows.is_empty()).then(|| view! {
                <p><button type="button" class="button button-secondary" on:click=move |_| designer.gallery.set(false)>{t.designer.back}</button></p>
            })}
            <ul class="gallery-cards">
                <li>
                    <div class="gallery-card">
                        <span class="gallery-empty" aria-hidden="true">"+"</span>
                        <button
                            type="button" class="gallery-choose"
                            on:click=move |_| begin.run((super::kinds::empty_design(), InboxWords::default()))
                        >
                            {t.designer.start_empty}
                        </button>
                    </div>
                </li>
                {templates}
            </ul>
        </section>
    }
}

/// A template as it will look, small, in a frame that can do nothing.
#[component]
fn Card(name: String, html: String, on_choose: Callback<()>) -> impl IntoView {
    view! {
        <div class="gallery-card">
            <span class="gallery-picture" aria-hidden="true" inert="">
                <iframe sandbox="" srcdoc=html tabindex="-1" title=name.clone()></iframe>
            </span>
            <button type="button" class="gallery-choose" on:click=move |_| on_choose.run(())>{name.clone()}</button>
        </div>
    }
}
