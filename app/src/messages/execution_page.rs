//! One execution: its facts and its messages.

use domain::execution::{Execution, ExecutionStatus};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;

use super::counts::Counts;
use super::message_table::MessageTable;
use super::states::of_execution;
use super::{ExecutionDetail, find_execution};
use crate::i18n::texts;
use crate::layout::sandbox_name;
use crate::live::live;
use crate::ui::{Code, Fact, Facts, PageHeader, StateBadge, Time, loaded};

/// Looks again until all messages have come to an end.
#[component]
pub fn ExecutionPage() -> impl IntoView {
    let sandbox = sandbox_name();
    let params = use_params_map();
    let id = Memo::new(move |_| params.with(|params| params.get("execution").unwrap_or_default()));
    let live = live(sandbox).until_settled();
    let key = move || {
        let id = id.get();
        let changes = live.changes(&id);
        (sandbox.get(), id, changes)
    };
    let detail = Resource::new(key, |(sandbox, id, _)| find_execution(sandbox, id));
    // Of a page without a message or an execution; the page's own title is nearer.
    view! {
        <Title text=texts().executions.title/>
        {loaded(detail, move |ExecutionDetail { execution, messages }| {
        if execution.status != ExecutionStatus::InProgress {
            live.settle(&execution.id);
        }
        let sandbox = sandbox.get_untracked();
        view! {
            <Head execution sandbox=sandbox.clone()/>
            <MessageTable messages sandbox caption=texts().messages.title with_campaign=false/>
        }
    })}
    }
}

#[component]
fn Head(execution: Execution, sandbox: String) -> impl IntoView {
    let t = texts();
    let (signal, word) = of_execution(execution.status);
    let above = (format!("/{sandbox}/executions"), t.executions.title.to_owned());
    let campaign = format!("/{sandbox}/campaigns/{}", execution.campaign_id);
    view! {
        <PageHeader title=t.executions.title_of(&execution.request_id) above/>
        <section class="card" aria-label=t.messages.facts>
            <div aria-live="polite"><StateBadge signal text=word/><Counts counts=execution.messages/></div>
            <div class="facts-row">
                <Facts>
                    <Fact name=t.messages.time><Time at=execution.created_at/></Fact>
                    <Fact name=t.messages.campaign>
                        <a href=campaign>{execution.campaign_name}</a>" "
                        <span class="hint">{t.messages.version(execution.campaign_version)}</span>
                    </Fact>
                    <Fact name=t.executions.called_by>{execution.created_by}</Fact>
                    <Fact name=t.messages.request_id><Code text=execution.request_id.clone()/></Fact>
                    <Fact name=t.messages.execution_id><Code text=execution.id.to_string()/></Fact>
                </Facts>
            </div>
        </section>
    }
}
