//! The trigger: how calls of a live campaign look, and how they go.

mod call;
mod schema;
mod sparkline;
mod status;
mod variables;

pub use variables::Variables;

use domain::campaign::{CampaignStatus, Step};
use leptos::prelude::*;

use super::calls::OpenedCampaign;
use super::snippets::ExampleCall;
use super::step_path;
use crate::i18n::texts;
use crate::layout::sandbox_name;
use crate::ui::{EmptyState, LinkButton, Notice};
use call::CallExamples;
use schema::ContractSchema;
use status::CallStatus;

/// Status at the left, a call that works when pasted at the right, its values below.
#[component]
pub fn Trigger(opened: OpenedCampaign) -> impl IntoView {
    let t = texts();
    let sandbox = sandbox_name().get_untracked();
    let (Some(live), Some(contract)) = (opened.detail.live.clone(), opened.contract.clone()) else {
        return view! { <NotYetLive opened/> }.into_any();
    };
    // A campaign that is over accepts no call, so none is shown.
    let over = opened.detail.campaign.status.is_over();
    let id = &live.definition.configuration_id;
    let platform = opened.configurations.iter().find(|it| it.id == id.as_str()).and_then(|it| it.platform);
    let category = opened.detail.campaign.category;
    let call = (!over).then(|| ExampleCall::of(&live, &contract, category, platform, &sandbox, &opened.origin));
    let variables = live.definition.variables.clone();
    view! {
        <div class="stack trigger">
            {(opened.detail.campaign.status == CampaignStatus::Scheduled).then(|| view! { <Notice kind="waiting">{t.trigger.scheduled}</Notice> })}
            <div class="trigger-columns" data-over=over.to_string()>
                <CallStatus opened live=live.clone()/>
                {call.clone().map(|call| view! { <CallExamples call/> })}
            </div>
            <section class="stack" aria-labelledby="variables">
                <h3 id="variables">{t.trigger.variables}</h3>
                <Variables variables category example=call/>
                <ContractSchema campaign=live.campaign_id.to_string() schema=contract.schema/>
            </section>
        </div>
    }
    .into_any()
}

/// Says what is missing before the first call.
#[component]
fn NotYetLive(opened: OpenedCampaign) -> impl IntoView {
    let t = texts();
    let sandbox = sandbox_name().get_untracked();
    let review = step_path(&sandbox, opened.detail.campaign.id.as_str(), Step::Review);
    let missing = Step::ALL.iter().filter(|step| opened.review.blocks(**step)).count();
    let text = match missing {
        0 => t.trigger.only_activation.to_owned(),
        1 => t.trigger.missing_one.to_owned(),
        _ => t.trigger.missing(missing),
    };
    view! {
        <EmptyState title=t.trigger.not_yet_live text>
            <LinkButton href=review variant="secondary">{t.trigger.to_review}</LinkButton>
        </EmptyState>
    }
}
