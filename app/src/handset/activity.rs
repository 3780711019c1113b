//! A live activity. What it looks like is the app's affair: shown is what it gets.

use domain::content::RenderedPush;
use domain::live_activity::{ActivityEvent, ActivityTime, RenderedActivity};
use leptos::prelude::*;
use serde_json::{Map, Value};

use crate::i18n::texts;
use crate::ui::{Fact, Facts};

/// The card on a lock screen: what was done with which activity, and its state.
#[component]
pub fn ActivityCard(push: RenderedPush) -> impl IntoView {
    let t = texts();
    let activity = push.activity.unwrap_or_default();
    let done = match activity.event {
        ActivityEvent::Start => t.live_activity.started,
        ActivityEvent::Update => t.live_activity.updated,
        ActivityEvent::End => t.live_activity.ended,
    };
    let state = activity.state.as_ref().map_or_else(|| t.live_activity.unchanged.to_owned(), pretty);
    view! {
        <div class="notification" data-empty="false">
            <p class="notification-app">
                <span class="notification-icon" aria-hidden="true"></span>
                <span>{t.live_activity.kind}</span>
                <span class="notification-when">{done}</span>
            </p>
            {(!push.title.is_empty()).then(|| view! { <p class="notification-title">{push.title.clone()}</p> })}
            {(!push.body.is_empty()).then(|| view! { <p class="notification-body">{push.body.clone()}</p> })}
            <pre class="rendered-source" tabindex="0" role="region" aria-label=t.live_activity.state>{state}</pre>
        </div>
    }
}

/// What it is called, its attributes, and how long it is shown.
#[component]
pub fn ActivityFacts(activity: RenderedActivity) -> impl IntoView {
    let t = texts();
    let attributes = if activity.attributes.is_empty() { String::new() } else { pretty(&activity.attributes) };
    let named = [
        (t.live_activity.event, activity.event.to_string()),
        (t.live_activity.id, activity.id),
        (t.live_activity.attributes_type, activity.attributes_type),
        (t.live_activity.attributes, attributes),
        (t.live_activity.input_channel, activity.input_channel),
        (t.live_activity.stale_date, time(activity.stale_date)),
        (t.live_activity.dismissal_date, time(activity.dismissal_date)),
        (t.live_activity.relevance_score, activity.relevance_score.map(|score| score.to_string()).unwrap_or_default()),
    ];
    let named = named.into_iter().filter(|(_, value)| !value.is_empty());
    view! { <Facts>{named.map(|(name, value)| view! { <Fact name><code>{value}</code></Fact> }).collect_view()}</Facts> }
}

fn time(time: Option<ActivityTime>) -> String {
    time.map(|time| time.to_string()).unwrap_or_default()
}

fn pretty(object: &Map<String, Value>) -> String {
    serde_json::to_string_pretty(object).unwrap_or_default()
}
