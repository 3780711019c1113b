//! Files of people on the page of a list: the form that sends one, and what became of the newest.

use domain::audience_upload::{AudienceFile, FileStatus};
use leptos::prelude::*;
use leptos_router::components::A;
use leptos_router::hooks::use_query_map;

use super::file_calls::list_audience_files;
use crate::i18n::texts;
use crate::layout::sandbox_name;
use crate::live::live;
use crate::ui::{Address, Notice, Signal4, StateBadge, Table, Time, loaded};

/// For who may change campaigns.
#[component]
pub fn Files(audience: String) -> impl IntoView {
    let t = texts();
    let sandbox = sandbox_name();
    let live = live(sandbox);
    let of_audience = audience.clone();
    let files = Resource::new(
        move || (sandbox.get(), of_audience.clone(), live.changes.get()),
        |(sandbox, audience, _)| list_audience_files(sandbox, audience),
    );
    view! {
        <section class="card stack" aria-labelledby="files">
            <h2 id="files">{t.audience_files.title}</h2>
            <Upload audience=audience.clone()/>
            {loaded(files, move |files| view! { <FileTable files audience=audience.clone()/> })}
        </section>
    }
}

/// A form of its own: the file is sent at once, with or without wasm.
#[component]
fn Upload(audience: String) -> impl IntoView {
    let t = texts();
    let to = format!("/files/audiences/{}/{audience}", sandbox_name().get_untracked());
    let query = use_query_map();
    let fault = move || {
        let code = query.with(|query| query.get("file")).filter(|code| !code.is_empty())?;
        let text = match code.as_str() {
            "file_too_large" => t.audience_files.too_large,
            "bad_csv" => t.audience_files.no_table,
            "required" => t.audience_files.empty,
            _ => t.audience_files.refused,
        };
        Some(view! { <Notice kind="warning">{text}</Notice> })
    };
    view! {
        {fault}
        <form method="post" action=to enctype="multipart/form-data" class="row">
            <label for="field-file" class="visually-hidden">{t.audience_files.file}</label>
            <input id="field-file" type="file" name="file" accept=".csv,.ndjson,.jsonl,text/csv,application/x-ndjson" required aria-describedby="field-file-hint"/>
            <button type="submit" class="button">{t.audience_files.upload}</button>
        </form>
        <p class="hint" id="field-file-hint">{t.audience_files.hint}</p>
    }
}

#[component]
fn FileTable(files: Vec<AudienceFile>, audience: String) -> impl IntoView {
    let t = texts();
    let sandbox = sandbox_name().get_untracked();
    if files.is_empty() {
        return ().into_any();
    }
    let numbers = vec![t.audiences.members, t.audience_files.left_out];
    let columns = vec![
        t.audience_files.file,
        t.audience_files.status,
        t.audiences.members,
        t.audience_files.left_out,
        t.audiences.changed,
    ];
    let rows = files.into_iter().map(move |file| {
        let href = file_path(&sandbox, &audience, file.id.as_str());
        let (signal, word) = status_of(file.status);
        view! {
            <tr>
                <th scope="row" class="wide"><A href=href>{file.file_name}</A></th>
                <td data-label=t.audience_files.status><StateBadge signal text=word/></td>
                <td class="number" data-label=t.audiences.members>{file.members}</td>
                <td class="number" data-label=t.audience_files.left_out>{file.failed}</td>
                <td class="modified" data-label=t.audiences.changed>
                    <Time at=file.created_at/><span class="hint"><Address text=file.created_by/></span>
                </td>
            </tr>
        }
    });
    view! { <Table title=t.audience_files.title columns numbers>{rows.collect_view()}</Table> }.into_any()
}

/// Where a file is shown.
fn file_path(sandbox: &str, audience: &str, file: &str) -> String {
    format!("/{sandbox}/audiences/{audience}/files/{file}")
}

/// In the page's language.
pub fn status_of(status: FileStatus) -> (Signal4, &'static str) {
    let t = texts();
    match status {
        FileStatus::Waiting => (Signal4::Warning, t.audience_files.waiting),
        FileStatus::Running => (Signal4::Waiting, t.audience_files.running),
        FileStatus::Complete => (Signal4::Ok, t.audience_files.complete),
        FileStatus::Failed => (Signal4::Failed, t.audience_files.failed),
    }
}
