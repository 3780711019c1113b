//! Step 5: from when until when calls are accepted.

use domain::campaign::{ScheduleDraft, Step};
use domain::channel_configuration::Category;
use leptos::prelude::*;
use wasm_bindgen::JsCast as _;

use super::super::calls::{OpenedCampaign, SaveStep};
use super::step_form::StepForm;
use crate::failure::ServerFailure;
use crate::i18n::texts;
use crate::time_zones;
use crate::ui::{TextField, failure_of, field_id, zone_of_browser};

/// Start and end, both optional, and the time zone they are meant in.
#[component]
pub fn ScheduleStep(opened: OpenedCampaign, save: ServerAction<SaveStep>) -> impl IntoView {
    let t = texts();
    let answered = failure_of(save.value());
    let schedule = opened.detail.draft.schedule.clone();
    let stored = stored_faults(&opened);
    let failure = Signal::derive(move || answered.get().or_else(|| stored.clone()));
    let place = NodeRef::<leptos::html::P>::new();
    let is_marketing = opened.detail.campaign.category == Category::Marketing;
    let rate = schedule.messages_per_second.clone();
    let proposed = proposed_zone(&schedule, place);
    view! {
        <div class="step-columns">
            <StepForm step=Step::Schedule campaign=opened.detail.campaign.clone() save failure=answered>
                <TextField
                    path="schedule.start" name="fields[start]" label=t.wizard.start hint=t.wizard.start_hint kind="datetime-local"
                    value=schedule.start failure
                />
                <TextField
                    path="schedule.end" name="fields[end]" label=t.wizard.end hint=t.wizard.end_hint kind="datetime-local"
                    value=schedule.end failure
                />
                <TextField
                    path="schedule.timeZone" name="fields[timeZone]" label=t.wizard.time_zone hint=t.wizard.time_zone_hint
                    value=schedule.time_zone required=true list="time-zones" failure
                />
                <datalist id="time-zones">
                    {time_zones::OFFERED.iter().map(|zone| view! { <option value=*zone></option> }).collect_view()}
                </datalist>
                <p class="hint" aria-live="polite" node_ref=place>
                    {move || proposed.get().map(|zone| t.wizard.zone_proposed(zone))}
                </p>
                {is_marketing.then(|| view! {
                    <TextField
                        path="schedule.messagesPerSecond" name="fields[messagesPerSecond]" label=t.wizard.rate
                        hint=t.wizard.rate_hint unit=t.wizard.rate_unit value=rate failure
                    />
                })}
            </StepForm>
            <aside class="card step-help" aria-label=t.wizard.help>
                <h3>{t.wizard.schedule_help_title}</h3>
                <p>{t.wizard.schedule_help}</p>
                <p class="hint">{t.wizard.schedule_help_end}</p>
                {is_marketing.then(|| view! {
                    <h3>{t.wizard.rate_help_title}</h3>
                    <p>{t.wizard.rate_help}</p>
                })}
            </aside>
        </div>
    }
}

/// What the review says of the stored times.
fn stored_faults(opened: &OpenedCampaign) -> Option<ServerFailure> {
    let here = opened.review.errors.0.iter().filter(|fault| Step::of_path(&fault.path) == Step::Schedule);
    let faults = domain::Faults(here.cloned().collect());
    faults.into_result().err().map(ServerFailure::Failure)
}

/// Puts the browser's zone into the untouched field of a draft that has no times yet, and says so.
fn proposed_zone(schedule: &ScheduleDraft, place: NodeRef<leptos::html::P>) -> ReadSignal<Option<String>> {
    let proposed = RwSignal::new(None);
    let untouched = schedule.start.is_empty() && schedule.end.is_empty() && schedule.time_zone == "UTC";
    Effect::new(move || {
        // Once `place` is there, the field before it is too.
        if place.get().is_none() {
            return;
        }
        let Some(zone) = zone_of_browser().filter(|zone| untouched && zone != "UTC") else { return };
        let field = document().get_element_by_id(&field_id("schedule.timeZone"));
        let field = field.and_then(|field| field.dyn_into::<web_sys::HtmlInputElement>().ok());
        if let Some(field) = field.filter(|field| field.value() == "UTC") {
            field.set_value(&zone);
            proposed.set(Some(zone));
        }
    });
    proposed.read_only()
}
