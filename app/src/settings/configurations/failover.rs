//! Which configuration sends what this one's server does not take.

use domain::channel_configuration::{Category, Channel, ChannelConfiguration, Transport};
use leptos::prelude::*;

use super::list_configurations;
use super::words::{category_name, status_name};
use crate::failure::ServerFailure;
use crate::i18n::texts;
use crate::layout::{captures, sandbox_name};
use crate::ui::{SelectField, loaded};

/// One of the others of the channel and the category; and a warning when it is one that sends to nobody.
#[component]
pub fn FailoverField(
    channel: Channel,
    category: RwSignal<Category>,
    value: String,
    /// The id of the configuration itself; empty for a new one.
    own: String,
    failure: Signal<Option<ServerFailure>>,
) -> impl IntoView {
    let t = texts();
    let sandbox = sandbox_name();
    let configurations = Resource::new(move || sandbox.get(), list_configurations);
    let is_live = !captures();
    let chosen = RwSignal::new(value);
    let on_input = Callback::new(move |id: String| chosen.set(id));
    loaded(configurations, move |all| {
        let others: Vec<_> = all.into_iter().filter(|it| it.channel == channel && it.id.as_str() != own).collect();
        let capturing: Vec<(String, String)> = others
            .iter()
            .filter(|it| is_live && it.transport == Transport::Capture)
            .map(|it| (it.id.to_string(), it.name.clone()))
            .collect();
        let field = move || {
            let fitting = others.iter().filter(|it| it.category == category.get()).map(option);
            let none = (String::new(), t.configurations.failover_none.to_owned());
            view! {
                <SelectField
                    path="failover" name="draft[failover]" label=t.configurations.failover
                    hint=t.configurations.failover_hint value=chosen.get_untracked()
                    options=std::iter::once(none).chain(fitting).collect() failure on_input
                />
            }
        };
        let warning = move || {
            let captured = capturing.iter().find(|(id, _)| chosen.with(|chosen| chosen == id));
            captured.map(|(_, name)| t.configurations.failover_captures(name))
        };
        view! {
            {field}
            <p class="unsaved" aria-live="polite">{warning}</p>
        }
    })
}

fn option(it: &ChannelConfiguration) -> (String, String) {
    let label = texts().configurations.failover_option(&it.name, category_name(it.category), status_name(it.status));
    (it.id.to_string(), label)
}
