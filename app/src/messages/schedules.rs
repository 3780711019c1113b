//! Runs whose time is still to come, and those that lately did not take place.

use domain::access::Permission;
use domain::execution::{Schedule, ScheduleState};
use leptos::prelude::*;

use super::{CancelSchedule, list_schedules};
use crate::i18n::texts;
use crate::layout::{may, sandbox_name};
use crate::reasons::reason_text;
use crate::ui::{Button, Confirmation, FormFailure, Signal4, StateBadge, Table, Time, answers, failure_of, loaded};

/// A table, or nothing at all.
#[component]
pub fn Schedules() -> impl IntoView {
    let sandbox = sandbox_name();
    let cancel = ServerAction::<CancelSchedule>::new();
    let schedules =
        Resource::new(move || (sandbox.get(), cancel.version().get()), |(sandbox, _)| list_schedules(sandbox));
    loaded(schedules, move |schedules| (!schedules.is_empty()).then(|| view! { <ScheduleTable schedules cancel/> }))
}

#[component]
fn ScheduleTable(schedules: Vec<Schedule>, cancel: ServerAction<CancelSchedule>) -> impl IntoView {
    let t = texts();
    let cancels = may(Permission::PublishCampaigns);
    let mut columns = vec![
        t.executions.scheduled_at,
        t.messages.request_id,
        t.messages.state,
        t.executions.audience,
        t.messages.campaign,
        t.executions.called_by,
    ];
    columns.extend(cancels.then_some(t.executions.cancel_schedule));
    view! {
        <section class="stack" aria-labelledby="schedules">
            <h2 id="schedules">{t.executions.scheduled_runs}</h2>
            <FormFailure failure=failure_of(cancel.value())/>
            <Table title=t.executions.scheduled_runs variant="log" columns>
                {schedules.into_iter().map(|schedule| view! { <Row schedule cancels cancel/> }).collect_view()}
            </Table>
        </section>
    }
}

#[component]
fn Row(schedule: Schedule, cancels: bool, cancel: ServerAction<CancelSchedule>) -> impl IntoView {
    let t = texts();
    let campaign = format!("/{}/campaigns/{}", sandbox_name().get_untracked(), schedule.campaign_id);
    let waits = schedule.state == ScheduleState::Scheduled;
    let audience = schedule.audience_name.clone().unwrap_or_else(|| t.executions.own_audience.to_owned());
    let (signal, word) = match schedule.state {
        ScheduleState::Scheduled => (Signal4::Waiting, t.executions.schedule_waits.to_owned()),
        ScheduleState::Cancelled => (Signal4::Quiet, t.executions.schedule_cancelled(&schedule.changed_by)),
        ScheduleState::Expired | ScheduleState::Triggered => {
            (Signal4::Failed, t.executions.schedule_expired.to_owned())
        }
    };
    let reason = schedule.reason.as_deref().map(reason_text);
    view! {
        <tr>
            <td class="when" data-label=t.executions.scheduled_at><Time at=schedule.execute_at/></td>
            <th scope="row" class="wide">{schedule.request_id.clone()}</th>
            <td data-label=t.messages.state>
                <StateBadge signal text=word/>
                {reason.map(|reason| view! { <div class="hint" title=schedule.detail.clone()>{reason}</div> })}
            </td>
            <td class="wide" data-label=t.executions.audience>{audience}</td>
            <td class="wide" data-label=t.messages.campaign><a href=campaign>{schedule.campaign_name.clone()}</a></td>
            <td class="wide" data-label=t.executions.called_by>{schedule.created_by.clone()}</td>
            {cancels.then(|| view! {
                <td data-label=t.executions.cancel_schedule>{waits.then(|| view! { <Cancel schedule cancel/> })}</td>
            })}
        </tr>
    }
}

#[component]
fn Cancel(schedule: Schedule, cancel: ServerAction<CancelSchedule>) -> impl IntoView {
    let t = texts();
    let sandbox = sandbox_name();
    view! {
        <Confirmation
            id=format!("cancel-{}", schedule.id) label=t.executions.cancel_schedule
            name=t.executions.cancel_schedule_of(&schedule.campaign_name) answers=answers(cancel)
        >
            <p>{t.executions.cancel_about}</p>
            <ActionForm action=cancel>
                <input type="hidden" name="sandbox" value=move || sandbox.get()/>
                <input type="hidden" name="schedule" value=schedule.id.to_string()/>
                <Button pending=cancel.pending() variant="danger">{t.executions.cancel_for_good}</Button>
            </ActionForm>
        </Confirmation>
    }
}
