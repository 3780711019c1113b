//! List of channel configurations.

use domain::access::Permission;
use domain::channel_configuration::ChannelConfiguration;
use leptos::prelude::*;
use leptos_router::components::A;

use super::super::{above, permitted::permitted, settings_path};
use super::list_configurations;
use super::words::{StatusBadge, category_name, transport_text};
use crate::i18n::texts;
use crate::layout::{may, sandbox_name};
use crate::ui::{Address, EmptyState, LinkButton, PageHeader, Table, Time, loaded};

/// All configurations of the sandbox.
#[component]
pub fn ConfigurationsPage() -> impl IntoView {
    permitted(Permission::ViewConfigurations, texts().configurations.title, || view! { <Content/> })
}

#[component]
fn Content() -> impl IntoView {
    let t = texts();
    let sandbox = sandbox_name();
    let configurations = Resource::new(move || sandbox.get(), list_configurations);
    let name = sandbox.get_untracked();
    view! {
        <PageHeader title=t.configurations.title above=above(&name)>
            {may(Permission::ManageConfigurations).then(|| view! { <CreateLink/> })}
        </PageHeader>
        <p class="hint">{t.configurations.about}</p>
        {loaded(configurations, |configurations| view! { <Configurations configurations/> })}
    }
}

#[component]
fn CreateLink() -> impl IntoView {
    let href = settings_path(&sandbox_name().get_untracked(), "configurations/new");
    view! { <LinkButton href>{texts().configurations.create}</LinkButton> }
}

#[component]
fn Configurations(configurations: Vec<ChannelConfiguration>) -> impl IntoView {
    let t = texts();
    if configurations.is_empty() {
        let manages = may(Permission::ManageConfigurations);
        let text = if manages { t.configurations.none_text } else { t.configurations.none_ask };
        return view! {
            <EmptyState title=t.configurations.none text>{manages.then(|| view! { <CreateLink/> })}</EmptyState>
        }
        .into_any();
    }
    let columns = vec![
        t.configurations.name,
        t.configurations.category,
        t.configurations.status,
        t.configurations.from,
        t.configurations.transport,
        t.configurations.modified,
    ];
    view! {
        <Table title=t.configurations.title columns>{configurations.into_iter().map(|configuration| view! { <Row configuration/> }).collect_view()}</Table>
    }
    .into_any()
}

#[component]
fn Row(configuration: ChannelConfiguration) -> impl IntoView {
    let t = texts();
    let section = format!("configurations/{}", configuration.id);
    let href = settings_path(&sandbox_name().get_untracked(), &section);
    view! {
        <tr>
            <th scope="row" class="wide"><A href=href>{configuration.name}</A></th>
            <td data-label=t.configurations.category>{category_name(configuration.category)}</td>
            <td data-label=t.configurations.status><StatusBadge status=configuration.status/></td>
            <td class="wide" data-label=t.configurations.from>
                {configuration.from_name}<br/><span class="hint"><Address text=configuration.from_address.to_string()/></span>
            </td>
            <td class="wide" data-label=t.configurations.transport>{transport_text(&configuration.transport)}</td>
            <td class="modified" data-label=t.configurations.modified>
                <Time at=configuration.modified_at/><span class="hint"><Address text=configuration.modified_by/></span>
            </td>
        </tr>
    }
}
