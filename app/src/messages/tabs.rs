//! The two lists of the log's messages: those that went out, and what people wrote back.

use leptos::prelude::*;

use crate::i18n::texts;
use crate::layout::sandbox_name;

/// `replies`: the page is that of what people wrote.
#[component]
pub fn LogTabs(replies: bool) -> impl IntoView {
    let t = texts();
    let sandbox = sandbox_name();
    let tab = move |place: &'static str, name: &'static str, open: bool| {
        let href = move || format!("/{}/messages{place}", sandbox.get());
        view! { <a href=href class="tab" aria-current=open.then_some("page")>{name}</a> }
    };
    view! {
        <nav class="tabs" aria-label=t.replies.tabs>
            {tab("", t.messages.title, !replies)}
            {tab("/replies", t.replies.title, replies)}
        </nav>
    }
}
