//! The DKIM key of a configuration: made here, stored encrypted beside the secrets of the transport, never shown.

use std::sync::Arc;

use domain::channel_configuration::{EmailSender, Sender};
use domain::dkim::{Dkim, DnsRecord};
use domain::id::ChannelConfigurationId;
use domain::{Failure, Fault, SandboxName};

use super::in_sandbox;
use crate::senders::dkim::{BadKey, Key, Signer};
use crate::store::channel_configurations::{self, StoredConfiguration};
use crate::{Engine, Error, Result};

/// Reason of attempts, and code of the failure, when mails cannot be signed.
pub(crate) const UNREADABLE: &str = "dkim_key_unreadable";
/// Said of it.
pub(crate) const UNREADABLE_WORDS: &str = "The stored DKIM key cannot be read with this secret key.";

/// What is done with mails before they go.
#[derive(Clone, Default)]
pub(crate) enum Signing {
    #[default]
    Off,
    By(Arc<Signer>),
    /// They are to be signed, and the key cannot be read: none may go.
    Impossible,
}

/// A key that is not stored yet.
pub(crate) struct NewKey {
    dkim: Dkim,
    pem: String,
    record: DnsRecord,
}

impl NewKey {
    /// RSA with 2,048 bits, which every receiver checks. Takes a fraction of a second, and no thread that answers calls.
    pub(crate) async fn make(dkim: Dkim) -> Result<Self> {
        let made = tokio::task::spawn_blocking(move || {
            let key = Key::new_rsa()?;
            let record = key.record(&dkim.selector, &dkim.domain);
            Ok::<_, BadKey>(Self { pem: key.to_pem()?, record, dkim })
        });
        made.await.map_err(Error::unexpected)?.map_err(Error::unexpected)
    }
}

impl Engine {
    /// Makes a key with which mails are signed from now on, in place of the one before, and returns what has to stand in the
    /// DNS. Faults at `dkimDomain` and `dkimSelector`.
    pub async fn generate_dkim_key(
        &self,
        sandbox: &SandboxName,
        id: &ChannelConfigurationId,
        domain: &str,
        selector: &str,
        by: &str,
    ) -> Result<DnsRecord> {
        let before = self.find_channel_configuration(sandbox, id).await?;
        let sender = before.sender.email().ok_or_else(no_mails)?;
        let dkim = Dkim::check(domain, selector, &sender.from_address).map_err(|faults| Failure::Invalid { faults })?;
        let key = NewKey::make(dkim).await?;
        self.change_dkim(sandbox, id, Some(&key), by).await?;
        Ok(key.record)
    }

    /// Mails are not signed any more, and the key is gone for good.
    pub async fn remove_dkim_key(&self, sandbox: &SandboxName, id: &ChannelConfigurationId, by: &str) -> Result<()> {
        self.change_dkim(sandbox, id, None, by).await
    }

    /// What has to stand in the DNS; `None`: mails are not signed. Conflict `dkim_key_unreadable`.
    pub async fn dkim_record(&self, sandbox: &SandboxName, id: &ChannelConfigurationId) -> Result<Option<DnsRecord>> {
        let found = channel_configurations::find(self.store(), id).await?;
        match self.signing(&in_sandbox(found, sandbox)?) {
            Signing::Off => Ok(None),
            Signing::By(signer) => Ok(Some(signer.record())),
            Signing::Impossible => Err(Failure::conflict(UNREADABLE, UNREADABLE_WORDS).into()),
        }
    }

    /// How mails of a configuration are signed. That the key cannot be read is for a person to mend, and no fault of the one
    /// who asks.
    pub(crate) fn signing(&self, stored: &StoredConfiguration) -> Signing {
        let Some(dkim) = stored.configuration.sender.email().and_then(|sender| sender.dkim.as_ref()) else {
            return Signing::Off;
        };
        let key = stored.dkim_key.as_ref().and_then(|key| {
            let pem = self.0.keys.decrypt(&purpose(&stored.configuration.id), key).ok()?;
            Key::from_pem(&pem).ok()
        });
        let signer = key.and_then(|key| Signer::new(&dkim.domain, &dkim.selector, key).ok());
        signer.map_or(Signing::Impossible, |signer| Signing::By(Arc::new(signer)))
    }

    async fn change_dkim(
        &self,
        sandbox: &SandboxName,
        id: &ChannelConfigurationId,
        key: Option<&NewKey>,
        by: &str,
    ) -> Result<()> {
        let mut tx = self.store().begin().await?;
        let before = in_sandbox(channel_configurations::find_in(&mut tx, id).await?, sandbox)?;
        let mut after = before.clone();
        match key {
            Some(key) => self.sign_with(&mut after, key)?,
            None => {
                email_sender(&mut after)?.dkim = None;
                after.dkim_key = None;
            }
        }
        self.touch(&mut after.configuration, by);
        self.store_change(tx, &before.configuration, &after).await
    }

    /// Takes the key for a configuration that is about to be stored.
    pub(super) fn sign_with(&self, stored: &mut StoredConfiguration, key: &NewKey) -> Result<()> {
        let encrypted = self.0.keys.encrypt(&purpose(&stored.configuration.id), &key.pem)?;
        let sender = email_sender(stored)?;
        if !key.dkim.covers(&sender.from_address) {
            let text = "The from-address is of another domain by now.";
            return Err(Failure::from(Fault::new("dkimDomain", "dkim_domain", text)).into());
        }
        sender.dkim = Some(key.dkim.clone());
        stored.dkim_key = Some(encrypted);
        Ok(())
    }
}

/// Binds the key to its place, apart from that of the transport's secrets.
fn purpose(id: &ChannelConfigurationId) -> String {
    format!("{id} dkim")
}

fn email_sender(stored: &mut StoredConfiguration) -> Result<&mut EmailSender, Failure> {
    match &mut stored.configuration.sender {
        Sender::Email(sender) => Ok(sender),
        Sender::Mobile(_) | Sender::Push {} => Err(no_mails()),
    }
}

fn no_mails() -> Failure {
    Failure::invalid("dkimDomain", "wrong_channel", "Only mails are signed.")
}
