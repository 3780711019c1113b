//! Files of profiles: sent by a plain form, with how far each is and what of it was not written.

use domain::access::Permission;
use domain::profile_import::{ImportStatus, ProfileImport};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::import_calls::list_profile_imports;
use super::tabs::PeopleTabs;
use crate::i18n::texts;
use crate::layout::{may, sandbox_name};
use crate::live::live;
use crate::ui::{
    EmptyState, FileProgress, Notice, PageHeader, ProgressBar, Signal4, StateBadge, Table, Time, file_size, loaded,
    people_per_second,
};

/// The form, and the newest imports. Those that run are followed.
#[component]
pub fn ImportsPage() -> impl IntoView {
    let t = texts();
    let sandbox = sandbox_name();
    let live = live(sandbox);
    let imports =
        Resource::new(move || (sandbox.get(), live.changes.get()), |(sandbox, _)| list_profile_imports(sandbox));
    view! {
        <PageHeader title=t.people.imports/>
        <PeopleTabs/>
        {may(Permission::ManageProfiles).then(|| view! { <Upload/> })}
        {loaded(imports, move |imports| view! { <Imports imports/> })}
    }
}

/// A form of its own: the file is sent at once, with or without wasm. While it is sent, this page shows how far it is.
#[component]
fn Upload() -> impl IntoView {
    let t = texts();
    let to = format!("/files/profiles/{}", sandbox_name().get_untracked());
    let query = use_query_map();
    let fault = move || {
        let code = query.with(|query| query.get("file")).filter(|code| !code.is_empty())?;
        let text = match code.as_str() {
            "too_large" => t.people.file_too_large,
            "incomplete" => t.people.file_incomplete,
            _ => t.people.file_refused,
        };
        Some(view! { <Notice kind="warning">{text}</Notice> })
    };
    view! {
        <section class="card settings-narrow" aria-labelledby="upload-title">
            <h2 id="upload-title">{t.people.upload_title}</h2>
            {fault}
            <form method="post" action=to enctype="multipart/form-data" class="row">
                <label for="field-file" class="visually-hidden">{t.people.file}</label>
                <input id="field-file" type="file" name="file" required aria-describedby="field-file-hint"
                    accept=".csv,.ndjson,.jsonl,text/csv,application/x-ndjson"/>
                <button type="submit" class="button">{t.people.upload}</button>
            </form>
            <div class="hint" id="field-file-hint">
                <p>{t.people.file_hint}</p>
                <pre class="sample" tabindex="0" aria-label=t.people.sample>{SAMPLE}</pre>
            </div>
        </section>
    }
}

const SAMPLE: &str = "email,userId:crm,person.firstName,language,timeZone,test
ann@example.com,17,Ann,en-GB,Europe/London,";

#[component]
fn Imports(imports: Vec<ProfileImport>) -> impl IntoView {
    let t = texts();
    if imports.is_empty() {
        return view! { <EmptyState title=t.people.no_imports text=t.people.no_imports_text/> }.into_any();
    }
    let numbers =
        vec![t.people.rows, t.people.rows_created, t.people.rows_updated, t.people.rows_failed, t.people.rate];
    let mut columns = vec![t.people.file, t.people.progress];
    columns.extend(&numbers);
    columns.extend([t.people.started]);
    let row = |import| view! { <Row import/> };
    view! { <Table title=t.people.imports columns numbers>{imports.into_iter().map(row).collect_view()}</Table> }
        .into_any()
}

#[component]
fn Row(import: ProfileImport) -> impl IntoView {
    let t = texts();
    let sandbox = sandbox_name().get_untracked();
    let name = if import.file_name.is_empty() { t.people.by_call.to_owned() } else { import.file_name.clone() };
    let (signal, status) = match import.status {
        ImportStatus::Running => (Signal4::Waiting, t.people.status_running),
        ImportStatus::Complete => (Signal4::Ok, t.people.status_complete),
        ImportStatus::Interrupted => (Signal4::Warning, t.people.status_interrupted),
    };
    let failed = if import.failed == 0 {
        view! { {import.failed} }.into_any()
    } else {
        let href = format!("/files/profiles/{sandbox}/imports/{}/errors", import.id);
        let label = t.people.download_errors(import.failed, &name);
        view! { <a href=href download="" rel="external" aria-label=label>{import.failed}</a> }.into_any()
    };
    view! {
        <tr>
            <th scope="row" class="wide stacked">{name.clone()}<span class="hint">{import.started_by.clone()}</span></th>
            <td class="stacked" data-label=t.people.progress>
                <StateBadge signal text=status/>
                <HowFar import=import.clone() name/>
            </td>
            <td class="number" data-label=t.people.rows>{import.rows}</td>
            <td class="number" data-label=t.people.rows_created>{import.created}</td>
            <td class="number" data-label=t.people.rows_updated>{import.updated}</td>
            <td class="number" data-label=t.people.rows_failed>{failed}</td>
            <td class="number" data-label=t.people.rate>{people_per_second(import.rows_per_second)}</td>
            <td data-label=t.people.started><Time at=import.started_at/></td>
        </tr>
    }
}

/// Of one that runs its bar; of another one how much was read.
#[component]
fn HowFar(import: ProfileImport, name: String) -> impl IntoView {
    if import.status != ImportStatus::Running {
        let size = file_size(u64::try_from(import.bytes).unwrap_or_default());
        return view! { <span class="hint">{size}</span> }.into_any();
    }
    let ProfileImport { bytes, total_bytes, rows, rows_per_second, .. } = import;
    let progress = FileProgress { bytes, total_bytes, rows, rows_per_second };
    view! { <ProgressBar name progress/> }.into_any()
}
