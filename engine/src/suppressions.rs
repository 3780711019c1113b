//! Addresses that are not written to any more: looked up for each message, entered by feedback and by people.

use std::time::Duration;

use domain::channel_configuration::{Category, Channel};
use domain::id::ChannelConfigurationId;
use domain::message::Attempt;
use domain::push_token::PushToken;
use domain::suppression::{Suppression, SuppressionReason};
use domain::{Failure, SandboxName, Timestamp};

use crate::campaigns::CompiledVersion;
use crate::lane::Lane;
use crate::recent::Recent;
use crate::store::messages::Claimed;
use crate::store::{Tx, push_tokens, suppressions};
use crate::{Engine, Result};

/// Most rows of the list.
const LIST_MAX: i64 = 1_000;

/// Which sandboxes have any: where there are none, no message asks.
pub(crate) struct SuppressionCache(Recent<SandboxName, bool>);

impl Default for SuppressionCache {
    fn default() -> Self {
        Self(Recent::new(1_000, Some(Duration::from_secs(1))))
    }
}

impl SuppressionCache {
    pub(crate) fn forget(&self, sandbox: &SandboxName) {
        self.0.forget(sandbox);
    }
}

impl Engine {
    /// What keeps this message from its address. Another process's entry holds within a second.
    pub(crate) async fn suppression_of(
        &self,
        message: &Claimed,
        version: &CompiledVersion,
    ) -> Result<Option<Suppression>> {
        let sandbox = &message.sandbox;
        let any = async { suppressions::exists(self.store(), sandbox).await.map(Some) };
        if self.0.suppressions.0.find_or(sandbox, self.now(), any).await? != Some(true) {
            return Ok(None);
        }
        let channel = version.definition.content.channel();
        let configuration = message.queue.configuration_id.as_str();
        let mut found = suppressions::find(self.store(), sandbox, channel, &message.address, configuration).await?;
        // Who wants nothing from a sender gets it from nobody else instead.
        if let (None, Some(home)) = (&found, &message.home) {
            found = suppressions::find(self.store(), sandbox, channel, &message.address, home.as_str()).await?;
        }
        Ok(found.filter(|found| found.reason.stops(category_of(message.queue.lane))))
    }

    /// An answer said that the address will never work. A device's token is removed from the registry as well, unless the
    /// device has registered anew since the provider last heard of it.
    pub(crate) async fn suppress_after(&self, tx: &mut Tx, message: &Claimed, attempt: &Attempt) -> Result<()> {
        let (sandbox, address) = (&message.sandbox, &message.address);
        if let Some(token) = PushToken::from_address(address) {
            let gone_at = told_time(&attempt.answer).unwrap_or(message.created_at);
            return push_tokens::remove_older(tx, sandbox, &token, gone_at).await;
        }
        let channel = if address.contains('@') { Channel::Email } else { Channel::Mobile };
        let suppression = Suppression {
            channel,
            address: address.clone(),
            reason: SuppressionReason::Bounced,
            detail: attempt.answer.clone(),
            configuration_id: None,
            message_id: Some(message.id.clone()),
            created_at: self.now(),
        };
        suppressions::insert(tx, sandbox, &suppression).await?;
        self.0.suppressions.forget(sandbox);
        Ok(())
    }

    /// Newest first, at most 1,000.
    pub async fn list_suppressions(&self, sandbox: &SandboxName) -> Result<Vec<Suppression>> {
        suppressions::list(self.store(), sandbox, LIST_MAX).await
    }

    /// The address is written to again. `NotFound` `suppression`.
    pub async fn remove_suppression(
        &self,
        sandbox: &SandboxName,
        channel: Channel,
        address: &str,
        configuration: Option<&ChannelConfigurationId>,
    ) -> Result<()> {
        let mut tx = self.store().begin().await?;
        let configuration = configuration.map_or("", ChannelConfigurationId::as_str);
        if !suppressions::remove(&mut tx, sandbox, channel, address, configuration).await? {
            return Err(Failure::not_found("suppression").into());
        }
        tx.commit().await
    }
}

/// Since when a device is gone, as the sender of APNs writes it behind its words.
fn told_time(words: &str) -> Option<Timestamp> {
    let (_, millis) = words.rsplit_once("timestamp=")?;
    millis.trim().parse().ok().map(Timestamp::from_millis)
}

fn category_of(lane: Lane) -> Category {
    match lane {
        Lane::Marketing => Category::Marketing,
        _ => Category::Transactional,
    }
}
