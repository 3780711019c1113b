//! Step 6: what blocks activation, what deserves a look, the whole definition at a glance; and the way to go live.

use domain::Fault;
use domain::access::Permission;
use domain::campaign::{Campaign, CampaignDraft, Step};
use domain::channel_configuration::Category;
use leptos::prelude::*;

use super::super::calls::{OpenedCampaign, PublishCampaign};
use super::super::testing::Proofs;
use super::super::variants::{ContentPlace, place_of, variant_name};
use super::super::words::{audience_words, category_name, main_text, step_name, throughput_name};
use super::super::{push_data, trigger};
use super::content::{StillPreview, VariantSwitch};
use super::step_form::PlainFooter;
use super::variants::VariantFacts;
use crate::channel::channel_name;
use crate::consent::topic_name;
use crate::field_names::field_name_on;
use crate::i18n::{fault_text, texts};
use crate::layout::{captures, may, sandbox_name};
use crate::ui::{Button, Fact, Facts, FormFailure, Notice, failure_of, field_id};

/// Review and activation.
#[component]
pub fn ReviewStep(opened: OpenedCampaign) -> impl IntoView {
    let t = texts();
    let (errors, warnings) = (opened.review.errors.0.clone(), opened.review.warnings.0.clone());
    let (breaks, warnings): (Vec<Fault>, Vec<Fault>) =
        warnings.into_iter().partition(|warning| warning.path.starts_with("variables."));
    let live = opened.detail.campaign.live_version.unwrap_or_default();
    let id = opened.detail.campaign.id.to_string();
    // What is over is not reviewed any more; the page says why above the steps.
    let draft = opened.detail.draft.clone();
    let channel = draft.content.channel();
    let has_variants = !draft.variants.is_empty();
    let open = !opened.detail.campaign.status.is_over();
    view! {
        <div class="step-columns review-columns">
            <div class="stack">
                {open.then(|| if errors.is_empty() {
                    view! { <Notice kind="ok">{t.wizard.complete}</Notice> }.into_any()
                } else {
                    view! { <FaultList kind="failed" title=t.wizard.to_do faults=errors draft=draft.clone() id=id.clone()/> }.into_any()
                })}
                {(open && !breaks.is_empty()).then(|| view! {
                    <FaultList kind="warning" title=t.wizard.breaks_callers(live) faults=breaks draft=draft.clone() id=id.clone()/>
                })}
                {(open && !warnings.is_empty())
                    .then(|| view! { <FaultList kind="warning" title=t.wizard.worth_a_look faults=warnings draft id/> })}
                {open.then(|| view! { <Activation opened=opened.clone()/> })}
                <Proofs detail=opened.detail.clone() drawn=opened.drawn.clone()/>
                <AtAGlance opened=opened.clone()/>
                <PlainFooter step=Step::Review campaign=opened.detail.campaign.clone()/>
            </div>
            <div class="stack">
                {has_variants.then(|| view! { <VariantSwitch opened=opened.clone() step=Step::Review/> })}
                <StillPreview channel drawn=opened.drawn.clone() with_checks=true/>
            </div>
        </div>
    }
}

/// Faults with links to their fields.
#[component]
pub fn FaultList(
    kind: &'static str,
    #[prop(into)] title: String,
    faults: Vec<Fault>,
    /// The campaign's.
    draft: CampaignDraft,
    /// The campaign's.
    id: String,
) -> impl IntoView {
    let sandbox = sandbox_name().get_untracked();
    let channel = draft.content.channel();
    let label = title.clone();
    view! {
        <section class=format!("notice notice-{kind}") aria-label=label>
            <h3>{title}</h3>
            <ul class="review-faults">
                {faults
                    .into_iter()
                    .map(|fault| {
                        let step = Step::of_path(&fault.path);
                        let (variant, path) = place_of(&fault.path);
                        let name = variant.as_ref().map(|key| format!("{} – ", variant_name(&draft.variants, Some(key))));
                        let there = ContentPlace { sandbox: sandbox.clone(), campaign: id.clone(), variant };
                        let href = if path.starts_with("content.design") {
                            there.designer(&format!("at={path}"))
                        } else {
                            format!("{}#{}", there.at(step), field_id(field_path(&path)))
                        };
                        let place = field_name_on(channel, &path).unwrap_or_else(|| step_name(step));
                        view! { <li><a href=href>{name}{place}</a>{format!(": {}", fault_text(&fault))}</li> }
                    })
                    .collect_view()}
            </ul>
        </section>
    }
}

/// The path of the field where a fault is told: all data of a notification is one field.
fn field_path(path: &str) -> &str {
    if path.starts_with(push_data::PATH) { push_data::PATH } else { path }
}

/// The button that makes the draft a version; or why there is none.
#[component]
fn Activation(opened: OpenedCampaign) -> impl IntoView {
    let t = texts();
    let campaign = opened.detail.campaign.clone();
    let publish = ServerAction::<PublishCampaign>::new();
    let blocked = !opened.review.errors.is_empty();
    let next_version = opened.detail.live.as_ref().map_or(1, |live| live.number + 1);
    let says_the_same = campaign.live_version.is_some() && !campaign.draft_open;
    let reason = if says_the_same {
        Some(t.wizard.nothing_new(campaign.live_version.unwrap_or_default()))
    } else if !may(Permission::PublishCampaigns) {
        Some(t.wizard.approver_activates.to_owned())
    } else {
        blocked.then(|| t.wizard.blocked.to_owned())
    };
    let label = if campaign.live_version.is_some() {
        t.wizard.activate_version(next_version)
    } else {
        t.wizard.activate.to_owned()
    };
    view! {
        <section class="card activation" aria-labelledby="activation">
            <h3 id="activation">{t.wizard.activation}</h3>
            {match reason {
                Some(reason) => view! {
                    <p id="why-not">{reason}</p>
                    <button type="button" class="button" disabled aria-describedby="why-not">{label}</button>
                }
                .into_any(),
                None => view! {
                    <p>{t.wizard.activation_about}</p>
                    {(!captures()).then(|| view! { <p><strong>{t.wizard.activation_live}</strong></p> })}
                    <FormFailure failure=failure_of(publish.value())/>
                    <Publish campaign publish label/>
                }
                .into_any(),
            }}
        </section>
    }
}

#[component]
fn Publish(campaign: Campaign, publish: ServerAction<PublishCampaign>, label: String) -> impl IntoView {
    let sandbox = sandbox_name();
    view! {
        <ActionForm action=publish>
            <input type="hidden" name="sandbox" value=move || sandbox.get()/>
            <input type="hidden" name="campaign" value=campaign.id.to_string()/>
            <input type="hidden" name="revision" value=campaign.revision.to_string()/>
            <Button pending=publish.pending()>{label}</Button>
        </ActionForm>
    }
}

/// The definition in a few lines, each with a way back to its step.
#[component]
fn AtAGlance(opened: OpenedCampaign) -> impl IntoView {
    let t = texts();
    let draft = opened.detail.draft.clone();
    let configuration = opened.configurations.iter().find(|found| found.id == draft.configuration_id);
    let sender = configuration.map_or_else(|| "–".to_owned(), |found| format!("{} · {}", found.name, found.from));
    let facts_of = draft.clone();
    let or_dash = |text: &str| if text.is_empty() { "–".to_owned() } else { text.to_owned() };
    let moment = |text: &str, otherwise: &'static str| {
        let shown = text.replace('T', " ");
        if text.is_empty() { otherwise.to_owned() } else { format!("{shown} ({})", draft.schedule.time_zone) }
    };
    let (content_name, content_text) = main_text(&draft.content);
    let content_text = or_dash(&content_text);
    let start = moment(&draft.schedule.start, t.wizard.at_once);
    let end = moment(&draft.schedule.end, t.wizard.until_stopped);
    let run = (opened.detail.campaign.category == Category::Marketing).then(|| {
        let audience = opened.audiences.iter().find(|found| found.id.as_str() == draft.audience.id);
        let audience = audience.map_or_else(|| "–".to_owned(), audience_words);
        let topic = opened.topics.iter().find(|found| found.id.as_str() == draft.topic_id).map(topic_name);
        let rule_set = match opened.rule_sets.iter().find(|found| found.id == draft.rule_set_id) {
            Some(found) if found.active => found.name.clone(),
            Some(found) => t.rule_sets.choice_inactive(&found.name),
            None => t.rule_sets.choice_none.to_owned(),
        };
        let rate = match draft.schedule.messages_per_second.trim() {
            "" => t.wizard.rate_none.to_owned(),
            rate => t.executions.at_rate(rate),
        };
        view! {
            <Fact name=t.wizard.audience_choice>{audience}</Fact>
            {topic.map(|topic| view! { <Fact name=t.wizard.topic>{topic}</Fact> })}
            <Fact name=t.rule_sets.choice>{rule_set}</Fact>
            <Fact name=t.wizard.rate>{rate}</Fact>
        }
    });
    view! {
        <section class="card" aria-labelledby="glance">
            <h3 id="glance">{t.wizard.at_a_glance}</h3>
            <Facts>
                <Fact name=t.channels.channel>{channel_name(draft.content.channel())}</Fact>
                <Fact name=t.campaigns.category>{category_name(opened.detail.campaign.category)}</Fact>
                {draft.high_throughput.then(|| view! { <Fact name=t.wizard.throughput>{throughput_name(true)}</Fact> })}
                <Fact name=t.wizard.configuration>{sender}</Fact>
                <Fact name=content_name>{content_text}</Fact>
                <VariantFacts draft=facts_of/>
                <Fact name=t.wizard.start>{start}</Fact>
                <Fact name=t.wizard.end>{end}</Fact>
                {run}
            </Facts>
            <h4>{t.trigger.variables}</h4>
            <trigger::Variables variables=opened.review.variables.clone() category=opened.detail.campaign.category example=None/>
        </section>
    }
}
