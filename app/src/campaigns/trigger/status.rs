//! How calls of this campaign go.

use domain::campaign::CampaignVersion;
use domain::message::Message;
use leptos::prelude::*;

use super::super::calls::OpenedCampaign;
use super::super::words::Status;
use super::sparkline::Sparkline;
use crate::i18n::texts;
use crate::layout::sandbox_name;
use crate::messages::receiver_text;
use crate::ui::{Fact, Facts, Time};

/// Since when it is live, in which version, how many calls came, and what went wrong last.
#[component]
pub fn CallStatus(opened: OpenedCampaign, live: CampaignVersion) -> impl IntoView {
    let t = texts();
    let activity = opened.activity;
    let last_failure = activity.as_ref().and_then(|activity| activity.last_failure.clone());
    let calls = activity.map(|activity| activity.calls_per_hour).unwrap_or_default();
    let total: i64 = calls.iter().sum();
    let (sandbox, id) = (sandbox_name().get_untracked(), opened.detail.campaign.id.to_string());
    let log = |list: &str| format!("/{sandbox}/{list}?campaign={id}");
    let (executions, messages) = (log("executions"), log("messages"));
    view! {
        <section class="card call-status" aria-labelledby="call-status">
            <h3 id="call-status">{t.trigger.status}</h3>
            <Facts>
                <Fact name=t.campaigns.status><Status campaign=opened.detail.campaign/></Fact>
                <Fact name=t.trigger.version>
                    {t.trigger.version_by(live.number, &live.published_by)}" "<Time at=live.published_at/>
                </Fact>
                {live.definition.start.map(|start| view! { <Fact name=t.wizard.start><Time at=start/></Fact> })}
                {live.definition.end.map(|end| view! { <Fact name=t.wizard.end><Time at=end/></Fact> })}
                <Fact name=t.trigger.last_day>
                    <p class="calls-total"><a href=executions>{t.trigger.calls(total)}</a></p>
                    <Sparkline calls/>
                    <p><a href=messages>{t.trigger.messages}</a></p>
                </Fact>
                <Fact name=t.trigger.last_failure><LastFailure failure=last_failure/></Fact>
            </Facts>
        </section>
    }
}

#[component]
fn LastFailure(failure: Option<Message>) -> impl IntoView {
    let t = texts();
    let Some(failure) = failure else { return view! { <span class="hint">{t.trigger.no_failure}</span> }.into_any() };
    let href = format!("/{}/messages/{}", sandbox_name().get_untracked(), failure.id);
    let why = failure.detail.or(failure.reason).unwrap_or_default();
    view! { <Time at=failure.updated_at/>" · "<a href=href>{receiver_text(failure.channel, &failure.address)}</a><p class="hint">{why}</p> }.into_any()
}
