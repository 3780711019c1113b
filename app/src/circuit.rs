//! That a server takes nothing at the moment, for everybody whose messages wait for it.

use domain::circuit::Circuit;
use leptos::prelude::*;

use crate::i18n::texts;
use crate::reasons::{reason_text, remedy};
use crate::ui::Time;

/// Why, in the server's own words; since when; when it is tried next; what can be done. `children`: the way on.
#[component]
pub fn CircuitNotice(
    circuit: Circuit,
    /// What waits, when nobody stands in.
    text: &'static str,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    let t = texts();
    let text = circuit.failover.as_ref().map_or_else(|| text.to_owned(), |name| t.circuit.stands_in(name));
    let words = Some(circuit.words).filter(|words| !words.is_empty());
    view! {
        <div class="notice notice-failed" role="status">
            <p><b>{text}</b></p>
            <p>{reason_text(&circuit.reason)}</p>
            {words.map(|words| view! { <blockquote class="own-words">{words}</blockquote> })}
            {remedy(&circuit.reason).map(|remedy| view! { <p>{remedy}</p> })}
            <p class="hint">
                {t.circuit.since}" "<Time at=circuit.since/>" · "{t.circuit.next_try}" "<Time at=circuit.next_try_at/>
            </p>
            {children.map(|children| children())}
        </div>
    }
}
