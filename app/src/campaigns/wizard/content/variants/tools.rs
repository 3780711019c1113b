//! What can be done with a content as a whole. Forms of their own, on what is stored: with unsaved words they wait.

use domain::variants::VariantKey;
use leptos::prelude::*;

use super::super::super::step_form::Leaving;
use super::Replaced;
use crate::campaigns::calls::OpenedCampaign;
use crate::campaigns::variants::{
    CopyToLanguages, RemoveContent, WriteContent, key_text, languages_beside, variant_name,
};
use crate::failure::Answer;
use crate::i18n::texts;
use crate::layout::sandbox_name;
use crate::ui::{FormFailure, SelectField, failure_of};

/// To other languages, from other contents, and back to the stand-in.
#[component]
pub fn Tools(opened: OpenedCampaign) -> impl IntoView {
    let leaving = use_context::<Leaving>().unwrap_or_default();
    let languages = languages_beside(&opened.detail.draft.variants, opened.variant.as_ref());
    let is_own = opened.variant.is_some() && opened.is_written();
    let write = ServerAction::<WriteContent>::new();
    view! {
        <div class="stack variant-tools">
            <Refused value=write.value()/>
            <div class="row">
                {(!languages.is_empty()).then(|| view! { <ToLanguages opened=opened.clone() languages/> })}
                {is_own.then(|| view! { <Remove opened=opened.clone()/> })}
            </div>
            {opened.variant.is_some().then(|| view! { <CopyFrom opened write/> })}
            {move || leaving.is_dirty().then(|| view! { <p class="hint">{texts().variants.save_first}</p> })}
        </div>
    }
}

/// A copy of another content takes the place of what stands here.
#[component]
fn CopyFrom(opened: OpenedCampaign, write: ServerAction<WriteContent>) -> impl IntoView {
    let t = &texts().variants;
    let leaving = use_context::<Leaving>().unwrap_or_default();
    let replaced = use_context::<Replaced>().unwrap_or_default();
    replaced.forget_if_refused(write.value());
    let variants = &opened.detail.draft.variants;
    let main = ("main".to_owned(), t.main.to_owned());
    let written = variants.written().filter_map(|(key, _)| key).filter(|key| Some(*key) != opened.variant.as_ref());
    let options: Vec<_> =
        std::iter::once(main).chain(written.map(|key| (key.to_string(), variant_name(variants, Some(key))))).collect();
    let variant = key_text(opened.variant.as_ref());
    let name = variant_name(variants, opened.variant.as_ref());
    let (detail, key) = (opened.detail.clone(), opened.variant.clone());
    view! {
        <ActionForm action=write attr:class="row variant-copy">
            <Hidden opened=opened.clone() variant/>
            <SelectField path="variant.from" name="from" label=t.copy_from options/>
            <button
                type="submit" class="button button-small button-secondary"
                disabled=move || leaving.is_dirty() || write.pending().get()
                on:click=move |_| replaced.keep(t.copied_to(&name), &detail, key.clone())
            >
                {t.copy}
            </button>
        </ActionForm>
    }
}

#[component]
fn ToLanguages(opened: OpenedCampaign, languages: Vec<VariantKey>) -> impl IntoView {
    let t = &texts().variants;
    let leaving = use_context::<Leaving>().unwrap_or_default();
    let replaced = use_context::<Replaced>().unwrap_or_default();
    let copy = ServerAction::<CopyToLanguages>::new();
    replaced.forget_if_refused(copy.value());
    let variant = key_text(opened.variant.as_ref());
    let detail = opened.detail.clone();
    view! {
        <ActionForm action=copy attr:class="inline-form">
            <Refused value=copy.value()/>
            <Hidden opened variant/>
            <button
                type="submit" class="button button-small button-secondary"
                disabled=move || leaving.is_dirty() || copy.pending().get()
                on:click=move |_| replaced.keep(t.copied_to_languages.to_owned(), &detail, languages.clone())
            >
                {t.copy_to_languages}
            </button>
        </ActionForm>
    }
}

#[component]
fn Remove(opened: OpenedCampaign) -> impl IntoView {
    let t = &texts().variants;
    let leaving = use_context::<Leaving>().unwrap_or_default();
    let replaced = use_context::<Replaced>().unwrap_or_default();
    let remove = ServerAction::<RemoveContent>::new();
    replaced.forget_if_refused(remove.value());
    let (detail, key) = (opened.detail.clone(), opened.variant.clone());
    let name = variant_name(&detail.draft.variants, key.as_ref());
    let variant = key_text(key.as_ref());
    view! {
        <ActionForm action=remove attr:class="inline-form">
            <Refused value=remove.value()/>
            <Hidden opened variant/>
            <button
                type="submit" class="button button-small button-secondary"
                disabled=move || leaving.is_dirty() || remove.pending().get()
                on:click=move |_| replaced.keep(t.content_removed(&name), &detail, key.clone())
            >
                {t.use_stand_in}
            </button>
        </ActionForm>
    }
}

/// Which draft a form changes, and whose content.
#[component]
pub fn Hidden(opened: OpenedCampaign, variant: String) -> impl IntoView {
    let campaign = &opened.detail.campaign;
    view! {
        <input type="hidden" name="sandbox" value=sandbox_name().get_untracked()/>
        <input type="hidden" name="campaign" value=campaign.id.to_string()/>
        <input type="hidden" name="revision" value=campaign.revision/>
        <input type="hidden" name="variant" value=variant/>
    }
}

/// Why nothing was changed.
#[component]
pub fn Refused(#[prop(into)] value: Signal<Option<Answer<()>>>) -> impl IntoView {
    view! { <FormFailure failure=failure_of(value)/> }
}
