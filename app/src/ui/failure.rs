//! What went wrong with a form, above its fields.

use leptos::html::Div;
use leptos::prelude::*;

use super::field_id;
use crate::failure::{Answer, ServerFailure};
use crate::i18n::fault_text;

/// The failure of an action's last call, for [`FormFailure`] and the fields: `failure_of(action.value())`.
pub fn failure_of<T>(
    value: impl Get<Value = Option<Answer<T>>> + Send + Sync + Copy + 'static,
) -> Signal<Option<ServerFailure>>
where
    T: Clone + Send + Sync + 'static,
{
    Signal::derive(move || value.get().and_then(Result::err))
}

/// Says what went wrong and links to each field. Takes the focus when it appears.
#[component]
pub fn FormFailure(#[prop(into)] failure: Signal<Option<ServerFailure>>) -> impl IntoView {
    let place = NodeRef::<Div>::new();
    Effect::new(move || {
        if failure.get().is_some()
            && let Some(place) = place.get()
        {
            // Nothing is lost when the browser refuses.
            let _ = place.focus();
        }
    });
    move || {
        failure.get().map(|failure| {
            let faults = failure.faults().0;
            view! {
                <div class="notice notice-failed" role="alert" tabindex="-1" node_ref=place>
                    <p>{failure.text()}</p>
                    <ul>
                        {faults
                            .into_iter()
                            .map(|fault| {
                                let id = field_id(&fault.path);
                                view! { <li><a href=format!("#{id}") rel="external">{fault_text(&fault)}</a></li> }
                            })
                            .collect_view()}
                    </ul>
                </div>
            }
        })
    }
}

/// A message in a box. `kind`: `ok`, `waiting`, `warning`, `failed` or `info`.
#[component]
pub fn Notice(#[prop(default = "info")] kind: &'static str, children: Children) -> impl IntoView {
    view! { <div class=format!("notice notice-{kind}") role="status">{children()}</div> }
}
