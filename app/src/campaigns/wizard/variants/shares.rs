//! How all people are shared out: a bar, and the same in words.

use domain::experiment::Experiment;
use leptos::prelude::*;

use super::editing::Editing;
use crate::i18n::{fault_text, texts};
use crate::ui::field_id;

/// Follows what is typed.
#[component]
pub(super) fn Shares(editing: Editing) -> impl IntoView {
    let t = &texts().variants;
    let path = "variants.experiment.treatments";
    let failure = editing.failure();
    let fault = move || failure.get().and_then(|failure| failure.faults().at(path).map(fault_text));
    let parts = move || editing.with(|variants| variants.experiment.as_ref().map(parts_of).unwrap_or_default());
    let bar = move || {
        let piece = |(place, (_, percent, is_holdout)): (usize, (String, u8, bool))| {
            let class =
                if is_holdout { "share share-holdout".to_owned() } else { format!("share share-{}", place % 5) };
            view! { <span class=class style=format!("flex-grow:{percent}") hidden=percent == 0></span> }
        };
        parts().into_iter().enumerate().map(piece).collect_view()
    };
    let words = move || {
        let line = |(place, (name, percent, is_holdout)): (usize, (String, u8, bool))| {
            let class =
                if is_holdout { "share share-holdout".to_owned() } else { format!("share share-{}", place % 5) };
            view! { <li><span class=class aria-hidden="true"></span>{t.share_of(name, percent)}</li> }
        };
        parts().into_iter().enumerate().map(line).collect_view()
    };
    view! {
        <div class="shares" id=field_id(path) tabindex="-1" role="group" aria-label=t.shares>
            <p class="hint">{t.shares}</p>
            <div class="shares-bar" aria-hidden="true">{bar}</div>
            <ul class="shares-words">{words}</ul>
            <p class="field-fault" aria-live="polite">{fault}</p>
        </div>
    }
}

/// Name, percent, and whether it is the holdout; in the order of the bar.
fn parts_of(experiment: &Experiment) -> Vec<(String, u8, bool)> {
    let mut parts: Vec<_> = experiment.treatments.iter().map(|it| (it.name.clone(), it.percent, false)).collect();
    if experiment.holdout > 0 {
        parts.push((texts().variants.holdout.to_owned(), experiment.holdout, true));
    }
    parts
}
