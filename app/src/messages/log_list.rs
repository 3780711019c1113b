//! The page of a list of the log: filters, what they find, the next page.

use domain::Page;
use domain::message::LogFilter;
use leptos::prelude::*;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::empty::Nothing;
use super::filters::{Filters, Listed, LiveMark, wanted};
use super::tabs::LogTabs;
use crate::failure::Answer;
use crate::layout::sandbox_name;
use crate::live::live;
use crate::ui::{NextPage, PageHeader, loaded};

/// Newest first. `list` brings a page by sandbox, filter and cursor; `table` shows its rows. The first page shows new
/// ones by itself.
pub fn log_list<T, F>(
    title: &'static str,
    listed: Listed,
    list: impl Fn(String, LogFilter, String) -> F + Send + Sync + 'static,
    table: impl Fn(Vec<T>, String) -> AnyView + Clone + Send + Sync + 'static,
) -> impl IntoView
where
    T: Clone + Serialize + DeserializeOwned + Send + Sync + 'static,
    F: Future<Output = Answer<Page<T>>> + Send + 'static,
{
    let sandbox = sandbox_name();
    let wanted = wanted();
    let live = live(sandbox);
    let key = move || {
        let (filter, cursor) = wanted.get();
        let changes = live.of_page(&cursor);
        (sandbox.get(), filter, cursor, changes)
    };
    let page = Resource::new(key, move |(sandbox, filter, cursor, _)| list(sandbox, filter, cursor));
    view! {
        <PageHeader title><LiveMark connected=live.connected/></PageHeader>
        {(listed == Listed::Messages).then(|| view! { <LogTabs replies=false/> })}
        <Filters listed/>
        {loaded(page, move |Page { rows, next }| {
            let shown = if rows.is_empty() {
                view! { <Nothing listed/> }.into_any()
            } else {
                table(rows, sandbox.get_untracked())
            };
            view! { {shown}<NextPage next/> }
        })}
    }
}
