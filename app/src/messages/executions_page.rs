//! List of executions.

use domain::execution::Execution;
use leptos::prelude::*;

use super::counts::Counts;
use super::filters::Listed;
use super::list_executions;
use super::log_list::log_list;
use super::rows::rows;
use super::schedules::Schedules;
use super::states::of_execution;
use crate::i18n::texts;
use crate::ui::{StateBadge, Table, Time};

/// Calls that were accepted, newest first, and runs to come. The first page shows new ones by itself.
#[component]
pub fn ExecutionsPage() -> impl IntoView {
    view! {
        {log_list(texts().executions.title, Listed::Executions, list_executions, |executions, sandbox| {
            view! { <ExecutionTable executions sandbox/> }.into_any()
        })}
        <Schedules/>
    }
}

#[component]
fn ExecutionTable(executions: Vec<Execution>, sandbox: String) -> impl IntoView {
    let t = texts();
    let columns = vec![
        t.messages.time,
        t.messages.request_id,
        t.messages.state,
        t.executions.messages,
        t.messages.campaign,
        t.executions.called_by,
    ];
    view! {
        <Table title=t.executions.title variant="log" columns>
            {rows(
                executions,
                |execution| (execution.id.clone(), execution.messages.waiting, execution.messages.handed_over),
                move |execution| view! { <Row execution sandbox=sandbox.clone()/> },
            )}
        </Table>
    }
}

#[component]
fn Row(execution: Execution, sandbox: String) -> impl IntoView {
    let t = texts();
    let (signal, word) = of_execution(&execution);
    let href = format!("/{sandbox}/executions/{}", execution.id);
    let campaign = format!("/{sandbox}/campaigns/{}", execution.campaign_id);
    view! {
        <tr>
            <td class="when" data-label=t.messages.time><Time at=execution.created_at/></td>
            <th scope="row" class="wide"><a href=href>{execution.request_id}</a></th>
            <td data-label=t.messages.state><StateBadge signal text=word/></td>
            <td data-label=t.executions.messages><Counts counts=execution.messages/></td>
            <td class="wide" data-label=t.messages.campaign><a href=campaign>{execution.campaign_name}</a></td>
            <td class="wide" data-label=t.executions.called_by>{execution.created_by}</td>
        </tr>
    }
}
