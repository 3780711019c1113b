//! Head of a page, facts column, tabs.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::components::A;

use super::path_with;

/// Title of a page, with where it belongs above and its main action beside.
#[component]
pub fn PageHeader(
    #[prop(into)] title: String,
    /// The page above: address and name.
    #[prop(optional)]
    above: Option<(String, String)>,
    /// The page's actions.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    view! {
        <Title text=title.clone()/>
        <header class="page-header">
            <div>
                {above.map(|(href, name)| view! { <nav class="breadcrumb"><A href=href>{name}</A></nav> })}
                <h1>{title}</h1>
            </div>
            {children.map(|children| view! { <div class="page-actions">{children()}</div> })}
        </header>
    }
}

/// A column of facts.
#[component]
pub fn Facts(children: Children) -> impl IntoView {
    view! { <dl class="facts">{children()}</dl> }
}

/// One fact: name and value.
#[component]
pub fn Fact(
    #[prop(into)] name: String,
    /// On a line of its own, where facts stand beside each other.
    #[prop(optional)]
    wide: bool,
    children: Children,
) -> impl IntoView {
    view! { <div class=wide.then_some("fact-wide")><dt>{name}</dt><dd>{children()}</dd></div> }
}

/// Tabs as links: the open one is in the address. `tabs` are word and label.
#[component]
pub fn Tabs(
    /// Name of the query value.
    #[prop(default = "tab")]
    name: &'static str,
    #[prop(into)] open: Signal<String>,
    tabs: Vec<(&'static str, String)>,
    #[prop(into)] label: String,
) -> impl IntoView {
    view! {
        <nav class="tabs" aria-label=label>
            {tabs
                .into_iter()
                .map(|(word, label)| {
                    view! {
                        <a href=move || path_with(name, word) data-noscroll="" class="tab"
                            aria-current=move || (open.get() == word).then_some("true")>{label}</a>
                    }
                })
                .collect_view()}
        </nav>
    }
}
