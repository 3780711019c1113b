//! The last proofs of a campaign, kept up to date while they go.

use domain::preview::Edition;
use domain::proof::{ProofFailure, ProofJob, ProofStatus};
use leptos::prelude::*;

use super::{SendProofs, list_proofs};
use crate::i18n::texts;
use crate::layout::sandbox_name;
use crate::live::live;
use crate::reasons::{reason_text, remedy};
use crate::ui::{Signal4, StateBadge, Table, Time, loaded};

/// One row for each job, newest first.
#[component]
pub fn ProofList(campaign: String, send: ServerAction<SendProofs>) -> impl IntoView {
    let sandbox = sandbox_name();
    let live = live(sandbox);
    let key = move || (sandbox.get(), live.changes.get(), send.version().get());
    let jobs = Resource::new(key, move |(sandbox, ..)| list_proofs(sandbox, campaign.clone()));
    loaded(jobs, move |jobs| {
        let t = &texts().testing;
        let sandbox = sandbox.get_untracked();
        view! {
            <div aria-live="polite">
                {if jobs.is_empty() {
                    view! { <p class="hint">{t.no_proofs}</p> }.into_any()
                } else {
                    view! { <Jobs jobs sandbox/> }.into_any()
                }}
            </div>
        }
    })
}

#[component]
fn Jobs(jobs: Vec<ProofJob>, sandbox: String) -> impl IntoView {
    let t = &texts().testing;
    let columns = vec![texts().messages.time, t.edition, texts().messages.state, t.handed_over];
    view! {
        <Table title=t.last_proofs columns numbers=vec![t.handed_over]>
            {jobs.into_iter().map(|job| view! { <Job job sandbox=sandbox.clone()/> }).collect_view()}
        </Table>
    }
}

#[component]
fn Job(job: ProofJob, sandbox: String) -> impl IntoView {
    let t = &texts().testing;
    let href = format!("/{sandbox}/executions/{}", job.id);
    let (signal, state) = status_words(job.status);
    let failures = job.failures.into_iter().take(SHOWN).map(|failure| view! { <Why failure/> }).collect_view();
    view! {
        <tr>
            <th scope="row" class="when"><a href=href><Time at=job.created_at/></a><div class="hint">{job.created_by}</div></th>
            <td data-label=t.edition>{edition_words(job.edition)}</td>
            <td class="wide" data-label=texts().messages.state><StateBadge signal text=state/>{failures}</td>
            <td class="number" data-label=t.handed_over>{format!("{}/{}", job.submitted, job.targeted)}</td>
        </tr>
    }
}

/// Failures of one job that are told here; the page of its messages tells all.
const SHOWN: usize = 3;

#[component]
fn Why(failure: ProofFailure) -> impl IntoView {
    let ProofFailure { address, code, text, .. } = failure;
    let remedy = remedy(&code);
    view! {
        <div class="hint">
            {format!("{address}: {}", reason_text(&code))}
            {(text != code).then(|| format!(" {text}"))}
            {remedy.map(|remedy| format!(" {remedy}"))}
        </div>
    }
}

fn edition_words(edition: Edition) -> String {
    match edition {
        Edition::Draft(revision) => texts().testing.draft(revision),
        Edition::Version(number) => texts().testing.version(number),
    }
}

fn status_words(status: ProofStatus) -> (Signal4, &'static str) {
    let t = &texts().testing;
    match status {
        ProofStatus::Created => (Signal4::Waiting, t.created),
        ProofStatus::Processing => (Signal4::Waiting, t.processing),
        ProofStatus::Submitted => (Signal4::Ok, t.submitted),
        ProofStatus::PartiallyFailed => (Signal4::Warning, t.partially_failed),
        ProofStatus::Failed => (Signal4::Failed, t.failed),
    }
}
