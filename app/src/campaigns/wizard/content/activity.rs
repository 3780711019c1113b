//! The templates of a live activity.

use domain::live_activity::{ActivityContent, ActivityEvent};
use leptos::prelude::*;

use super::drawing::Drawing;
use crate::expressions::ExpressionField;
use crate::failure::ServerFailure;
use crate::i18n::texts;
use crate::ui::TextField;

/// Id of the list of events that the field proposes.
const EVENTS: &str = "activity-events";

/// What is done with which activity, what it shows, and for how long.
#[component]
pub fn ActivityFields(
    content: ActivityContent,
    drawing: Drawing,
    failure: Signal<Option<ServerFailure>>,
) -> impl IntoView {
    let t = texts();
    let write = move |put: fn(&mut ActivityContent, String)| {
        Callback::new(move |text| drawing.change_push(|content| put(&mut content.activity, text)))
    };
    view! {
        <TextField
            path="content.activity.event" name="fields[activity][event]" label=t.live_activity.event
            hint=t.live_activity.event_hint value=content.event required=true list=EVENTS failure
            on_input=write(|activity, text| activity.event = text)
        />
        <datalist id=EVENTS>
            {ActivityEvent::ALL.iter().map(|event| view! { <option value=event.as_str()></option> }).collect_view()}
        </datalist>
        <ExpressionField
            path="content.activity.id" name="fields[activity][id]" label=t.live_activity.id hint=t.live_activity.id_hint
            value=content.id failure on_input=write(|activity, text| activity.id = text)
        />
        <ExpressionField
            path="content.activity.state" name="fields[activity][state]" label=t.live_activity.state
            hint=t.live_activity.state_hint value=content.state rows=6 source=true failure
            on_input=write(|activity, text| activity.state = text)
        />
        <ExpressionField
            path="content.activity.attributesType" name="fields[activity][attributesType]"
            label=t.live_activity.attributes_type hint=t.live_activity.attributes_type_hint value=content.attributes_type failure
            on_input=write(|activity, text| activity.attributes_type = text)
        />
        <ExpressionField
            path="content.activity.attributes" name="fields[activity][attributes]" label=t.live_activity.attributes
            hint=t.live_activity.attributes_hint value=content.attributes rows=4 source=true failure
            on_input=write(|activity, text| activity.attributes = text)
        />
        <ExpressionField
            path="content.activity.staleDate" name="fields[activity][staleDate]" label=t.live_activity.stale_date
            hint=t.live_activity.stale_date_hint value=content.stale_date failure
            on_input=write(|activity, text| activity.stale_date = text)
        />
        <ExpressionField
            path="content.activity.dismissalDate" name="fields[activity][dismissalDate]" label=t.live_activity.dismissal_date
            hint=t.live_activity.dismissal_date_hint value=content.dismissal_date failure
            on_input=write(|activity, text| activity.dismissal_date = text)
        />
        <ExpressionField
            path="content.activity.relevanceScore" name="fields[activity][relevanceScore]"
            label=t.live_activity.relevance_score hint=t.live_activity.relevance_score_hint value=content.relevance_score failure
            on_input=write(|activity, text| activity.relevance_score = text)
        />
        <ExpressionField
            path="content.activity.inputChannel" name="fields[activity][inputChannel]" label=t.live_activity.input_channel
            hint=t.live_activity.input_channel_hint value=content.input_channel failure
            on_input=write(|activity, text| activity.input_channel = text)
        />
    }
}
