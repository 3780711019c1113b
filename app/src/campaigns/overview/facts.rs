//! Facts of a campaign at the top of its overview.

use leptos::prelude::*;

use super::super::calls::OpenedCampaign;
use super::super::words::{audience_words, category_name, main_text, throughput_name};
use crate::channel::channel_name;
use crate::i18n::texts;
use crate::ui::{Code, Fact, Facts, Time};

/// Description, category, sender, who changed it last; of the live version where there is one.
#[component]
pub fn OverviewFacts(opened: OpenedCampaign) -> impl IntoView {
    let t = texts();
    let detail = opened.detail;
    let high_throughput = detail.live.as_ref().map_or(detail.draft.high_throughput, |it| it.definition.high_throughput);
    let (description, configuration_id, content) = match &detail.live {
        Some(live) => {
            let definition = &live.definition;
            let id = definition.configuration_id.to_string();
            (definition.description.clone(), id, definition.content.clone())
        }
        None => {
            let draft = &detail.draft;
            (draft.description.clone(), draft.configuration_id.clone(), draft.content.clone())
        }
    };
    let (content_name, content_text) = main_text(&content);
    let audience_id = match &detail.live {
        Some(live) => live.definition.audience_id.as_ref().map(ToString::to_string).unwrap_or_default(),
        None => detail.draft.audience.id.clone(),
    };
    let audience = opened.audiences.into_iter().find(|found| found.id.as_str() == audience_id);
    let configuration = opened.configurations.into_iter().find(|found| found.id == configuration_id);
    view! {
        <section class="card overview-facts" aria-label=t.campaigns.facts>
            {(!description.is_empty()).then(|| view! { <p class="description">{description}</p> })}
            <Facts>
                {(!content_text.is_empty()).then(|| view! { <Fact name=content_name wide=true>{content_text}</Fact> })}
                <Fact name=t.channels.channel>{channel_name(content.channel())}</Fact>
                <Fact name=t.campaigns.category>{category_name(detail.campaign.category)}</Fact>
                {high_throughput.then(|| view! { <Fact name=t.wizard.throughput>{throughput_name(true)}</Fact> })}
                {audience.map(|found| view! {
                    <Fact name=t.wizard.audience_choice>{audience_words(&found)}</Fact>
                })}
                {configuration.map(|found| view! { <Fact name=t.wizard.configuration>{found.name}<p class="hint">{found.from}</p></Fact> })}
                <Fact name=t.campaigns.modified><Time at=detail.campaign.modified_at/><p class="hint">{detail.campaign.modified_by}</p></Fact>
                <Fact name=t.campaigns.id wide=true><Code text=detail.campaign.id.to_string()/></Fact>
            </Facts>
        </section>
    }
}
