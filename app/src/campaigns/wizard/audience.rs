//! Step 4: whom a call may address.

use domain::campaign::Step;
use leptos::prelude::*;

use super::super::calls::{OpenedCampaign, SaveStep};
use super::step_form::StepForm;
use crate::i18n::texts;
use crate::ui::{SelectField, failure_of};

/// The identity namespace of `userId`.
#[component]
pub fn AudienceStep(opened: OpenedCampaign, save: ServerAction<SaveStep>) -> impl IntoView {
    let t = texts();
    let failure = failure_of(save.value());
    let options = vec![("email".to_owned(), t.wizard.namespace_email.to_owned())];
    view! {
        <div class="step-columns">
            <StepForm step=Step::Audience campaign=opened.detail.campaign.clone() save failure>
                <p>{t.wizard.audience_about}</p>
                <SelectField
                    path="audience.namespace" name="fields[namespace]" label=t.wizard.namespace hint=t.wizard.namespace_hint
                    value=opened.detail.draft.audience.namespace options failure
                />
            </StepForm>
            <aside class="card step-help" aria-label=t.wizard.help>
                <h3>{t.wizard.in_the_call}</h3>
                <pre class="sample" tabindex="0" aria-label=t.wizard.in_the_call>{RECIPIENT}</pre>
                <p class="hint">{t.wizard.recipient_hint}</p>
            </aside>
        </div>
    }
}

const RECIPIENT: &str = "{
  \"type\": \"external\",
  \"userId\": \"ann@example.com\",
  \"namespace\": \"email\",
  \"context\": { … },
  \"profile\": { … }
}";
