//! One execution: its facts and its messages.

use domain::execution::{Execution, ExecutionStatus, Run, RunState};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;

use super::cancel::{TakeBackExecution, TakenBack};
use super::counts::{Counts, ExcludedByReason};
use super::message_table::MessageTable;
use super::pausing::{PauseOrResume, Paused, Pausing};
use super::states::of_execution;
use super::{CancelExecution, ExecutionDetail, find_execution};
use crate::i18n::texts;
use crate::layout::sandbox_name;
use crate::live::live;
use crate::reasons::reason_text;
use crate::ui::{Code, Fact, Facts, PageHeader, StateBadge, Time, loaded};

/// Looks again until all messages have come to an end.
#[component]
pub fn ExecutionPage() -> impl IntoView {
    let sandbox = sandbox_name();
    let params = use_params_map();
    let id = Memo::new(move |_| params.with(|params| params.get("execution").unwrap_or_default()));
    let live = live(sandbox).until_settled();
    let cancel = ServerAction::<CancelExecution>::new();
    let pausing = Pausing::new();
    let key = move || {
        let id = id.get();
        let changes = live.changes(&id);
        (sandbox.get(), id, changes, cancel.version().get() + pausing.answers())
    };
    let detail = Resource::new(key, |(sandbox, id, ..)| find_execution(sandbox, id));
    // Of a page without a message or an execution; the page's own title is nearer.
    view! {
        <Title text=texts().executions.title/>
        {loaded(detail, move |ExecutionDetail { execution, messages }| {
        if execution.status != ExecutionStatus::InProgress {
            live.settle(&execution.id);
        }
        let sandbox = sandbox.get_untracked();
        let more = execution.messages.total > i64::try_from(messages.len()).unwrap_or(0);
        let all = more.then(|| view! { <AllMessages execution=execution.clone() sandbox=sandbox.clone() shown=messages.len()/> });
        view! {
            <Head execution sandbox=sandbox.clone() cancel pausing/>
            {all}
            <MessageTable messages sandbox caption=texts().messages.title with_campaign=false/>
        }
    })}
    }
}

#[component]
fn Head(
    execution: Execution,
    sandbox: String,
    cancel: ServerAction<CancelExecution>,
    pausing: Pausing,
) -> impl IntoView {
    let t = texts();
    let (signal, word) = of_execution(&execution);
    let messages = messages_of(&execution, &sandbox);
    let above = (format!("/{sandbox}/executions"), t.executions.title.to_owned());
    let campaign = format!("/{sandbox}/campaigns/{}", execution.campaign_id);
    let (id, shown_id) = (execution.id.to_string(), execution.id.to_string());
    let waiting = execution.messages.waiting + execution.run.as_ref().map_or(0, Run::to_come);
    let (run, paused) = (execution.run.clone(), execution.run.clone());
    view! {
        <PageHeader title=t.executions.title_of(&execution.request_id) above>
            <PauseOrResume execution=id.clone() run waiting pausing/>
            <TakeBackExecution execution=id waiting cancel/>
        </PageHeader>
        <TakenBack cancel/>
        <Paused run=paused pausing/>
        <section class="card" aria-label=t.messages.facts>
            <div aria-live="polite"><StateBadge signal text=word/><Counts counts=execution.messages.clone()/></div>
            <ExcludedByReason counts=execution.messages messages/>
            <div class="facts-row">
                <Facts>
                    <Fact name=t.messages.time><Time at=execution.created_at/></Fact>
                    <Fact name=t.messages.campaign>
                        <a href=campaign>{execution.campaign_name}</a>" "
                        <span class="hint">{super::states::version_words(execution.campaign_version)}</span>
                    </Fact>
                    <Fact name=t.executions.called_by>{execution.created_by}</Fact>
                    <Fact name=t.messages.request_id><Code text=execution.request_id.clone()/></Fact>
                    <Fact name=t.messages.execution_id><Code text=shown_id/></Fact>
                </Facts>
            </div>
            {execution.run.map(|run| view! { <RunFacts run/> })}
        </section>
    }
}

/// How far a run is.
#[component]
fn RunFacts(run: Run) -> impl IntoView {
    let t = texts();
    let state = match run.state {
        RunState::Running => match run.looked_at {
            Some(looked_at) => t.executions.run_looking(looked_at),
            None => t.executions.run_running(run.to_come()),
        },
        RunState::Paused => t.executions.run_paused.to_owned(),
        RunState::Complete => t.executions.run_complete.to_owned(),
        RunState::Stopped => match run.reason.as_deref() {
            Some("cancelled") => t.executions.run_cancelled.to_owned(),
            Some(reason) => format!("{}: {}", t.executions.run_stopped, reason_text(reason)),
            None => t.executions.run_stopped.to_owned(),
        },
    };
    let left_out = Some(run.left_out()).filter(|number| *number > 0).map(|number| t.executions.left_out(number));
    view! {
        <div class="facts-row">
            <Facts>
                <Fact name=t.executions.audience>{run.audience_name}</Fact>
                <Fact name=t.executions.members>{if run.targeted_is_final { run.targeted.to_string() } else { t.executions.so_far(run.targeted) }}</Fact>
                <Fact name=t.executions.run>{state}{left_out.map(|words| view! { <p class="hint">{words}</p> })}</Fact>
                {run.messages_per_second.map(|rate| view! { <Fact name=t.executions.rate>{t.executions.at_rate(rate)}</Fact> })}
            </Facts>
        </div>
    }
}

/// Where all messages of an execution are listed.
fn messages_of(execution: &Execution, sandbox: &str) -> String {
    let mut query = leptos_router::params::ParamsMap::new();
    query.insert("campaign", execution.campaign_id.to_string());
    query.insert("request", execution.request_id.clone());
    format!("/{sandbox}/messages{}", query.to_query_string())
}

/// The table below shows the first messages only: where all of them are.
#[component]
fn AllMessages(execution: Execution, sandbox: String, shown: usize) -> impl IntoView {
    let t = texts();
    let all = messages_of(&execution, &sandbox);
    view! { <p>{t.executions.first_messages(shown)}" · "<a href=all>{t.executions.all_messages}</a></p> }
}
