//! The filters of the log. They live in the address, so any view can be sent as a link.

use std::sync::Arc;

use domain::channel_configuration::Channel;
use domain::eligibility::Exclusion;
use domain::execution::ExecutionStatus;
use domain::message::{LogFilter, MessageKind, MessageState};
use leptos::prelude::*;
use leptos_router::components::{A, Form};
use leptos_router::hooks::{use_location, use_query_map};
use leptos_router::params::ParamsMap;
use web_sys::FormData;

use super::calls::{CampaignChoice, list_campaign_choices};
use super::states::{status_word, word_of};
use crate::channel::channel_short;
use crate::i18n::texts;
use crate::layout::sandbox_name;
use crate::reasons::reason_text;
use crate::ui::{SelectField, TextField, drop_empty, loaded, zone_of_browser};

const FORM: &str = "log-filters";

/// What is listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Listed {
    Executions,
    Messages,
}

/// Filter and cursor of this page's address.
pub fn wanted() -> Memo<(LogFilter, String)> {
    let query = use_query_map();
    Memo::new(move |_| query.with(|query| (filter_of(query), query.get("cursor").unwrap_or_default())))
}

fn filter_of(query: &ParamsMap) -> LogFilter {
    let value = |name: &str| query.get(name).map(|value| value.trim().to_owned()).unwrap_or_default();
    let (from, until) = (value("from"), value("until"));
    // Says nothing where there is no time.
    let zone = if from.is_empty() && until.is_empty() { String::new() } else { value("zone") };
    LogFilter {
        campaign_id: value("campaign"),
        execution_id: String::new(),
        state: value("state"),
        reason: value("reason"),
        channel: value("channel"),
        kind: value("kind"),
        recipient: value("recipient"),
        request_id: value("request"),
        from,
        until,
        zone,
    }
}

/// A plain form that asks for this page with other filters.
#[component]
pub fn Filters(listed: Listed) -> impl IntoView {
    let sandbox = sandbox_name();
    let choices = Resource::new(move || sandbox.get(), list_campaign_choices);
    let wanted = wanted();
    Effect::new(move || {
        wanted.track();
        show_values_of_address(FORM);
    });
    loaded(choices, move |choices| move || view! { <FilterForm listed choices=choices.clone() filter=wanted.get().0/> })
}

/// After "back" or "clear", fields show what the address says and not what was typed before.
pub(crate) fn show_values_of_address(form: &'static str) {
    #[cfg(not(target_arch = "wasm32"))]
    let _ = form;
    #[cfg(target_arch = "wasm32")]
    request_animation_frame(move || {
        use leptos::wasm_bindgen::JsCast as _;
        if let Some(form) = document().get_element_by_id(form)
            && let Ok(form) = form.dyn_into::<leptos::web_sys::HtmlFormElement>()
        {
            form.reset();
        }
    });
}

#[component]
fn FilterForm(listed: Listed, choices: Vec<CampaignChoice>, filter: LogFilter) -> impl IntoView {
    let t = texts();
    let is_filtered = filter != LogFilter::default();
    let path = use_location().pathname.get_untracked();
    let campaigns = campaign_options(choices, &filter.campaign_id);
    let zone = zone_of_times(&filter.zone);
    let in_zone = move |label: &'static str| Signal::derive(move || format!("{label} ({})", zone.get()));
    view! {
        <Form method="GET" action="" on_form_data=Arc::new(keep_given) attr:class="filters" attr:id=FORM attr:role="search" attr:aria-label=t.messages.filters>
            <SelectField path="campaign" label=t.messages.campaign value=filter.campaign_id options=campaigns/>
            <SelectField path="state" label=t.messages.state value=filter.state options=state_options(listed)/>
            {(listed == Listed::Messages)
                .then(|| view! { <SelectField path="reason" label=t.messages.reason value=filter.reason options=reason_options()/> })}
            {(listed == Listed::Messages)
                .then(|| view! { <SelectField path="channel" label=t.channels.channel value=filter.channel options=channel_options()/> })}
            {(listed == Listed::Messages)
                .then(|| view! { <SelectField path="kind" label=t.messages.kind value=filter.kind options=kind_options()/> })}
            {(listed == Listed::Messages)
                .then(|| view! { <TextField path="recipient" label=t.messages.recipient value=filter.recipient placeholder=t.messages.recipient_start/> })}
            <TextField path="request" label=t.messages.request_id value=filter.request_id/>
            <TextField path="from" label=in_zone(t.messages.from) kind="datetime-local" value=filter.from/>
            <TextField path="until" label=in_zone(t.messages.until) kind="datetime-local" value=filter.until/>
            <input type="hidden" name="zone" value=move || zone.get()/>
            <div class="row filter-actions">
                <button type="submit" class="button button-secondary">{t.common.filter}</button>
                {is_filtered.then(|| view! { <A href=path attr:class="quiet-link">{t.common.clear_filters}</A> })}
            </div>
        </Form>
    }
}

/// The zone that the times of the address are meant in, so that a link means the same to whoever opens it. When there
/// are none: the reader's own, as in the lists; UTC as long as no program knows it.
fn zone_of_times(given: &str) -> ReadSignal<String> {
    let is_given = !given.is_empty();
    let zone = RwSignal::new(if is_given { given.to_owned() } else { "UTC".to_owned() });
    Effect::new(move || {
        if let Some(own) = zone_of_browser().filter(|_| !is_given) {
            zone.set(own);
        }
    });
    zone.read_only()
}

/// What goes into the address: no empty filter, and a zone only with a time.
fn keep_given(form: &FormData) {
    drop_empty(form);
    if !form.has("from") && !form.has("until") {
        form.delete("zone");
    }
}

/// The chosen campaign stays a choice even when it is not among the newest.
fn campaign_options(choices: Vec<CampaignChoice>, chosen: &str) -> Vec<(String, String)> {
    let is_missing = !chosen.is_empty() && !choices.iter().any(|choice| choice.id == chosen);
    let all = (String::new(), texts().messages.all.to_owned());
    let missing = is_missing.then(|| (chosen.to_owned(), chosen.to_owned()));
    let listed = choices.into_iter().map(|choice| (choice.id, choice.name));
    [all].into_iter().chain(missing).chain(listed).collect()
}

fn channel_options() -> Vec<(String, String)> {
    let channels = Channel::ALL.iter().map(|channel| (channel.to_string(), channel_short(*channel).to_owned()));
    [(String::new(), texts().messages.all.to_owned())].into_iter().chain(channels).collect()
}

fn kind_options() -> Vec<(String, String)> {
    let t = &texts().messages;
    let kinds = MessageKind::ALL.iter().map(|kind| {
        let name = match kind {
            MessageKind::Campaign => t.kind_campaign,
            MessageKind::Proof => t.kind_proof,
        };
        (kind.to_string(), name.to_owned())
    });
    [(String::new(), t.all.to_owned())].into_iter().chain(kinds).collect()
}

/// Why a message was kept back.
fn reason_options() -> Vec<(String, String)> {
    let reasons = Exclusion::ALL.iter().map(|reason| (reason.to_string(), reason_text(reason.as_str())));
    [(String::new(), texts().messages.all.to_owned())].into_iter().chain(reasons).collect()
}

fn state_options(listed: Listed) -> Vec<(String, String)> {
    let t = texts();
    let states: Vec<(String, String)> = match listed {
        Listed::Messages => MessageState::ALL.iter().map(|it| (it.to_string(), word_of(*it, t).to_owned())).collect(),
        Listed::Executions => {
            ExecutionStatus::ALL.iter().map(|it| (it.to_string(), status_word(*it).to_owned())).collect()
        }
    };
    [(String::new(), t.messages.all.to_owned())].into_iter().chain(states).collect()
}

/// Shown beside the title of a first page that keeps itself up to date.
#[component]
pub fn LiveMark(connected: ReadSignal<bool>) -> impl IntoView {
    move || connected.get().then(|| view! { <span class="live-mark">{texts().messages.live}</span> })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_filters_of_an_address_are_read_without_the_spaces_around_them() {
        let mut query = ParamsMap::new();
        query.insert("state", "failed".to_owned());
        query.insert("reason", "opted_out".to_owned());
        query.insert("recipient", " ann@example.com ".to_owned());
        query.insert("execution", "UMA-1".to_owned());
        query.insert("zone", "Asia/Seoul".to_owned());
        let filter = filter_of(&query);
        let expected = LogFilter {
            state: "failed".into(),
            reason: "opted_out".into(),
            recipient: "ann@example.com".into(),
            ..LogFilter::default()
        };
        assert_eq!(filter, expected);
    }

    #[test]
    fn a_chosen_campaign_that_is_not_listed_is_still_shown_as_chosen() {
        let choices = vec![CampaignChoice { id: "cmp_a".into(), name: "Order".into() }];
        let words = |chosen| -> Vec<String> {
            campaign_options(choices.clone(), chosen).into_iter().map(|(word, _)| word).collect()
        };
        assert_eq!(words("cmp_a"), ["", "cmp_a"]);
        assert_eq!(words("cmp_b"), ["", "cmp_b", "cmp_a"]);
    }
}
