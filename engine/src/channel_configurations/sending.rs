//! A configuration as delivery needs it: with the password, as far as it can be read.

use std::sync::Arc;
use std::time::Duration;

use domain::channel_configuration::{ChannelConfiguration, Rates, Transport, Verification};
use domain::id::ChannelConfigurationId;
use domain::mail_templates::MailTemplates;
use domain::provider::ProviderAccount;
use domain::{Failure, SandboxName};

use super::Signing;
use super::dkim;
use super::secret::account_secrets;
use crate::providers::Settings;
use crate::recent::Recent;
use crate::store::channel_configurations::{self, StoredConfiguration};
use crate::{Engine, Error, Result};

/// Configurations used lately, with decrypted passwords: each message needs one.
pub(crate) struct ConfigurationCache {
    sending: Recent<ChannelConfigurationId, Arc<SendingConfiguration>>,
    /// By the revision, too: a key is read once, however often the configuration is looked up.
    signing: Recent<(ChannelConfigurationId, i64), Signing>,
}

impl Default for ConfigurationCache {
    fn default() -> Self {
        Self { sending: Recent::new(1_000, Some(Duration::from_secs(5))), signing: Recent::new(1_000, None) }
    }
}

impl ConfigurationCache {
    pub(super) fn forget(&self, id: &ChannelConfigurationId) {
        self.sending.forget(id);
    }
}

/// A configuration with what it takes to send. Two of the same id and `configuration.revision` are equal.
#[derive(Clone)]
pub struct SendingConfiguration {
    pub configuration: ChannelConfiguration,
    pub password: Password,
    pub(crate) signing: Signing,
    /// What its mails say beside the content.
    pub(crate) templates: Arc<MailTemplates>,
}

impl SendingConfiguration {
    /// One whose mails are not signed.
    pub fn unsigned(configuration: ChannelConfiguration, password: Password) -> Self {
        Self::new(configuration, password, Signing::Off)
    }

    fn new(configuration: ChannelConfiguration, password: Password, signing: Signing) -> Self {
        let templates = configuration.sender.email().map(|sender| sender.templates.clone()).unwrap_or_default();
        Self { configuration, password, signing, templates: Arc::new(templates) }
    }

    /// What the protocol of a provider gets: settings and secrets.
    pub(crate) fn settings(&self, account: &ProviderAccount) -> Settings {
        let secrets = match &self.password {
            Password::Known(stored) => account_secrets(stored),
            Password::Missing | Password::Unreadable => std::collections::BTreeMap::new(),
        };
        Settings(account.settings.clone().into_iter().chain(secrets).collect())
    }
}

/// The stored secret of a transport: the password of a relay, or the secrets of an account as JSON.
#[derive(Clone, Default, PartialEq, Eq)]
pub enum Password {
    /// None is stored.
    #[default]
    Missing,
    Known(String),
    /// It was stored with another secret key.
    Unreadable,
}

impl Engine {
    /// Remembered for five seconds; a save in this process holds at once.
    pub(crate) async fn sending_configuration(&self, id: &ChannelConfigurationId) -> Result<Arc<SendingConfiguration>> {
        let load = async {
            let Some(stored) = channel_configurations::find(self.store(), id).await? else { return Ok(None) };
            let password = self.password(&stored);
            let signing = self.signing_of_revision(&stored).await?;
            let sending = SendingConfiguration::new(stored.configuration, password, signing);
            Ok::<_, crate::Error>(Some(Arc::new(sending)))
        };
        let found = self.0.configurations.sending.find_or(id, self.now(), load).await?;
        Ok(found.ok_or_else(|| Failure::not_found("channel configuration"))?)
    }

    async fn signing_of_revision(&self, stored: &StoredConfiguration) -> Result<Signing> {
        let key = (stored.configuration.id.clone(), stored.configuration.revision);
        let read = async { Ok::<_, Error>(Some(self.signing(stored))) };
        Ok(self.0.configurations.signing.find_or(&key, self.now(), read).await?.unwrap_or_default())
    }

    /// The same, when there is one.
    pub(crate) async fn configuration_if_any(
        &self,
        id: &ChannelConfigurationId,
    ) -> Result<Option<Arc<SendingConfiguration>>> {
        match self.sending_configuration(id).await {
            Ok(sending) => Ok(Some(sending)),
            Err(Error::Failure(Failure::NotFound { .. })) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// How fast messages of a configuration may go; one that does not exist has no limit.
    pub(crate) async fn rates_of(&self, id: &ChannelConfigurationId) -> Result<Rates> {
        let sending = self.configuration_if_any(id).await?;
        Ok(sending.map(|sending| sending.configuration.rates).unwrap_or_default())
    }

    /// The stored password. That it cannot be read is for a person to mend, and no fault of the one who asks.
    pub(crate) fn password(&self, stored: &StoredConfiguration) -> Password {
        let Some(secret) = &stored.secret else { return Password::Missing };
        self.0.keys.decrypt(stored.configuration.id.as_str(), secret).map_or(Password::Unreadable, Password::Known)
    }

    /// Sandbox and name of every configuration whose password or DKIM key was stored with another secret key.
    pub async fn list_unreadable_secrets(&self) -> Result<Vec<(SandboxName, String)>> {
        let stored = channel_configurations::list_with_secret(self.store()).await?;
        let unreadable = stored.into_iter().filter(|stored| {
            self.password(stored) == Password::Unreadable || matches!(self.signing(stored), Signing::Impossible)
        });
        Ok(unreadable.map(|stored| (stored.sandbox, stored.configuration.name)).collect())
    }

    pub(super) async fn verify_transport(&self, id: &ChannelConfigurationId) -> Result<Verification> {
        let sending = self.sending_configuration(id).await?;
        if matches!(sending.signing, Signing::Impossible) {
            return Ok(Verification {
                reason: Some(dkim::UNREADABLE.to_owned()),
                words: dkim::UNREADABLE_WORDS.to_owned(),
                transcript: Vec::new(),
                duration_ms: 0,
                nothing_asked: true,
            });
        }
        match &sending.configuration.transport {
            Transport::Capture => Ok(Verification {
                reason: None,
                words: String::new(),
                transcript: Vec::new(),
                duration_ms: 0,
                nothing_asked: true,
            }),
            Transport::Smtp(relay) => Ok(self.0.delivery.senders.verify(&sending, relay).await),
            Transport::Provider(account) => {
                Ok(self.0.delivery.senders.verify_account(&sending, account, self.now()).await)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use domain::channel_configuration::ChannelConfigurationDraft;

    use super::*;
    use crate::keys::SecretKey;
    use crate::{ManualClock, Settings};

    #[tokio::test]
    async fn delivery_gets_the_password_and_every_change_at_once_here_and_within_seconds_elsewhere() {
        let folder = tempfile::tempdir().unwrap();
        let clock = Arc::new(ManualClock::at("2026-12-01T09:00:00Z".parse().unwrap()));
        let settings = Settings::sqlite_in(folder.path(), SecretKey::random());
        let engine = Engine::open(settings.clone(), clock.clone()).await.unwrap();
        let elsewhere = Engine::open(settings, clock.clone()).await.unwrap();
        let dev: SandboxName = "dev".parse().unwrap();
        let mut draft = ChannelConfigurationDraft {
            name: "Shop".into(),
            category: "transactional".into(),
            from_name: "Shop".into(),
            from_address: "shop@example.com".into(),
            transport: "smtp".into(),
            host: "mail.example.com".into(),
            port: "587".into(),
            security: "starttls".into(),
            username: "shop".into(),
            password: "hunter2".into(),
            ..Default::default()
        };
        let made = engine.create_channel_configuration(&dev, &draft, "ann@example.com").await.unwrap();
        let password = async |engine: &Engine| engine.sending_configuration(&made.id).await.unwrap().password.clone();
        let known = |text: &str| Password::Known(text.to_owned());
        assert!(password(&engine).await == known("hunter2"));
        assert!(password(&elsewhere).await == known("hunter2"));
        draft.password = "hunter3".into();
        engine.save_channel_configuration(&dev, &made.id, 1, &draft, "ann@example.com").await.unwrap();
        assert!(password(&engine).await == known("hunter3"));
        clock.advance(Duration::from_secs(5));
        assert!(password(&elsewhere).await == known("hunter3"));
    }
}
