//! The four templates of a mail.

use domain::content::EmailContent;
use leptos::prelude::*;

use super::drawing::Drawing;
use crate::failure::ServerFailure;
use crate::i18n::texts;
use crate::ui::{TextArea, TextField};

/// Subject, preheader, HTML, text.
#[component]
pub fn EmailFields(content: EmailContent, drawing: Drawing, failure: Signal<Option<ServerFailure>>) -> impl IntoView {
    let t = texts();
    view! {
        <TextField
            path="content.subject" name="fields[subject]" label=t.content_step.subject value=content.subject required=true failure
            on_input=Callback::new(move |text| drawing.change_email(|content| content.subject = text))
        />
        <TextField
            path="content.preheader" name="fields[preheader]" label=t.content_step.preheader
            hint=t.content_step.preheader_hint value=content.preheader failure
            on_input=Callback::new(move |text| drawing.change_email(|content| content.preheader = text))
        />
        <TextArea
            path="content.html" name="fields[html]" label=t.content_step.html value=content.html rows=20 source=true
            required=true failure on_input=Callback::new(move |text| drawing.change_email(|content| content.html = text))
        />
        <TextArea
            path="content.text" name="fields[text]" label=t.content_step.text hint=t.content_step.text_hint
            value=content.text rows=6 source=true failure
            on_input=Callback::new(move |text| drawing.change_email(|content| content.text = text))
        />
    }
}
