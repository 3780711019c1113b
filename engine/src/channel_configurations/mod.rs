//! Channel configurations: create, save, activate, verify. Passwords are encrypted and never come back.

mod circuit;
pub(crate) mod dkim;
pub(crate) mod failover;
pub(crate) mod secret;
mod sending;
mod templates;
mod test_message;

use domain::channel_configuration::{
    ChannelConfiguration, ChannelConfigurationDraft, ChannelConfigurationStatus, CheckedChannelConfiguration,
    Verification,
};
use domain::id::ChannelConfigurationId;
use domain::{Failure, SandboxName};

use crate::ids::new_id;
use crate::store::channel_configurations::{self, StoredConfiguration};
use crate::store::{Alone, Tx, circuits};
use crate::{Engine, Result};
use dkim::NewKey;
pub(crate) use dkim::Signing;
use secret::Secrets;
pub(crate) use sending::ConfigurationCache;
pub use sending::{Password, SendingConfiguration};
pub(crate) use templates::check_templates;
pub(crate) use test_message::TestPace;

impl Engine {
    /// All configurations of a sandbox, newest first.
    pub async fn list_channel_configurations(&self, sandbox: &SandboxName) -> Result<Vec<ChannelConfiguration>> {
        let stored = channel_configurations::list(self.store(), sandbox).await?;
        Ok(stored.into_iter().map(|stored| stored.configuration).collect())
    }

    /// `NotFound` when there is none in this sandbox.
    pub async fn find_channel_configuration(
        &self,
        sandbox: &SandboxName,
        id: &ChannelConfigurationId,
    ) -> Result<ChannelConfiguration> {
        let found = channel_configurations::find(self.store(), id).await?;
        Ok(in_sandbox(found, sandbox)?.configuration)
    }

    /// Stores a new configuration as a draft. Invalid with all faults; `name_taken` at `name`.
    pub async fn create_channel_configuration(
        &self,
        sandbox: &SandboxName,
        draft: &ChannelConfigurationDraft,
        by: &str,
    ) -> Result<ChannelConfiguration> {
        self.create_configuration(sandbox, draft, None, by).await
    }

    /// The same with a key that signs its mails.
    pub(crate) async fn create_configuration(
        &self,
        sandbox: &SandboxName,
        draft: &ChannelConfigurationDraft,
        key: Option<&NewKey>,
        by: &str,
    ) -> Result<ChannelConfiguration> {
        let checked = draft.check().map_err(|faults| Failure::Invalid { faults })?;
        check_templates(&checked.sender).into_result()?;
        secret::check(None, &checked, false)?;
        let sandbox = self.find_sandbox(sandbox).await?.name;
        let failover = self.named_failover(&sandbox, &checked, None).await?;
        let id = new_id(self.now(), ChannelConfigurationId::new);
        let secrets = Secrets::of_new(&checked);
        let secret = secrets.encrypt(&self.0.keys, &id)?;
        let configuration = ChannelConfiguration {
            id,
            channel: checked.channel,
            category: checked.category,
            status: ChannelConfigurationStatus::Draft,
            name: checked.name,
            sender: checked.sender,
            transport: secrets.told(checked.transport),
            retry_minutes: checked.retry_minutes,
            rates: checked.rates,
            failover,
            consent_level: checked.consent_level,
            revision: 1,
            modified_at: self.now(),
            modified_by: by.to_owned(),
        };
        let mut new = StoredConfiguration { configuration, sandbox, secret, dkim_key: None };
        if let Some(key) = key {
            self.sign_with(&mut new, key)?;
        }
        let mut tx = self.store().begin().await?;
        channel_configurations::insert(&mut tx, &new).await?;
        tx.commit().await?;
        Ok(new.configuration)
    }

    /// Refuses (`conflict changed_meanwhile`) when `revision` is not the stored one. Category is frozen once active.
    /// An empty password keeps the stored one. With another host, port or user name, or a weaker security, it has to be
    /// given again (`password_needed` at `password`): a secret never travels to another place. `password_missing` when
    /// an active one would be without. Templates of headers and links must be right, and take nothing away from callers of live
    /// campaigns (`conflict breaks_callers`). The DKIM key stays (`dkim_domain` at `fromAddress` when it cannot).
    pub async fn save_channel_configuration(
        &self,
        sandbox: &SandboxName,
        id: &ChannelConfigurationId,
        revision: i64,
        draft: &ChannelConfigurationDraft,
        by: &str,
    ) -> Result<ChannelConfiguration> {
        self.save_configuration(sandbox, id, revision, draft, None, by).await
    }

    /// The same with a new key that signs its mails.
    pub(crate) async fn save_configuration(
        &self,
        sandbox: &SandboxName,
        id: &ChannelConfigurationId,
        revision: i64,
        draft: &ChannelConfigurationDraft,
        key: Option<&NewKey>,
        by: &str,
    ) -> Result<ChannelConfiguration> {
        let checked = draft.check().map_err(|faults| Failure::Invalid { faults })?;
        check_templates(&checked.sender).into_result()?;
        let failover = self.named_failover(sandbox, &checked, Some(id)).await?;
        let before = self.find_channel_configuration(sandbox, id).await?;
        self.check_callers(id, &before.sender, &checked.sender).await?;
        let mut tx = self.store().begin().await?;
        let before = in_sandbox(channel_configurations::find_in(&mut tx, id).await?, sandbox)?;
        if before.configuration.revision != revision {
            return Err(changed_meanwhile(&before.configuration).into());
        }
        let mut after = self.changed(&before, checked, key, by)?;
        after.configuration.failover = failover;
        self.store_change(tx, &before.configuration, &after).await?;
        Ok(after.configuration)
    }

    /// draft → active, active ↔ deactivated; deactivation refused while a live campaign uses it (`conflict in_use`),
    /// activation without a password that is needed (`conflict password_missing`).
    /// The status it has already is no change.
    pub async fn set_channel_configuration_status(
        &self,
        sandbox: &SandboxName,
        id: &ChannelConfigurationId,
        status: ChannelConfigurationStatus,
        by: &str,
    ) -> Result<ChannelConfiguration> {
        let mut tx = self.store().begin().await?;
        tx.alone(Alone::ConfigurationUse).await?;
        let before = in_sandbox(channel_configurations::find_in(&mut tx, id).await?, sandbox)?;
        if before.configuration.status == status {
            return Ok(before.configuration);
        }
        self.check_transition(&mut tx, &before, status).await?;
        let mut after = before.clone();
        after.configuration.status = status;
        self.touch(&mut after.configuration, by);
        self.store_change(tx, &before.configuration, &after).await?;
        Ok(after.configuration)
    }

    /// Opens a real connection and returns the conversation.
    pub async fn verify_channel_configuration(
        &self,
        sandbox: &SandboxName,
        id: &ChannelConfigurationId,
    ) -> Result<Verification> {
        self.find_channel_configuration(sandbox, id).await?;
        self.verify_transport(id).await
    }

    fn changed(
        &self,
        before: &StoredConfiguration,
        mut checked: CheckedChannelConfiguration,
        key: Option<&NewKey>,
        by: &str,
    ) -> Result<StoredConfiguration> {
        let old = &before.configuration;
        if checked.category != old.category && old.status != ChannelConfigurationStatus::Draft {
            let text = "The category is fixed since the configuration was activated. Create another configuration.";
            return Err(Failure::invalid("category", "category_frozen", text).into());
        }
        if checked.channel != old.channel {
            let text = "The channel of a configuration does not change. Create another configuration.";
            return Err(Failure::invalid("channel", "channel_frozen", text).into());
        }
        if key.is_none() {
            checked.sender.keep_dkim(&old.sender).map_err(Failure::from)?;
        }
        let stored = self.password(before);
        let is_active = old.status == ChannelConfigurationStatus::Active;
        secret::check(Some((&old.transport, &stored)), &checked, is_active)?;
        let secrets = Secrets::of_changed(&old.transport, &stored, &checked);
        let secret = match secrets {
            Secrets::Unreadable => before.secret.clone(),
            _ => secrets.encrypt(&self.0.keys, &old.id)?,
        };
        let mut configuration = ChannelConfiguration {
            category: checked.category,
            name: checked.name,
            sender: checked.sender,
            transport: secrets.told(checked.transport),
            retry_minutes: checked.retry_minutes,
            rates: checked.rates,
            consent_level: checked.consent_level,
            ..old.clone()
        };
        self.touch(&mut configuration, by);
        let mut after = StoredConfiguration { configuration, secret, ..before.clone() };
        if let Some(key) = key {
            self.sign_with(&mut after, key)?;
        }
        Ok(after)
    }

    async fn check_transition(
        &self,
        tx: &mut Tx,
        stored: &StoredConfiguration,
        next: ChannelConfigurationStatus,
    ) -> Result<()> {
        use ChannelConfigurationStatus::{Active, Deactivated, Draft};
        let configuration = &stored.configuration;
        match (configuration.status, next) {
            (Draft | Deactivated, Active) => {
                Ok(secret::check_complete(&configuration.transport, &self.password(stored))?)
            }
            (Active, Deactivated) => {
                let users = channel_configurations::list_live_campaigns(tx, &configuration.id, self.now()).await?;
                if users.is_empty() { Ok(()) } else { Err(in_use(&users).into()) }
            }
            (now, next) => {
                let text = format!("A configuration that is {now} cannot become {next}.");
                Err(Failure::conflict("bad_transition", text).into())
            }
        }
    }

    fn touch(&self, configuration: &mut ChannelConfiguration, by: &str) {
        configuration.revision += 1;
        configuration.modified_at = self.now();
        by.clone_into(&mut configuration.modified_by);
    }

    async fn store_change(&self, mut tx: Tx, before: &ChannelConfiguration, after: &StoredConfiguration) -> Result<()> {
        // On PostgreSQL another transaction may have saved since the row was read.
        if !channel_configurations::update(&mut tx, before.revision, after).await? {
            let latest = channel_configurations::find_in(&mut tx, &before.id).await?;
            return Err(changed_meanwhile(latest.as_ref().map_or(before, |latest| &latest.configuration)).into());
        }
        // Perhaps this is what was wrong.
        circuits::close(&mut tx, &before.id).await?;
        tx.commit().await?;
        self.0.configurations.forget(&before.id);
        self.0.delivery.circuits.forget(&before.id);
        self.0.delivery.wake();
        Ok(())
    }
}

fn in_sandbox(found: Option<StoredConfiguration>, sandbox: &SandboxName) -> Result<StoredConfiguration, Failure> {
    found.filter(|found| found.sandbox == *sandbox).ok_or_else(|| Failure::not_found("channel configuration"))
}

/// Names the first of the campaigns that stand in the way.
fn in_use(campaigns: &[String]) -> Failure {
    const NAMED: usize = 3;
    let names: Vec<String> = campaigns.iter().take(NAMED).map(|name| format!("“{name}”")).collect();
    let more = match campaigns.len().saturating_sub(NAMED) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let text = format!(
        "Live campaigns use this configuration: {}{more}. Choose another configuration in them or stop them.",
        names.join(", ")
    );
    Failure::conflict("in_use", text)
}

fn changed_meanwhile(latest: &ChannelConfiguration) -> Failure {
    let text = format!(
        "{} saved this configuration at {}, after you opened it. Your changes are not stored.",
        latest.modified_by, latest.modified_at
    );
    Failure::conflict("changed_meanwhile", text)
}
