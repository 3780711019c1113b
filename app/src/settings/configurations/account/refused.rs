//! Callbacks that were refused lately: whoever set up the provider looks here why nothing arrives.

use domain::Timestamp;
use domain::inbound::{RefusalKind, RefusedCallbacks};
use leptos::prelude::*;

use super::find_refused_callbacks;
use crate::i18n::texts;
use crate::ui::{Notice, Time, loaded};

/// Nothing when none was refused in the last day.
#[component]
pub fn Refused(
    sandbox: String,
    configuration: String,
    /// Of the configuration's last change.
    modified_at: Timestamp,
) -> impl IntoView {
    let refused = Resource::new(
        move || (sandbox.clone(), configuration.clone()),
        |(sandbox, id)| find_refused_callbacks(sandbox, id),
    );
    loaded(refused, move |refused| {
        let lately = refused.filter(|refused| refused.lately > 0);
        lately.map(|refused| view! { <Lately refused modified_at/> })
    })
}

#[component]
fn Lately(refused: RefusedCallbacks, modified_at: Timestamp) -> impl IntoView {
    let t = texts();
    let head =
        if refused.lately == 1 { t.callbacks.refused_once.to_owned() } else { t.callbacks.refused(refused.lately) };
    let (why, remedy) = words(refused.kind);
    let is_before = refused.last_at < modified_at;
    view! {
        <Notice kind="warning">
            <p><b>{head}</b>" "{t.callbacks.last_at}" "<Time at=refused.last_at/></p>
            <p>{why}" "{remedy}</p>
            {(!refused.words.is_empty()).then(|| view! { <blockquote class="own-words">{refused.words}</blockquote> })}
            {is_before.then(|| view! { <p class="hint">{t.callbacks.before_change}</p> })}
        </Notice>
    }
}

/// Why, and what to look at.
fn words(kind: RefusalKind) -> (&'static str, &'static str) {
    let t = &texts().callbacks;
    match kind {
        RefusalKind::Forged => (t.forged, t.forged_remedy),
        RefusalKind::Stale => (t.stale, t.stale_remedy),
        RefusalKind::Malformed => (t.malformed, t.malformed_remedy),
        RefusalKind::Uncheckable => (t.uncheckable, t.uncheckable_remedy),
    }
}
