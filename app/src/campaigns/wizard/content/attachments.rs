//! Files that go with every mail of a content. Forms of their own: a file is sent at once, with or without wasm.

use domain::attachment::AttachedFile;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use crate::campaigns::ContentPlace;
use crate::i18n::texts;
use crate::ui::{Notice, file_size};

/// What is attached, and the form that attaches one more.
#[component]
pub fn Attachments(place: ContentPlace, files: Vec<AttachedFile>) -> impl IntoView {
    let t = texts();
    let of = place.variant.as_ref().map(|key| format!("?variant={key}")).unwrap_or_default();
    let path = format!("/files/campaigns/{}/{}", place.sandbox, place.campaign);
    let (to, detach) = (format!("{path}{of}"), format!("{path}/detach{of}"));
    let query = use_query_map();
    let fault = move || {
        let code = query.with(|query| query.get("file")).filter(|code| !code.is_empty())?;
        let text = t.faults.of(&code).map_or(t.content_step.file_refused, |text| text.trim_end_matches(':'));
        Some(view! { <Notice kind="warning">{text}</Notice> })
    };
    let line = move |file: AttachedFile| {
        let label = t.content_step.detach_file(&file.name);
        view! {
            <li class="row">
                <span>{file.name.clone()}</span>
                <span class="hint">{file.content_type}" · "{file_size(file.size)}</span>
                <form method="post" action=detach.clone()>
                    <input type="hidden" name="name" value=file.name/>
                    <button type="submit" class="button button-small button-secondary" aria-label=label>{t.content_step.detach}</button>
                </form>
            </li>
        }
    };
    view! {
        <section class="card stack" id="attachments" aria-labelledby="attachments-title">
            <h2 id="attachments-title">{t.content_step.attachments}</h2>
            {fault}
            {(!files.is_empty()).then(|| view! { <ul class="stack">{files.clone().into_iter().map(line).collect_view()}</ul> })}
            <form method="post" action=to enctype="multipart/form-data" class="row">
                <label for="field-file" class="visually-hidden">{t.content_step.attach}</label>
                <input id="field-file" type="file" name="file" required aria-describedby="field-file-hint"/>
                <button type="submit" class="button button-small button-secondary">{t.content_step.attach}</button>
            </form>
            <p class="hint" id="field-file-hint">{t.content_step.attach_hint}</p>
        </section>
    }
}
