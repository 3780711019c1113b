//! A mail from a file, and as one. What a file says is shown first; only a person puts it in the place of the content.

use domain::mail_file::{ImportedMail, WhyLeftOut};
use leptos::prelude::*;
use web_sys::FormData;

use super::import::NoteList;
use crate::expressions::put_text;
use crate::failure::Answer;
use crate::i18n::texts;
use crate::layout::sandbox_name;
use crate::library::{MailAnswer, files_of, post, why};
use crate::ui::field_id;

/// Both ways, closed at first.
#[component]
pub fn MailFile(
    /// Where the mail is had as a file, by `{format}`.
    export: String,
    /// There is a field of HTML.
    takes_html: bool,
) -> impl IntoView {
    let t = texts();
    let as_file = move |format: &str| export.replace("{format}", format);
    let (html, zip, mjml) = (as_file("html"), as_file("zip"), as_file("mjml"));
    view! {
        <details class="syntax-help">
            <summary>{t.content_step.mail_file}</summary>
            <div class="stack">
                <p>
                    {t.content_step.export}" "<a href=html rel="external" download>"HTML"</a>" · "
                    <a href=zip rel="external" download>{t.content_step.export_zip}</a>" · "
                    <a href=mjml rel="external" download>"MJML"</a>
                </p>
                <p class="hint">{t.content_step.export_hint}</p>
                {takes_html.then(|| view! { <div class="stack needs-program"><FromFile/></div> })}
            </div>
        </details>
    }
}

#[component]
fn FromFile() -> impl IntoView {
    let t = texts();
    let sandbox = sandbox_name();
    let converts = RwSignal::new(false);
    let is_sending = RwSignal::new(false);
    let answer = RwSignal::new(None::<Answer<MailAnswer>>);
    let send = move |event: leptos::ev::Event| {
        event.stop_propagation();
        let input = event_target::<web_sys::HtmlInputElement>(&event);
        let Some(file) = files_of(input.files()).into_iter().next() else { return };
        let (path, convert) = (format!("/files/mails/{}", sandbox.get_untracked()), converts.get_untracked());
        is_sending.set(true);
        answer.set(None);
        leptos::task::spawn_local(async move {
            let read = match form_of(&file, convert) {
                Some(form) => post(&path, &form).await,
                None => return,
            };
            let _ = answer.try_set(Some(read));
            let _ = is_sending.try_set(false);
        });
        // The same file can be chosen again.
        input.set_value("");
    };
    let shown = move || match answer.get()? {
        Ok(answer) => Some(view! { <Report answer/> }.into_any()),
        Err(failure) => {
            Some(view! { <div class="notice notice-failed" role="alert"><p>{why(&failure)}</p></div> }.into_any())
        }
    };
    view! {
        <label class="tick">
            <input type="checkbox" on:change=move |event| { event.stop_propagation(); converts.set(event_target_checked(&event)); }/>
            " "{t.content_step.mail_file_convert}
        </label>
        <label for="field-mail-file">{t.content_step.mail_file_choose}</label>
        <input id="field-mail-file" type="file" accept=".html,.htm,.zip,text/html,application/zip" aria-describedby="field-mail-file-hint" on:change=send/>
        <p class="hint" id="field-mail-file-hint">{t.content_step.mail_file_hint}</p>
        {move || is_sending.get().then(|| view! { <p role="status">{t.common.loading}</p> })}
        <div class="stack" aria-live="polite">{shown}</div>
    }
}

fn form_of(file: &web_sys::File, convert: bool) -> Option<FormData> {
    let form = FormData::new().ok()?;
    if convert {
        form.append_with_str("convert", "true").ok()?;
    }
    form.append_with_blob_and_filename("file", file, &file.name()).ok()?;
    Some(form)
}

/// What the file holds, what is left out, and the way into the content and back.
#[component]
fn Report(answer: MailAnswer) -> impl IntoView {
    let t = texts();
    let MailAnswer { mail: ImportedMail { html, images, left_out, missing }, notes } = answer;
    let former = RwSignal::new(None::<String>);
    let shown = html.clone();
    let use_it = move |_| former.set(put_text(&field_id("content.html"), &html));
    let undo = move |_| {
        if let Some(before) = former.try_update(Option::take).flatten() {
            drop(put_text(&field_id("content.html"), &before));
        }
    };
    let left_out = left_out.into_iter().map(|file| format!("{}: {}", file.name, reason(file.why))).collect();
    view! {
        <Lines title=t.content_step.mail_file_images lines=images/>
        <Lines title=t.content_step.mail_file_left_out lines=left_out/>
        <Lines title=t.content_step.mail_file_missing lines=missing/>
        <NoteList notes/>
        <label for="field-mail-file-html">{t.content_step.import_result}</label>
        <textarea id="field-mail-file-html" rows="6" class="control source" readonly prop:value=shown></textarea>
        <div class="row">
            <button type="button" class="button button-small button-secondary" on:click=use_it disabled=move || former.with(Option::is_some)>{t.content_step.import_use}</button>
            {move || former.with(Option::is_some).then(|| view! {
                <button type="button" class="button button-small button-secondary" on:click=undo>{t.content_step.mail_file_undo}</button>
            })}
        </div>
    }
}

#[component]
fn Lines(title: &'static str, lines: Vec<String>) -> impl IntoView {
    (!lines.is_empty()).then(|| {
        let lines = lines.into_iter().map(|line| view! { <li>{line}</li> }).collect_view();
        view! { <strong>{title}</strong><ul>{lines}</ul> }
    })
}

fn reason(why: WhyLeftOut) -> &'static str {
    let t = &texts().content_step;
    match why {
        WhyLeftOut::NotAnImage => t.left_out_not_an_image,
        WhyLeftOut::NotShown => t.left_out_not_shown,
        WhyLeftOut::TooLarge => t.left_out_too_large,
        WhyLeftOut::BadPath => t.left_out_bad_path,
        WhyLeftOut::NotRead => t.left_out_not_read,
    }
}
