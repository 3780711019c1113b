//! One file of people: what its columns hold, how far it is, and what of it was left out. Whoever leaves the page leaves the
//! file to the server.

use domain::audience_upload::{AudienceFile, Column, ColumnUse, FileFormat, FileStatus};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;

use super::audience_path;
use super::file_calls::{StartAudienceFile, find_audience_file};
use super::files::status_of;
use crate::i18n::texts;
use crate::layout::sandbox_name;
use crate::live::live;
use crate::ui::{
    Button, Fact, Facts, FileProgress, FormFailure, LinkButton, PageHeader, ProgressBar, SelectField, StateBadge,
    TextField, Time, failure_of, file_size, loaded, people_per_second,
};

#[component]
pub fn AudienceFilePage() -> impl IntoView {
    let sandbox = sandbox_name();
    let params = use_params_map();
    let id = Memo::new(move |_| params.with(|params| params.get("file").unwrap_or_default()));
    let start = ServerAction::<StartAudienceFile>::new();
    let live = live(sandbox).until_settled();
    let file = Resource::new(
        move || {
            let id = id.get();
            let changes = live.changes(&id);
            (sandbox.get(), id, changes, start.version().get())
        },
        |(sandbox, id, ..)| find_audience_file(sandbox, id),
    );
    view! {
        <Title text=texts().audience_files.title/>
        {loaded(file, move |file: AudienceFile| {
            if matches!(file.status, FileStatus::Complete | FileStatus::Failed) {
                live.settle(&file.id);
            }
            view! { <File file start/> }
        })}
    }
}

#[component]
fn File(file: AudienceFile, start: ServerAction<StartAudienceFile>) -> impl IntoView {
    let t = texts();
    let sandbox = sandbox_name().get_untracked();
    let above = (audience_path(&sandbox, file.audience_id.as_str()), t.audience_files.audience.to_owned());
    let (signal, word) = status_of(file.status);
    let report = format!("/files/audiences/{sandbox}/{}/{}/left-out.csv", file.audience_id, file.id);
    let failed = file.failed;
    let list = audience_path(&sandbox, file.audience_id.as_str());
    let reason = (!file.reason.is_empty()).then(|| view! { <p>{file.reason.clone()}</p> });
    let is_over = matches!(file.status, FileStatus::Complete | FileStatus::Failed);
    view! {
        <PageHeader title=file.file_name.clone() above/>
        <section class="card" aria-label=t.messages.facts>
            <div aria-live="polite"><StateBadge signal text=word/></div>
            {reason}
            {(file.status == FileStatus::Running).then(|| view! { <HowFar file=file.clone()/> })}
            <div class="facts-row">
                <Facts>
                    <Fact name=t.audience_files.size>{file_size(u64::try_from(file.bytes).unwrap_or(0))}</Fact>
                    <Fact name=t.audience_files.rows>{file.rows}</Fact>
                    <Fact name=t.audiences.members>{file.members}</Fact>
                    <Fact name=t.audience_files.repeated>{file.repeated}</Fact>
                    <Fact name=t.audience_files.left_out>{failed}</Fact>
                    {file.started_at.is_some().then(|| view! { <Fact name=t.audience_files.rate>{people_per_second(file.rows_per_second)}</Fact> })}
                    {file.ended_at.map(|at| view! { <Fact name=t.audience_files.ended><Time at/></Fact> })}
                </Facts>
            </div>
            <div class="row">
                {(is_over && failed > 0).then(|| view! { <a href=report class="button button-secondary" download="">{t.audience_files.report}</a> })}
                {is_over.then(|| view! { <LinkButton href=list>{t.audience_files.to_audience}</LinkButton> })}
            </div>
        </section>
        {(file.status == FileStatus::Waiting).then(|| view! { <Explain file start/> })}
    }
}

/// How far it is, and how long it still takes.
#[component]
fn HowFar(file: AudienceFile) -> impl IntoView {
    let AudienceFile { bytes, done_bytes, rows, rows_per_second, .. } = file;
    let progress = FileProgress { bytes: done_bytes, total_bytes: Some(bytes), rows, rows_per_second };
    view! {
        <ProgressBar name=file.file_name progress/>
        <p class="hint">{texts().audience_files.leave}</p>
    }
}

/// What each column holds.
#[component]
fn Explain(file: AudienceFile, start: ServerAction<StartAudienceFile>) -> impl IntoView {
    let t = texts();
    let sandbox = sandbox_name().get_untracked();
    let failure = failure_of(start.value());
    let is_table = file.format == FileFormat::Csv;
    let columns =
        file.columns.into_iter().enumerate().map(move |(position, column)| view! { <ColumnRow position column/> });
    view! {
        <section class="card stack" aria-labelledby="columns">
            <h2 id="columns">{if is_table { t.audience_files.columns } else { t.audience_files.lines }}</h2>
            <p class="hint">{if is_table { t.audience_files.columns_hint } else { t.audience_files.lines_hint }}</p>
            <ActionForm action=start attr:class="stack">
                <FormFailure failure/>
                <input type="hidden" name="sandbox" value=sandbox/>
                <input type="hidden" name="file" value=file.id.to_string()/>
                {columns.collect_view()}
                {is_table.then(|| view! {
                    <TextField path="namespace" label=t.audience_files.namespace hint=t.audience_files.namespace_hint value="crm" failure/>
                })}
                <TextField path="optedIn" name="opted_in" label=t.audience_files.opted_in hint=t.audience_files.opted_in_hint value="" failure/>
                <div class="row"><Button pending=start.pending()>{t.audience_files.import}</Button></div>
            </ActionForm>
        </section>
    }
}

#[component]
fn ColumnRow(position: usize, column: Column) -> impl IntoView {
    let t = texts();
    let options = ColumnUse::ALL.iter().map(|holds| (holds.to_string(), use_name(*holds).to_owned())).collect();
    let samples = column.samples.iter().filter(|sample| !sample.is_empty()).cloned().collect::<Vec<_>>().join(" · ");
    view! {
        <fieldset class="group">
            <legend>{if column.name.is_empty() { t.audience_files.unnamed.to_owned() } else { column.name.clone() }}</legend>
            {(!samples.is_empty()).then(|| view! { <p class="hint">{t.audience_files.such_as}" "{samples}</p> })}
            <div class="value-fields">
                <SelectField
                    path=format!("columns[{position}].holds") name=format!("columns[{position}][holds]") label=t.audience_files.holds
                    value=column.holds.to_string() options
                />
                <TextField
                    path=format!("columns[{position}].path") name=format!("columns[{position}][path]") label=t.audience_files.path
                    value=column.path
                />
            </div>
        </fieldset>
    }
}

fn use_name(holds: ColumnUse) -> &'static str {
    let t = texts();
    match holds {
        ColumnUse::Ignore => t.audience_files.ignore,
        ColumnUse::Email => t.audiences.email,
        ColumnUse::Phone => t.audiences.phone,
        ColumnUse::UserId => t.audiences.user_id,
        ColumnUse::Attribute => t.audience_files.attribute,
    }
}
