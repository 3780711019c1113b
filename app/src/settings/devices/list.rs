//! Table of registered devices.

use domain::access::Permission;
use domain::channel_configuration::Channel;
use domain::device::Device;
use domain::live_activity::PushTokenKind;
use domain::push_token::PushToken;
use leptos::prelude::*;

use super::RemoveDevice;
use crate::i18n::texts;
use crate::layout::{may, sandbox_name};
use crate::messages::{Receiver, receiver_text};
use crate::ui::{Address, EmptyState, RowButton, Table, Time};

/// A page of them, or how devices come here.
#[component]
pub fn Devices(devices: Vec<Device>, is_filtered: bool, remove: ServerAction<RemoveDevice>) -> impl IntoView {
    let t = texts();
    if devices.is_empty() && is_filtered {
        return view! { <EmptyState title=t.devices.none_found text=t.devices.none_found_text/> }.into_any();
    }
    if devices.is_empty() {
        return view! { <EmptyState title=t.devices.none text=t.devices.none_text/> }.into_any();
    }
    let may_remove = may(Permission::ManageConfigurations);
    let mut columns =
        vec![t.devices.user, t.devices.device, t.devices.good_for, t.devices.app, t.devices.first, t.devices.last];
    if may_remove {
        columns.push(t.settings.actions);
    }
    let row = move |device| view! { <Row device remove may_remove/> };
    view! { <Table title=t.devices.title columns>{devices.into_iter().map(row).collect_view()}</Table> }.into_any()
}

#[component]
fn Row(device: Device, remove: ServerAction<RemoveDevice>, may_remove: bool) -> impl IntoView {
    let t = texts();
    let sandbox = sandbox_name().get_untracked();
    let address = address_of(&device);
    let namespace =
        (device.namespace != "email").then(|| view! { <span class="hint">{device.namespace.clone()}</span> });
    let removal = may_remove.then(|| view! { <td><Removal sandbox device=device.clone() remove/></td> });
    view! {
        <tr>
            <th scope="row" class="wide"><Address text=device.user_id/>{namespace}</th>
            <td class="wide" data-label=t.devices.device><Receiver channel=Channel::Push address/></td>
            <td data-label=t.devices.good_for>
                {kind_name(device.kind)}
                {(!device.activity.is_empty()).then(|| view! { <span class="hint">{device.activity}</span> })}
            </td>
            <td class="wide" data-label=t.devices.app>{device.app}</td>
            <td data-label=t.devices.first><Time at=device.first_at/></td>
            <td data-label=t.devices.last><Time at=device.registered_at/></td>
            {removal}
        </tr>
    }
}

/// No question is asked: it can be put back, and the device registers again by itself.
#[component]
fn Removal(sandbox: String, device: Device, remove: ServerAction<RemoveDevice>) -> impl IntoView {
    let t = texts();
    let name = t.devices.remove_of(shown(&device));
    view! {
        <ActionForm action=remove attr:class="removal">
            <input type="hidden" name="sandbox" value=sandbox/>
            <input type="hidden" name="platform" value=device.platform.as_str()/>
            <input type="hidden" name="token" value=device.token/>
            <RowButton pending=remove.pending() label=t.devices.remove name/>
        </ActionForm>
    }
}

/// As people read it.
pub fn shown(device: &Device) -> String {
    receiver_text(Channel::Push, &address_of(device))
}

fn address_of(device: &Device) -> String {
    PushToken { platform: device.platform, token: device.token.clone() }.to_address()
}

fn kind_name(kind: PushTokenKind) -> &'static str {
    let t = texts();
    match kind {
        PushTokenKind::Device => t.devices.kind_device,
        PushTokenKind::ActivityStart => t.devices.kind_activity_start,
        PushTokenKind::Activity => t.devices.kind_activity,
    }
}
