//! Which configuration sends what this one's server does not take.

use domain::channel_configuration::{Channel, ChannelConfiguration};
use leptos::prelude::*;

use super::list_configurations;
use super::words::{category_name, status_name};
use crate::failure::ServerFailure;
use crate::i18n::texts;
use crate::layout::sandbox_name;
use crate::ui::{SelectField, loaded};

/// One of the others of the channel.
#[component]
pub fn FailoverField(
    channel: Channel,
    value: String,
    /// The id of the configuration itself; empty for a new one.
    own: String,
    failure: Signal<Option<ServerFailure>>,
) -> impl IntoView {
    let t = texts();
    let sandbox = sandbox_name();
    let configurations = Resource::new(move || sandbox.get(), list_configurations);
    loaded(configurations, move |all| {
        let others = all.into_iter().filter(|it| it.channel == channel && it.id.as_str() != own).map(|it| option(&it));
        let none = (String::new(), t.configurations.failover_none.to_owned());
        view! {
            <SelectField
                path="failover" name="draft[failover]" label=t.configurations.failover hint=t.configurations.failover_hint
                value=value.clone() options=std::iter::once(none).chain(others).collect() failure
            />
        }
    })
}

fn option(it: &ChannelConfiguration) -> (String, String) {
    let label = texts().configurations.failover_option(&it.name, category_name(it.category), status_name(it.status));
    (it.id.to_string(), label)
}
