//! The page.

use domain::access::Permission;
use domain::campaign::Step;
use leptos::prelude::*;

use super::super::calls::{DeleteCampaign, DuplicateCampaign, OpenedCampaign, StopCampaign, open_campaign};
use super::super::trigger::Trigger;
use super::super::wizard::StillPreview;
use super::super::words::{OverNotice, Status};
use super::super::{above, campaign_id, step_path};
use super::facts::OverviewFacts;
use super::lifecycle::{Duplicate, Lifecycle};
use super::versions::Versions;
use crate::i18n::texts;
use crate::layout::{may, sandbox_name};
use crate::ui::{FormFailure, LinkButton, Notice, PageHeader, failure_of, loaded};

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
    let over = campaign.status.is_over();
    let waits = campaign.draft_open && campaign.live_version.is_some() && !over;
    let review = step_path(&sandbox, &id, Step::Review);
    let edit = step_path(&sandbox, &id, Step::Properties);
    let manages = may(Permission::ManageCampaigns);
    let (shown, copied) = (campaign.clone(), campaign.clone());
    let duplicate = ServerAction::<DuplicateCampaign>::new();
    let delete = ServerAction::<DeleteCampaign>::new();
    view! {
        <PageHeader title=campaign.name.clone() above=above(&sandbox)>
            <Status campaign=shown/>
            {(manages && !over).then(|| view! { <LinkButton href=edit>{t.campaigns.edit}</LinkButton> })}
            {(manages && over).then(|| view! { <Duplicate campaign=copied duplicate class="button"/> })}
        </PageHeader>
        <FormFailure failure=failure_of(duplicate.value())/>
        <FormFailure failure=failure_of(stop.value())/>
        <FormFailure failure=failure_of(delete.value())/>
        <OverNotice status=campaign.status/>
        {waits.then(|| view! {
            <Notice kind="waiting">{t.campaigns.draft_waits}" "<a href=review>{t.campaigns.next_review}</a></Notice>
        })}
        <Content opened=opened.clone()/>
        <section class="stack" id="trigger" aria-labelledby="trigger-title">
            <h2 id="trigger-title">{t.wizard.trigger}</h2>
            <Trigger opened/>
        </section>
        {(manages && !over).then(|| view! { <Lifecycle campaign stop duplicate delete/> })}
    }
}

/// Facts and versions, and beside them the mail: of the live version where there is one.
#[component]
fn Content(opened: OpenedCampaign) -> impl IntoView {
    let detail = &opened.detail;
    let content = detail.live.as_ref().map_or(&detail.draft.content, |live| &live.definition.content).clone();
    let versions = opened.versions.clone();
    view! {
        <div class="overview-columns">
            <div class="stack">
                <OverviewFacts opened/>
                <Versions versions/>
            </div>
            {(!content.html.is_empty()).then(|| view! { <StillPreview content/> })}
        </div>
    }
}
