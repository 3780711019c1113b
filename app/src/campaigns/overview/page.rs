//! The page.

use domain::access::Permission;
use domain::campaign::{CampaignResults, Step};
use domain::circuit::Circuit;
use domain::experiment::ExperimentReport;
use leptos::prelude::*;

use super::super::calls::{
    DeleteCampaign, DuplicateCampaign, OpenedCampaign, PauseCampaign, ResumeCampaign, StopCampaign,
    find_campaign_results, open_campaign,
};
use super::super::experiment_calls::find_experiment;
use super::super::trigger::Trigger;
use super::super::wizard::StillPreview;
use super::super::words::{OverNotice, Status, is_written};
use super::super::{above, campaign_id, step_path};
use super::clicks::Clicks;
use super::experiment::{Decisions, Experiment};
use super::facts::OverviewFacts;
use super::lifecycle::{Duplicate, Lifecycle};
use super::pause::Paused;
use super::results::Results;
use super::versions::Versions;
use crate::circuit::CircuitNotice;
use crate::failure::Answer;
use crate::i18n::texts;
use crate::layout::{may, sandbox_name};
use crate::live::live;
use crate::ui::{FormFailure, LinkButton, Notice, PageHeader, failure_of, loaded};

/// The overview of the campaign in the address.
#[component]
pub fn OverviewPage() -> impl IntoView {
    let sandbox = sandbox_name();
    let campaign = campaign_id();
    let turns = Turns {
        pause: ServerAction::<PauseCampaign>::new(),
        resume: ServerAction::<ResumeCampaign>::new(),
        stop: ServerAction::<StopCampaign>::new(),
    };
    let opened = Resource::new(
        move || (sandbox.get(), campaign.get(), turns.made()),
        |(sandbox, campaign, _)| open_campaign(sandbox, campaign),
    );
    let live = live(sandbox);
    let key = move || (sandbox.get(), campaign.get(), live.changes.get());
    let results = Resource::new(key, |(sandbox, campaign, _)| find_campaign_results(sandbox, campaign));
    let decisions = Decisions::new();
    let key = move || (sandbox.get(), campaign.get(), live.changes.get(), decisions.made());
    let experiment = Resource::new(key, |(sandbox, campaign, ..)| find_experiment(sandbox, campaign));
    let shown = Shown { results, experiment, decisions };
    loaded(opened, move |opened| view! { <Overview opened turns shown/> })
}

/// What is shown of the messages of the campaign, and is loaded anew with them.
#[derive(Clone, Copy)]
struct Shown {
    results: Resource<Answer<CampaignResults>>,
    experiment: Resource<Answer<Option<ExperimentReport>>>,
    decisions: Decisions,
}

/// What changes the status of the campaign that is shown.
#[derive(Clone, Copy)]
struct Turns {
    pause: ServerAction<PauseCampaign>,
    resume: ServerAction<ResumeCampaign>,
    stop: ServerAction<StopCampaign>,
}

impl Turns {
    /// Part of the key of what is shown.
    fn made(self) -> [usize; 3] {
        [self.pause.version().get(), self.resume.version().get(), self.stop.version().get()]
    }
}

#[component]
fn Overview(opened: OpenedCampaign, turns: Turns, shown: Shown) -> impl IntoView {
    let t = texts();
    let Turns { pause, resume, stop } = turns;
    let sandbox = sandbox_name().get_untracked();
    let campaign = opened.detail.campaign.clone();
    let id = campaign.id.to_string();
    let over = campaign.status.is_over();
    let waits = campaign.draft_open && campaign.live_version.is_some() && !over;
    let review = step_path(&sandbox, &id, Step::Review);
    let edit = step_path(&sandbox, &id, Step::Properties);
    let manages = may(Permission::ManageCampaigns);
    let (headed, copied) = (campaign.clone(), campaign.clone());
    let duplicate = ServerAction::<DuplicateCampaign>::new();
    let delete = ServerAction::<DeleteCampaign>::new();
    view! {
        <PageHeader title=campaign.name.clone() above=above(&sandbox)>
            <Status campaign=headed/>
            {(manages && !over).then(|| view! { <LinkButton href=edit>{t.campaigns.edit}</LinkButton> })}
            {(manages && over).then(|| view! { <Duplicate campaign=copied duplicate class="button"/> })}
        </PageHeader>
        <FormFailure failure=failure_of(duplicate.value())/>
        <FormFailure failure=failure_of(pause.value())/>
        <FormFailure failure=failure_of(resume.value())/>
        <FormFailure failure=failure_of(stop.value())/>
        <FormFailure failure=failure_of(delete.value())/>
        {match opened.detail.pause.clone() {
            Some(pause) => view! { <Paused campaign=campaign.clone() pause resume/> }.into_any(),
            None => view! { <OverNotice status=campaign.status/> }.into_any(),
        }}
        {opened.circuit.clone().map(|circuit| view! { <Waiting circuit/> })}
        {waits.then(|| view! {
            <Notice kind="waiting">{t.campaigns.draft_waits}" "<a href=review>{t.campaigns.next_review}</a></Notice>
        })}
        <Content opened=opened.clone() shown/>
        <section class="stack" id="trigger" aria-labelledby="trigger-title">
            <h2 id="trigger-title">{t.wizard.trigger}</h2>
            <Trigger opened/>
        </section>
        {(manages && !over).then(|| view! { <Lifecycle campaign pause stop duplicate delete/> })}
    }
}

/// Messages wait for their server; whoever may look at the configuration is led there.
#[component]
fn Waiting(circuit: Circuit) -> impl IntoView {
    let t = texts();
    let sandbox = sandbox_name().get_untracked();
    let href = format!("/{sandbox}/settings/configurations/{}", circuit.configuration_id);
    view! {
        <CircuitNotice circuit text=t.circuit.campaign_waits>
            {may(Permission::ViewConfigurations).then(|| view! { <p><a href=href>{t.circuit.to_configuration}</a></p> })}
        </CircuitNotice>
    }
}

/// Facts and versions, and beside them the mail: of the live version where there is one.
#[component]
fn Content(opened: OpenedCampaign, shown: Shown) -> impl IntoView {
    let Shown { results, experiment, decisions } = shown;
    let detail = &opened.detail;
    let compared = detail.live.as_ref().is_some_and(|live| live.definition.variants.experiment.is_some());
    let campaign = detail.campaign.clone();
    let content = detail.live.as_ref().map_or(&detail.draft.content, |live| &live.definition.content);
    let channel = is_written(content).then(|| content.channel());
    let drawn = opened.contract.as_ref().map_or(&opened.drawn, |contract| &contract.drawn).clone();
    let (versions, links) = (opened.versions.clone(), opened.links.clone());
    let is_published = !versions.is_empty();
    let messages = format!("/{}/messages?campaign={}", sandbox_name().get_untracked(), detail.campaign.id);
    view! {
        <div class="overview-columns">
            <div class="stack">
                <OverviewFacts opened/>
                {is_published.then(|| view! { <Results results messages/> })}
                {compared.then(|| view! { <Experiment experiment campaign decisions/> })}
                <Clicks links/>
                <Versions versions/>
            </div>
            {channel.map(|channel| view! { <StillPreview channel drawn/> })}
        </div>
    }
}
