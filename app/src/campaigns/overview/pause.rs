//! Why a campaign is paused, and the button that goes on.

use domain::access::Permission;
use domain::campaign::{Campaign, CampaignPause};
use leptos::prelude::*;

use super::super::calls::ResumeCampaign;
use super::lifecycle::Named;
use crate::i18n::texts;
use crate::layout::{may, sandbox_name};
use crate::ui::{Button, Time};

/// Who paused it and when; what that means; Resume, for those who may activate.
#[component]
pub fn Paused(campaign: Campaign, pause: CampaignPause, resume: ServerAction<ResumeCampaign>) -> impl IntoView {
    let t = texts();
    let failed = format!("/{}/messages?campaign={}&state=failed", sandbox_name().get_untracked(), campaign.id);
    let why = if pause.failures > 0 {
        let text = t.campaigns.paused_by_failures(pause.failures);
        view! { {text}" "<a href=failed>{t.campaigns.see_failures}</a> }.into_any()
    } else {
        t.campaigns.paused_by(&pause.by).into_any()
    };
    view! {
        <div class="notice notice-warning" role="status">
            <p><b>{why}</b>" "<span class="hint"><Time at=pause.at/></span></p>
            <p>{t.campaigns.pause_means}</p>
            {may(Permission::PublishCampaigns).then(|| view! {
                <ActionForm action=resume>
                    <Named campaign/>
                    <Button pending=resume.pending()>{t.campaigns.resume}</Button>
                </ActionForm>
            })}
        </div>
    }
}
