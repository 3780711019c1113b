//! Which content is open: the main one and those of the variants, each with what stands there and how many faults it has.

use domain::campaign::Step;
use domain::variants::{VariantKey, Variants};
use leptos::prelude::*;

use super::super::super::step_form::Leaving;
use crate::campaigns::calls::OpenedCampaign;
use crate::campaigns::variants::{ContentPlace, Row, faults_in, rows, variant_name};
use crate::i18n::texts;
use crate::languages::language_name;
use crate::layout::sandbox_name;

/// Links to all contents, in rows of one treatment and one rule each.
#[component]
pub fn VariantSwitch(opened: OpenedCampaign, step: Step) -> impl IntoView {
    let t = &texts().variants;
    let variants = &opened.detail.draft.variants;
    let place = opened.place(sandbox_name().get_untracked());
    let found = rows(variants);
    let link = |key: Option<&VariantKey>, name: String| {
        let target = Target {
            name,
            place: place.of(key.cloned()),
            step,
            is_open: opened.variant.as_ref() == key,
            state: State::of(variants, key),
            faults: faults_in(&opened.review.errors, key),
        };
        view! { <VariantLink target/> }
    };
    let is_single = found.rows.len() == 1 || variants.languages.is_none();
    let first = link(None, t.main.to_owned());
    let name_of = |key: &VariantKey| variant_name(variants, Some(key));
    let shared = found.shared.iter().map(|key| link(Some(key), t.shared(name_of(key)))).collect_view();
    let rows = if is_single {
        let keys = found.rows.iter().flat_map(|row| row.whole.iter().chain(&row.languages));
        let links = keys.map(|key| link(Some(key), name_of(key))).collect_view();
        view! { <ul class="variant-row" aria-label=t.contents>{first}{links}{shared}</ul> }.into_any()
    } else {
        let row = |row: &Row| {
            let whole = row.whole.as_ref().map(|key| link(Some(key), t.all_languages.to_owned()));
            let languages = row.languages.iter().map(|key| link(Some(key), language_name(&key.language)));
            let languages = languages.collect_view();
            let name = variant_name(variants, Some(&row.whole.clone().unwrap_or_default()));
            view! {
                <li class="variant-group">
                    <span class="variant-group-name">{name.clone()}</span>
                    <ul class="variant-row" aria-label=name>{whole}{languages}</ul>
                </li>
            }
        };
        let groups = found.rows.iter().map(row).collect_view();
        view! { <ul class="variant-row" aria-label=t.contents>{first}{shared}</ul><ul class="variant-groups">{groups}</ul> }
            .into_any()
    };
    view! {
        <nav class="variants" aria-label=t.contents>
            {rows}
            <p class="hint">{t.contents_hint}</p>
        </nav>
    }
}

/// What stands at a variant.
#[derive(Debug, Clone, PartialEq, Eq)]
enum State {
    Own,
    /// The content with this name stands in.
    StandIn(String),
    /// The same where a translation is missing.
    NotTranslated(String),
}

impl State {
    fn of(variants: &Variants, key: Option<&VariantKey>) -> Self {
        let Some(key) = key else { return Self::Own };
        match variants.written_for(key) {
            Some(written) if written == key => Self::Own,
            // Of a language, what is written in the same language is no gap.
            other => {
                let name = variant_name(variants, other);
                let is_gap = !key.language.is_empty() && other.is_none_or(|other| other.language != key.language);
                if is_gap { Self::NotTranslated(name) } else { Self::StandIn(name) }
            }
        }
    }

    fn words(&self) -> String {
        let t = &texts().variants;
        match self {
            Self::Own => t.own.to_owned(),
            Self::StandIn(name) => t.as_other(name),
            Self::NotTranslated(name) => t.not_translated(name),
        }
    }

    const fn as_str(&self) -> &'static str {
        match self {
            Self::Own => "ok",
            Self::StandIn(_) => "quiet",
            Self::NotTranslated(_) => "warning",
        }
    }
}

#[derive(Debug, Clone)]
struct Target {
    name: String,
    place: ContentPlace,
    step: Step,
    is_open: bool,
    state: State,
    faults: usize,
}

/// A link to a content. What is typed and not saved is saved first.
#[component]
fn VariantLink(target: Target) -> impl IntoView {
    let t = &texts().variants;
    let leaving = use_context::<Leaving>().unwrap_or_default();
    let Target { name, place, step, is_open, state, faults } = target;
    let shown = place.variant.clone().unwrap_or_default().to_string();
    let leave = move |event: leptos::ev::MouseEvent| {
        if leaving.save_first_and_show(step, &shown) {
            event.prevent_default();
        }
    };
    view! {
        <li>
            <a href=place.at(step) class="variant" aria-current=is_open.then_some("true") on:click=leave>
                <span class="variant-name">{name}</span>
                <span class=format!("state state-{}", state.as_str())>{state.words()}</span>
                {(faults > 0).then(|| view! { <span class="variant-faults">{t.faults(faults)}</span> })}
            </a>
        </li>
    }
}

/// Whoever came from another content stands on the link to this one.
pub fn focus_open_variant() {
    use wasm_bindgen::JsCast as _;

    let found = document().query_selector(".variants [aria-current]").ok().flatten();
    if let Some(found) = found.and_then(|found| found.dyn_into::<web_sys::HtmlElement>().ok()) {
        // Without the focus the page still works.
        drop(found.focus());
    }
}

#[cfg(test)]
mod tests {
    use domain::content::Content;
    use domain::languages::{Languages, OfferedLanguage};

    use super::*;

    #[test]
    fn a_language_without_a_content_of_its_own_is_told_unless_another_one_is_in_that_language() {
        let offered = ["en", "ko"].map(|tag| OfferedLanguage { tag: tag.into(), enabled: true }).into();
        let mut variants = Variants { languages: Some(Languages { offered, fallback: None }), ..Variants::default() };
        let key = |text: &str| text.parse::<VariantKey>().unwrap();
        variants.contents.insert(key("-/-/ko"), Content::default());
        let state = |text: &str| State::of(&variants, Some(&key(text)));
        assert_eq!((State::of(&variants, None), state("-/-/ko")), (State::Own, State::Own));
        assert_eq!(state("a/-/ko"), State::StandIn("Korean".into()));
        assert_eq!(state("-/-/en"), State::NotTranslated("Main content".into()));
        assert_eq!(state("a/-/-"), State::StandIn("Main content".into()));
    }
}
