//! The templates of a notification.

use domain::content::{ClickAction, PushContent, PushKind, PushPriority};
use leptos::prelude::*;

use super::activity::ActivityFields;
use super::data_field::DataField;
use super::drawing::Drawing;
use crate::expressions::ExpressionField;
use crate::failure::ServerFailure;
use crate::i18n::texts;
use crate::ui::{Choice, ChoiceField, SelectField, TextField};

/// Kind, what is seen (which the style hides when it is silent, so that this needs no program), data, and the rest.
#[component]
pub fn PushFields(content: PushContent, drawing: Drawing, failure: Signal<Option<ServerFailure>>) -> impl IntoView {
    let t = texts();
    let choose = Callback::new(move |word: String| {
        drawing.change_push(|content| content.kind = word.parse().unwrap_or_default());
    });
    view! {
        <div class="stack push-fields">
            <ChoiceField
                path="content.kind" name="fields[kind]" legend=t.push_step.kind value=content.kind.as_str() choices=kinds()
                failure on_input=choose
            />
            <div class="stack only-activity">
                <ActivityFields content=(*content.activity).clone() drawing failure/>
            </div>
            <div class="stack only-seen">
                <ShownFields content=content.clone() drawing failure/>
            </div>
            <div class="stack only-seen no-activity">
                <TouchFields content=content.clone() drawing failure/>
            </div>
            <div class="stack no-activity">
                <DataField data=content.data.clone() drawing failure/>
            </div>
            <MoreFields content drawing failure/>
        </div>
    }
}

fn kinds() -> Vec<Choice> {
    let t = texts();
    let choice = |kind: PushKind, label, meaning| Choice { word: kind.as_str(), label, meaning };
    vec![
        choice(PushKind::Message, t.push_step.message, t.push_step.message_meaning),
        choice(PushKind::Silent, t.push_step.silent, t.push_step.silent_meaning),
        choice(PushKind::LiveActivity, t.live_activity.kind, t.live_activity.kind_meaning),
    ]
}

/// What the person sees and hears; of a live activity, its alert.
#[component]
fn ShownFields(content: PushContent, drawing: Drawing, failure: Signal<Option<ServerFailure>>) -> impl IntoView {
    let t = texts();
    let is_seen = content.kind == PushKind::Message;
    view! {
        <ExpressionField
            path="content.title" name="fields[title]" label=t.push_step.title value=content.title required=is_seen failure
            on_input=Callback::new(move |text| drawing.change_push(|content| content.title = text))
        />
        <ExpressionField
            path="content.body" name="fields[body]" label=t.push_step.body value=content.body rows=3 required=is_seen failure
            on_input=Callback::new(move |text| drawing.change_push(|content| content.body = text))
        />
        <p class="hint only-activity">{t.live_activity.alert_hint}</p>
        <TextField
            path="content.sound" name="fields[sound]" label=t.push_step.sound hint=t.push_step.sound_hint value=content.sound failure
            on_input=Callback::new(move |text| drawing.change_push(|content| content.sound = text))
        />
    }
}

/// Where a touch leads, picture and badge.
#[component]
fn TouchFields(content: PushContent, drawing: Drawing, failure: Signal<Option<ServerFailure>>) -> impl IntoView {
    let t = texts();
    let act = Callback::new(move |word: String| {
        drawing.change_push(|content| content.click_action = word.parse().unwrap_or_default());
    });
    view! {
        <SelectField
            path="content.clickAction" name="fields[clickAction]" label=t.push_step.click_action
            value=content.click_action.as_str() options=click_actions() failure on_input=act
        />
        <div class="only-address">
            <ExpressionField
                path="content.clickUrl" name="fields[clickUrl]" label=t.push_step.click_url hint=t.push_step.click_url_hint
                value=content.click_url required=true failure
                on_input=Callback::new(move |text| drawing.change_push(|content| content.click_url = text))
            />
        </div>
        <ExpressionField
            path="content.imageUrl" name="fields[imageUrl]" label=t.push_step.image hint=t.push_step.image_hint
            value=content.image_url failure
            on_input=Callback::new(move |text| drawing.change_push(|content| content.image_url = text))
        />
        <ExpressionField
            path="content.badge" name="fields[badge]" label=t.push_step.badge hint=t.push_step.badge_hint value=content.badge failure
            on_input=Callback::new(move |text| drawing.change_push(|content| content.badge = text))
        />
    }
}

fn click_actions() -> Vec<(String, String)> {
    let t = texts();
    let name = |action: &ClickAction| match action {
        ClickAction::OpenApp => t.push_step.open_app,
        ClickAction::DeepLink => t.push_step.deep_link,
        ClickAction::WebUrl => t.push_step.web_url,
    };
    ClickAction::ALL.iter().map(|action| (action.to_string(), name(action).to_owned())).collect()
}

/// How devices and services treat it.
#[component]
fn MoreFields(content: PushContent, drawing: Drawing, failure: Signal<Option<ServerFailure>>) -> impl IntoView {
    let t = texts();
    let hurry = Callback::new(move |word: String| {
        drawing.change_push(|content| content.priority = word.parse().unwrap_or_default());
    });
    view! {
        <h3>{t.push_step.more}</h3>
        <SelectField
            path="content.priority" name="fields[priority]" label=t.push_step.priority value=content.priority.as_str()
            options=priorities() failure on_input=hurry
        />
        <div class="stack no-activity">
            <ExpressionField
                path="content.collapseKey" name="fields[collapseKey]" label=t.push_step.collapse_key
                hint=t.push_step.collapse_key_hint value=content.collapse_key failure
                on_input=Callback::new(move |text| drawing.change_push(|content| content.collapse_key = text))
            />
            <TextField
                path="content.iosThread" name="fields[iosThread]" label=t.push_step.ios_thread hint=t.push_step.ios_thread_hint
                value=content.ios_thread failure
                on_input=Callback::new(move |text| drawing.change_push(|content| content.ios_thread = text))
            />
            <TextField
                path="content.androidChannel" name="fields[androidChannel]" label=t.push_step.android_channel
                hint=t.push_step.android_channel_hint value=content.android_channel failure
                on_input=Callback::new(move |text| drawing.change_push(|content| content.android_channel = text))
            />
        </div>
    }
}

fn priorities() -> Vec<(String, String)> {
    let t = texts();
    let name = |priority: &PushPriority| match priority {
        PushPriority::High => t.push_step.priority_high,
        PushPriority::Normal => t.push_step.priority_normal,
    };
    PushPriority::ALL.iter().map(|priority| (priority.to_string(), name(priority).to_owned())).collect()
}
