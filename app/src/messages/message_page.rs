//! One message: what happened to it, step by step, and what it said.

use domain::channel_configuration::Channel;
use domain::message::{MessageDetail, MessageKind, MessageState};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;

use super::cancel::{TakeBackMessage, TakenBack};
use super::files::Files;
use super::headline::Headline;
use super::receiver::{Device, receiver_text};
use super::rendered::Said;
use super::states::{version_words, went_to_provider};
use super::timeline::Timeline;
use super::{CancelMessage, find_message};
use crate::channel::channel_name;
use crate::i18n::texts;
use crate::layout::sandbox_name;
use crate::live::live;
use crate::ui::{Code, Fact, Facts, Notice, PageHeader, loaded};

/// Looks again until the message has come to an end.
#[component]
pub fn MessagePage() -> impl IntoView {
    let sandbox = sandbox_name();
    let params = use_params_map();
    let id = Memo::new(move |_| params.with(|params| params.get("message").unwrap_or_default()));
    let live = live(sandbox).until_settled();
    let cancel = ServerAction::<CancelMessage>::new();
    let key = move || {
        let id = id.get();
        let changes = live.changes(&id);
        (sandbox.get(), id, changes, cancel.version().get())
    };
    let detail = Resource::new(key, |(sandbox, id, ..)| find_message(sandbox, id));
    // Of a page without a message or an execution; the page's own title is nearer.
    view! {
        <Title text=texts().messages.title/>
        {loaded(detail, move |detail| {
        if is_settled(&detail) {
            live.settle(&detail.message.id);
        }
        view! { <Content detail sandbox=sandbox.get_untracked() cancel/> }
    })}
    }
}

/// Nothing will happen to it by itself, and no word of a provider is to come.
fn is_settled(detail: &MessageDetail) -> bool {
    let state = detail.message.state;
    let is_open = matches!(state, MessageState::Sent | MessageState::InDoubt) && went_to_provider(detail);
    state.is_final() && !is_open
}

#[component]
fn Content(detail: MessageDetail, sandbox: String, cancel: ServerAction<CancelMessage>) -> impl IntoView {
    let t = texts();
    // Handed over and yet without a text: its time to be kept is over.
    let removed = detail.message.state.is_handed_over() && detail.rendered.is_none();
    let above = (format!("/{sandbox}/messages"), t.messages.title.to_owned());
    let title = receiver_text(detail.message.channel, &detail.message.address);
    let (id, waits) = (detail.message.id.to_string(), detail.message.state == MessageState::Queued);
    view! {
        <PageHeader title above>
            <TakeBackMessage message=id waits cancel/>
        </PageHeader>
        <TakenBack cancel/>
        <Headline detail=detail.clone()/>
        <div class="message">
            <section class="message-timeline stack" aria-labelledby="timeline">
                <h2 id="timeline">{t.timeline.title}</h2>
                <Timeline detail=detail.clone()/>
            </section>
            <section class="message-mail stack" aria-labelledby="mail">
                <h2 id="mail">{t.messages.mail}</h2>
                {removed.then(|| view! { <Notice>{t.messages.body_removed}</Notice> })}
                <Said rendered=detail.rendered.clone() recipient=Some(detail.recipient.clone())/>
                <Files files=detail.attachments.clone() sandbox=sandbox.clone() message=detail.message.id.to_string()/>
            </section>
            <MessageFacts detail sandbox/>
        </div>
    }
}

#[component]
fn MessageFacts(detail: MessageDetail, sandbox: String) -> impl IntoView {
    let t = texts();
    let message = detail.message;
    let device = (message.channel == Channel::Push).then(|| message.address.clone());
    let campaign = format!("/{sandbox}/campaigns/{}", message.campaign_id);
    let execution = format!("/{sandbox}/executions/{}", message.execution_id);
    view! {
        <section class="card message-facts" aria-labelledby="facts">
            <h2 id="facts">{t.messages.facts}</h2>
            <Facts>
                <Fact name=t.messages.campaign>
                    <a href=campaign>{message.campaign_name}</a>" "
                    <span class="hint">{version_words(detail.campaign_version)}</span>
                </Fact>
                {(message.kind == MessageKind::Proof).then(|| view! { <Fact name=t.messages.kind>{t.messages.is_proof}</Fact> })}
                {message.variant.map(|variant| {
                    let key = variant.key.to_string();
                    view! {
                        <Fact name=t.messages.variant>{variant.to_string()}" "<span class="hint">{key}</span></Fact>
                    }
                })}
                <Fact name=t.messages.channel>{channel_name(message.channel)}</Fact>
                {device.map(|address| view! { <Fact name=t.messages.device><Device address/></Fact> })}
                <Fact name=t.messages.configuration>{detail.configuration_name}</Fact>
                <Fact name=t.messages.user>{message.user_id}" "<span class="hint">{message.namespace}</span></Fact>
                <Fact name=t.messages.execution><a href=execution>{t.messages.open_execution}</a></Fact>
                <Fact name=t.messages.request_id><Code text=message.request_id/></Fact>
                <Fact name=t.messages.execution_id><Code text=message.execution_id.to_string()/></Fact>
                <Fact name=t.messages.message_id><Code text=message.id.to_string()/></Fact>
            </Facts>
        </section>
    }
}
