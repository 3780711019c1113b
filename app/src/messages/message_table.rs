//! Table of messages, for the list and for the page of an execution.

use domain::channel_configuration::Channel;
use domain::message::{Message, MessageKind};
use leptos::prelude::*;

use super::receiver::Receiver;
use super::rows::rows;
use super::states::MessageStateBadge;
use crate::channel::channel_short;
use crate::i18n::texts;
use crate::reasons::Reason;
use crate::ui::{Address, Table, Time};

/// One row for each message.
#[component]
pub fn MessageTable(
    messages: Vec<Message>,
    sandbox: String,
    caption: &'static str,
    /// Rows are of several campaigns.
    with_campaign: bool,
) -> impl IntoView {
    let t = texts();
    let campaign = with_campaign.then_some(t.messages.campaign);
    let mut columns =
        vec![t.messages.time, t.messages.recipient, t.messages.subject, t.messages.state, t.messages.reason];
    columns.extend(campaign.into_iter().chain([t.messages.attempts]));
    view! {
        <Table title=caption variant="log" columns numbers=vec![t.messages.attempts]>
            {rows(
                messages,
                |message| (message.id.clone(), message.updated_at, message.state),
                move |message| view! { <Row message sandbox=sandbox.clone() with_campaign/> },
            )}
        </Table>
    }
}

#[component]
fn Row(message: Message, sandbox: String, with_campaign: bool) -> impl IntoView {
    let t = texts();
    let href = format!("/{sandbox}/messages/{}", message.id);
    let campaign = format!("/{sandbox}/campaigns/{}", message.campaign_id);
    let channel = (message.channel != Channel::Email).then(|| channel_short(message.channel));
    let is_proof = message.kind == MessageKind::Proof;
    let user = (message.user_id != message.address).then(|| message.user_id.clone());
    view! {
        <tr>
            <td class="when" data-label=t.messages.time><Time at=message.created_at/></td>
            <th scope="row" class="wide">
                <a href=href><Receiver channel=message.channel address=message.address.clone()/></a>
                {channel.map(|channel| view! { <div class="hint">{channel}</div> })}
                {is_proof.then(|| view! { <div class="hint">{t.messages.is_proof}</div> })}
                {user.map(|user| view! { <div class="hint two-lines"><Address text=user/></div> })}
            </th>
            <td class="subject" data-label=t.messages.subject>{message.subject.clone()}</td>
            <td data-label=t.messages.state><MessageStateBadge message=&message/></td>
            <td class="wide" data-label=t.messages.reason><Reason message=&message/></td>
            {with_campaign.then(|| view! { <td class="wide" data-label=t.messages.campaign><a href=campaign>{message.campaign_name.clone()}</a></td> })}
            <td class="number" data-label=t.messages.attempts>{message.attempts}</td>
        </tr>
    }
}
