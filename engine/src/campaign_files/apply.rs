//! Applies documents that are known to be right, each only as far as it differs from what is stored.

use domain::SandboxName;
use domain::channel_configuration::{ChannelConfigurationStatus, CheckedChannelConfiguration, Transport};
use domain::sandbox::SandboxMode;
use domain::{Failure, Fault};

use super::document::{CampaignDocument, ConfigurationDocument, Document};
use super::{Applied, Change};
use crate::campaigns::differs;
use crate::channel_configurations::Password;
use crate::channel_configurations::dkim::NewKey;
use crate::channel_configurations::secret::account_secrets;
use crate::store::channel_configurations::{self, StoredConfiguration};
use crate::store::{audiences, campaigns, rule_sets};
use crate::{Engine, Error, Result};

impl Engine {
    pub(super) async fn apply_document(&self, document: &Document, by: &str) -> Result<Applied> {
        match document {
            Document::Sandbox { name, mode } => self.apply_sandbox(name, checked(*mode)?).await,
            Document::ChannelConfiguration(wanted) => self.apply_configuration(wanted, by).await,
            Document::Campaign(wanted) => self.apply_campaign(wanted, by).await,
            Document::Unknown => Err(unchecked()),
        }
    }

    async fn apply_sandbox(&self, name: &str, mode: SandboxMode) -> Result<Applied> {
        let name: SandboxName = name.parse().map_err(|_: Fault| unchecked())?;
        let change = if self.find_sandbox(&name).await?.mode == mode {
            Change::Unchanged
        } else {
            self.set_sandbox_mode(&name, mode).await?;
            Change::Updated
        };
        Ok(Applied { kind: "sandbox", name: name.to_string(), id: name.to_string(), change })
    }

    async fn apply_configuration(&self, wanted: &ConfigurationDocument, by: &str) -> Result<Applied> {
        let sandbox = checked(wanted.sandbox.as_ref())?;
        let mut draft = wanted.draft.clone();
        if !draft.failover.is_empty() && self.find_named(sandbox, &draft.failover).await?.is_none() {
            // It comes later in the file, and this document then once more.
            draft.failover.clear();
        }
        let draft = &draft;
        let stored = channel_configurations::find_by_name(self.store(), sandbox, &draft.name).await?;
        let checked = draft.check().map_err(|faults| Failure::Invalid { faults })?;
        let key = self.missing_key(stored.as_ref(), wanted, &checked).await?;
        let key = key.as_ref();
        let (mut configuration, mut change) = match stored {
            None => (self.create_configuration(sandbox, draft, key, by).await?, Change::Created),
            Some(stored)
                if key.is_none()
                    && self.named_failover(sandbox, &checked, None).await? == stored.configuration.failover
                    && self.says_the_same(&stored, checked.clone()) =>
            {
                (stored.configuration, Change::Unchanged)
            }
            Some(StoredConfiguration { configuration: before, .. }) => {
                let saved = self.save_configuration(sandbox, &before.id, before.revision, draft, key, by).await?;
                (saved, Change::Updated)
            }
        };
        if wanted.active && configuration.status != ChannelConfigurationStatus::Active {
            let active = ChannelConfigurationStatus::Active;
            configuration = self.set_channel_configuration_status(sandbox, &configuration.id, active, by).await?;
            if change == Change::Unchanged {
                change = Change::Updated;
            }
        }
        let id = configuration.id.to_string();
        Ok(Applied { kind: "channel-configuration", name: configuration.name, id, change })
    }

    /// A key for the signature that the file wants, unless there is one for this domain and selector.
    async fn missing_key(
        &self,
        stored: Option<&StoredConfiguration>,
        wanted: &ConfigurationDocument,
        checked: &CheckedChannelConfiguration,
    ) -> Result<Option<NewKey>> {
        let Some(dkim) = wanted.dkim(&checked.sender) else { return Ok(None) };
        let dkim = dkim.map_err(|faults| Failure::Invalid { faults })?;
        let before = stored.and_then(|stored| stored.configuration.sender.email()?.dkim.as_ref());
        if before == Some(&dkim) { Ok(None) } else { NewKey::make(dkim).await.map(Some) }
    }

    /// Would saving change nothing? Without a password in the file the stored one stays, and is not compared.
    fn says_the_same(&self, stored: &StoredConfiguration, wanted: CheckedChannelConfiguration) -> bool {
        let before = &stored.configuration;
        let (mut transport, mut sender) = (wanted.transport, wanted.sender);
        let keeps_dkim = sender.keep_dkim(&before.sender).is_ok();
        match (&mut transport, &before.transport) {
            (Transport::Smtp(relay), Transport::Smtp(before)) => relay.password_set = before.password_set,
            (Transport::Provider(account), Transport::Provider(before)) => {
                account.secrets_set.clone_from(&before.secrets_set);
            }
            _ => {}
        }
        let same_secrets = wanted.secrets.is_empty()
            || matches!(self.password(stored), Password::Known(known) if {
                let known = account_secrets(&known);
                wanted.secrets.iter().all(|(name, secret)| known.get(name) == Some(secret))
            });
        let same_password = match (&wanted.password, self.password(stored)) {
            (Some(wanted), Password::Known(stored)) => *wanted == stored,
            (Some(_), Password::Missing) => !matches!(transport, Transport::Smtp(_)),
            (Some(_), Password::Unreadable) => false,
            (None, _) => true,
        };
        same_password
            && same_secrets
            && before.channel == wanted.channel
            && keeps_dkim
            && before.sender == sender
            && before.transport == transport
            && before.category == wanted.category
            && before.rates == wanted.rates
            && before.retry_minutes == wanted.retry_minutes
            && before.consent_level == wanted.consent_level
    }

    async fn apply_campaign(&self, wanted: &CampaignDocument, by: &str) -> Result<Applied> {
        let sandbox = checked(wanted.sandbox.as_ref())?;
        let mut draft = wanted.draft.clone();
        draft.configuration_id = self.configuration_id(sandbox, &wanted.configuration).await?;
        draft.audience.id = self.audience_id(sandbox, &wanted.audience).await?.unwrap_or_default();
        draft.rule_set_id = self.rule_set_id(sandbox, &wanted.rule_set).await?.unwrap_or_default();
        let topic = self.topic_named(sandbox, &wanted.topic).await?;
        draft.topic_id = topic.map(String::from).unwrap_or_default();
        let stored = campaigns::find_by_name(self.store(), sandbox, &draft.name).await?;
        let (id, revision) = if let Some(stored) = &stored {
            (stored.head.id().clone(), stored.head.revision())
        } else {
            let created = self.create_campaign(sandbox, &draft.name, checked(wanted.category)?, by).await?;
            (created.campaign.id, created.campaign.revision)
        };
        let saved = self.save_draft_with(sandbox, &id, revision, &draft, &wanted.files, by).await?;
        let mut change = match stored {
            None => Change::Created,
            Some(_) if saved.campaign.revision != revision => Change::Updated,
            Some(_) => Change::Unchanged,
        };
        let live = saved.live.as_ref();
        if wanted.live && live.is_none_or(|live| differs(&saved.draft, saved.campaign.category, &live.definition)) {
            let published = self.publish_campaign(sandbox, &id, saved.campaign.revision, by).await?;
            change = Change::Activated { version: published.campaign.live_version.unwrap_or_default() };
        }
        Ok(Applied { kind: "campaign", name: draft.name, id: id.to_string(), change })
    }

    /// The id of an audience's name; `None` when there is no such audience.
    pub(super) async fn audience_id(&self, sandbox: &SandboxName, name: &str) -> Result<Option<String>> {
        if name.is_empty() {
            return Ok(None);
        }
        let stored = audiences::find_by_name(self.store(), sandbox, name).await?;
        Ok(stored.map(|stored| stored.audience.id.to_string()))
    }

    /// The id of the custom rule set of a name, in any case; `None` when there is none.
    pub(super) async fn rule_set_id(&self, sandbox: &SandboxName, name: &str) -> Result<Option<String>> {
        if name.is_empty() {
            return Ok(None);
        }
        let sets = rule_sets::list(self.store(), sandbox).await?;
        let named = sets.iter().find(|set| !set.global && set.name.to_lowercase() == name.to_lowercase());
        Ok(named.map(|set| set.id.to_string()))
    }

    /// The id of a configuration's name; empty for no name.
    async fn configuration_id(&self, sandbox: &SandboxName, name: &str) -> Result<String> {
        if name.is_empty() {
            return Ok(String::new());
        }
        let stored = channel_configurations::find_by_name(self.store(), sandbox, name).await?;
        let stored = stored.ok_or_else(|| Failure::not_found("channel configuration"))?;
        Ok(stored.configuration.id.to_string())
    }
}

/// What the check has already seen to be there.
fn checked<T>(value: Option<T>) -> Result<T> {
    value.ok_or_else(unchecked)
}

fn unchecked() -> Error {
    Error::unexpected("a document with faults was about to be applied")
}
