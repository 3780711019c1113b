//! One file of people: what its columns hold, how far it is, and what of it was left out. Whoever leaves the page leaves the
//! file to the server.

use std::collections::HashMap;

use domain::access::Permission;
use domain::audience_upload::{AudienceFile, Column, ColumnUse, FileFormat, FileStatus};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;

use super::audience_path;
use super::file_calls::{StartAudienceFile, find_audience_file};
use super::files::status_of;
use crate::failure::ServerFailure;
use crate::i18n::texts;
use crate::layout::{may, sandbox_name};
use crate::live::live;
use crate::ui::{
    Button, Fact, Facts, FileProgress, FormFailure, LinkButton, PageHeader, ProgressBar, SelectField, StateBadge,
    TextField, Time, failure_of, field_id, file_size, loaded, people_per_second,
};

/// What was chosen or written in the fields of a file that waits, by the file and the field. The page is drawn anew with each
/// change that it is told of and with each refusal, and then shows this and not its guesses.
#[derive(Clone, Copy)]
struct Given(StoredValue<HashMap<(String, String), String>>);

impl Given {
    /// The value of a field, and what notes another one.
    fn field(self, file: &str, path: &str, otherwise: &str) -> (String, Callback<String>) {
        let key = (file.to_owned(), path.to_owned());
        let value = self.0.with_value(|given| given.get(&key).cloned()).unwrap_or_else(|| otherwise.to_owned());
        let note = move |value| {
            let key = key.clone();
            self.0.update_value(|given| drop(given.insert(key, value)));
        };
        (value, Callback::new(note))
    }
}

#[component]
pub fn AudienceFilePage() -> impl IntoView {
    let sandbox = sandbox_name();
    let params = use_params_map();
    let id = Memo::new(move |_| params.with(|params| params.get("file").unwrap_or_default()));
    let given = Given(StoredValue::new(HashMap::new()));
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
            view! { <File file start given/> }
        })}
    }
}

#[component]
fn File(file: AudienceFile, start: ServerAction<StartAudienceFile>, given: Given) -> impl IntoView {
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
        {(file.status == FileStatus::Waiting).then(|| view! { <Explain file start given/> })}
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
fn Explain(file: AudienceFile, start: ServerAction<StartAudienceFile>, given: Given) -> impl IntoView {
    let t = texts();
    let sandbox = sandbox_name().get_untracked();
    let failure = failure_of(start.value());
    let is_table = file.format == FileFormat::Csv;
    let id = file.id.to_string();
    let (namespace, note_namespace) = given.field(&id, "namespace", "crm");
    let (opted_in, note_opted_in) = given.field(&id, "optedIn", "");
    let of_file = id.clone();
    let columns = file.columns.into_iter().enumerate();
    let columns = columns
        .map(move |(position, column)| view! { <ColumnRow file=of_file.clone() position column failure given/> });
    view! {
        <section class="card stack" aria-labelledby="columns" id=field_id("columns") tabindex="-1">
            <h2 id="columns">{if is_table { t.audience_files.columns } else { t.audience_files.lines }}</h2>
            <p class="hint">{if is_table { t.audience_files.columns_hint } else { t.audience_files.lines_hint }}</p>
            <ActionForm action=start attr:class="stack">
                <FormFailure failure/>
                <input type="hidden" name="sandbox" value=sandbox/>
                <input type="hidden" name="file" value=id/>
                {columns.collect_view()}
                {is_table.then(|| view! {
                    <TextField
                        path="namespace" label=t.audience_files.namespace hint=t.audience_files.namespace_hint value=namespace failure
                        on_input=note_namespace
                    />
                })}
                {may(Permission::ManageConsent).then(|| view! {
                    <TextField
                        path="optedIn" name="opted_in" label=t.audience_files.opted_in hint=t.audience_files.opted_in_hint value=opted_in
                        failure on_input=note_opted_in
                    />
                })}
                <div class="row"><Button pending=start.pending()>{t.audience_files.import}</Button></div>
            </ActionForm>
        </section>
    }
}

#[component]
fn ColumnRow(
    file: String,
    position: usize,
    column: Column,
    failure: Signal<Option<ServerFailure>>,
    given: Given,
) -> impl IntoView {
    let t = texts();
    let (holds_path, path_path) = (format!("columns[{position}].holds"), format!("columns[{position}].path"));
    let (holds, note_holds) = given.field(&file, &holds_path, column.holds.as_str());
    let (path, note_path) = given.field(&file, &path_path, &column.path);
    let options = ColumnUse::ALL.iter().map(|holds| (holds.to_string(), use_name(*holds).to_owned())).collect();
    let samples = column.samples.iter().filter(|sample| !sample.is_empty()).cloned().collect::<Vec<_>>().join(" · ");
    view! {
        <fieldset class="group">
            <legend>{if column.name.is_empty() { t.audience_files.unnamed.to_owned() } else { column.name.clone() }}</legend>
            {(!samples.is_empty()).then(|| view! { <p class="hint">{t.audience_files.such_as}" "{samples}</p> })}
            <div class="value-fields">
                <SelectField
                    path=holds_path name=format!("columns[{position}][holds]") label=t.audience_files.holds value=holds options failure
                    on_input=note_holds
                />
                <TextField
                    path=path_path name=format!("columns[{position}][path]") label=t.audience_files.path value=path failure
                    on_input=note_path
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

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::*;

    #[test]
    fn what_was_chosen_goes_before_what_was_guessed_for_that_file_alone() {
        Owner::new().with(|| {
            let given = Given(StoredValue::new(HashMap::new()));
            let (guessed, note) = given.field("f1", "columns[0].holds", "email");
            assert_eq!(guessed, "email");
            note.run("ignore".to_owned());
            assert_eq!(given.field("f1", "columns[0].holds", "email").0, "ignore");
            assert_eq!(given.field("f1", "columns[1].holds", "phone").0, "phone");
            assert_eq!(given.field("f2", "columns[0].holds", "email").0, "email");
        });
    }
}
