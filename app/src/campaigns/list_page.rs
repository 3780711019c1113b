//! The list of campaigns.

use std::sync::Arc;

use domain::access::Permission;
use domain::campaign::{Campaign, CampaignStatus, Step};
use leptos::prelude::*;
use leptos_router::components::{A, Form};
use leptos_router::hooks::use_query_map;

use super::calls::{CampaignList, list_campaigns};
use super::words::{Status, category_name, status_name};
use super::{campaign_path, list_path, step_path};
use crate::channel::channel_short;
use crate::i18n::texts;
use crate::layout::{may, sandbox_name};
use crate::ui::{
    Address, EmptyState, LinkButton, NextPage, PageHeader, SelectField, Table, TextField, Time, drop_empty, loaded,
};

/// All campaigns of the sandbox, newest first; filters and page are in the address.
#[component]
pub fn ListPage() -> impl IntoView {
    let t = texts();
    let sandbox = sandbox_name();
    let query = use_query_map();
    let asked = Memo::new(move |_| {
        let value = |name| query.with(|query| query.get(name).unwrap_or_default());
        (sandbox.get(), value("name"), value("status"), value("cursor"))
    });
    let campaigns = Resource::new(
        move || asked.get(),
        |(sandbox, name, status, cursor)| list_campaigns(sandbox, name, status, cursor),
    );
    view! {
        <PageHeader title=t.campaigns.title>
            {may(Permission::ManageCampaigns).then(|| view! { <CreateLink/> })}
        </PageHeader>
        {loaded(campaigns, move |list| {
            let (_, name, status, cursor) = asked.get_untracked();
            let filtered = !name.is_empty() || !status.is_empty();
            let first_visit = list.page.rows.is_empty() && !filtered && cursor.is_empty();
            view! {
                {(!first_visit).then(|| view! { <Filters name status/> })}
                <Campaigns list filtered/>
            }
        })}
    }
}

#[component]
fn CreateLink() -> impl IntoView {
    let href = format!("{}/new", list_path(&sandbox_name().get_untracked()));
    view! { <LinkButton href>{texts().campaigns.create}</LinkButton> }
}

#[component]
fn Filters(name: String, status: String) -> impl IntoView {
    let t = texts();
    let any = (String::new(), t.campaigns.any_status.to_owned());
    let statuses = CampaignStatus::ALL.iter().map(|status| (status.to_string(), status_name(*status).to_owned()));
    let filtered = !name.is_empty() || !status.is_empty();
    let everything = list_path(&sandbox_name().get_untracked());
    view! {
        <Form method="GET" action=everything.clone() on_form_data=Arc::new(drop_empty) attr:class="filters" attr:role="search">
            <TextField path="name" label=t.campaigns.name kind="search" value=name/>
            <SelectField path="status" label=t.campaigns.status value=status options=std::iter::once(any).chain(statuses).collect()/>
            <div class="row filter-actions">
                <button type="submit" class="button button-secondary">{t.common.filter}</button>
                {filtered.then(|| view! { <A href=everything attr:class="quiet-link">{t.common.clear_filters}</A> })}
            </div>
        </Form>
    }
}

#[component]
fn Campaigns(list: CampaignList, filtered: bool) -> impl IntoView {
    let t = texts();
    let CampaignList { page, needs_configuration } = list;
    if page.rows.is_empty() {
        return if filtered {
            view! { <EmptyState title=t.campaigns.none_found text=t.campaigns.none_found_text/> }.into_any()
        } else {
            view! { <FirstVisit needs_configuration/> }.into_any()
        };
    }
    let columns = vec![
        t.campaigns.name,
        t.channels.channel,
        t.campaigns.category,
        t.campaigns.status,
        t.campaigns.live_version,
        t.campaigns.modified,
        t.campaigns.next_step,
    ];
    view! {
        <Table title=t.campaigns.title columns numbers=vec![t.campaigns.live_version]>{page.rows.into_iter().map(|campaign| view! { <Row campaign/> }).collect_view()}</Table>
        <NextPage next=page.next/>
    }
    .into_any()
}

/// What a campaign is, and the first thing to do: mostly that there is something to send it over.
#[component]
fn FirstVisit(needs_configuration: bool) -> impl IntoView {
    let t = texts();
    let (creates, configures) = (may(Permission::ManageCampaigns), may(Permission::ManageConfigurations));
    let needed = match (needs_configuration, configures) {
        (false, _) => None,
        (true, true) => Some(t.campaigns.needs_configuration),
        (true, false) => Some(t.campaigns.needs_configuration_ask),
    };
    let configuration = format!("/{}/settings/configurations/new", sandbox_name().get_untracked());
    view! {
        <EmptyState title=t.campaigns.none text=if creates { t.campaigns.none_text } else { t.campaigns.none_ask }>
            {needed.map(|needed| view! { <p>{needed}</p> })}
            {if needs_configuration && configures {
                view! { <LinkButton href=configuration>{t.wizard.create_configuration}</LinkButton> }.into_any()
            } else if creates {
                view! { <CreateLink/> }.into_any()
            } else {
                ().into_any()
            }}
        </EmptyState>
    }
}

#[component]
fn Row(campaign: Campaign) -> impl IntoView {
    let t = texts();
    let sandbox = sandbox_name().get_untracked();
    let href = campaign_path(&sandbox, campaign.id.as_str());
    let name = campaign.name.clone();
    let (next_href, next_text) = next_step(&sandbox, &campaign);
    let next_label = format!("{next_text}: {}", campaign.name);
    let version = campaign.live_version.map_or_else(|| "–".to_owned(), |version| version.to_string());
    view! {
        <tr>
            <th scope="row" class="wide"><A href=href>{name}</A></th>
            <td data-label=t.channels.channel>{channel_short(campaign.channel)}</td>
            <td data-label=t.campaigns.category>{category_name(campaign.category)}</td>
            <td data-label=t.campaigns.status><Status campaign=campaign.clone()/></td>
            <td class="number" data-label=t.campaigns.live_version>{version}</td>
            <td class="modified" data-label=t.campaigns.modified>
                <Time at=campaign.modified_at/><span class="hint"><Address text=campaign.modified_by.clone()/></span>
            </td>
            <td data-label=t.campaigns.next_step><a href=next_href aria-label=next_label>{next_text}</a></td>
        </tr>
    }
}

/// What one would do now with this campaign.
fn next_step(sandbox: &str, campaign: &Campaign) -> (String, &'static str) {
    let t = texts();
    let id = campaign.id.as_str();
    let edits = may(Permission::ManageCampaigns);
    match campaign.status {
        CampaignStatus::Draft if edits => (step_path(sandbox, id, Step::Properties), t.campaigns.next_finish),
        CampaignStatus::Live | CampaignStatus::Scheduled | CampaignStatus::Paused if edits && campaign.draft_open => {
            (step_path(sandbox, id, Step::Review), t.campaigns.next_review)
        }
        CampaignStatus::Live | CampaignStatus::Scheduled => {
            (format!("{}#trigger", campaign_path(sandbox, id)), t.campaigns.next_trigger)
        }
        _ => (campaign_path(sandbox, id), t.campaigns.next_look),
    }
}
