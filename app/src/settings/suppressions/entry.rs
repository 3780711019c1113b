//! What both lists share: the fields of a new entry, and the filter.

use std::sync::Arc;

use leptos::prelude::*;
use leptos_router::components::{A, Form};
use leptos_router::hooks::{use_location, use_query_map};

use crate::failure::ServerFailure;
use crate::i18n::texts;
use crate::ui::{SelectField, TextField, drop_empty};

/// Address or domain, and why.
#[component]
pub fn EntryFields(failure: Signal<Option<ServerFailure>>) -> impl IntoView {
    let t = texts();
    view! {
        <TextField
            path="entry" label=t.suppressions.entry hint=t.suppressions.entry_hint required=true
            placeholder="ann@example.com" failure
        />
        <TextField path="comment" label=t.suppressions.comment hint=t.suppressions.comment_hint failure/>
    }
}

/// A plain form that asks for this page with other filters. `kinds`: words and names; none: nothing to choose.
#[component]
pub fn Filter(list: &'static str, #[prop(optional)] kinds: Vec<(String, String)>) -> impl IntoView {
    let t = texts();
    let path = use_location().pathname.get_untracked();
    let query = use_query_map();
    let value = move |name: &'static str| query.with(|query| query.get(name).unwrap_or_default());
    let kinds = StoredValue::new(kinds);
    let is_filtered = move || !value("start").is_empty() || !value("kind").is_empty();
    let all = format!("{path}?list={list}");
    view! {
        <Form method="GET" action="" on_form_data=Arc::new(drop_empty) attr:class="filters" attr:role="search" attr:aria-label=t.suppressions.search>
            <input type="hidden" name="list" value=list/>
            {move || view! { <TextField path="start" label=t.suppressions.starts_with value=value("start")/> }}
            {move || (!kinds.with_value(Vec::is_empty)).then(|| view! {
                <SelectField path="kind" label=t.suppressions.kind value=value("kind") options=kinds.get_value()/>
            })}
            <div class="row filter-actions">
                <button type="submit" class="button button-secondary">{t.common.filter}</button>
                {move || is_filtered().then(|| view! { <A href=all.clone() attr:class="quiet-link">{t.common.clear_filters}</A> })}
            </div>
        </Form>
    }
}

/// What a form of these fields gives to the engine.
#[cfg(feature = "ssr")]
pub mod server {
    use domain::{Failure, Fault};
    use engine::suppressions::NewEntry;
    use engine::{Error, Result};

    pub fn new_entry(entry: &str, comment: String, by: &str) -> Result<NewEntry> {
        let listed = entry.parse().map_err(|fault: Fault| Failure::from(fault.under("entry")))?;
        Ok(NewEntry { listed, comment, by: by.to_owned() })
    }

    /// The form has one entry: its faults are at its fields.
    pub fn of_form(error: Error) -> Error {
        match error {
            Error::Failure(Failure::Invalid { mut faults }) => {
                for fault in &mut faults.0 {
                    if let Some(field) = fault.path.strip_prefix("[0].") {
                        fault.path = field.to_owned();
                    }
                }
                Failure::Invalid { faults }.into()
            }
            other => other,
        }
    }
}
