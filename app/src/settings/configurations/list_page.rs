//! List of channel configurations.

use domain::access::Permission;
use domain::channel_configuration::{ChannelConfiguration, Sender};
use domain::circuit::Circuit;
use leptos::prelude::*;
use leptos_router::components::A;

use super::super::{above, permitted::permitted, settings_path};
use super::words::{StatusBadge, category_name, transport_text};
use super::{list_circuits, list_configurations};
use crate::channel::channel_short;
use crate::i18n::texts;
use crate::layout::{may, sandbox_name};
use crate::ui::{Address, EmptyState, LinkButton, PageHeader, Signal4, StateBadge, Table, Time, loaded};

/// All configurations of the sandbox.
#[component]
pub fn ConfigurationsPage() -> impl IntoView {
    permitted(Permission::ViewConfigurations, texts().configurations.title, || view! { <Content/> })
}

#[component]
fn Content() -> impl IntoView {
    let t = texts();
    let sandbox = sandbox_name();
    let configurations = Resource::new(
        move || sandbox.get(),
        async |sandbox| Ok((list_configurations(sandbox.clone()).await?, list_circuits(sandbox).await?)),
    );
    let name = sandbox.get_untracked();
    view! {
        <PageHeader title=t.configurations.title above=above(&name)>
            {may(Permission::ManageConfigurations).then(|| view! { <CreateLink/> })}
        </PageHeader>
        <p class="hint">{t.configurations.about}</p>
        {loaded(configurations, |(configurations, circuits)| view! { <Configurations configurations circuits/> })}
    }
}

#[component]
fn CreateLink() -> impl IntoView {
    let href = settings_path(&sandbox_name().get_untracked(), "configurations/new");
    view! { <LinkButton href>{texts().configurations.create}</LinkButton> }
}

#[component]
fn Configurations(configurations: Vec<ChannelConfiguration>, circuits: Vec<Circuit>) -> impl IntoView {
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
        t.channels.channel,
        t.configurations.category,
        t.configurations.status,
        t.configurations.from,
        t.configurations.transport,
        t.configurations.modified,
    ];
    let row = move |configuration: ChannelConfiguration| {
        let is_open = circuits.iter().any(|circuit| circuit.configuration_id == configuration.id);
        view! { <Row configuration is_open/> }
    };
    view! {
        <Table title=t.configurations.title columns>{configurations.into_iter().map(row).collect_view()}</Table>
    }
    .into_any()
}

#[component]
fn Row(
    configuration: ChannelConfiguration,
    /// Its messages wait for their server.
    is_open: bool,
) -> impl IntoView {
    let t = texts();
    let section = format!("configurations/{}", configuration.id);
    let href = settings_path(&sandbox_name().get_untracked(), &section);
    view! {
        <tr>
            <th scope="row" class="wide"><A href=href>{configuration.name}</A></th>
            <td data-label=t.channels.channel>{channel_short(configuration.channel)}</td>
            <td data-label=t.configurations.category>{category_name(configuration.category)}</td>
            <td data-label=t.configurations.status>
                <StatusBadge status=configuration.status/>
                {is_open.then(|| view! { <br/><StateBadge signal=Signal4::Failed text=t.circuit.not_available/> })}
            </td>
            <td data-label=t.configurations.from><From sender=configuration.sender/></td>
            <td class="wide" data-label=t.configurations.transport>{transport_text(&configuration.transport)}</td>
            <td class="modified" data-label=t.configurations.modified>
                <Time at=configuration.modified_at/><span class="hint"><Address text=configuration.modified_by/></span>
            </td>
        </tr>
    }
}

/// Name and address, or the number; of an app nothing, since its account names it.
#[component]
fn From(sender: Sender) -> impl IntoView {
    match sender {
        Sender::Email(sender) => {
            view! { {sender.from_name}<br/><span class="hint"><Address text=sender.from_address.to_string()/></span> }
                .into_any()
        }
        Sender::Mobile(sender) if sender.from_number.is_empty() => {
            view! { <span class="hint">{texts().providers.provider_picks}</span> }.into_any()
        }
        Sender::Mobile(sender) => sender.from_number.into_any(),
        Sender::Push {} => "–".into_any(),
    }
}
