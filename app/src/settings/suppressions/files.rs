//! Files of addresses and domains that are to be suppressed: sent by a plain form, with what became of each.

use domain::access::Permission;
use domain::suppression_upload::{FAILED_KEPT, FailedRecord, SuppressionUpload, UploadStatus};
use leptos::prelude::*;
use leptos_router::components::A;
use leptos_router::hooks::use_query_map;

use super::file_calls::{RemoveUpload, list_uploads};
use crate::i18n::texts;
use crate::layout::{may, sandbox_name};
use crate::live::live;
use crate::ui::{EmptyState, FormFailure, Notice, RowButton, Signal4, StateBadge, Table, Time, failure_of, loaded};

#[component]
pub fn FilesTab() -> impl IntoView {
    let t = texts();
    let sandbox = sandbox_name();
    let query = use_query_map();
    let shown = move || query.with(|query| query.get("upload").unwrap_or_default());
    let remove = ServerAction::<RemoveUpload>::new();
    // A file that is through says so by itself.
    let live = live(sandbox);
    let files = Resource::new(
        move || (sandbox.get(), shown(), remove.version().get(), live.changes.get()),
        |(sandbox, upload, _, _)| list_uploads(sandbox, upload),
    );
    let removed = move || {
        remove.value().get().and_then(Result::ok)?;
        Some(view! { <Notice kind="ok">{t.suppressions.file_removed}</Notice> })
    };
    view! {
        <p class="hint">{t.suppressions.files_about}</p>
        {may(Permission::ManageConfigurations).then(|| view! { <Upload/> })}
        <FormFailure failure=failure_of(remove.value())/>
        <div aria-live="polite">{removed}</div>
        {loaded(files, move |(files, failed)| view! { <Files files failed shown=shown() remove/> })}
    }
}

/// A form of its own: the file is sent at once, with or without wasm.
#[component]
fn Upload() -> impl IntoView {
    let t = texts();
    let to = format!("/files/suppressions/{}", sandbox_name().get_untracked());
    let query = use_query_map();
    let fault = move || {
        let code = query.with(|query| query.get("file")).filter(|code| !code.is_empty())?;
        let text = t.faults.of(&code).map_or(t.suppressions.file_refused, |text| text.trim_end_matches(':'));
        Some(view! { <Notice kind="warning">{text}</Notice> })
    };
    view! {
        <section class="card settings-narrow" aria-labelledby="upload-title">
            <h2 id="upload-title">{t.suppressions.upload_title}</h2>
            {fault}
            <form method="post" action=to enctype="multipart/form-data" class="row">
                <label for="field-file" class="visually-hidden">{t.suppressions.file}</label>
                <input id="field-file" type="file" name="file" accept=".csv,text/csv" required aria-describedby="field-file-hint"/>
                <button type="submit" class="button">{t.suppressions.upload}</button>
            </form>
            <p class="hint" id="field-file-hint">{t.suppressions.file_hint}</p>
        </section>
    }
}

#[component]
fn Files(
    files: Vec<SuppressionUpload>,
    failed: Vec<FailedRecord>,
    shown: String,
    remove: ServerAction<RemoveUpload>,
) -> impl IntoView {
    let t = texts();
    if files.is_empty() {
        return view! { <EmptyState title=t.suppressions.no_files text=t.suppressions.no_files_text/> }.into_any();
    }
    let may_change = may(Permission::ManageConfigurations);
    let numbers = vec![t.suppressions.records, t.suppressions.handled, t.suppressions.failed];
    let mut columns = vec![t.suppressions.file, t.suppressions.status];
    columns.extend(&numbers);
    columns.extend([t.suppressions.entered_by, t.suppressions.since]);
    if may_change {
        columns.push(t.settings.actions);
    }
    let open = files.iter().find(|file| file.id == shown).map(|file| file.file_name.clone());
    let failures = open.filter(|_| !failed.is_empty()).map(|name| view! { <Failures name failed/> });
    let row = move |file| view! { <Row file remove may_change/> };
    view! {
        <Table title=t.suppressions.files columns numbers>{files.into_iter().map(row).collect_view()}</Table>
        {failures}
    }
    .into_any()
}

#[component]
fn Row(file: SuppressionUpload, remove: ServerAction<RemoveUpload>, may_change: bool) -> impl IntoView {
    let t = texts();
    let sandbox = sandbox_name().get_untracked();
    let (signal, status) = match file.status {
        UploadStatus::Accepted => (Signal4::Waiting, t.suppressions.status_accepted),
        UploadStatus::Pending => (Signal4::Waiting, t.suppressions.status_pending),
        UploadStatus::Complete => (Signal4::Ok, t.suppressions.status_complete),
        UploadStatus::Canceled => (Signal4::Warning, t.suppressions.status_canceled),
        UploadStatus::Error => (Signal4::Failed, t.suppressions.status_error),
    };
    let failed = if file.failed == 0 {
        view! { {file.failed} }.into_any()
    } else {
        let href = format!("/{sandbox}/settings/suppressions?list=files&upload={}#failures", file.id);
        let name = t.suppressions.show_failed(file.failed, &file.file_name);
        view! { <A href=href attr:aria-label=name>{file.failed}</A> }.into_any()
    };
    let removal = may_change.then(|| {
        let name = t.suppressions.remove_of(&file.file_name);
        view! {
            <td>
                <ActionForm action=remove attr:class="removal">
                    <input type="hidden" name="sandbox" value=sandbox/>
                    <input type="hidden" name="upload" value=file.id.clone()/>
                    <RowButton pending=remove.pending() label=t.suppressions.remove name/>
                </ActionForm>
            </td>
        }
    });
    view! {
        <tr>
            <th scope="row" class="wide">{file.file_name}</th>
            <td data-label=t.suppressions.status><StateBadge signal text=status/></td>
            <td class="number" data-label=t.suppressions.records>{file.records}</td>
            <td class="number" data-label=t.suppressions.handled>{file.handled}</td>
            <td class="number" data-label=t.suppressions.failed>{failed}</td>
            <td data-label=t.suppressions.entered_by>{file.uploaded_by}</td>
            <td data-label=t.suppressions.since><Time at=file.created_at/></td>
            {removal}
        </tr>
    }
}

/// What of a file cannot be entered, in its own words.
#[component]
fn Failures(name: String, failed: Vec<FailedRecord>) -> impl IntoView {
    let t = texts();
    let cut = (failed.len() >= FAILED_KEPT).then(|| view! { <p class="hint">{t.suppressions.first_failed}</p> });
    let columns =
        vec![t.suppressions.value, t.suppressions.value_type, t.suppressions.comment, t.suppressions.why_failed];
    let row = |record: FailedRecord| {
        view! {
            <tr>
                <th scope="row" class="wide">{record.value}</th>
                <td data-label=t.suppressions.value_type>{record.kind}</td>
                <td class="wide" data-label=t.suppressions.comment>{record.comments}</td>
                <td class="wide" data-label=t.suppressions.why_failed>{record.failure_reason}</td>
            </tr>
        }
    };
    view! {
        <section class="stack" id="failures" aria-labelledby="failures-title">
            <h2 id="failures-title">{t.suppressions.failed_of(name)}</h2>
            {cut}
            <Table title=t.suppressions.failed columns>{failed.into_iter().map(row).collect_view()}</Table>
        </section>
    }
}
