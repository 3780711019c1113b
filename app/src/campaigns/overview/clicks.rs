//! Which links of the live version people follow.

use domain::campaign::LinkClicks;
use leptos::prelude::*;

use crate::i18n::texts;
use crate::ui::Table;

/// A row for each counted link, the most followed first; nothing when no link is counted.
#[component]
pub fn Clicks(links: Vec<LinkClicks>) -> impl IntoView {
    let t = texts();
    let mut links = links;
    links.sort_by_key(|link| std::cmp::Reverse(link.clicks));
    let most = links.first().map_or(0, |link| link.clicks).max(1);
    (!links.is_empty()).then(|| {
        view! {
            <section class="card" aria-labelledby="clicks">
                <h2 id="clicks">{t.campaigns.clicks}</h2>
                <p class="hint">{t.campaigns.clicks_hint}</p>
                <Table
                    title=t.campaigns.clicks columns=vec![t.campaigns.link, t.campaigns.link_clicks, t.campaigns.link_people]
                    numbers=vec![t.campaigns.link_people]
                >
                    {links.into_iter().map(|link| view! { <Row link most/> }).collect_view()}
                </Table>
            </section>
        }
    })
}

#[component]
fn Row(link: LinkClicks, most: i64) -> impl IntoView {
    let t = texts();
    let LinkClicks { label, url, clicks, people } = link;
    let name = if label.is_empty() { url.clone() } else { label };
    view! {
        <tr>
            <th scope="row">{name}<span class="hint">{url}</span></th>
            <td data-label=t.campaigns.link_clicks><meter min="0" max=most.to_string() value=clicks.to_string() aria-hidden="true"></meter>" "{clicks}</td>
            <td data-label=t.campaigns.link_people class="number">{people}</td>
        </tr>
    }
}
