//! All checks of a configuration.

use domain::access::Permission;
use domain::channel_configuration::ChannelConfiguration;
use domain::deliverability::Report;
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use super::super::super::permitted::permitted;
use super::super::super::settings_path;
use super::super::find_configuration;
use super::check_deliverability;
use super::checks::Checks;
use crate::i18n::texts;
use crate::layout::sandbox_name;
use crate::ui::{Button, PageHeader, Time, loaded};

/// The report; looked up anew whenever the page is loaded.
#[component]
pub fn DeliverabilityPage() -> impl IntoView {
    permitted(Permission::ViewConfigurations, texts().deliverability.title, || view! { <Content/> })
}

#[component]
fn Content() -> impl IntoView {
    let t = texts();
    let sandbox = sandbox_name();
    let params = use_params_map();
    let id = Memo::new(move |_| params.with(|params| params.get("configuration").unwrap_or_default()));
    let configuration =
        Resource::new(move || (sandbox.get(), id.get()), |(sandbox, id)| find_configuration(sandbox, id));
    let report = Resource::new(move || (sandbox.get(), id.get()), |(sandbox, id)| check_deliverability(sandbox, id));
    // Until the new report is there the old one stays, and the button says that it is on its way.
    let asked = RwSignal::new(false);
    Effect::new(move || {
        report.track();
        asked.set(false);
    });
    let again = move |event: SubmitEvent| {
        event.prevent_default();
        asked.set(true);
        report.refetch();
    };
    view! {
        {loaded(configuration, move |configuration| {
            view! { <PageHeader title=t.deliverability.title above=above(&sandbox.get_untracked(), &configuration)/> }
        })}
        <p class="hint">{t.deliverability.about}</p>
        <form method="get" on:submit=again>
            <Button pending=Signal::from(asked) variant="secondary">{t.deliverability.check_again}</Button>
            <span class="hint" aria-live="polite">{move || asked.get().then_some(t.deliverability.checking)}</span>
        </form>
        {loaded(report, |report| view! { <Found report/> })}
    }
}

#[component]
fn Found(report: Report) -> impl IntoView {
    let t = texts();
    let Report { checked_at, duration_ms, checks } = report;
    view! {
        <Checks checks/>
        <p class="hint">{t.deliverability.checked}" "<Time at=checked_at/>{format!(", {duration_ms} ms. ")}{t.deliverability.caching}</p>
    }
}

fn above(sandbox: &str, configuration: &ChannelConfiguration) -> (String, String) {
    (settings_path(sandbox, &format!("configurations/{}", configuration.id)), configuration.name.clone())
}
