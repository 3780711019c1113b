//! The section: its three parts, what was removed, and the whole as JSON, which is what the form sends.

use domain::variants::Variants;
use leptos::either::Either;
use leptos::prelude::*;

use super::editing::Editing;
use super::experiment::ExperimentPart;
use super::languages::LanguagesPart;
use super::targeting::TargetingPart;
use crate::campaigns::calls::OpenedCampaign;
use crate::i18n::texts;
use crate::ui::{JsonField, field_id};

/// Id of the proposals for fields that name a value.
pub(super) const VALUES: &str = "variant-values";

/// Experiment, targeting rules, languages: each off until it is switched on.
#[component]
pub fn VariantsSection(opened: OpenedCampaign) -> impl IntoView {
    let t = &texts().variants;
    let draft = &opened.detail.draft;
    let editing = Editing::new(&draft.variants, &draft.content);
    // Figures of the live version are kept by the ids of its treatments.
    if let (Some(now), Some(live)) = (&draft.variants.experiment, &opened.detail.live)
        && let Some(before) = live.definition.variants.experiment.as_ref().filter(|before| before.id == now.id)
    {
        before.treatments.iter().for_each(|treatment| editing.keep_id(&treatment.id));
    }
    let json = Memo::new(move |_| editing.with(as_json));
    let parts = move || {
        // Fields that are drawn over keep what was typed into them: these are other fields.
        let is_second = editing.follow_shape();
        let parts = untrack(|| view! { <ExperimentPart editing/><TargetingPart editing/><LanguagesPart editing/> });
        if is_second { Either::Right(parts) } else { Either::Left(parts) }
    };
    let known = opened.review.variables.iter().map(|variable| variable.path.clone());
    let paths: Vec<String> = known.chain(["profile.language".to_owned()]).collect();
    view! {
        <section class="variants-section stack" aria-labelledby="field-variants">
            <h3 id=field_id("variants") tabindex="-1">{t.title}</h3>
            <p class="hint">{t.about}</p>
            <datalist id=VALUES>{paths.into_iter().map(|path| view! { <option value=path></option> }).collect_view()}</datalist>
            <div class="stack needs-program">
                <Removed editing/>
                {parts}
            </div>
            <p class="hint without-program">{t.without_program}</p>
            <JsonField path="variants-json" name="fields[variants]" label=t.as_json hint=t.as_json_hint json/>
        </section>
    }
}

/// Nothing where there are none.
fn as_json(variants: &Variants) -> String {
    if variants.is_empty() { String::new() } else { serde_json::to_string_pretty(variants).unwrap_or_default() }
}

/// What was removed last, and the way back.
#[component]
fn Removed(editing: Editing) -> impl IntoView {
    let t = &texts().variants;
    view! {
        <div aria-live="polite">
            {move || editing.last_removed().map(|said| view! {
                <div class="notice notice-info row">
                    <span>{said}</span>
                    <button type="button" class="button button-small button-secondary" on:click=move |_| editing.put_back()>{t.undo}</button>
                </div>
            })}
        </div>
    }
}

/// The frame of a part: what it is for, and the button that switches it on.
#[component]
pub(super) fn SwitchedOff(
    legend: &'static str,
    about: &'static str,
    path: &'static str,
    label: &'static str,
    on: Callback<()>,
) -> impl IntoView {
    view! {
        <fieldset class="group">
            <legend>{legend}</legend>
            <p class="hint">{about}</p>
            <button type="button" id=field_id(path) class="button button-small button-secondary" on:click=move |_| on.run(())>{label}</button>
        </fieldset>
    }
}

/// Buttons of an item of a list: up, down, out. Their names say of which.
#[component]
pub(super) fn ItemButtons(
    name: String,
    place: usize,
    count: usize,
    on_up: Callback<usize>,
    on_remove: Callback<usize>,
) -> impl IntoView {
    let t = &texts().variants;
    let button = |label: &'static str, of: String, act: Callback<usize>, place: usize| {
        view! { <button type="button" class="button button-small button-secondary" aria-label=of on:click=move |_| act.run(place)>{label}</button> }
    };
    view! {
        <div class="row">
            {(place > 0).then(|| button(t.up, t.move_up(&name), on_up, place))}
            {(place + 1 < count).then(|| button(t.down, t.move_down(&name), on_up, place + 1))}
            {button(t.remove, t.remove_item(&name), on_remove, place)}
        </div>
    }
}
