//! Waiting for what a page shows, and saying why it does not come.

use domain::{Failure, Faults};
use leptos::prelude::*;
use leptos_router::hooks::use_location;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::NotFound;
use crate::failure::{Answer, ServerFailure};
use crate::field_names::field_name;
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
                    let answer = resource.await;
                    #[cfg(feature = "ssr")]
                    second_look().await;
                    match answer {
                        Ok(value) => view(value).into_any(),
                        Err(failure) => view! { <LoadFailure failure/> }.into_any(),
                    }
                })
            }}
        </Transition>
    }
}

/// Is not ready when it is first looked at. Before the server draws what is suspended, Leptos looks at it in passing, to
/// find what else is to be awaited; a view that is already there then would be made twice, its resources too, and the
/// browser would find them under other numbers than it looks for.
#[cfg(feature = "ssr")]
async fn second_look() {
    use std::task::Poll;

    let mut looked = false;
    std::future::poll_fn(move |context| {
        if std::mem::replace(&mut looked, true) {
            return Poll::Ready(());
        }
        context.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}

/// Why a page cannot show its content, and the way on.
#[component]
fn LoadFailure(failure: ServerFailure) -> impl IntoView {
    let t = texts();
    #[cfg(feature = "ssr")]
    if let ServerFailure::Failure(failure) = &failure {
        crate::failure::set_status(failure);
    }
    let here = use_location().pathname;
    let (text, way_on) = match &failure {
        ServerFailure::Failure(Failure::NotFound { .. }) => {
            return view! { <NotFound text=failure.text()/> }.into_any();
        }
        // A filter that cannot be: nothing was to be saved, so only what is wrong with it is said.
        ServerFailure::Failure(Failure::Invalid { faults }) => {
            let all = here.get_untracked();
            (in_words(faults), Some(view! { <a href=all>{t.common.clear_filters}</a> }.into_any()))
        }
        ServerFailure::Failure(Failure::NotPermitted) => (failure.text(), None),
        // Loading the page anew leads to the sign-in and back.
        ServerFailure::Failure(Failure::Unauthenticated { .. }) => {
            (failure.text(), Some(view! { <a href="" rel="external">{t.session.sign_in}</a> }.into_any()))
        }
        _ => (failure.text(), Some(view! { <a href="" rel="external">{t.common.try_again}</a> }.into_any())),
    };
    view! {
        <div class="notice notice-failed" role="alert">
            <p>{text}</p>
            {way_on.map(|way_on| view! { <p>{way_on}</p> })}
        </div>
    }
    .into_any()
}

fn in_words(faults: &Faults) -> String {
    let line = |fault: &domain::Fault| match field_name(&fault.path) {
        Some(name) => format!("{name}: {}", fault_text(fault)),
        None => fault_text(fault),
    };
    faults.0.iter().map(line).collect::<Vec<_>>().join(" ")
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use any_spawner::Executor;
    use futures::StreamExt as _;

    use super::*;

    #[tokio::test]
    async fn what_is_there_at_once_is_drawn_once() {
        // Another test may have done so.
        let _ = Executor::init_tokio();
        let drawn = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&drawn);
        let owner = Owner::new();
        let html = owner.with(|| {
            let resource = Resource::new(|| (), async |()| Answer::Ok(7));
            let view = loaded(resource, move |value| {
                count.fetch_add(1, Ordering::Relaxed);
                value.to_string()
            });
            view.to_html_stream_in_order()
        });
        assert!(html.collect::<String>().await.contains('7'));
        assert_eq!(drawn.load(Ordering::Relaxed), 1);
    }
}
