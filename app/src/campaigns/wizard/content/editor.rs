//! The step: the templates of the campaign's channel, help, the values they read, and the preview.

use content::PLACE_NAMES;
use domain::campaign::Step;
use domain::channel_configuration::Channel;
use domain::content::Content;
use domain::variable::VariableRules;
use leptos::prelude::*;

use super::super::step_form::StepForm;
use super::attachments::Attachments;
use super::drawing::Drawing;
use super::email::EmailFields;
use super::help::SyntaxHelp;
use super::import::Import;
use super::mail_file::MailFile;
use super::mobile::MobileFields;
use super::preview::LivePreview;
use super::push::PushFields;
use super::values::Values;
use super::variants::{PutBack, SideBySide, StandIn, ToSideBySide, Tools, VariantSwitch};
use crate::campaigns::calls::{OpenedCampaign, SaveStep};
use crate::campaigns::variants::{ContentPlace, key_text};
use crate::expressions::{Vocabulary, values_of_content, values_of_mail};
use crate::failure::ServerFailure;
use crate::i18n::texts;
use crate::layout::sandbox_name;
use crate::library::TemplateBox;
use crate::ui::failure_of;

/// Editor and preview of the open content; with variants, the choice of it.
#[component]
pub fn ContentStep(opened: OpenedCampaign, save: ServerAction<SaveStep>) -> impl IntoView {
    if opened.detail.draft.variants.is_empty() {
        return view! { <OpenContent opened save/> }.into_any();
    }
    if opened.beside.is_some() {
        return view! { <SideBySide opened/> }.into_any();
    }
    view! {
        <VariantSwitch opened=opened.clone() step=Step::Content/>
        <p><ToSideBySide opened=opened.clone()/></p>
        <PutBack opened=opened.clone()/>
        <OpenContent opened save/>
    }
    .into_any()
}

/// The content with its preview; the editor only where the content is its own.
#[component]
fn OpenContent(opened: OpenedCampaign, save: ServerAction<SaveStep>) -> impl IntoView {
    let content = opened.content().clone();
    let channel = content.channel();
    let campaign = opened.detail.campaign.clone();
    let files = content.email().map(|email| email.attachments.clone());
    let place = opened.place(sandbox_name().get_untracked());
    let (is_main, is_written) = (opened.variant.is_none(), opened.is_written());
    let has_variants = !opened.detail.draft.variants.is_empty();
    let drawing = Drawing::new(content, opened.detail.draft.variables.clone(), opened.around(), opened.drawn.clone());
    provide_vocabulary(drawing, channel, &opened.detail.draft.variables);
    view! {
        <div class="step-columns content-columns">
            <div class="stack">
                {if is_written {
                    view! { <Editor opened=opened.clone() save drawing/> }.into_any()
                } else {
                    view! { <StandIn opened=opened.clone()/> }.into_any()
                }}
                {has_variants.then(|| view! { <Tools opened/> })}
            </div>
            <LivePreview channel drawing/>
        </div>
        {files.filter(|_| is_written).map(|files| view! { <Attachments place files/> })}
        {is_main.then(|| view! { <TemplateBox campaign/> })}
    }
}

/// The form of the content's fields.
#[component]
fn Editor(opened: OpenedCampaign, save: ServerAction<SaveStep>, drawing: Drawing) -> impl IntoView {
    let content = opened.content().clone();
    let channel = content.channel();
    let place = opened.place(sandbox_name().get_untracked());
    let variant = key_text(place.variant.as_ref());
    // What is made of blocks or of MJML has no HTML of its own to put a text into.
    let takes_import = content.email().is_none_or(|email| email.design.is_none() && email.mjml.trim().is_empty());
    let mail_file = content.email().map(|_| (place.mail_file(), takes_import));
    let answered = failure_of(save.value());
    let at = place.clone();
    let answered = Signal::derive(move || answered.get().map(|failure| at.failure(failure)));
    let failure = Signal::derive(move || answered.get().or_else(|| template_faults(drawing)));
    view! {
        <StepForm step=Step::Content campaign=opened.detail.campaign.clone() save failure=answered variant>
            // Says what these fields are for, wherever the form is sent to.
            <input type="hidden" name="fields[channel]" value=channel.as_str()/>
            <Templates content place mjml=opened.mjml drawing failure/>
            <SyntaxHelp/>
            {takes_import.then(|| view! { <Import channel/> })}
            {mail_file.map(|(export, takes_html)| view! { <MailFile export takes_html/> })}
            <Values channel drawing failure/>
        </StepForm>
    }
}

/// The fields propose what the content reads, what its author said something of, and what each mail says of its own.
pub fn provide_vocabulary(drawing: Drawing, channel: Channel, rules: &VariableRules) {
    let (t, rules) = (texts(), rules.clone());
    let of_mail = if channel == Channel::Email { values_of_mail(&PLACE_NAMES, t) } else { Vec::new() };
    Vocabulary::provide(Signal::derive(move || {
        let read =
            drawing.drawn().with(|drawn| values_of_content(&drawn.preview.variables, &rules, &drawn.proposed, t));
        [read, of_mail.clone()].concat()
    }));
}

/// The fields of a channel.
#[component]
fn Templates(
    content: Content,
    place: ContentPlace,
    mjml: String,
    drawing: Drawing,
    failure: Signal<Option<ServerFailure>>,
) -> impl IntoView {
    match content {
        Content::Email(content) => view! { <EmailFields content place mjml drawing failure/> }.into_any(),
        Content::Mobile(content) => view! { <MobileFields content drawing failure/> }.into_any(),
        Content::Push(content) => view! { <PushFields content drawing failure/> }.into_any(),
    }
}

/// What is wrong with the templates while they are typed.
fn template_faults(drawing: Drawing) -> Option<ServerFailure> {
    let faults = drawing.drawn().with(super::drawn::Drawn::faults);
    faults.into_result().err().map(ServerFailure::Failure)
}
