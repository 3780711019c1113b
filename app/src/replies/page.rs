//! List of what people wrote back.

use domain::Page;
use leptos::prelude::*;

use super::empty::Nothing;
use super::filters::{Filters, wanted};
use super::list_inbound_messages;
use super::table::ReplyTable;
use crate::i18n::texts;
use crate::layout::sandbox_name;
use crate::live::live;
use crate::messages::{LiveMark, LogTabs};
use crate::ui::{NextPage, PageHeader, loaded};

/// Newest first. The first page shows new ones by itself.
#[component]
pub fn RepliesPage() -> impl IntoView {
    let sandbox = sandbox_name();
    let wanted = wanted();
    let live = live(sandbox);
    let key = move || {
        let (filter, cursor) = wanted.get();
        let changes = live.of_page(&cursor);
        (sandbox.get(), filter, cursor, changes)
    };
    let page = Resource::new(key, |(sandbox, filter, cursor, _)| list_inbound_messages(sandbox, filter, cursor));
    view! {
        <PageHeader title=texts().replies.title><LiveMark connected=live.connected/></PageHeader>
        <LogTabs replies=true/>
        <Filters/>
        {loaded(page, move |Page { rows, next }| {
            let shown = if rows.is_empty() {
                view! { <Nothing/> }.into_any()
            } else {
                view! { <ReplyTable messages=rows sandbox=sandbox.get_untracked()/> }.into_any()
            };
            view! { {shown}<NextPage next/> }
        })}
    }
}
