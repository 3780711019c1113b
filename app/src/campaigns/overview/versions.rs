//! The versions of a campaign.

use domain::campaign::VersionLine;
use leptos::prelude::*;

use crate::i18n::texts;
use crate::ui::{Address, Time};

/// Number, by whom and when, newest first; nothing before the first activation.
#[component]
pub fn Versions(versions: Vec<VersionLine>) -> impl IntoView {
    let t = texts();
    let line = |version: VersionLine| {
        view! {
            <li>
                <b>{t.campaigns.version(version.number)}</b>
                <span class="hint"><Time at=version.published_at/>" · "<Address text=version.published_by/></span>
            </li>
        }
    };
    (!versions.is_empty()).then(|| {
        view! {
            <section class="card" aria-labelledby="versions">
                <h2 id="versions">{t.campaigns.versions}</h2>
                <ol class="versions" reversed>{versions.into_iter().map(line).collect_view()}</ol>
            </section>
        }
    })
}
