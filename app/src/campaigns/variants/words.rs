//! What variants are called.

use domain::experiment::Experiment;
use domain::variants::{Targeting, VariantKey, Variants};

use crate::i18n::texts;
use crate::languages::language_name;

/// `Treatment B · Gold · Korean`; of `None`: the main content.
pub fn variant_name(variants: &Variants, at: Option<&VariantKey>) -> String {
    let t = &texts().variants;
    let Some(key) = at else { return t.main.to_owned() };
    let parts = [treatment_name(variants, key), target_name(variants, key), language_part(key)];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    if parts.is_empty() { t.main.to_owned() } else { parts.join(" · ") }
}

fn treatment_name(variants: &Variants, key: &VariantKey) -> Option<String> {
    let experiment = variants.experiment.as_ref()?;
    let found = experiment.treatments.iter().find(|it| it.id == key.treatment)?;
    Some(if found.name.is_empty() { found.id.clone() } else { found.name.clone() })
}

/// Without a rule it is for everybody else, unless nobody else gets anything or nothing tells who that is.
fn target_name(variants: &Variants, key: &VariantKey) -> Option<String> {
    let Targeting { targets, fallback } = variants.targeting.as_ref()?;
    match targets.iter().position(|it| it.id == key.target) {
        Some(place) if targets[place].name.is_empty() => Some(texts().variants.rule_name(place + 1)),
        Some(place) => Some(targets[place].name.clone()),
        None => fallback.then(|| texts().variants.everybody_else.to_owned()),
    }
}

fn language_part(key: &VariantKey) -> Option<String> {
    (!key.language.is_empty()).then(|| language_name(&key.language))
}

/// As it stands in addresses and forms; empty: the main content.
pub fn key_text(at: Option<&VariantKey>) -> String {
    at.map(ToString::to_string).unwrap_or_default()
}

/// `A 45 % · B 45 % · nobody 10 %`.
pub fn share_words(experiment: &Experiment) -> String {
    let t = &texts().variants;
    let mut shares: Vec<String> = experiment.treatments.iter().map(|it| t.share_of(&it.name, it.percent)).collect();
    if experiment.holdout > 0 {
        shares.push(t.share_of(t.holdout, experiment.holdout));
    }
    shares.join(" · ")
}
