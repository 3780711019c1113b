//! The capture inbox: what would have been sent.

use domain::Page;
use domain::channel_configuration::Channel;
use domain::message::{LogFilter, Message, MessageDetail, MessageState};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::empty::HowToTrigger;
use super::files::Files;
use super::filters::LiveMark;
use super::receiver::{Device, receiver_text};
use super::rendered::Said;
use super::rows::rows;
use super::{find_captured, list_messages};
use crate::channel::channel_short;
use crate::i18n::texts;
use crate::layout::{captures, sandbox_name};
use crate::live::live;
use crate::ui::{EmptyState, NextPage, Notice, PageHeader, Time, loaded, path_with};

/// Captured messages on the left, the chosen one (`?message=`) on the right; at first the newest. On narrow screens there is
/// one of both: the list, until a message is chosen.
#[component]
pub fn InboxPage() -> impl IntoView {
    let t = texts();
    let sandbox = sandbox_name();
    let live = live(sandbox);
    let query = use_query_map();
    let value = move |name: &'static str| Memo::new(move |_| query.with(|query| query.get(name).unwrap_or_default()));
    let (chosen, cursor) = (value("message"), value("cursor"));
    let key = move || {
        let cursor = cursor.get();
        let changes = live.of_page(&cursor);
        (sandbox.get(), cursor, changes)
    };
    let page = Resource::new(key, |(sandbox, cursor, _)| {
        let captured = LogFilter { state: MessageState::Captured.to_string(), ..LogFilter::default() };
        list_messages(sandbox, captured, cursor)
    });
    // What the pane shows, which is marked in the list.
    let shown = RwSignal::new(chosen.get_untracked());
    view! {
        <PageHeader title=t.inbox.title><LiveMark connected=live.connected/></PageHeader>
        {(!captures()).then(|| view! { <Notice kind="warning">{t.inbox.is_live}</Notice> })}
        <div class="mailbox" data-open=move || (!chosen.get().is_empty()).to_string()>
            <nav class="mails" aria-label=t.inbox.title>
                {loaded(page, move |page| view! { <Mails page shown/> })}
            </nav>
            <section class="mail-pane" aria-label=t.inbox.chosen aria-live="polite"><Chosen chosen shown/></section>
        </div>
    }
}

#[component]
fn Mails(page: Page<Message>, shown: RwSignal<String>) -> impl IntoView {
    let t = texts();
    let Page { rows: messages, next } = page;
    if messages.is_empty() {
        let text = if captures() { t.inbox.none_text } else { t.inbox.none_live_text };
        return view! { <EmptyState title=t.inbox.none text><HowToTrigger/></EmptyState><NextPage next/> }.into_any();
    }
    view! { <List messages shown/><NextPage next/> }.into_any()
}

#[component]
fn List(messages: Vec<Message>, shown: RwSignal<String>) -> impl IntoView {
    // Part of the key: a row is drawn anew when it becomes the one that is shown.
    move || {
        let open = shown.get();
        view! {
            <ul>
                {rows(
                    messages.clone(),
                    move |message| (message.id.clone(), message.id.as_str() == open),
                    move |message| {
                        let current = shown.with_untracked(|shown| shown == message.id.as_str());
                        view! { <Line message current/> }
                    },
                )}
            </ul>
        }
    }
}

#[component]
fn Line(message: Message, current: bool) -> impl IntoView {
    let href = untrack(|| path_with("message", message.id.as_str()));
    let channel = (message.channel != Channel::Email).then(|| format!(" · {}", channel_short(message.channel)));
    view! {
        <li>
            <a href=href class="mail-line" aria-current=current.then_some("true") data-noscroll="">
                <b>{receiver_text(message.channel, &message.address)}</b>
                <span class="mail-line-subject">{message.subject.unwrap_or(message.campaign_name)}</span>
                <span class="hint"><Time at=message.created_at/>{channel}</span>
            </a>
        </li>
    }
}

#[component]
fn Chosen(chosen: Memo<String>, shown: RwSignal<String>) -> impl IntoView {
    let sandbox = sandbox_name();
    // A captured message never changes. A newer one does not take the place of the one that is read.
    let detail = Resource::new(move || (sandbox.get(), chosen.get()), |(sandbox, id)| find_captured(sandbox, id));
    loaded(detail, move |detail| match detail {
        Some(detail) => {
            let id = detail.message.id.to_string();
            Effect::new(move || shown.set(id.clone()));
            view! { <Open detail sandbox=sandbox.get_untracked()/> }.into_any()
        }
        None => view! { <p class="mail-none hint">{texts().inbox.choose}</p> }.into_any(),
    })
}

#[component]
fn Open(detail: MessageDetail, sandbox: String) -> impl IntoView {
    let t = texts();
    let message = detail.message;
    let id = message.id.to_string();
    let back = untrack(|| path_with("message", ""));
    let receiver = match message.channel {
        Channel::Push => view! { <Device address=message.address/> }.into_any(),
        Channel::Email | Channel::Mobile => message.address.into_any(),
    };
    let of = |name: &str| {
        let headers = detail.rendered.iter().flat_map(|mail| &mail.headers);
        headers.filter(|(found, _)| found.eq_ignore_ascii_case(name)).map(|(_, value)| value.clone()).next()
    };
    view! {
        <p class="mail-back"><a href=back>{t.inbox.back}</a></p>
        <div class="mail-envelope">
            {of("From").map(|from| view! { <div><span class="hint">{t.inbox.from}</span>" "{from}</div> })}
            <div><span class="hint">{t.inbox.to}</span>" "{receiver}</div>
            <div><Time at=message.created_at/>" · "<a href=format!("/{sandbox}/messages/{}", message.id)>{t.inbox.open_message}</a></div>
        </div>
        <Said rendered=detail.rendered recipient=None/>
        <Files files=detail.attachments sandbox message=id/>
    }
}
