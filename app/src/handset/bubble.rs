//! A mobile message.

use domain::content::{MobileKind, RenderedMobile};
use domain::segments;
use leptos::prelude::*;

use super::rich::{AsSms, Rich};
use crate::i18n::texts;

/// Media and title of an MMS, and the text, in a bubble; of a rich message its cards and suggestions below, and the SMS.
#[component]
pub fn Bubble(#[prop(into)] mobile: Signal<RenderedMobile>) -> impl IntoView {
    let t = texts();
    let text = move || mobile.with(|mobile| mobile.text.clone());
    let title = move || mobile.with(|mobile| mobile.title.clone());
    let media = move || mobile.with(|mobile| mobile.media_url.clone());
    let rcs = move || mobile.with(|mobile| mobile.rcs.clone());
    let is_bare = move || mobile.with(|it| it.text.is_empty() && it.title.is_empty() && it.media_url.is_empty());
    let is_empty = move || is_bare() && rcs().is_none_or(|rcs| rcs.cards.is_empty());
    // Cards need no bubble beside them.
    let has_bubble = move || !is_bare() || is_empty();
    view! {
        <div class="handset">
            {move || has_bubble().then(|| view! {
            <div class="bubble" data-empty=is_empty().to_string()>
                {move || Some(media()).filter(|it| !it.is_empty()).map(|address| view! {
                    <p class="picture-place"><span>{t.mobile_step.media}</span><code>{address}</code></p>
                })}
                {move || Some(title()).filter(|it| !it.is_empty()).map(|title| view! { <p class="bubble-title">{title}</p> })}
                <p class="bubble-text">{move || if is_empty() { t.mobile_step.nothing_yet.to_owned() } else { text() }}</p>
            </div>
            })}
            {move || rcs().map(|rcs| view! { <Rich rcs=rcs.clone()/><AsSms text=rcs.fallback_text/> })}
        </div>
    }
}

/// How many messages the text is paid as. An MMS is one, however long.
#[component]
pub fn MessagesCost(#[prop(into)] mobile: Signal<RenderedMobile>) -> impl IntoView {
    let t = texts();
    move || {
        mobile.with(|mobile| match (mobile.kind, segments::count(&mobile.as_sms().text).parts) {
            (MobileKind::Rcs, 1) => t.rcs_step.cost_one.to_owned(),
            (MobileKind::Rcs, parts) => t.rcs_step.cost(parts),
            (MobileKind::Mms, _) => t.mobile_step.cost_mms.to_owned(),
            (MobileKind::Sms, 1) => t.mobile_step.cost_one.to_owned(),
            (MobileKind::Sms, parts) => t.mobile_step.cost(parts),
        })
    }
}
