//! List of messages: the send log.

use domain::Page;
use domain::message::Message;
use leptos::prelude::*;

use super::empty::Nothing;
use super::filters::{Filters, Listed, LiveMark, wanted};
use super::list_messages;
use super::message_table::MessageTable;
use crate::i18n::texts;
use crate::layout::sandbox_name;
use crate::live::live;
use crate::ui::{NextPage, PageHeader, loaded};

/// Messages, newest first. The first page shows new ones by itself.
#[component]
pub fn MessagesPage() -> impl IntoView {
    let t = texts();
    let sandbox = sandbox_name();
    let wanted = wanted();
    let live = live(sandbox);
    let key = move || {
        let (filter, cursor) = wanted.get();
        let changes = if cursor.is_empty() { live.changes.get() } else { 0 };
        (sandbox.get(), filter, cursor, changes)
    };
    let page = Resource::new(key, |(sandbox, filter, cursor, _)| list_messages(sandbox, filter, cursor));
    view! {
        <PageHeader title=t.messages.title><LiveMark connected=live.connected/></PageHeader>
        <Filters listed=Listed::Messages/>
        {loaded(page, move |page| view! { <List page sandbox=sandbox.get_untracked()/> })}
    }
}

#[component]
fn List(page: Page<Message>, sandbox: String) -> impl IntoView {
    let Page { rows, next } = page;
    if rows.is_empty() {
        return view! { <Nothing listed=Listed::Messages/><NextPage next/> }.into_any();
    }
    view! {
        <MessageTable messages=rows sandbox caption=texts().messages.title with_campaign=true/>
        <NextPage next/>
    }
    .into_any()
}
