//! Languages, the most important one first.

use domain::languages::{LANGUAGES_MAX, Languages, OfferedLanguage};
use domain::variants::Variants;
use leptos::prelude::*;

use super::editing::{Editing, insert, move_up, offered, take};
use super::section::{ItemButtons, SwitchedOff};
use crate::failure::ServerFailure;
use crate::i18n::{fault_text, texts};
use crate::languages::{language_name, usual_languages};
use crate::ui::{SelectField, TextField, field_id};

const PATH: &str = "variants.languages";
/// Id of the choice of one more language.
const ADD: &str = "variants.languages.add";

/// Off, or the languages.
#[component]
pub(super) fn LanguagesPart(editing: Editing) -> impl IntoView {
    let t = &texts().variants;
    let Some(languages) = editing.with_untracked(|variants| variants.languages.clone()) else {
        let on = Callback::new(move |()| {
            editing.change(ADD, |variants| variants.languages = Some(Languages::default()));
        });
        return view! { <SwitchedOff legend=t.languages about=t.languages_about path=PATH label=t.languages_on on/> }
            .into_any();
    };
    let failure = editing.failure();
    let fault =
        move || failure.get().and_then(|failure| failure.faults().at("variants.languages.offered").map(fault_text));
    let off = move |_| {
        let before = editing.with_untracked(|variants| variants.languages.clone());
        let back = move |variants: &mut Variants| variants.languages.clone_from(&before);
        editing.remove(PATH, t.languages_removed.to_owned(), |variants| variants.languages = None, back);
    };
    let count = languages.offered.len();
    let lines = languages.offered.iter().cloned().enumerate();
    let lines = lines.map(|(place, language)| view! { <li><Line editing place count language/></li> }).collect_view();
    view! {
        <fieldset class="group" id=field_id("variants.languages.offered") tabindex="-1">
            <legend>{t.languages}</legend>
            <p class="hint">{t.languages_choice}</p>
            <ol class="variant-list" role="list">{lines}</ol>
            <p class="field-fault">{fault}</p>
            {(count < LANGUAGES_MAX).then(|| view! { <Add editing languages=languages.clone()/> })}
            <Fallback editing languages/>
            <button type="button" class="button button-small button-secondary" on:click=off>{t.languages_off}</button>
        </fieldset>
    }
    .into_any()
}

/// A language: its name, whether it is on, and its buttons.
#[component]
fn Line(editing: Editing, place: usize, count: usize, language: OfferedLanguage) -> impl IntoView {
    let t = &texts().variants;
    let failure = editing.failure();
    let path = format!("{PATH}.offered[{place}].tag");
    let (name, id) = (language_name(&language.tag), field_id(&path));
    let fault = move || failure.get().and_then(|failure| failure.faults().at(&path).map(fault_text));
    let label = t.language_is_on(&name);
    let switch = move |event| {
        let ticked = event_target_checked(&event);
        editing.change(&format!("{PATH}.offered[{place}].tag"), |variants| {
            if let Some(language) = offered(variants).and_then(|offered| offered.get_mut(place)) {
                language.enabled = ticked;
            }
        });
    };
    let on_up = Callback::new(move |place: usize| {
        editing
            .change(&format!("{PATH}.offered[{}].tag", place - 1), move |variants| move_up(offered(variants), place));
    });
    let on_remove = Callback::new(move |place: usize| {
        let before = editing.with_untracked(|variants| variants.languages.clone()).unwrap_or_default();
        let Some(removed) = before.offered.get(place).cloned() else { return };
        let said = t.removed(language_name(&removed.tag));
        let was_fallback = before.fallback.as_deref() == Some(removed.tag.as_str());
        let tag = removed.tag.clone();
        let remove = move |variants: &mut Variants| {
            take(offered(variants), place);
            if let Some(languages) = variants.languages.as_mut().filter(|_| was_fallback) {
                languages.fallback = None;
            }
        };
        let back = move |variants: &mut Variants| {
            insert(offered(variants), place, removed.clone());
            if let Some(languages) = variants.languages.as_mut().filter(|_| was_fallback) {
                languages.fallback = Some(tag.clone());
            }
        };
        editing.remove(ADD, said, remove, back);
    });
    view! {
        <div class="language-line">
            <span class="language-name"><strong>{name.clone()}</strong>" "<code>{language.tag.clone()}</code></span>
            <label class="checkbox">
                <input type="checkbox" id=id name=format!("variants-on-{place}") aria-label=label checked=language.enabled on:change=switch/>
                {t.is_on}
            </label>
            <ItemButtons name place count on_up on_remove/>
            <p class="field-fault">{fault}</p>
        </div>
    }
}

/// One more language: of the usual ones, or by its tag.
#[component]
fn Add(editing: Editing, languages: Languages) -> impl IntoView {
    let t = &texts().variants;
    let count = languages.offered.len();
    let is_there = move |tag: &str| languages.offered.iter().any(|it| it.tag.eq_ignore_ascii_case(tag));
    let mut options = vec![(String::new(), t.choose_language.to_owned())];
    let free = usual_languages().into_iter().filter(|(tag, _)| !is_there(tag));
    options.extend(free.map(|(tag, name)| (tag.clone(), format!("{name} ({tag})"))));
    let add = move |tag: String| {
        editing.change(ADD, move |variants| {
            insert(offered(variants), count, OfferedLanguage { tag, enabled: true });
        });
    };
    // Arrow keys choose, too: what is chosen is added by the button only.
    let chosen = RwSignal::new(String::new());
    let choose = Callback::new(move |tag: String| chosen.set(tag));
    let add_chosen = move |_| add(chosen.get_untracked());
    let typed = RwSignal::new(String::new());
    let refused = RwSignal::new(None::<ServerFailure>);
    let tag_path = "variants.languages.typed";
    let add_typed = move |_| match domain::profile::language(&typed.get_untracked()) {
        Ok(tag) => add(tag),
        Err(fault) => refused.set(Some(ServerFailure::Failure(fault.under(tag_path).into()))),
    };
    view! {
        <SelectField path=ADD name="variants-language" label=t.add_language options on_input=choose/>
        <button
            type="button" class="button button-small button-secondary"
            disabled=move || chosen.with(String::is_empty) on:click=add_chosen
        >
            {t.add_chosen}
        </button>
        <details class="syntax-help">
            <summary>{t.other_language}</summary>
            <div class="stack">
                <TextField
                    path=tag_path name="variants-tag" label=t.tag hint=t.tag_hint failure=refused
                    on_input=Callback::new(move |text| { typed.set(text); refused.set(None); })
                />
                <button type="button" class="button button-small button-secondary" on:click=add_typed>{t.add}</button>
            </div>
        </details>
    }
}

/// For people whose language is not among them.
#[component]
fn Fallback(editing: Editing, languages: Languages) -> impl IntoView {
    let t = &texts().variants;
    let mut options = vec![(String::new(), t.nobody_else.to_owned())];
    let on = languages.offered.iter().filter(|it| it.enabled);
    options.extend(on.map(|it| (it.tag.clone(), language_name(&it.tag))));
    // One that was switched off is shown: its fault is about it.
    let off = languages.fallback.as_ref().filter(|tag| options.iter().all(|(known, _)| known != *tag));
    options.extend(off.cloned().map(|tag| (tag.clone(), language_name(&tag))));
    let choose = Callback::new(move |tag: String| {
        editing.put(|variants| {
            if let Some(languages) = &mut variants.languages {
                languages.fallback = (!tag.is_empty()).then_some(tag);
            }
        });
    });
    view! {
        <SelectField
            path="variants.languages.fallback" name="variants-language-fallback" label=t.language_fallback hint=t.language_fallback_hint
            value=languages.fallback.unwrap_or_default() options failure=editing.failure() on_input=choose
        />
    }
}
