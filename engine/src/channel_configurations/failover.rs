//! The second configuration that one may name: it sends what the first one's server does not take.

use domain::channel_configuration::{Category, Channel, ChannelConfigurationStatus, CheckedChannelConfiguration};
use domain::id::ChannelConfigurationId;
use domain::{Failure, Fault, SandboxName};

use super::SendingConfiguration;
use crate::store::channel_configurations::{self, StoredConfiguration};
use crate::{Engine, Result};

impl Engine {
    /// The configuration that a draft names, by id or by name. Invalid at `failover`: `failover_unknown`,
    /// `failover_itself`, `failover_unfit` (of another channel or category).
    pub(crate) async fn named_failover(
        &self,
        sandbox: &SandboxName,
        checked: &CheckedChannelConfiguration,
        own: Option<&ChannelConfigurationId>,
    ) -> Result<Option<ChannelConfigurationId>> {
        if checked.failover.is_empty() {
            return Ok(None);
        }
        let found = self.find_named(sandbox, &checked.failover).await?;
        let unknown = || Failure::invalid("failover", "failover_unknown", "There is no such channel configuration.");
        let found = found.ok_or_else(unknown)?.configuration;
        if own == Some(&found.id) {
            return Err(Failure::from(itself().under("failover")).into());
        }
        fits(checked, (found.channel, found.category)).map_err(|fault| Failure::from(fault.under("failover")))?;
        Ok(Some(found.id))
    }

    /// By id or by name.
    pub(crate) async fn find_named(&self, sandbox: &SandboxName, name: &str) -> Result<Option<StoredConfiguration>> {
        if let Ok(id) = name.parse() {
            let found = channel_configurations::find(self.store(), &id).await?;
            return Ok(found.filter(|found| found.sandbox == *sandbox));
        }
        channel_configurations::find_by_name(self.store(), sandbox, name).await
    }

    /// Who sends instead of this configuration now; `None`: nobody is named, or that one does not send either.
    pub(crate) async fn failover_of(&self, sending: &SendingConfiguration) -> Result<Option<ChannelConfigurationId>> {
        let Some(id) = &sending.configuration.failover else { return Ok(None) };
        if self.0.delivery.circuits.is_open(id) {
            return Ok(None);
        }
        let found = self.configuration_if_any(id).await?;
        let sends = found.is_some_and(|it| it.configuration.status == ChannelConfigurationStatus::Active);
        Ok(sends.then(|| id.clone()))
    }
}

pub(crate) fn itself() -> Fault {
    Fault::new("", "failover_itself", "A configuration cannot stand in for itself.")
}

/// A message goes over the same channel, under the same rules.
pub(crate) fn fits(checked: &CheckedChannelConfiguration, other: (Channel, Category)) -> Result<(), Fault> {
    let own = (checked.channel, checked.category);
    if own == other {
        return Ok(());
    }
    let text = format!("It is for {} {}; this one is for {} {}.", other.1, other.0, own.1, own.0);
    Err(Fault::new("", "failover_unfit", text))
}
