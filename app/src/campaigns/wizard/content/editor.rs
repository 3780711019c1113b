//! The step: the templates of the campaign's channel, help, the values they read, and the preview.

use domain::campaign::Step;
use domain::content::Content;
use leptos::prelude::*;

use super::super::step_form::StepForm;
use super::attachments::Attachments;
use super::drawing::Drawing;
use super::email::EmailFields;
use super::help::SyntaxHelp;
use super::import::Import;
use super::mobile::MobileFields;
use super::preview::LivePreview;
use super::push::PushFields;
use super::values::Values;
use crate::campaigns::calls::{OpenedCampaign, SaveStep};
use crate::failure::ServerFailure;
use crate::library::TemplateBox;
use crate::ui::failure_of;

/// Editor and preview.
#[component]
pub fn ContentStep(opened: OpenedCampaign, save: ServerAction<SaveStep>) -> impl IntoView {
    let content = opened.detail.draft.content.clone();
    let channel = content.channel();
    let files = content.email().map(|email| email.attachments.clone());
    let campaign = opened.detail.campaign.clone();
    let drawing =
        Drawing::new(content.clone(), opened.detail.draft.variables.clone(), opened.around(), opened.drawn.clone());
    let answered = failure_of(save.value());
    let failure = Signal::derive(move || answered.get().or_else(|| template_faults(drawing)));
    view! {
        <div class="step-columns content-columns">
            <StepForm step=Step::Content campaign=opened.detail.campaign.clone() save failure=answered>
                // Says what these fields are for, wherever the form is sent to.
                <input type="hidden" name="fields[channel]" value=channel.as_str()/>
                <Templates content campaign=opened.detail.campaign.id.to_string() mjml=opened.mjml.clone() drawing failure/>
                <SyntaxHelp/>
                <Import channel drawing/>
                <Values channel drawing failure/>
            </StepForm>
            <LivePreview channel drawing/>
        </div>
        {files.map(|files| view! { <Attachments campaign=campaign.clone() files/> })}
        <TemplateBox campaign/>
    }
}

/// The fields of a channel.
#[component]
fn Templates(
    content: Content,
    campaign: String,
    mjml: String,
    drawing: Drawing,
    failure: Signal<Option<ServerFailure>>,
) -> impl IntoView {
    match content {
        Content::Email(content) => view! { <EmailFields content campaign mjml drawing failure/> }.into_any(),
        Content::Mobile(content) => view! { <MobileFields content drawing failure/> }.into_any(),
        Content::Push(content) => view! { <PushFields content drawing failure/> }.into_any(),
    }
}

/// What is wrong with the templates while they are typed.
fn template_faults(drawing: Drawing) -> Option<ServerFailure> {
    let faults = drawing.drawn().with(super::drawn::Drawn::faults);
    faults.into_result().err().map(ServerFailure::Failure)
}
