//! An account at a provider, and how a message goes over it.

use std::sync::Arc;

use domain::Timestamp;

use super::batches::{self, Batches};
use crate::outbound::{Outbound, Sent};
use crate::providers::{Context, Outgoing, Provider};

/// An account, ready to be used.
pub(super) struct Account {
    pub(super) provider: Box<dyn Provider>,
    pub(super) outbound: Arc<Outbound>,
    pub(super) batches: Batches,
    /// Names it among those that have access tokens; another one after each change.
    pub(super) key: String,
    /// `twilio`, `fcm`, …
    pub(super) via: String,
    pub(super) callback_url: Option<String>,
}

impl Account {
    /// With others where that loses nothing, otherwise by itself.
    pub(super) async fn send(self: &Arc<Self>, outgoing: Outgoing<'_>, context: Context<'_>) -> Sent {
        if let Some(entry) = self.provider.bulk().and_then(|bulk| bulk.entry(outgoing, context))
            && let Some(sent) = batches::send(self, entry).await
        {
            return sent;
        }
        self.outbound.send(&*self.provider, &self.key, outgoing, context).await
    }

    pub(super) fn context<'a>(&'a self, message_id: &'a str, now: Timestamp) -> Context<'a> {
        Context { message_id, callback_url: self.callback_url.as_deref(), token: None, now }
    }
}
