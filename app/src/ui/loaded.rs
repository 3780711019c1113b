//! Waiting for what a page shows, and saying why it does not come.

use leptos::prelude::*;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::failure::{Answer, ServerFailure};
use crate::i18n::{fault_text, texts};

/// Shows `view` of what `resource` brings. Keeps the old view while it loads anew.
pub fn loaded<T, V>(
    resource: Resource<Answer<T>>,
    view: impl Fn(T) -> V + Clone + Send + Sync + 'static,
) -> impl IntoView
where
    T: Clone + Serialize + DeserializeOwned + Send + Sync + 'static,
    V: IntoView + 'static,
{
    view! {
        <Transition fallback=|| view! { <div class="skeleton" role="status"><span class="visually-hidden">{texts().common.loading}</span></div> }>
            {move || {
                let view = view.clone();
                Suspend::new(async move {
                    match resource.await {
                        Ok(value) => view(value).into_any(),
                        Err(failure) => view! { <LoadFailure failure/> }.into_any(),
                    }
                })
            }}
        </Transition>
    }
}

/// Why a page cannot show its content. "Try again" loads the page anew.
#[component]
fn LoadFailure(failure: ServerFailure) -> impl IntoView {
    let t = texts();
    #[cfg(feature = "ssr")]
    if let ServerFailure::Failure(failure) = &failure {
        crate::failure::set_status(failure);
    }
    // A filter that cannot be: nothing was to be saved, so only what is wrong with it is said.
    let faults = failure.faults().0;
    let text =
        if faults.is_empty() { failure.text() } else { faults.iter().map(fault_text).collect::<Vec<_>>().join(" ") };
    view! {
        <div class="notice notice-failed" role="alert">
            <p>{text}</p>
            <p><a href="" rel="external">{t.common.try_again}</a></p>
        </div>
    }
}
