//! How much a client may call: its own numbers, or those of the settings.

use domain::api_client::ApiClient;
use leptos::prelude::*;

use super::SetLimits;
use crate::i18n::texts;
use crate::ui::{Button, Confirmation, TextField, answers, failure_of};

/// The limits in words; nothing where a client has none of its own.
#[component]
pub fn LimitsText<'a>(client: &'a ApiClient) -> impl IntoView + use<> {
    let t = texts();
    let words = |limit: Option<u32>, words: fn(u32) -> String, none: &'static str| {
        limit.map(|limit| if limit == 0 { none.to_owned() } else { words(limit) })
    };
    let second = words(client.limits.requests_per_second, |n| texts().api_clients.per_second(n), t.api_clients.no_rate);
    let day = words(client.limits.requests_per_day, |n| texts().api_clients.per_day(n), t.api_clients.no_quota);
    if second.is_none() && day.is_none() {
        return view! { <span class="hint">{t.api_clients.limits_of_settings}</span> }.into_any();
    }
    view! {
        {second.map(|words| view! { <div>{words}</div> })}
        {day.map(|words| view! { <div>{words}</div> })}
    }
    .into_any()
}

/// The button and its panel: two numbers.
#[component]
pub fn Limits(client: ApiClient, set_limits: ServerAction<SetLimits>) -> impl IntoView {
    let t = texts();
    let failure = failure_of(set_limits.value());
    let typed = |limit: Option<u32>| limit.map(|limit| limit.to_string()).unwrap_or_default();
    let id = client.id.to_string();
    view! {
        <Confirmation
            id=format!("limits-{id}") label=t.api_clients.limits name=t.api_clients.limits_of(&client.name)
            answers=answers(set_limits)
        >
            <p>{t.api_clients.limits_about}</p>
            <ActionForm action=set_limits>
                <input type="hidden" name="sandbox" value=client.sandbox.to_string()/>
                <input type="hidden" name="client" value=id.clone()/>
                <TextField
                    path=format!("requestsPerSecond-{id}") name="limits[requests_per_second]" kind="number"
                    label=t.api_clients.requests_per_second value=typed(client.limits.requests_per_second) failure
                />
                <TextField
                    path=format!("requestsPerDay-{id}") name="limits[requests_per_day]" kind="number"
                    label=t.api_clients.requests_per_day value=typed(client.limits.requests_per_day) failure
                />
                <Button pending=set_limits.pending()>{t.api_clients.set_limits}</Button>
            </ActionForm>
        </Confirmation>
    }
}
