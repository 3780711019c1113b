//! Server functions of what people write back.

use domain::Page;
use domain::inbound::{InboundFilter, InboundMessage};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::failure::Answer;
#[cfg(feature = "ssr")]
use crate::failure::answer;

/// A channel configuration that people can write to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConfigurationChoice {
    pub id: String,
    pub name: String,
}

/// The mobile configurations of a sandbox.
#[server]
pub async fn list_reply_configurations(sandbox: String) -> Answer<Vec<ConfigurationChoice>> {
    answer(server::configurations(sandbox).await)
}

/// A page of what people wrote, newest first. `cursor` is empty for the first page.
#[server]
pub async fn list_inbound_messages(
    sandbox: String,
    filter: InboundFilter,
    cursor: String,
) -> Answer<Page<InboundMessage>> {
    answer(server::inbound_messages(sandbox, filter, cursor).await)
}

#[cfg(feature = "ssr")]
mod server {
    use domain::Page;
    use domain::access::Permission;
    use domain::channel_configuration::Channel;
    use domain::inbound::{InboundFilter, InboundMessage};
    use engine::Result;

    use super::ConfigurationChoice;
    use crate::session::caller;

    /// Rows of a page.
    const ROWS: usize = 50;

    pub async fn configurations(sandbox: String) -> Result<Vec<ConfigurationChoice>> {
        let caller = caller(Permission::ViewMessages).await?;
        let sandbox = caller.sandbox(&sandbox).await?;
        let all = caller.engine.list_channel_configurations(&sandbox).await?;
        let mobile = all.into_iter().filter(|it| it.channel == Channel::Mobile);
        Ok(mobile.map(|it| ConfigurationChoice { id: it.id.to_string(), name: it.name }).collect())
    }

    pub async fn inbound_messages(
        sandbox: String,
        filter: InboundFilter,
        cursor: String,
    ) -> Result<Page<InboundMessage>> {
        let caller = caller(Permission::ViewMessages).await?;
        let sandbox = caller.sandbox(&sandbox).await?;
        let after = (!cursor.is_empty()).then_some(cursor.as_str());
        caller.engine.list_inbound(&sandbox, &filter, after, ROWS).await
    }
}
