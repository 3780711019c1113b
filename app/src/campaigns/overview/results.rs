//! What became of the messages of the last seven days.

use domain::campaign::CampaignResults;
use leptos::prelude::*;

use crate::failure::Answer;
use crate::i18n::texts;
use crate::messages::{Counts, ExcludedByReason};
use crate::ui::loaded;

/// Numbers by state, and why messages were not sent.
#[component]
pub fn Results(
    results: Resource<Answer<CampaignResults>>,
    /// Where all messages of the campaign are listed.
    messages: String,
) -> impl IntoView {
    let t = texts();
    view! {
        <section class="card" aria-labelledby="results">
            <h2 id="results">{t.campaigns.results}</h2>
            {loaded(results, move |CampaignResults { counts, newest_only, .. }| {
                let empty = counts.total == 0;
                let path = messages.clone();
                view! {
                    {empty.then(|| view! { <p class="hint">{t.campaigns.no_results}</p> })}
                    {(!empty).then(|| view! {
                        <div aria-live="polite"><Counts counts=counts.clone()/></div>
                        <ExcludedByReason counts messages=messages.clone()/>
                        {newest_only.then(|| view! { <p class="hint">{t.campaigns.newest_only}</p> })}
                        <p><a href=path>{t.campaigns.results_messages}</a></p>
                    })}
                }
            })}
        </section>
    }
}
