//! An address that leads nowhere.

use leptos::prelude::*;
use leptos_meta::Title;

use crate::i18n::texts;

/// Says so, with status 404.
#[component]
pub fn NotFoundPage() -> impl IntoView {
    let t = texts();
    #[cfg(feature = "ssr")]
    if let Some(response) = use_context::<leptos_axum::ResponseOptions>() {
        response.set_status(axum::http::StatusCode::NOT_FOUND);
    }
    view! {
        <Title text=t.common.not_found/>
        <main class="gate">
            <h1 class="gate-title">{t.common.not_found}</h1>
            <p>{t.common.not_found_hint}</p>
            <p><a href="/" rel="external" class="button">{t.common.home}</a></p>
        </main>
    }
}
