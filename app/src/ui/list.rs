//! Around tables: nothing there yet, and the way to the next page.

use leptos::prelude::*;
use leptos_router::components::A;
use leptos_router::hooks::{use_location, use_query_map};

use web_sys::FormData;

use crate::i18n::texts;

/// Shown instead of an empty table: what this is for and what to do next.
#[component]
pub fn EmptyState(
    #[prop(into)] title: String,
    #[prop(into)] text: String,
    /// A link or a button.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class="empty">
            <h2>{title}</h2>
            <p>{text}</p>
            {children.map(|children| children())}
        </div>
    }
}

/// This page's path with one query value set (or taken out, when it is empty), all other filters kept.
pub fn path_with(name: &str, value: &str) -> String {
    let path = use_location().pathname.get();
    let mut query = use_query_map().get();
    query.remove(name);
    if !value.is_empty() {
        query.insert(name.to_owned(), value.to_owned());
    }
    format!("{path}{}", query.to_query_string())
}

/// For a form of filters: what is left empty is not put into the address. Without a program it is, and means the same.
pub fn drop_empty(form: &FormData) {
    let names: Vec<String> = form.keys().into_iter().flatten().filter_map(|name| name.as_string()).collect();
    for name in names {
        if form.get(&name).as_string().is_some_and(|value| value.trim().is_empty()) {
            form.delete(&name);
        }
    }
}

/// Link to the next page of a list, with all filters kept; nothing on the last page.
#[component]
pub fn NextPage(
    /// The page's `next`.
    next: Option<String>,
) -> impl IntoView {
    let t = texts();
    let later = use_query_map().get_untracked().get("cursor").is_some();
    view! {
        <nav class="pager" aria-label=t.common.pages>
            {later.then(|| view! { <A href=move || path_with("cursor", "") attr:class="button button-secondary">{t.common.first_page}</A> })}
            {next.map(|next| view! { <A href=move || path_with("cursor", &next) attr:class="button button-secondary">{t.common.next_page}</A> })}
        </nav>
    }
}
