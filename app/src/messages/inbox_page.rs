//! The capture inbox: what would have been sent.

use domain::Page;
use domain::message::{LogFilter, Message, MessageDetail, MessageState};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::empty::HowToTrigger;
use super::filters::LiveMark;
use super::mail::Mail;
use super::rows::rows;
use super::{find_message, list_messages};
use crate::i18n::texts;
use crate::layout::{captures, sandbox_name};
use crate::live::live;
use crate::ui::{EmptyState, NextPage, Notice, PageHeader, Time, loaded, path_with};

/// Captured messages on the left, the chosen one (`?message=`) on the right.
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
    view! {
        <PageHeader title=t.inbox.title><LiveMark connected=live.connected/></PageHeader>
        {(!captures()).then(|| view! { <Notice kind="warning">{t.inbox.is_live}</Notice> })}
        <div class="mailbox" data-open=move || (!chosen.get().is_empty()).to_string()>
            <nav class="mails" aria-label=t.inbox.title>
                {loaded(page, move |page| view! { <Mails page chosen/> })}
            </nav>
            <section class="mail-pane" aria-label=t.inbox.chosen aria-live="polite"><Chosen chosen/></section>
        </div>
    }
}

#[component]
fn Mails(page: Page<Message>, chosen: Memo<String>) -> impl IntoView {
    let t = texts();
    let Page { rows: messages, next } = page;
    if messages.is_empty() {
        let text = if captures() { t.inbox.none_text } else { t.inbox.none_live_text };
        return view! { <EmptyState title=t.inbox.none text><HowToTrigger/></EmptyState><NextPage next/> }.into_any();
    }
    view! { <List messages chosen/><NextPage next/> }.into_any()
}

#[component]
fn List(messages: Vec<Message>, chosen: Memo<String>) -> impl IntoView {
    // Part of the key: a row is drawn anew when it becomes the chosen one.
    move || {
        let open = chosen.get();
        view! {
            <ul>
                {rows(
                    messages.clone(),
                    move |message| (message.id.clone(), message.id.as_str() == open),
                    move |message| {
                        let current = chosen.with_untracked(|chosen| chosen == message.id.as_str());
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
    view! {
        <li>
            <a href=href class="mail-line" aria-current=current.then_some("true") data-noscroll="">
                <b>{message.address}</b>
                <span class="mail-line-subject">{message.subject.unwrap_or(message.campaign_name)}</span>
                <span class="hint"><Time at=message.created_at/></span>
            </a>
        </li>
    }
}

#[component]
fn Chosen(chosen: Memo<String>) -> impl IntoView {
    let sandbox = sandbox_name();
    // A captured message never changes.
    let detail = Resource::new(
        move || (sandbox.get(), chosen.get()),
        |(sandbox, id)| async move { if id.is_empty() { Ok(None) } else { find_message(sandbox, id).await.map(Some) } },
    );
    loaded(detail, move |detail| match detail {
        Some(detail) => view! { <Open detail sandbox=sandbox.get_untracked()/> }.into_any(),
        None => view! { <p class="mail-none hint">{texts().inbox.choose}</p> }.into_any(),
    })
}

#[component]
fn Open(detail: MessageDetail, sandbox: String) -> impl IntoView {
    let t = texts();
    let message = detail.message;
    let back = untrack(|| path_with("message", ""));
    let of = |name: &str| {
        let headers = detail.rendered.iter().flat_map(|mail| &mail.headers);
        headers.filter(|(found, _)| found.eq_ignore_ascii_case(name)).map(|(_, value)| value.clone()).next()
    };
    view! {
        <p class="mail-back"><a href=back>{t.inbox.back}</a></p>
        <div class="mail-envelope">
            {of("From").map(|from| view! { <div><span class="hint">{t.inbox.from}</span>" "{from}</div> })}
            <div><span class="hint">{t.inbox.to}</span>" "{message.address}</div>
            <div><Time at=message.created_at/>" · "<a href=format!("/{sandbox}/messages/{}", message.id)>{t.inbox.open_message}</a></div>
        </div>
        <Mail rendered=detail.rendered recipient=None/>
    }
}
