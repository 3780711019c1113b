//! Step 1: what the campaign is called and what it is for.

use domain::campaign::Step;
use leptos::prelude::*;

use super::super::calls::{OpenedCampaign, SaveStep};
use super::super::words::{category_meaning, category_name};
use super::step_form::StepForm;
use crate::i18n::texts;
use crate::ui::{Code, Fact, Facts, TextArea, TextField, failure_of};

/// Name and description; the category is fixed.
#[component]
pub fn PropertiesStep(opened: OpenedCampaign, save: ServerAction<SaveStep>) -> impl IntoView {
    let t = texts();
    let failure = failure_of(save.value());
    let (campaign, draft) = (opened.detail.campaign, opened.detail.draft);
    let category = campaign.category;
    let id = campaign.id.to_string();
    view! {
        <div class="step-columns">
            <StepForm step=Step::Properties campaign save failure>
                <TextField
                    path="name" name="fields[name]" label=t.campaigns.name hint=t.campaigns.name_hint value=draft.name required=true failure
                />
                <TextArea
                    path="description" name="fields[description]" label=t.wizard.description hint=t.wizard.description_hint
                    value=draft.description failure
                />
            </StepForm>
            <aside class="card step-help" aria-label=t.wizard.help>
                <Facts>
                    <Fact name=t.campaigns.category>
                        {category_name(category)}
                        <p class="hint">{category_meaning(category)}" "{t.wizard.category_fixed}</p>
                    </Fact>
                    <Fact name=t.campaigns.id><Code text=id/></Fact>
                </Facts>
            </aside>
        </div>
    }
}
