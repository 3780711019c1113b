//! What went wrong with a form, above its fields.

use domain::Fault;
use leptos::html::Div;
use leptos::prelude::*;
use wasm_bindgen::JsCast as _;

use super::field_id;
use crate::failure::{Answer, ServerFailure};
use crate::field_names::field_name;
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

/// Says what went wrong, and names and links each field. Takes the focus when it appears.
#[component]
pub fn FormFailure(
    #[prop(into)] failure: Signal<Option<ServerFailure>>,
    /// What is said above the faults of fields, when the form saves nothing.
    #[prop(optional)]
    lead: Option<&'static str>,
) -> impl IntoView {
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
            let text = lead.filter(|_| !faults.is_empty()).map_or_else(|| failure.text(), ToOwned::to_owned);
            view! {
                <div class="notice notice-failed" role="alert" tabindex="-1" node_ref=place>
                    <p>{text}</p>
                    <ul>
                        {faults.into_iter().map(|fault| view! { <FaultLine fault/> }).collect_view()}
                    </ul>
                </div>
            }
        })
    }
}

/// The field's name as a link to it, and what is wrong with it.
#[component]
fn FaultLine(fault: Fault) -> impl IntoView {
    let text = fault_text(&fault);
    let Some(name) = field_name(&fault.path) else { return view! { <li>{text}</li> }.into_any() };
    let id = field_id(&fault.path);
    let href = format!("#{id}");
    view! { <li><a href=href rel="external" on:click=move |_| show_panel_of(&id)>{name}</a>": "{text}</li> }.into_any()
}

/// A field in a closed panel is shown before the browser goes to it.
fn show_panel_of(field: &str) {
    let field = document().get_element_by_id(field);
    let panel = field.and_then(|field| field.closest("[popover]").ok().flatten());
    if let Some(panel) = panel.and_then(|panel| panel.dyn_into::<web_sys::HtmlElement>().ok()) {
        // Refused only where it is open already.
        drop(panel.show_popover());
    }
}

/// A message in a box. `kind`: `ok`, `waiting`, `warning`, `failed` or `info`.
#[component]
pub fn Notice(#[prop(default = "info")] kind: &'static str, children: Children) -> impl IntoView {
    view! { <div class=format!("notice notice-{kind}") role="status">{children()}</div> }
}
