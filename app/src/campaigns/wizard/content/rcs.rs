//! What a rich message has beside text and media: what it shows, a place, and the SMS that goes instead.

use domain::rcs::{RcsContent, RcsKind};
use leptos::prelude::*;

use super::drawing::Drawing;
use super::rcs_cards::{Cards, MessageSuggestions};
use crate::expressions::ExpressionField;
use crate::failure::ServerFailure;
use crate::i18n::texts;
use crate::ui::{SelectField, TextField};

/// Text, media, card, carousel or location.
#[component]
pub fn RcsKindField(rcs: RcsContent, drawing: Drawing, failure: Signal<Option<ServerFailure>>) -> impl IntoView {
    let choose = Callback::new(move |word: String| {
        drawing.change_mobile(|content| content.rcs.kind = word.parse().unwrap_or_default());
    });
    view! {
        <SelectField
            path="content.rcs.kind" name="fields[rcs][kind]" label=texts().rcs_step.kind value=rcs.kind.as_str() options=kinds()
            failure on_input=choose
        />
    }
}

fn kinds() -> Vec<(String, String)> {
    let t = texts();
    let name = |kind: &RcsKind| match kind {
        RcsKind::Text => t.rcs_step.kind_text,
        RcsKind::Media => t.rcs_step.kind_media,
        RcsKind::Card => t.rcs_step.kind_card,
        RcsKind::Carousel => t.rcs_step.kind_carousel,
        RcsKind::Location => t.rcs_step.kind_location,
    };
    RcsKind::ALL.iter().map(|kind| (kind.to_string(), name(kind).to_owned())).collect()
}

/// The place, the cards, the suggestions, the SMS.
#[component]
pub fn RichFields(rcs: RcsContent, drawing: Drawing, failure: Signal<Option<ServerFailure>>) -> impl IntoView {
    view! {
        <div class="stack with-place"><PlaceFields rcs=rcs.clone() drawing failure/></div>
        <div class="with-cards"><Cards rcs=rcs.clone() drawing failure/></div>
        <MessageSuggestions rcs=rcs.clone() drawing failure/>
        <FallbackFields rcs drawing failure/>
    }
}

#[component]
fn PlaceFields(rcs: RcsContent, drawing: Drawing, failure: Signal<Option<ServerFailure>>) -> impl IntoView {
    let t = texts();
    view! {
        <ExpressionField
            path="content.rcs.place" name="fields[rcs][place]" label=t.rcs_step.place hint=t.rcs_step.place_hint value=rcs.place
            required=true failure on_input=Callback::new(move |text| drawing.change_mobile(|content| content.rcs.place = text))
        />
        <ExpressionField
            path="content.rcs.placeLabel" name="fields[rcs][placeLabel]" label=t.rcs_step.place_label
            hint=t.rcs_step.place_label_hint value=rcs.place_label required=true failure
            on_input=Callback::new(move |text| drawing.change_mobile(|content| content.rcs.place_label = text))
        />
    }
}

#[component]
fn FallbackFields(rcs: RcsContent, drawing: Drawing, failure: Signal<Option<ServerFailure>>) -> impl IntoView {
    let t = texts();
    view! {
        <TextField
            path="content.rcs.fallbackAfterMinutes" name="fields[rcs][fallbackAfterMinutes]" label=t.rcs_step.minutes
            hint=t.rcs_step.minutes_hint unit=t.rcs_step.minutes_unit value=rcs.fallback_after_minutes.to_string() failure
            on_input=Callback::new(move |text: String| drawing.change_mobile(|content| {
                content.rcs.fallback_after_minutes = text.trim().parse().unwrap_or_default();
            }))
        />
        <ExpressionField
            path="content.rcs.fallbackText" name="fields[rcs][fallbackText]" label=t.rcs_step.fallback
            hint=t.rcs_step.fallback_hint value=rcs.fallback_text rows=4 required=true failure
            on_input=Callback::new(move |text| drawing.change_mobile(|content| content.rcs.fallback_text = text))
        />
    }
}
