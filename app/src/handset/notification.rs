//! A push notification.

use domain::content::{ClickAction, PushKind, PushPriority, RenderedPush};
use leptos::prelude::*;

use super::activity::{ActivityCard, ActivityFacts};
use crate::i18n::texts;
use crate::ui::{Fact, Facts};

/// The card on a lock screen, and below it what nobody sees: where a touch leads, badge, sound, data.
#[component]
pub fn Notification(#[prop(into)] push: Signal<RenderedPush>) -> impl IntoView {
    let t = texts();
    view! {
        <div class="handset">
            {move || match push.with(|push| push.kind) {
                PushKind::Silent => view! { <p class="handset-none">{t.push_step.silent_shown}</p> }.into_any(),
                PushKind::Message => view! { <Card push=push.get()/> }.into_any(),
                PushKind::LiveActivity => view! { <ActivityCard push=push.get()/> }.into_any(),
            }}
        </div>
        {move || view! { <Unseen push=push.get()/> }}
    }
}

#[component]
fn Card(push: RenderedPush) -> impl IntoView {
    let t = texts();
    let is_empty = push.title.is_empty() && push.body.is_empty();
    let badge = push.badge.filter(|badge| *badge > 0);
    view! {
        <div class="notification" data-empty=is_empty.to_string()>
            <p class="notification-app">
                <span class="notification-icon" aria-hidden="true"></span>
                <span>{t.push_step.your_app}</span>
                {badge.map(|badge| view! {
                    <span class="notification-badge"><span class="visually-hidden">{t.push_step.badge}" "</span>{badge}</span>
                })}
                <span class="notification-when">{t.push_step.now}</span>
            </p>
            {(!push.title.is_empty()).then(|| view! { <p class="notification-title">{push.title.clone()}</p> })}
            <p class="notification-body">{if is_empty { t.push_step.nothing_yet.to_owned() } else { push.body.clone() }}</p>
            {(!push.image_url.is_empty()).then(|| view! {
                <p class="picture-place"><span>{t.push_step.image}</span><code>{push.image_url.clone()}</code></p>
            })}
        </div>
    }
}

/// Only what differs from nothing.
#[component]
fn Unseen(push: RenderedPush) -> impl IntoView {
    let t = texts();
    let is_seen = push.kind == PushKind::Message;
    let priority = (push.priority == PushPriority::Normal).then_some(t.push_step.priority_normal);
    let touch = match push.click_action {
        ClickAction::OpenApp => t.push_step.open_app.to_owned(),
        ClickAction::DeepLink | ClickAction::WebUrl => push.click_url.clone(),
    };
    let named = [
        (t.push_step.sound, push.sound),
        (t.push_step.collapse_key, push.collapse_key),
        (t.push_step.ios_thread, push.ios_thread),
        (t.push_step.android_channel, push.android_channel),
    ];
    let named = named.into_iter().filter(|(_, value)| !value.is_empty());
    let activity = push.activity.map(|activity| view! { <ActivityFacts activity=*activity/> });
    let data = (!push.data.is_empty()).then(|| view! { <DataTable data=push.data.into_iter().collect()/> });
    view! {
        <Facts>
            {is_seen.then(|| view! { <Fact name=t.push_step.click_action>{touch}</Fact> })}
            {priority.map(|priority| view! { <Fact name=t.push_step.priority>{priority}</Fact> })}
            {named.map(|(name, value)| view! { <Fact name>{value}</Fact> }).collect_view()}
        </Facts>
        {activity}
        {data}
    }
}

#[component]
fn DataTable(data: Vec<(String, String)>) -> impl IntoView {
    let t = texts();
    view! {
        <div class="table-frame" role="region" tabindex="0" aria-label=t.push_step.data>
            <table class="table headers">
                <caption class="visually-hidden">{t.push_step.data}</caption>
                <thead><tr><th scope="col">{t.push_step.data_name}</th><th scope="col">{t.push_step.data_value}</th></tr></thead>
                <tbody>
                    {data
                        .into_iter()
                        .map(|(name, value)| view! { <tr><th scope="row"><code>{name}</code></th><td>{value}</td></tr> })
                        .collect_view()}
                </tbody>
            </table>
        </div>
    }
}
