//! The variants in a few lines.

use domain::campaign::CampaignDraft;
use domain::experiment::ExperimentKind;
use domain::variants::{Targeting, VariantKey, Variants};
use leptos::prelude::*;

use super::experiment::metric_name;
use crate::campaigns::variants::{share_words, variant_name};
use crate::conditions::rule_words;
use crate::i18n::texts;
use crate::languages::language_name;
use crate::ui::Fact;

/// Shares, rules, languages, and what is written for them; nothing where there are none.
#[component]
pub fn VariantFacts(draft: CampaignDraft) -> impl IntoView {
    let t = &texts().variants;
    let variants = draft.variants;
    let experiment = variants.experiment.as_ref().map(|experiment| {
        let kind = if experiment.kind == ExperimentKind::Bandit { t.bandit } else { t.ab_test };
        let (what, shares) = (format!("{kind} · {}", metric_name(experiment.metric)), share_words(experiment));
        view! { <Fact name=t.experiment>{what}<p class="hint">{shares}</p></Fact> }
    });
    let targeting = variants.targeting.as_ref().map(|targeting| {
        let rules = rules_of(targeting).into_iter().map(|line| view! { <li>{line}</li> }).collect_view();
        view! { <Fact name=t.targeting><ol class="fact-list">{rules}</ol></Fact> }
    });
    let languages = variants.languages.as_ref().map(|languages| {
        let names: Vec<String> =
            languages.offered.iter().filter(|it| it.enabled).map(|it| language_name(&it.tag)).collect();
        let fallback = languages.fallback.as_deref().map_or_else(|| t.nobody_else.to_owned(), language_name);
        view! { <Fact name=t.languages>{names.join(", ")}<p class="hint">{t.otherwise(fallback)}</p></Fact> }
    });
    let contents = (!variants.is_empty()).then(|| {
        let lines = written_of(&variants).into_iter().map(|line| view! { <li>{line}</li> }).collect_view();
        view! { <Fact name=t.contents><ul class="fact-list">{lines}</ul></Fact> }
    });
    view! { {experiment}{targeting}{languages}{contents} }
}

fn rules_of(targeting: &Targeting) -> Vec<String> {
    let t = texts();
    let line = |(place, target): (usize, &domain::variants::Target)| {
        let name = if target.name.is_empty() { t.variants.rule_name(place + 1) } else { target.name.clone() };
        format!("{name}: {}", rule_words(t, &target.rule))
    };
    let mut lines: Vec<String> = targeting.targets.iter().enumerate().map(line).collect();
    let others = if targeting.fallback { t.variants.others_main } else { t.variants.others_nothing };
    lines.push(others.to_owned());
    lines
}

/// What is written, and what stands in for what is not.
fn written_of(variants: &Variants) -> Vec<String> {
    let t = &texts().variants;
    let line = |key: &VariantKey| {
        let name = variant_name(variants, Some(key));
        match variants.written_for(key) {
            Some(written) if written == key => format!("{name}: {}", t.own),
            other => format!("{name}: {}", t.as_other(variant_name(variants, other))),
        }
    };
    let keys = variants.keys();
    keys.iter().filter(|key| **key != VariantKey::default()).map(line).collect()
}
