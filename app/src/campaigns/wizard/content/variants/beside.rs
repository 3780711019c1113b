//! Two contents next to each other, with the same sample values.

use domain::content::Content;
use domain::variants::VariantKey;
use leptos::prelude::*;
use leptos_router::components::Form;

use super::super::drawing::Drawing;
use super::super::drawn::Drawn;
use super::super::preview::PlainPreview;
use super::super::sample_form::SampleForm;
use crate::campaigns::calls::OpenedCampaign;
use crate::campaigns::variants::{rows, variant_name};
use crate::i18n::texts;
use crate::layout::sandbox_name;
use crate::ui::{LinkButton, SelectField};

/// The previews, and the choice of both. `?variant=` is the first, `?beside=` the second.
#[component]
pub fn SideBySide(opened: OpenedCampaign) -> impl IntoView {
    let t = &texts().variants;
    let beside = opened.beside.clone()?;
    let draft = &opened.detail.draft;
    let channel = draft.content.channel();
    let drawing_of = |content: &Content, drawn: Drawn| {
        Drawing::new(content.clone(), draft.variables.clone(), opened.around(), drawn)
    };
    let first = drawing_of(opened.content(), opened.drawn.clone());
    let second = drawing_of(draft.content_at(beside.variant.as_ref()), beside.drawn);
    let name = |at: Option<&VariantKey>| variant_name(&draft.variants, at);
    let edit = |at: Option<VariantKey>| opened.place(sandbox_name().get_untracked()).of(at).step();
    let panes = [(opened.variant.clone(), first), (beside.variant.clone(), second)].map(|(at, drawing)| {
        let name = name(at.as_ref());
        view! {
            <section class="beside-pane" aria-label=name.clone()>
                <p class="row"><strong>{name.clone()}</strong><a href=edit(at)>{t.edit}</a></p>
                // A form of its own, so that its switches are its own.
                <form><PlainPreview channel drawing/></form>
            </section>
        }
    });
    Some(view! {
        <div class="stack side-by-side">
            <Choice opened=opened.clone() beside=beside.variant/>
            <div class="beside">{panes.into_iter().collect_view()}</div>
            <SampleForm drawing=first also=second/>
        </div>
    })
}

#[component]
fn Choice(opened: OpenedCampaign, beside: Option<VariantKey>) -> impl IntoView {
    let t = &texts().variants;
    let variants = &opened.detail.draft.variants;
    let found = rows(variants);
    let keys = found.rows.iter().flat_map(|row| row.whole.iter().chain(&row.languages)).chain(&found.shared);
    let mut options = vec![("main".to_owned(), t.main.to_owned())];
    options.extend(keys.map(|key| (key.to_string(), variant_name(variants, Some(key)))));
    let word = |at: Option<&VariantKey>| at.map_or_else(|| "main".to_owned(), ToString::to_string);
    let back = opened.place(sandbox_name().get_untracked()).step();
    view! {
        <Form method="GET" action="" attr:class="row beside-choice">
            <input type="hidden" name="step" value="content"/>
            <SelectField path="variant" label=t.first value=word(opened.variant.as_ref()) options=options.clone()/>
            <SelectField path="beside" label=t.second value=word(beside.as_ref()) options/>
            <button type="submit" class="button button-secondary">{t.show}</button>
            <LinkButton href=back variant="secondary">{t.back_to_editing}</LinkButton>
        </Form>
    }
}

/// The way to it: the open content, and the first other one.
#[component]
pub fn ToSideBySide(opened: OpenedCampaign) -> impl IntoView {
    let variants = &opened.detail.draft.variants;
    let place = opened.place(sandbox_name().get_untracked());
    let other = match &opened.variant {
        Some(_) => "main".to_owned(),
        None => variants.keys().into_iter().find(|key| *key != VariantKey::default())?.to_string(),
    };
    Some(view! { <a href=format!("{}&beside={other}", place.step())>{texts().variants.side_by_side}</a> })
}
