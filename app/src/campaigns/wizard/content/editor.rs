//! The four templates.

use domain::Faults;
use domain::campaign::Step;
use leptos::prelude::*;

use super::super::step_form::StepForm;
use super::help::SyntaxHelp;
use super::preview::{Drawing, LivePreview};
use super::values::Values;
use crate::campaigns::calls::{OpenedCampaign, SaveStep};
use crate::failure::ServerFailure;
use crate::i18n::texts;
use crate::ui::{TextArea, TextField, failure_of};

/// Editor and preview.
#[component]
pub fn ContentStep(opened: OpenedCampaign, save: ServerAction<SaveStep>) -> impl IntoView {
    let content = opened.detail.draft.content.clone();
    let drawing = Drawing::new(content.clone(), opened.detail.draft.variables.clone());
    let t = texts();
    let answered = failure_of(save.value());
    let failure = Signal::derive(move || answered.get().or_else(|| template_faults(drawing)));
    view! {
        <div class="step-columns content-columns">
            <StepForm step=Step::Content campaign=opened.detail.campaign.clone() save failure=answered>
                <TextField
                    path="content.subject" name="fields[subject]" label=t.content_step.subject value=content.subject required=true failure
                    on_input=Callback::new(move |text| drawing.change(|content| content.subject = text))
                />
                <TextField
                    path="content.preheader" name="fields[preheader]" label=t.content_step.preheader
                    hint=t.content_step.preheader_hint value=content.preheader failure
                    on_input=Callback::new(move |text| drawing.change(|content| content.preheader = text))
                />
                <TextArea
                    path="content.html" name="fields[html]" label=t.content_step.html value=content.html rows=20 source=true
                    required=true failure on_input=Callback::new(move |text| drawing.change(|content| content.html = text))
                />
                <TextArea
                    path="content.text" name="fields[text]" label=t.content_step.text hint=t.content_step.text_hint
                    value=content.text rows=6 source=true failure
                    on_input=Callback::new(move |text| drawing.change(|content| content.text = text))
                />
                <SyntaxHelp/>
                <Values drawing failure/>
            </StepForm>
            <LivePreview drawing/>
        </div>
    }
}

/// What is wrong with the templates while they are typed. That something is still empty is told by the review.
fn template_faults(drawing: Drawing) -> Option<ServerFailure> {
    let faults = drawing.drawn().with(|drawn| drawn.preview.faults.clone());
    let wrong = faults.0.into_iter().filter(|fault| !matches!(fault.code.as_str(), "required" | "empty_subject"));
    Faults(wrong.collect()).into_result().err().map(ServerFailure::Failure)
}
