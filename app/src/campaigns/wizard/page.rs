//! The page around the steps. `?step=` says which one is open, `?variant=` whose content it shows, `?beside=` which other one
//! next to it.

use domain::access::Permission;
use domain::campaign::{Campaign, CampaignStatus, Step};
use leptos::either::Either;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use wasm_bindgen::JsCast as _;

use super::super::calls::{OpenedCampaign, SaveStep, open_variant};
use super::super::trigger::Trigger;
use super::super::words::{OverNotice, Status, step_name};
use super::super::{above, campaign_id, campaign_path};
use super::action::ActionStep;
use super::audience::AudienceStep;
use super::content::{ContentStep, Replaced, focus_open_variant};
use super::properties::PropertiesStep;
use super::rail::Rail;
use super::review::{FaultList, ReviewStep};
use super::schedule::ScheduleStep;
use super::step_form::Leaving;
use crate::i18n::texts;
use crate::layout::{may, sandbox_name};
use crate::ui::{LinkButton, Notice, PageHeader, loaded};

/// The wizard of a campaign.
#[component]
pub fn WizardPage() -> impl IntoView {
    let sandbox = sandbox_name();
    let campaign = campaign_id();
    let query = use_query_map();
    let step = Memo::new(move |_| {
        let word = query.with(|query| query.get("step").unwrap_or_default());
        word.parse::<Step>().unwrap_or(Step::Properties)
    });
    // A save leads to an address with another revision. Step and campaign are drawn from one answer, so that no form
    // ever stands beside a revision that it does not belong to.
    let of_query =
        move |name: &'static str| Memo::new(move |_| query.with(|query| query.get(name).unwrap_or_default()));
    let (saved, variant, beside) = (of_query("saved"), of_query("variant"), of_query("beside"));
    let opened = Resource::new(
        move || (sandbox.get(), campaign.get(), step.get(), saved.get(), variant.get(), beside.get()),
        async |(sandbox, campaign, step, _, variant, beside)| {
            Ok((step, open_variant(sandbox, campaign, variant, beside).await?))
        },
    );
    provide_context(Replaced::default());
    let here = move |step| (campaign.get_untracked(), step, saved.get_untracked(), variant.get_untracked());
    let arrived = here(step.get_untracked());
    let has_moved = StoredValue::new(false);
    let last = StoredValue::new(arrived.clone());
    let is_second = StoredValue::new(false);
    loaded(opened, move |(step, opened)| {
        // The first step may be drawn more than once while the page is loaded.
        let here = here(step);
        has_moved.update_value(|moved| *moved |= here != arrived);
        let before = last.get_value();
        last.set_value(here.clone());
        let moved = if !has_moved.get_value() {
            Moved::Not
        } else if before.1 == step && before.3 != here.3 {
            Moved::ToVariant
        } else {
            Moved::ToStep
        };
        // Fields that are drawn over keep what was typed into them: those of another content, or of what is stored, are other
        // fields.
        let is_over_another = before != here;
        is_second.update_value(|second| *second ^= is_over_another);
        let wizard = view! { <Wizard step opened moved/> };
        if is_second.get_value() { Either::Right(wizard) } else { Either::Left(wizard) }
    })
}

/// How somebody came to what is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Moved {
    /// By its address.
    Not,
    /// From another step, or by a save.
    ToStep,
    /// From another content of the same step.
    ToVariant,
}

#[component]
fn Wizard(
    step: Step,
    opened: OpenedCampaign,
    /// Where the focus goes.
    moved: Moved,
) -> impl IntoView {
    let t = texts();
    let sandbox = sandbox_name().get_untracked();
    let campaign = opened.detail.campaign.clone();
    let overview = campaign_path(&sandbox, campaign.id.as_str());
    let above = above(&sandbox);
    if !may(Permission::ManageCampaigns) {
        return view! {
            <PageHeader title=campaign.name above/>
            <Notice>{t.wizard.not_for_your_role}" "<a href=overview>{t.wizard.to_overview}</a></Notice>
        }
        .into_any();
    }
    provide_context(Leaving::default());
    // One for each step: what was refused on another one is not this one's matter, nor what the first address says.
    let save = ServerAction::<SaveStep>::new();
    if moved != Moved::Not {
        save.clear();
    }
    let status = campaign.clone();
    view! {
        <PageHeader title=campaign.name.clone() above>
            <Status campaign=status/>
            <LinkButton href=overview variant="secondary">{t.wizard.to_overview}</LinkButton>
        </PageHeader>
        <Banner campaign/>
        <div class="wizard">
            <Rail open=step opened=opened.clone()/>
            <section class="wizard-step" aria-labelledby="step">
                <StepHeading step moved/>
                <LeftBehind opened=opened.clone()/>
                {match step {
                    Step::Properties => view! { <PropertiesStep opened save/> }.into_any(),
                    Step::Action => view! { <ActionStep opened save/> }.into_any(),
                    Step::Content => view! { <ContentStep opened save/> }.into_any(),
                    Step::Audience => view! { <AudienceStep opened save/> }.into_any(),
                    Step::Schedule => view! { <ScheduleStep opened save/> }.into_any(),
                    Step::Review => view! { <ReviewStep opened/> }.into_any(),
                    Step::Trigger => view! { <Trigger opened/> }.into_any(),
                }}
            </section>
        </div>
    }
    .into_any()
}

/// What the step that was just saved still needs. `?left=` names it.
#[component]
fn LeftBehind(opened: OpenedCampaign) -> impl IntoView {
    let left = use_query_map().with_untracked(|query| query.get("left").unwrap_or_default()).parse::<Step>().ok()?;
    let faults: Vec<_> = opened.review.errors.0.iter().filter(|it| Step::of_path(&it.path) == left).cloned().collect();
    let title = texts().wizard.left_with_faults(step_name(left));
    let id = opened.detail.campaign.id.to_string();
    let draft = opened.detail.draft.clone();
    (!faults.is_empty()).then(|| view! { <FaultList kind="warning" title faults draft id/> })
}

#[component]
fn StepHeading(step: Step, moved: Moved) -> impl IntoView {
    let heading = NodeRef::<leptos::html::H2>::new();
    Effect::new(move || {
        let Some(heading) = heading.get() else { return };
        // A link from the review names a field; it comes after the address has changed.
        let wanted = window().location().hash().unwrap_or_default();
        let field = wanted.strip_prefix('#').and_then(|id| document().get_element_by_id(id));
        match field.and_then(|field| field.dyn_into::<web_sys::HtmlElement>().ok()) {
            Some(field) => drop(field.focus()),
            None if moved == Moved::ToVariant => focus_open_variant(),
            None if moved == Moved::ToStep => drop(heading.focus()),
            None => {}
        }
    });
    view! { <h2 id="step" tabindex="-1" node_ref=heading>{step_name(step)}</h2> }
}

/// What the state of the campaign means for whoever edits it.
#[component]
fn Banner(campaign: Campaign) -> impl IntoView {
    let t = texts();
    let version = campaign.live_version.unwrap_or_default();
    match campaign.status {
        CampaignStatus::Live | CampaignStatus::Scheduled if campaign.draft_open => {
            view! { <Notice kind="waiting">{t.wizard.draft_beside_live(version)}</Notice> }.into_any()
        }
        CampaignStatus::Paused if campaign.draft_open => {
            view! { <OverNotice status=campaign.status/><Notice kind="waiting">{t.wizard.draft_beside_live(version)}</Notice> }.into_any()
        }
        CampaignStatus::Live | CampaignStatus::Scheduled => {
            view! { <Notice>{t.wizard.edits_make_draft(version)}</Notice> }.into_any()
        }
        status => view! { <OverNotice status/> }.into_any(),
    }
}
