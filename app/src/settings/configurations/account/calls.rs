//! Server functions of accounts at providers.

use domain::inbound::RefusedCallbacks;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::failure::Answer;
#[cfg(feature = "ssr")]
use crate::failure::answer;

/// A new pair of keys that identifies this server to push services.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WebPushKeys {
    pub public_key: String,
    /// In this answer and nowhere else, until the form is saved.
    pub private_key: String,
}

/// Where the provider of this configuration reaches us; `None` when this server has no public address.
#[server]
pub async fn find_callback_url(sandbox: String, configuration: String) -> Answer<Option<String>> {
    answer(server::callback_url(sandbox, configuration).await)
}

/// Callbacks of the provider that were refused; `None` when none ever was.
#[server]
pub async fn find_refused_callbacks(sandbox: String, configuration: String) -> Answer<Option<RefusedCallbacks>> {
    answer(server::refused_callbacks(sandbox, configuration).await)
}

/// Makes a pair of keys and stores nothing.
#[server]
pub async fn generate_web_push_keys(sandbox: String) -> Answer<WebPushKeys> {
    answer(server::web_push_keys(sandbox).await)
}

#[cfg(feature = "ssr")]
mod server {
    use domain::Failure;
    use domain::access::Permission;
    use domain::id::ChannelConfigurationId;
    use domain::inbound::RefusedCallbacks;
    use engine::Result;

    use super::WebPushKeys;
    use crate::session::caller;

    pub async fn callback_url(sandbox: String, configuration: String) -> Result<Option<String>> {
        let caller = caller(Permission::ViewConfigurations).await?;
        let sandbox = caller.sandbox(&sandbox).await?;
        let id: ChannelConfigurationId =
            configuration.parse().map_err(|_| Failure::not_found("channel configuration"))?;
        caller.engine.find_channel_configuration(&sandbox, &id).await?;
        Ok(caller.engine.callback_url(&id))
    }

    pub async fn refused_callbacks(sandbox: String, configuration: String) -> Result<Option<RefusedCallbacks>> {
        let caller = caller(Permission::ViewConfigurations).await?;
        let sandbox = caller.sandbox(&sandbox).await?;
        let id: ChannelConfigurationId =
            configuration.parse().map_err(|_| Failure::not_found("channel configuration"))?;
        caller.engine.find_refused_callbacks(&sandbox, &id).await
    }

    pub async fn web_push_keys(sandbox: String) -> Result<WebPushKeys> {
        let caller = caller(Permission::ManageConfigurations).await?;
        caller.sandbox(&sandbox).await?;
        let (public_key, private_key) = engine::providers::web_push::generate_keys();
        Ok(WebPushKeys { public_key, private_key })
    }
}
