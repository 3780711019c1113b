//! Subject, preheader and text of a mail, what it is made of, and what is counted of it.

use domain::content::EmailContent;
use leptos::prelude::*;

use super::body::Body;
use super::drawing::Drawing;
use crate::campaigns::ContentPlace;
use crate::expressions::ExpressionField;
use crate::failure::ServerFailure;
use crate::i18n::texts;
use crate::ui::SelectField;

/// Subject, preheader, HTML, text.
#[component]
pub fn EmailFields(
    content: EmailContent,
    place: ContentPlace,
    mjml: String,
    drawing: Drawing,
    failure: Signal<Option<ServerFailure>>,
) -> impl IntoView {
    let t = texts();
    let counted = match (content.track_opens, content.track_clicks) {
        (false, false) => "none",
        (true, false) => "opens",
        (false, true) => "clicks",
        (true, true) => "both",
    };
    let options = [
        ("none", t.content_step.track_none),
        ("opens", t.content_step.track_opens),
        ("clicks", t.content_step.track_clicks),
        ("both", t.content_step.track_both),
    ];
    let options = options.map(|(word, label)| (word.to_owned(), label.to_owned())).to_vec();
    let made_of = content.clone();
    view! {
        <ExpressionField
            path="content.subject" name="fields[subject]" label=t.content_step.subject value=content.subject required=true failure
            on_input=Callback::new(move |text| drawing.change_email(|content| content.subject = text))
        />
        <ExpressionField
            path="content.preheader" name="fields[preheader]" label=t.content_step.preheader
            hint=t.content_step.preheader_hint value=content.preheader failure
            on_input=Callback::new(move |text| drawing.change_email(|content| content.preheader = text))
        />
        <Body content=made_of place mjml drawing failure/>
        <ExpressionField
            path="content.text" name="fields[text]" label=t.content_step.text hint=t.content_step.text_hint
            value=content.text rows=6 source=true failure
            on_input=Callback::new(move |text| drawing.change_email(|content| content.text = text))
        />
        <SelectField
            path="content.tracking" name="fields[tracking]" label=t.content_step.tracking hint=t.content_step.tracking_hint("{{ unsubscribe_url }}", "{{ mirror_url }}")
            value=counted options failure
        />
    }
}
