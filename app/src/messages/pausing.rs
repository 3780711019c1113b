//! One execution for an audience is paused and goes on.

use domain::access::Permission;
use domain::execution::{Run, RunState};
use leptos::prelude::*;

use super::{PauseExecution, ResumeExecution};
use crate::i18n::texts;
use crate::layout::{may, sandbox_name};
use crate::ui::{Address, Button, Confirmation, FormFailure, Notice, Time, answers, failure_of};

/// The two actions of a page.
#[derive(Clone, Copy)]
pub struct Pausing {
    pause: ServerAction<PauseExecution>,
    resume: ServerAction<ResumeExecution>,
}

impl Pausing {
    pub fn new() -> Self {
        Self { pause: ServerAction::new(), resume: ServerAction::new() }
    }

    /// Rises with every answer.
    pub fn answers(self) -> usize {
        self.pause.version().get() + self.resume.version().get()
    }
}

/// The button that fits the state of a run; nothing for who may not, and when nothing waits.
#[component]
pub fn PauseOrResume(execution: String, run: Option<Run>, waiting: i64, pausing: Pausing) -> impl IntoView {
    let t = texts();
    let sandbox = sandbox_name().get_untracked();
    let Pausing { pause, resume } = pausing;
    let run = run.filter(|_| may(Permission::PublishCampaigns))?;
    let fields = move || {
        view! {
            <input type="hidden" name="sandbox" value=sandbox.clone()/>
            <input type="hidden" name="execution" value=execution.clone()/>
        }
    };
    if run.state == RunState::Paused {
        return Some(
            view! {
                <ActionForm action=resume>
                    {fields()}
                    <Button pending=resume.pending() variant="secondary">{t.executions.resume}</Button>
                </ActionForm>
            }
            .into_any(),
        );
    }
    (waiting > 0 || run.state == RunState::Running).then(|| {
        view! {
            <Confirmation id="pause" label=t.executions.pause answers=answers(pause)>
                <p>{t.executions.pause_about}</p>
                <ActionForm action=pause>
                    {fields()}
                    <Button pending=pause.pending()>{t.executions.pause}</Button>
                </ActionForm>
            </Confirmation>
        }
        .into_any()
    })
}

/// What came of it, and since when a run is paused.
#[component]
pub fn Paused(run: Option<Run>, pausing: Pausing) -> impl IntoView {
    let t = texts();
    let paused = run.and_then(|run| run.paused_at.zip(run.paused_by)).map(|(at, by)| {
        view! { <Notice kind="waiting">{t.executions.paused_by}" "<Address text=by/>", "<Time at/></Notice> }
    });
    view! {
        <FormFailure failure=failure_of(pausing.pause.value())/>
        <FormFailure failure=failure_of(pausing.resume.value())/>
        {paused}
    }
}
