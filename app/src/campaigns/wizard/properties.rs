//! Step 1: what the campaign is called and what it is for.

use domain::campaign::Step;
use domain::channel_configuration::Category;
use domain::topic::Topic;
use leptos::prelude::*;

use super::super::calls::{OpenedCampaign, SaveStep};
use super::super::words::{category_meaning, category_name, throughput_name};
use super::step_form::StepForm;
use crate::consent::topic_name;
use crate::i18n::texts;
use crate::ui::{Code, Fact, Facts, SelectField, TextArea, TextField, failure_of};

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
                // Stays visible where it is a fault, so that it can be taken back.
                {(category == Category::Transactional || draft.high_throughput).then(|| view! {
                    <SelectField
                        path="highThroughput" name="fields[highThroughput]" label=t.wizard.throughput hint=t.wizard.throughput_hint
                        value=draft.high_throughput.to_string() options=throughputs() failure
                    />
                })}
                {(category == Category::Marketing || !draft.topic_id.is_empty()).then(|| view! {
                    <SelectField
                        path="topicId" name="fields[topic]" label=t.wizard.topic hint=t.wizard.topic_hint
                        value=draft.topic_id.clone() options=topics(&opened.topics, &draft.topic_id) failure
                    />
                })}
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

/// None in particular, those that are offered, and the one that was chosen.
fn topics(offered: &[Topic], chosen: &str) -> Vec<(String, String)> {
    let t = texts();
    let mut options = vec![(String::new(), t.wizard.topic_none.to_owned())];
    options.extend(offered.iter().map(|topic| (topic.id.to_string(), topic_name(topic))));
    if options.iter().all(|(id, _)| id != chosen) {
        options.push((chosen.to_owned(), t.wizard.topic_gone.to_owned()));
    }
    options
}

fn throughputs() -> Vec<(String, String)> {
    [false, true].map(|high| (high.to_string(), throughput_name(high).to_owned())).to_vec()
}
