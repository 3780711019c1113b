//! The filters of the list. They live in the address, so any view can be sent as a link.

use std::sync::Arc;

use domain::inbound::InboundFilter;
use domain::keywords::Meaning;
use leptos::prelude::*;
use leptos_router::components::{A, Form};
use leptos_router::hooks::{use_location, use_query_map};
use leptos_router::params::ParamsMap;
use web_sys::FormData;

use super::words::meaning_name;
use super::{ConfigurationChoice, list_reply_configurations};
use crate::i18n::texts;
use crate::layout::sandbox_name;
use crate::messages::show_values_of_address;
use crate::ui::{SelectField, TextField, drop_empty, loaded};

const FORM: &str = "reply-filters";

/// Filter and cursor of this page's address.
pub fn wanted() -> Memo<(InboundFilter, String)> {
    let query = use_query_map();
    Memo::new(move |_| query.with(|query| (filter_of(query), query.get("cursor").unwrap_or_default())))
}

fn filter_of(query: &ParamsMap) -> InboundFilter {
    let value = |name: &str| query.get(name).map(|value| value.trim().to_owned()).unwrap_or_default();
    InboundFilter { configuration_id: value("configuration"), meaning: value("meaning"), number: value("number") }
}

/// A plain form that asks for this page with other filters.
#[component]
pub fn Filters() -> impl IntoView {
    let sandbox = sandbox_name();
    let choices = Resource::new(move || sandbox.get(), list_reply_configurations);
    let wanted = wanted();
    Effect::new(move || {
        wanted.track();
        show_values_of_address(FORM);
    });
    loaded(choices, move |choices| move || view! { <FilterForm choices=choices.clone() filter=wanted.get().0/> })
}

#[component]
fn FilterForm(choices: Vec<ConfigurationChoice>, filter: InboundFilter) -> impl IntoView {
    let t = texts();
    let is_filtered = filter != InboundFilter::default();
    let path = use_location().pathname.get_untracked();
    let all = (String::new(), t.messages.all.to_owned());
    let configurations = choices.into_iter().map(|choice| (choice.id, choice.name));
    let configurations = [all.clone()].into_iter().chain(configurations).collect();
    let meanings = Meaning::ALL.iter().map(|meaning| (meaning.to_string(), meaning_name(*meaning, t).to_owned()));
    let meanings = [all].into_iter().chain(meanings).collect();
    view! {
        <Form
            method="GET" action="" on_form_data=Arc::new(|form: &FormData| drop_empty(form)) attr:class="filters" attr:id=FORM
            attr:role="search" attr:aria-label=t.messages.filters
        >
            <SelectField path="configuration" label=t.messages.configuration value=filter.configuration_id options=configurations/>
            <SelectField path="meaning" label=t.replies.taken_for value=filter.meaning options=meanings/>
            <TextField path="number" label=t.replies.number value=filter.number placeholder="+821012345678"/>
            <div class="row filter-actions">
                <button type="submit" class="button button-secondary">{t.common.filter}</button>
                {is_filtered.then(|| view! { <A href=path attr:class="quiet-link">{t.common.clear_filters}</A> })}
            </div>
        </Form>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_filters_of_an_address_are_read_without_the_spaces_around_them() {
        let mut query = ParamsMap::new();
        query.insert("meaning", "stop".to_owned());
        query.insert("number", " +821012345678 ".to_owned());
        let expected = InboundFilter { meaning: "stop".into(), number: "+821012345678".into(), ..Default::default() };
        assert_eq!(filter_of(&query), expected);
    }
}
