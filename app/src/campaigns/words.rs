//! Words of campaigns in the page's language.

use domain::audience::{Audience, AudienceKind};
use domain::campaign::{Campaign, CampaignStatus, Step};
use domain::channel_configuration::Category;
use domain::content::{Content, MobileKind};
use domain::variable::ValueType;
use leptos::prelude::*;

use crate::i18n::texts;
use crate::ui::{Notice, Signal4, StateBadge};

/// Marketing or transactional.
pub fn category_name(category: Category) -> &'static str {
    let t = texts();
    match category {
        Category::Marketing => t.campaigns.marketing,
        Category::Transactional => t.campaigns.transactional,
    }
}

/// What a category is for, in one sentence.
pub fn category_meaning(category: Category) -> &'static str {
    let t = texts();
    match category {
        Category::Marketing => t.campaigns.marketing_meaning,
        Category::Transactional => t.campaigns.transactional_meaning,
    }
}

/// Standard or high throughput.
pub fn throughput_name(high: bool) -> &'static str {
    let t = texts();
    if high { t.wizard.throughput_high } else { t.wizard.throughput_standard }
}

/// The name of a type of value.
pub fn type_name(kind: ValueType) -> &'static str {
    texts().types.of(kind.as_str()).unwrap_or(kind.as_str())
}

/// Name and source of the text that stands for a content in a list of facts: the subject of a mail, the title or text of the
/// others. The source may be empty.
pub fn main_text(content: &Content) -> (&'static str, String) {
    let t = texts();
    match content {
        Content::Email(email) => (t.content_step.subject, email.subject.clone()),
        Content::Mobile(mobile) if mobile.kind == MobileKind::Rcs => {
            (t.rcs_step.fallback, mobile.rcs.fallback_text.clone())
        }
        Content::Mobile(mobile) => (t.mobile_step.text, mobile.text.clone()),
        Content::Push(push) => (t.push_step.title, push.title.clone()),
    }
}

/// Is there something to be shown?
pub fn is_written(content: &Content) -> bool {
    match content {
        Content::Email(email) => !email.html.is_empty(),
        Content::Mobile(_) | Content::Push(_) => content.templates().iter().any(|(_, source)| !source.is_empty()),
    }
}

/// The word of a status.
pub fn status_name(status: CampaignStatus) -> &'static str {
    let t = texts();
    match status {
        CampaignStatus::Draft => t.campaigns.draft,
        CampaignStatus::Scheduled => t.campaigns.scheduled,
        CampaignStatus::Live => t.campaigns.live,
        CampaignStatus::Paused => t.campaigns.paused,
        CampaignStatus::Stopped => t.campaigns.stopped,
        CampaignStatus::Finished => t.campaigns.finished,
    }
}

/// The name of a step.
pub fn step_name(step: Step) -> &'static str {
    let t = texts();
    match step {
        Step::Properties => t.wizard.properties,
        Step::Action => t.wizard.action,
        Step::Content => t.wizard.content,
        Step::Audience => t.wizard.audience,
        Step::Schedule => t.wizard.schedule,
        Step::Review => t.wizard.review,
        Step::Trigger => t.wizard.trigger,
    }
}

/// Dot and word of the status, and whether a draft waits beside the live version.
#[component]
pub fn Status(campaign: Campaign) -> impl IntoView {
    let t = texts();
    let signal = match campaign.status {
        CampaignStatus::Live => Signal4::Ok,
        CampaignStatus::Scheduled => Signal4::Waiting,
        CampaignStatus::Paused | CampaignStatus::Stopped => Signal4::Warning,
        CampaignStatus::Draft | CampaignStatus::Finished => Signal4::Quiet,
    };
    let waits = campaign.draft_open && campaign.live_version.is_some();
    view! {
        <span class="campaign-status">
            <StateBadge signal text=status_name(campaign.status)/>
            {waits.then(|| view! { <span class="draft-open">{t.campaigns.draft_open}</span> })}
        </span>
    }
}

/// That nothing can be triggered any more or for the time being; nothing for a campaign that accepts calls or will.
#[component]
pub fn OverNotice(status: CampaignStatus) -> impl IntoView {
    let t = texts();
    let text = match status {
        CampaignStatus::Stopped => t.campaigns.was_stopped,
        CampaignStatus::Finished => t.campaigns.has_finished,
        CampaignStatus::Paused => t.campaigns.is_paused,
        CampaignStatus::Draft | CampaignStatus::Scheduled | CampaignStatus::Live => return None,
    };
    Some(view! { <Notice kind="warning">{text}</Notice> })
}

/// An audience with how many belong to it.
pub fn audience_words(audience: &Audience) -> String {
    let t = texts();
    match audience.kind {
        AudienceKind::List => t.wizard.audience_members(&audience.name, audience.members),
        AudienceKind::Rule => t.wizard.audience_by_rule(&audience.name),
    }
}
