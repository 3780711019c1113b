//! Server functions of the suppression list.

use domain::channel_configuration::Channel;
use domain::suppression::Suppression;
use leptos::prelude::*;

use crate::failure::Answer;
#[cfg(feature = "ssr")]
use crate::failure::answer;

/// The newest of a sandbox. `kind`: of this kind, or empty. `start`: how the address begins.
#[server]
pub async fn list_suppressions(
    sandbox: String,
    #[server(default)] kind: String,
    #[server(default)] start: String,
) -> Answer<Vec<Suppression>> {
    answer(server::list(sandbox, kind, start).await)
}

/// Nobody writes to this address or domain any more. Gives it back.
#[server]
pub async fn add_suppression(sandbox: String, entry: String, #[server(default)] comment: String) -> Answer<String> {
    answer(server::add(sandbox, entry, comment).await)
}

/// The address is written to again: by one configuration, or by the whole channel where none is named. Gives the entry
/// back, so that it can be put back.
#[server]
pub async fn remove_suppression(
    sandbox: String,
    channel: Channel,
    address: String,
    #[server(default)] configuration: String,
    #[server(default)] own_wish: bool,
) -> Answer<Suppression> {
    answer(server::remove(sandbox, channel, address, configuration, own_wish).await)
}

/// Undoes that. `suppression`: what was given back, as JSON.
#[server]
pub async fn put_back_suppression(sandbox: String, suppression: String) -> Answer<()> {
    answer(server::put_back(sandbox, suppression).await)
}

#[cfg(feature = "ssr")]
mod server {
    use domain::Failure;
    use domain::access::Permission;
    use domain::channel_configuration::Channel;
    use domain::id::ChannelConfigurationId;
    use domain::suppression::{Suppression, SuppressionKind};
    use engine::Result;

    use super::super::entry::server::{new_entry, of_form};
    use crate::session::caller;

    pub async fn list(sandbox: String, kind: String, start: String) -> Result<Vec<Suppression>> {
        let caller = caller(Permission::ViewConfigurations).await?;
        let sandbox = caller.sandbox(&sandbox).await?;
        let kind: Option<SuppressionKind> = if kind.is_empty() {
            None
        } else {
            Some(kind.parse().map_err(|fault: domain::Fault| Failure::from(fault.under("kind")))?)
        };
        caller.engine.list_suppressions(&sandbox, kind, &start).await
    }

    pub async fn add(sandbox: String, entry: String, comment: String) -> Result<String> {
        let caller = caller(Permission::ManageConfigurations).await?;
        let sandbox = caller.sandbox(&sandbox).await?;
        let new = new_entry(&entry, comment, &caller.user.email)?;
        let name = new.listed.to_string();
        caller.engine.add_suppressions(&sandbox, vec![new]).await.map_err(of_form)?;
        Ok(name)
    }

    pub async fn remove(
        sandbox: String,
        channel: Channel,
        address: String,
        configuration: String,
        own_wish: bool,
    ) -> Result<Suppression> {
        let caller = caller(Permission::ManageConfigurations).await?;
        let sandbox = caller.sandbox(&sandbox).await?;
        let configuration: Option<ChannelConfigurationId> = match configuration.as_str() {
            "" => None,
            id => Some(id.parse().map_err(|_| Failure::not_found("suppression"))?),
        };
        caller.engine.remove_suppression(&sandbox, channel, &address, configuration.as_ref(), own_wish).await
    }

    pub async fn put_back(sandbox: String, suppression: String) -> Result<()> {
        let caller = caller(Permission::ManageConfigurations).await?;
        let sandbox = caller.sandbox(&sandbox).await?;
        let suppression = serde_json::from_str(&suppression).map_err(|_| Failure::not_found("suppression"))?;
        caller.engine.put_back_suppression(&sandbox, suppression).await
    }
}
