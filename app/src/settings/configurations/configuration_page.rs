//! A stored channel configuration.

use domain::access::Permission;
use domain::channel_configuration::ChannelConfiguration;
use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};

use super::super::permitted::permitted;
use super::account::CallbackCard;
use super::circuit::OpenCircuit;
use super::deliverability::DeliverabilityCard;
use super::dkim::DkimCard;
use super::read_only::ReadOnly;
use super::save::SaveForm;
use super::status::{StatusCard, current};
use super::test_message::TestMessageCard;
use super::verification::VerifyCard;
use super::{SetConfigurationStatus, VerifyConfiguration, above_configuration, find_configuration};
use crate::i18n::texts;
use crate::layout::{may, sandbox_name};
use crate::ui::{PageHeader, loaded, warn_before_leaving};

/// Form, status and verification; only facts for those who may not change it.
#[component]
pub fn ConfigurationPage() -> impl IntoView {
    permitted(Permission::ViewConfigurations, texts().configurations.title, || view! { <Content/> })
}

#[component]
fn Content() -> impl IntoView {
    let sandbox = sandbox_name();
    let (params, query) = (use_params_map(), use_query_map());
    let id = Memo::new(move |_| params.with(|params| params.get("configuration").unwrap_or_default()));
    // A save leads to an address with another revision; nothing else draws the form anew.
    let saved = Memo::new(move |_| query.with(|query| query.get("saved").unwrap_or_default()));
    let configuration = Resource::new(
        move || (sandbox.get(), id.get(), saved.get()),
        |(sandbox, id, _)| find_configuration(sandbox, id),
    );
    let stored = loaded(configuration, move |configuration| {
        let just_saved = saved.get_untracked() == configuration.revision.to_string();
        view! { <Stored configuration just_saved/> }
    });
    view! { {stored}<OpenCircuit configuration=id/> }
}

#[component]
fn Stored(configuration: ChannelConfiguration, just_saved: bool) -> impl IntoView {
    let sandbox = sandbox_name().get_untracked();
    let set_status = ServerAction::<SetConfigurationStatus>::new();
    let current = current(configuration.clone(), set_status);
    let verify = ServerAction::<VerifyConfiguration>::new();
    let dirty = RwSignal::new(false);
    warn_before_leaving(dirty);
    view! {
        <PageHeader title=configuration.name.clone() above=above_configuration(&sandbox)/>
        {if may(Permission::ManageConfigurations) {
            view! {
                <div class="columns settings-columns">
                    <SaveForm configuration=configuration.clone() current just_saved dirty/>
                    <div class="stack">
                        <StatusCard sandbox=sandbox.clone() current set_status verify dirty/>
                        <VerifyCard sandbox=sandbox.clone() configuration=configuration.clone() verify dirty/>
                        <TestMessageCard sandbox=sandbox.clone() configuration=configuration.clone() dirty/>
                        <DkimCard sandbox=sandbox.clone() configuration=configuration.clone() dirty/>
                        <DeliverabilityCard sandbox=&sandbox configuration=&configuration/>
                        <CallbackCard sandbox configuration/>
                    </div>
                </div>
            }
            .into_any()
        } else {
            view! {
                <DeliverabilityCard sandbox=&sandbox configuration=&configuration/>
                <ReadOnly configuration/>
            }
            .into_any()
        }}
    }
}
