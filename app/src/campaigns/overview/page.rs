//! The page.

use domain::access::Permission;
use domain::campaign::{CampaignStatus, Step};
use leptos::prelude::*;

use super::super::calls::{OpenedCampaign, StopCampaign, open_campaign};
use super::super::trigger::Trigger;
use super::super::words::Status;
use super::super::{above, campaign_id, step_path};
use super::facts::OverviewFacts;
use super::lifecycle::Lifecycle;
use crate::i18n::texts;
use crate::layout::{may, sandbox_name};
use crate::ui::{LinkButton, Notice, PageHeader, loaded};

/// The overview of the campaign in the address.
#[component]
pub fn OverviewPage() -> impl IntoView {
    let sandbox = sandbox_name();
    let campaign = campaign_id();
    let stop = ServerAction::<StopCampaign>::new();
    let stopped = Memo::new(move |_| stop.value().with(|answer| matches!(answer, Some(Ok(())))));
    let opened = Resource::new(
        move || (sandbox.get(), campaign.get(), stopped.get()),
        |(sandbox, campaign, _)| open_campaign(sandbox, campaign),
    );
    loaded(opened, move |opened| view! { <Overview opened stop/> })
}

#[component]
fn Overview(opened: OpenedCampaign, stop: ServerAction<StopCampaign>) -> impl IntoView {
    let t = texts();
    let sandbox = sandbox_name().get_untracked();
    let campaign = opened.detail.campaign.clone();
    let id = campaign.id.to_string();
    let ended = matches!(campaign.status, CampaignStatus::Stopped | CampaignStatus::Finished);
    let waits = campaign.draft_open && campaign.live_version.is_some() && !ended;
    let review = step_path(&sandbox, &id, Step::Review);
    let status = campaign.clone();
    let edit = step_path(&sandbox, &id, Step::Properties);
    view! {
        <PageHeader title=campaign.name.clone() above=above(&sandbox)>
            <Status campaign=status/>
            {may(Permission::ManageCampaigns).then(|| view! { <LinkButton href=edit>{t.campaigns.edit}</LinkButton> })}
        </PageHeader>
        {waits.then(|| view! {
            <Notice kind="waiting">{t.campaigns.draft_waits}" "<a href=review>{t.campaigns.next_review}</a></Notice>
        })}
        <OverviewFacts opened=opened.clone()/>
        <section class="stack" id="trigger" aria-labelledby="trigger-title">
            <h2 id="trigger-title">{t.wizard.trigger}</h2>
            <Trigger opened/>
        </section>
        {may(Permission::ManageCampaigns).then(|| view! { <Lifecycle campaign stop/> })}
    }
}
