//! Server functions of suppressions.

use domain::channel_configuration::Channel;
use domain::suppression::Suppression;
use leptos::prelude::*;

use crate::failure::Answer;
#[cfg(feature = "ssr")]
use crate::failure::answer;

/// The newest of a sandbox.
#[server]
pub async fn list_suppressions(sandbox: String) -> Answer<Vec<Suppression>> {
    answer(server::list(sandbox).await)
}

/// The address is written to again: by one configuration, or by the whole channel where none is named. Gives it back.
#[server]
pub async fn remove_suppression(
    sandbox: String,
    channel: Channel,
    address: String,
    #[server(default)] configuration: String,
) -> Answer<String> {
    answer(server::remove(sandbox, channel, address, configuration).await)
}

#[cfg(feature = "ssr")]
mod server {
    use domain::Failure;
    use domain::access::Permission;
    use domain::channel_configuration::Channel;
    use domain::id::ChannelConfigurationId;
    use domain::suppression::Suppression;
    use engine::Result;

    use crate::session::caller;

    pub async fn list(sandbox: String) -> Result<Vec<Suppression>> {
        let caller = caller(Permission::ViewConfigurations).await?;
        let sandbox = caller.sandbox(&sandbox).await?;
        caller.engine.list_suppressions(&sandbox).await
    }

    pub async fn remove(sandbox: String, channel: Channel, address: String, configuration: String) -> Result<String> {
        let caller = caller(Permission::ManageConfigurations).await?;
        let sandbox = caller.sandbox(&sandbox).await?;
        let configuration: Option<ChannelConfigurationId> = match configuration.as_str() {
            "" => None,
            id => Some(id.parse().map_err(|_| Failure::not_found("suppression"))?),
        };
        caller.engine.remove_suppression(&sandbox, channel, &address, configuration.as_ref()).await?;
        Ok(address)
    }
}
