//! The templates of a mobile message: the text of an SMS; of an MMS also title and media; what RCS has beside them.

use domain::content::{MobileContent, MobileKind};
use leptos::prelude::*;

use super::counter::Counter;
use super::drawing::Drawing;
use super::rcs::{RcsKindField, RichFields};
use crate::expressions::ExpressionField;
use crate::failure::ServerFailure;
use crate::i18n::texts;
use crate::ui::{Choice, ChoiceField, SelectField};

/// Kind, media, title, text, what RCS has, and the counter of the SMS. The style hides what the kind does not have, so that this
/// needs no program.
#[component]
pub fn MobileFields(content: MobileContent, drawing: Drawing, failure: Signal<Option<ServerFailure>>) -> impl IntoView {
    let t = texts();
    let kind = RwSignal::new(content.kind);
    let choose = Callback::new(move |word: String| {
        let chosen = word.parse().unwrap_or_default();
        kind.set(chosen);
        drawing.change_mobile(|content| content.kind = chosen);
    });
    view! {
        <div class="stack mobile-fields">
            <ChoiceField
                path="content.kind" name="fields[kind]" legend=t.mobile_step.kind value=content.kind.as_str() choices=kinds()
                failure on_input=choose
            />
            <div class="only-rcs"><RcsKindField rcs=content.rcs.clone() drawing failure/></div>
            <div class="with-media">
                <ExpressionField
                    path="content.mediaUrl" name="fields[mediaUrl]" label=t.mobile_step.media hint=t.mobile_step.media_hint
                    value=content.media_url required=true failure
                    on_input=Callback::new(move |text| drawing.change_mobile(|content| content.media_url = text))
                />
            </div>
            <div class="only-mms">
                <ExpressionField
                    path="content.title" name="fields[title]" label=t.mobile_step.title hint=t.mobile_step.title_hint
                    value=content.title failure
                    on_input=Callback::new(move |text| drawing.change_mobile(|content| content.title = text))
                />
            </div>
            <div class="with-text">
                <ExpressionField
                    path="content.text" name="fields[text]" label=t.mobile_step.text hint=t.mobile_step.text_hint
                    value=content.text rows=6 failure required=Signal::derive(move || kind.get() != MobileKind::Mms)
                    on_input=Callback::new(move |text| drawing.change_mobile(|content| content.text = text))
                />
                <SelectField
                    path="content.shortenLinks" name="fields[shortenLinks]" label=t.mobile_step.links
                    hint=t.mobile_step.links_hint value=content.shorten_links.to_string() options=links() failure
                    on_input=Callback::new(move |word: String| {
                        drawing.change_mobile(|content| content.shorten_links = word == "true");
                    })
                />
            </div>
            <div class="stack only-rcs"><RichFields rcs=content.rcs drawing failure/></div>
            <Counter drawing kind/>
        </div>
    }
}

fn links() -> Vec<(String, String)> {
    let t = texts();
    [("false", t.mobile_step.links_as_written), ("true", t.mobile_step.links_short)]
        .map(|(word, label)| (word.to_owned(), label.to_owned()))
        .into()
}

fn kinds() -> Vec<Choice> {
    let t = texts();
    let choice = |kind: MobileKind, label, meaning| Choice { word: kind.as_str(), label, meaning };
    vec![
        choice(MobileKind::Sms, t.mobile_step.sms, t.mobile_step.sms_meaning),
        choice(MobileKind::Mms, t.mobile_step.mms, t.mobile_step.mms_meaning),
        choice(MobileKind::Rcs, t.mobile_step.rcs, t.mobile_step.rcs_meaning),
    ]
}
