//! The frame of a table.

use leptos::prelude::*;

/// Nothing at all for an empty text: on a phone a cell without anything in it is left out with its label.
pub fn filled(text: String) -> Option<String> {
    Some(text).filter(|text| !text.is_empty())
}

/// A table that scrolls by itself when it is too wide for the page; `title` is told to those who do not see it. On a phone
/// each row is a card: its `<th scope="row">` is the title, and each `<td data-label="…">` stands after its label.
#[component]
pub fn Table(
    title: &'static str,
    /// A class beside `table`, or nothing.
    #[prop(optional)]
    variant: &'static str,
    /// Names of the columns.
    columns: Vec<&'static str>,
    /// Those of them whose cells are numbers.
    #[prop(optional)]
    numbers: Vec<&'static str>,
    /// The rows.
    children: Children,
) -> impl IntoView {
    let class = if variant.is_empty() { "table cards".to_owned() } else { format!("table cards {variant}") };
    let heading = |name| view! { <th scope="col" class:number=numbers.contains(&name)>{name}</th> };
    view! {
        <div class="table-frame" role="region" tabindex="0" aria-label=title>
            <table class=class>
                <caption class="visually-hidden">{title}</caption>
                <thead><tr>{columns.into_iter().map(heading).collect_view()}</tr></thead>
                <tbody>{children()}</tbody>
            </table>
        </div>
    }
}
