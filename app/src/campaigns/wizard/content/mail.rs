//! A rendered mail as people will see it: the lines of the inbox above, the message in a frame that can do nothing.

use domain::Faults;
use domain::content::RenderedEmail;
use leptos::prelude::*;

use crate::i18n::texts;

/// Subject, and the message as HTML or text, as wide as a desk or a phone. Which of them is the style sheet's matter,
/// so that the choice needs no program.
#[component]
pub fn Mail(email: Memo<RenderedEmail>, preheader: Memo<String>, faults: Memo<Faults>) -> impl IntoView {
    let t = texts();
    let subject = move || email.with(|email| email.subject.clone());
    let is_faulty =
        move |path| faults.with(|faults| faults.at(path).is_some_and(|fault| fault.code != "empty_subject"));
    let no_subject =
        move || if is_faulty("content.subject") { t.content_step.faulty } else { t.content_step.no_subject };
    view! {
        <div class="mail">
            <div class="mail-head">
                <p class="mail-subject" data-empty=move || subject().is_empty().to_string()>
                    {move || if subject().is_empty() { no_subject().to_owned() } else { subject() }}
                </p>
                <p class="mail-preheader hint">{preheader}</p>
                <div class="row">
                    <Switch name="preview-part" label=t.content_step.part options=[("html", t.content_step.html), ("text", t.content_step.text)]/>
                    <Switch name="preview-width" label=t.content_step.width options=[("desktop", t.content_step.desktop), ("phone", t.content_step.phone)]/>
                    <Switch name="preview-brightness" label=t.content_step.brightness options=[("light", t.content_step.light), ("dark", t.content_step.dark)]/>
                </div>
            </div>
            <div class="mail-body">
                {move || is_faulty("content.html").then(|| view! { <p class="hint">{t.content_step.faulty}</p> })}
                <iframe class="mail-frame" sandbox="" title=t.content_step.preview srcdoc=move || email.with(|email| email.html.clone())></iframe>
                <pre class="mail-text" tabindex="0" aria-label=t.content_step.text>{move || email.with(|email| email.text.clone())}</pre>
            </div>
        </div>
    }
}

/// Two choices side by side; the first is taken at first.
#[component]
fn Switch(name: &'static str, label: &'static str, options: [(&'static str, &'static str); 2]) -> impl IntoView {
    view! {
        <fieldset class="switch">
            <legend class="visually-hidden">{label}</legend>
            {options
                .into_iter()
                .enumerate()
                .map(|(position, (value, label))| view! {
                    <label><input type="radio" class="visually-hidden" name=name value=value checked=position == 0/><span>{label}</span></label>
                })
                .collect_view()}
        </fieldset>
    }
}

/// Which values are missing.
#[component]
pub fn MissingValues(missing: Memo<Vec<String>>) -> impl IntoView {
    let t = texts();
    view! {
        <div aria-live="polite">
            {move || missing.with(|missing| (!missing.is_empty()).then(|| view! {
                <div class="notice notice-warning">
                    <p>{t.content_step.missing_values}</p>
                    <p class="paths">{missing.iter().map(|path| view! { <code>{path.clone()}</code>" " }).collect_view()}</p>
                </div>
            }))}
        </div>
    }
}
