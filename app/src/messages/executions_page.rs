//! List of executions.

use domain::Page;
use domain::execution::Execution;
use leptos::prelude::*;

use super::counts::Counts;
use super::empty::Nothing;
use super::filters::{Filters, Listed, LiveMark, wanted};
use super::list_executions;
use super::rows::rows;
use super::states::of_execution;
use crate::i18n::texts;
use crate::layout::sandbox_name;
use crate::live::live;
use crate::ui::{NextPage, PageHeader, StateBadge, Time, loaded};

/// Calls that were accepted, newest first. The first page shows new ones by itself.
#[component]
pub fn ExecutionsPage() -> impl IntoView {
    let t = texts();
    let sandbox = sandbox_name();
    let wanted = wanted();
    let live = live(sandbox);
    let key = move || {
        let (filter, cursor) = wanted.get();
        let changes = if cursor.is_empty() { live.changes.get() } else { 0 };
        (sandbox.get(), filter, cursor, changes)
    };
    let page = Resource::new(key, |(sandbox, filter, cursor, _)| list_executions(sandbox, filter, cursor));
    view! {
        <PageHeader title=t.executions.title><LiveMark connected=live.connected/></PageHeader>
        <Filters listed=Listed::Executions/>
        {loaded(page, move |page| view! { <List page sandbox=sandbox.get_untracked()/> })}
    }
}

#[component]
fn List(page: Page<Execution>, sandbox: String) -> impl IntoView {
    let Page { rows, next } = page;
    if rows.is_empty() {
        return view! { <Nothing listed=Listed::Executions/><NextPage next/> }.into_any();
    }
    view! { <Table executions=rows sandbox/><NextPage next/> }.into_any()
}

#[component]
fn Table(executions: Vec<Execution>, sandbox: String) -> impl IntoView {
    let t = texts();
    view! {
        <div class="table-frame" role="region" tabindex="0" aria-label=t.executions.title>
            <table class="table log">
                <caption class="visually-hidden">{t.executions.title}</caption>
                <thead>
                    <tr>
                        <th scope="col">{t.messages.time}</th>
                        <th scope="col">{t.messages.request_id}</th>
                        <th scope="col">{t.messages.state}</th>
                        <th scope="col">{t.executions.messages}</th>
                        <th scope="col" class="extra">{t.messages.campaign}</th>
                        <th scope="col" class="extra">{t.executions.called_by}</th>
                    </tr>
                </thead>
                <tbody>
                    {rows(
                        executions,
                        |execution| (execution.id.clone(), execution.messages.waiting, execution.messages.handed_over),
                        move |execution| view! { <Row execution sandbox=sandbox.clone()/> },
                    )}
                </tbody>
            </table>
        </div>
    }
}

#[component]
fn Row(execution: Execution, sandbox: String) -> impl IntoView {
    let (signal, word) = of_execution(execution.status);
    let href = format!("/{sandbox}/executions/{}", execution.id);
    let campaign = format!("/{sandbox}/campaigns/{}", execution.campaign_id);
    view! {
        <tr>
            <td class="when"><Time at=execution.created_at/></td>
            <th scope="row" class="wide"><a href=href>{execution.request_id}</a></th>
            <td><StateBadge signal text=word/></td>
            <td><Counts counts=execution.messages/></td>
            <td class="wide extra"><a href=campaign>{execution.campaign_name}</a></td>
            <td class="wide extra">{execution.created_by}</td>
        </tr>
    }
}
