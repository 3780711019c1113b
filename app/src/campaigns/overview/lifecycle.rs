//! Duplicate, pause, stop, delete. What cannot be undone says first what follows.

use domain::access::Permission;
use domain::campaign::{Campaign, CampaignStatus};
use leptos::prelude::*;

use super::super::calls::{DeleteCampaign, DuplicateCampaign, PauseCampaign, StopCampaign};
use crate::i18n::texts;
use crate::layout::{may, sandbox_name};
use crate::ui::{Button, Confirmation, TextField, answers, failure_of};

/// What can be done with this campaign in its state. The page says above what came of it.
#[component]
pub fn Lifecycle(
    campaign: Campaign,
    pause: ServerAction<PauseCampaign>,
    stop: ServerAction<StopCampaign>,
    duplicate: ServerAction<DuplicateCampaign>,
    delete: ServerAction<DeleteCampaign>,
) -> impl IntoView {
    let t = texts();
    let running = matches!(campaign.status, CampaignStatus::Live | CampaignStatus::Scheduled);
    let active = running || campaign.status == CampaignStatus::Paused;
    let publishes = may(Permission::PublishCampaigns);
    let deletable = campaign.live_version.is_none();
    view! {
        <section class="lifecycle" aria-labelledby="lifecycle">
            <h2 id="lifecycle">{t.campaigns.more}</h2>
            <div class="row row-actions">
                <Duplicate campaign=campaign.clone() duplicate/>
                {(running && publishes).then(|| view! { <Pause campaign=campaign.clone() pause/> })}
                {(active && publishes).then(|| view! { <Stop campaign=campaign.clone() stop/> })}
                {deletable.then(|| view! { <Delete campaign delete/> })}
            </div>
        </section>
    }
}

/// The button and its panel: a name for the copy.
#[component]
pub fn Duplicate(
    campaign: Campaign,
    duplicate: ServerAction<DuplicateCampaign>,
    /// Classes of the button.
    #[prop(default = "button button-small button-secondary")]
    class: &'static str,
) -> impl IntoView {
    let t = texts();
    let failure = failure_of(duplicate.value());
    let name = t.campaigns.copy_of(&campaign.name);
    view! {
        <Confirmation id="duplicate" label=t.campaigns.duplicate class answers=answers(duplicate)>
            <p>{t.campaigns.duplicate_about}</p>
            <ActionForm action=duplicate>
                <Named campaign/>
                <TextField path="name" label=t.campaigns.name value=name required=true failure/>
                <Button pending=duplicate.pending()>{t.campaigns.duplicate}</Button>
            </ActionForm>
        </Confirmation>
    }
}

#[component]
fn Pause(campaign: Campaign, pause: ServerAction<PauseCampaign>) -> impl IntoView {
    let t = texts();
    view! {
        <Confirmation id="pause" label=t.campaigns.pause answers=answers(pause)>
            <p>{t.campaigns.pause_about}</p>
            <ActionForm action=pause>
                <Named campaign/>
                <Button pending=pause.pending()>{t.campaigns.pause}</Button>
            </ActionForm>
        </Confirmation>
    }
}

#[component]
fn Stop(campaign: Campaign, stop: ServerAction<StopCampaign>) -> impl IntoView {
    let t = texts();
    let paused = campaign.status == CampaignStatus::Paused;
    let about = if paused { t.campaigns.stop_paused_about } else { t.campaigns.stop_about };
    view! {
        <Confirmation id="stop" label=t.campaigns.stop answers=answers(stop)>
            <p>{about}</p>
            <ActionForm action=stop>
                <Named campaign/>
                <Button pending=stop.pending() variant="danger">{t.campaigns.stop_for_good}</Button>
            </ActionForm>
        </Confirmation>
    }
}

#[component]
fn Delete(campaign: Campaign, delete: ServerAction<DeleteCampaign>) -> impl IntoView {
    let t = texts();
    view! {
        <Confirmation id="delete" label=t.campaigns.delete answers=answers(delete)>
            <p>{t.campaigns.delete_about}</p>
            <ActionForm action=delete>
                <Named campaign/>
                <Button pending=delete.pending() variant="danger">{t.campaigns.delete_for_good}</Button>
            </ActionForm>
        </Confirmation>
    }
}

/// Names the campaign in a form.
#[component]
pub fn Named(campaign: Campaign) -> impl IntoView {
    let sandbox = sandbox_name();
    view! {
        <input type="hidden" name="sandbox" value=move || sandbox.get()/>
        <input type="hidden" name="campaign" value=campaign.id.to_string()/>
    }
}
