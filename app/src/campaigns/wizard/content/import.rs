//! Templates of another product, pasted: converted by the server, so that the converter is no part of what a browser loads.

use content::{Imported, Note};
use domain::channel_configuration::Channel;
use leptos::prelude::*;

use crate::campaigns::calls::ImportTemplate;
use crate::expressions::put_text;
use crate::i18n::texts;
use crate::layout::sandbox_name;
use crate::ui::{FormFailure, failure_of, field_id};

/// Closed at first.
#[component]
pub fn Import(channel: Channel) -> impl IntoView {
    let t = texts();
    let source = RwSignal::new(String::new());
    let convert = ServerAction::<ImportTemplate>::new();
    let ask = move |_| {
        convert.dispatch(ImportTemplate { sandbox: sandbox_name().get_untracked(), source: source.get_untracked() });
    };
    let answer = convert.value();
    let imported = move || answer.with(|answer| answer.as_ref().and_then(|answer| answer.clone().ok()));
    view! {
        <details class="syntax-help">
            <summary>{t.content_step.import}</summary>
            <div class="stack">
                <p class="hint">{t.content_step.import_about("{{#each}}", "{%= a ?: \"b\" %}")}</p>
                <label for="field-import">{t.content_step.import_source}</label>
                // It is no field of the form: it has no name, and typing into it changes nothing.
                <textarea
                    id="field-import" rows="6" class="control source" spellcheck="false"
                    on:input=move |event| { event.stop_propagation(); source.set(event_target_value(&event)); }
                ></textarea>
                <button
                    type="button" class="button button-small button-secondary" on:click=ask
                    disabled=move || convert.pending().get() || source.with(String::is_empty)
                >
                    {t.content_step.import_convert}
                </button>
                <FormFailure failure=failure_of(answer)/>
                <div class="stack" aria-live="polite">
                    {move || imported().map(|imported| view! { <Converted imported channel/> })}
                </div>
            </div>
        </details>
    }
}

#[component]
fn Converted(imported: Imported, channel: Channel) -> impl IntoView {
    let t = texts();
    let Imported { text, notes } = imported;
    let shown = text.clone();
    let use_it = move |_| drop(put_text(&field_of(channel), &text));
    view! {
        {notes.is_empty().then(|| view! { <p>{t.content_step.import_all}</p> })}
        <NoteList notes/>
        <label for="field-imported">{t.content_step.import_result}</label>
        <textarea id="field-imported" rows="6" class="control source" readonly prop:value=shown></textarea>
        <button type="button" class="button button-small button-secondary" on:click=use_it>{t.content_step.import_use}</button>
    }
}

/// What somebody has to look at; nothing when there is nothing.
#[component]
pub fn NoteList(notes: Vec<Note>) -> impl IntoView {
    (!notes.is_empty()).then(|| {
        view! {
            <strong>{texts().content_step.import_notes}</strong>
            <ul class="stack">{notes.into_iter().map(|note| view! { <Place note/> }).collect_view()}</ul>
        }
    })
}

#[component]
fn Place(note: Note) -> impl IntoView {
    let place = (note.line > 0).then(|| texts().content_step.import_place(note.line, note.column));
    let what = (!note.what.is_empty()).then(|| view! { <code>{note.what.clone()}</code>" " });
    view! { <li>{place}" "{what}{words(&note)}</li> }
}

/// A sentence that ends with a colon leads to the exact words.
fn words(note: &Note) -> String {
    let t = &texts().content_step;
    let words = match note.code.as_str() {
        "audience" => t.import_audience,
        "bad_syntax" => t.import_bad_syntax,
        "fragment" => t.import_fragment,
        "look_at" => t.import_look_at,
        "no_chance" => t.import_no_chance,
        "not_closed" => t.import_not_closed,
        "not_opened" => t.import_not_opened,
        "not_taken" => t.import_not_taken,
        "outlives_loop" => t.import_outlives_loop,
        "too_deep" => t.import_too_deep,
        "too_large" => t.import_too_large,
        "unknown_function" => t.import_unknown_function,
        "unknown_name" => t.import_unknown_name,
        _ => return note.why.clone(),
    };
    if words.ends_with(':') { format!("{words} {}", note.why) } else { words.to_owned() }
}

/// The channel's largest field.
fn field_of(channel: Channel) -> String {
    field_id(match channel {
        Channel::Email => "content.html",
        Channel::Mobile => "content.text",
        Channel::Push => "content.body",
    })
}
