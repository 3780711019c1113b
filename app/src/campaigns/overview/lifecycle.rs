//! Duplicate, stop, delete. What cannot be undone says first what follows.

use domain::access::Permission;
use domain::campaign::{Campaign, CampaignStatus};
use leptos::prelude::*;

use super::super::calls::{DeleteCampaign, DuplicateCampaign, StopCampaign};
use crate::i18n::texts;
use crate::layout::{may, sandbox_name};
use crate::ui::{Button, Confirmation, FormFailure, TextField, failure_of};

/// What can be done with this campaign in its state.
#[component]
pub fn Lifecycle(campaign: Campaign, stop: ServerAction<StopCampaign>) -> impl IntoView {
    let t = texts();
    let active = matches!(campaign.status, CampaignStatus::Live | CampaignStatus::Scheduled);
    let deletable = campaign.live_version.is_none();
    view! {
        <section class="lifecycle" aria-labelledby="lifecycle">
            <h2 id="lifecycle">{t.campaigns.more}</h2>
            <div class="row row-actions">
                <Duplicate campaign=campaign.clone()/>
                {(active && may(Permission::PublishCampaigns)).then(|| view! { <Stop campaign=campaign.clone() stop/> })}
                {deletable.then(|| view! { <Delete campaign/> })}
            </div>
        </section>
    }
}

#[component]
fn Duplicate(campaign: Campaign) -> impl IntoView {
    let t = texts();
    let duplicate = ServerAction::<DuplicateCampaign>::new();
    let failure = failure_of(duplicate.value());
    view! {
        <Confirmation label=t.campaigns.duplicate>
            <p>{t.campaigns.duplicate_about}</p>
            <ActionForm action=duplicate attr:class="form">
                <FormFailure failure/>
                <Named campaign=campaign.clone()/>
                <TextField path="name" label=t.campaigns.name value=t.campaigns.copy_of(&campaign.name) required=true failure/>
                <div class="row"><Button pending=duplicate.pending()>{t.campaigns.duplicate}</Button></div>
            </ActionForm>
        </Confirmation>
    }
}

#[component]
fn Stop(campaign: Campaign, stop: ServerAction<StopCampaign>) -> impl IntoView {
    let t = texts();
    view! {
        <Confirmation label=t.campaigns.stop>
            <p>{t.campaigns.stop_about}</p>
            <FormFailure failure=failure_of(stop.value())/>
            <ActionForm action=stop>
                <Named campaign/>
                <Button pending=stop.pending() variant="danger">{t.campaigns.stop_for_good}</Button>
            </ActionForm>
        </Confirmation>
    }
}

#[component]
fn Delete(campaign: Campaign) -> impl IntoView {
    let t = texts();
    let delete = ServerAction::<DeleteCampaign>::new();
    view! {
        <Confirmation label=t.campaigns.delete>
            <p>{t.campaigns.delete_about}</p>
            <FormFailure failure=failure_of(delete.value())/>
            <ActionForm action=delete>
                <Named campaign/>
                <Button pending=delete.pending() variant="danger">{t.campaigns.delete_for_good}</Button>
            </ActionForm>
        </Confirmation>
    }
}

/// Names the campaign in a form.
#[component]
fn Named(campaign: Campaign) -> impl IntoView {
    let sandbox = sandbox_name();
    view! {
        <input type="hidden" name="sandbox" value=move || sandbox.get()/>
        <input type="hidden" name="campaign" value=campaign.id.to_string()/>
    }
}
