//! List of messages: the send log.

use leptos::prelude::*;

use super::filters::Listed;
use super::list_messages;
use super::log_list::log_list;
use super::message_table::MessageTable;
use crate::i18n::texts;

/// Messages, newest first. The first page shows new ones by itself.
#[component]
pub fn MessagesPage() -> impl IntoView {
    let title = texts().messages.title;
    log_list(title, Listed::Messages, list_messages, move |messages, sandbox| {
        view! { <MessageTable messages sandbox caption=title with_campaign=true/> }.into_any()
    })
}
