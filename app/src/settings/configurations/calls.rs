//! Server functions of channel configurations.

use domain::channel_configuration::{
    ChannelConfiguration, ChannelConfigurationDraft, ChannelConfigurationStatus, Verification,
};
use domain::circuit::Circuit;
use domain::dkim::DnsRecord;
use domain::test_message::TestMessage;
use leptos::prelude::*;

use crate::failure::Answer;
#[cfg(feature = "ssr")]
use crate::failure::answer;

/// All configurations of a sandbox.
#[server]
pub async fn list_configurations(sandbox: String) -> Answer<Vec<ChannelConfiguration>> {
    answer(server::list(sandbox).await)
}

/// One configuration.
#[server]
pub async fn find_configuration(sandbox: String, configuration: String) -> Answer<ChannelConfiguration> {
    answer(server::find(sandbox, configuration).await)
}

/// Stores a new draft and goes to it.
#[server]
pub async fn create_configuration(sandbox: String, draft: ChannelConfigurationDraft) -> Answer<()> {
    answer(server::create(sandbox, draft).await)
}

/// Saves over `revision` and goes to the configuration as it is now.
#[server]
pub async fn save_configuration(
    sandbox: String,
    configuration: String,
    revision: i64,
    draft: ChannelConfigurationDraft,
) -> Answer<()> {
    answer(server::save(sandbox, configuration, revision, draft).await)
}

/// Activates or deactivates.
#[server]
pub async fn set_configuration_status(
    sandbox: String,
    configuration: String,
    status: ChannelConfigurationStatus,
) -> Answer<ChannelConfiguration> {
    answer(server::set_status(sandbox, configuration, status).await)
}

/// Opens a real connection to the transport as it is stored.
#[server]
pub async fn verify_configuration(sandbox: String, configuration: String) -> Answer<Verification> {
    answer(server::verify(sandbox, configuration).await)
}

/// Sends one plain text, and says what came back.
#[server]
pub async fn send_test_message(sandbox: String, configuration: String, to: String) -> Answer<TestMessage> {
    answer(server::send_test_message(sandbox, configuration, to).await)
}

/// Configurations whose messages wait for their server.
#[server]
pub async fn list_circuits(sandbox: String) -> Answer<Vec<Circuit>> {
    answer(server::list_circuits(sandbox).await)
}

/// Why messages wait for the server; `None` when they go.
#[server]
pub async fn find_circuit(sandbox: String, configuration: String) -> Answer<Option<Circuit>> {
    answer(server::find_circuit(sandbox, configuration).await)
}

/// Looks now whether the server is there again.
#[server]
pub async fn try_circuit(sandbox: String, configuration: String) -> Answer<()> {
    answer(server::try_circuit(sandbox, configuration).await)
}

/// What has to stand in the DNS; `None` when mails are not signed.
#[server]
pub async fn find_dkim_record(sandbox: String, configuration: String) -> Answer<Option<DnsRecord>> {
    answer(server::dkim_record(sandbox, configuration).await)
}

/// Signs mails with a new key from now on, and goes to the configuration as it is now.
#[server]
pub async fn generate_dkim_key(sandbox: String, configuration: String, domain: String, selector: String) -> Answer<()> {
    answer(server::generate_dkim_key(sandbox, configuration, domain, selector).await)
}

/// Signs mails no more, and goes to the configuration as it is now.
#[server]
pub async fn remove_dkim_key(sandbox: String, configuration: String) -> Answer<()> {
    answer(server::remove_dkim_key(sandbox, configuration).await)
}

#[cfg(feature = "ssr")]
pub(super) use server::asked;

#[cfg(feature = "ssr")]
mod server {
    use domain::access::Permission;
    use domain::channel_configuration::{
        ChannelConfiguration, ChannelConfigurationDraft, ChannelConfigurationStatus, Verification,
    };
    use domain::circuit::Circuit;
    use domain::dkim::DnsRecord;
    use domain::id::ChannelConfigurationId;
    use domain::test_message::TestMessage;
    use domain::{Failure, SandboxName};
    use engine::Result;
    use leptos_axum::redirect;

    use crate::session::{Caller, caller};

    pub async fn list(sandbox: String) -> Result<Vec<ChannelConfiguration>> {
        let caller = caller(Permission::ViewConfigurations).await?;
        let sandbox = caller.sandbox(&sandbox).await?;
        caller.engine.list_channel_configurations(&sandbox).await
    }

    pub async fn find(sandbox: String, configuration: String) -> Result<ChannelConfiguration> {
        let (caller, sandbox, id) = asked(Permission::ViewConfigurations, &sandbox, &configuration).await?;
        caller.engine.find_channel_configuration(&sandbox, &id).await
    }

    pub async fn create(sandbox: String, draft: ChannelConfigurationDraft) -> Result<()> {
        let caller = caller(Permission::ManageConfigurations).await?;
        let sandbox = caller.sandbox(&sandbox).await?;
        let created = caller.engine.create_channel_configuration(&sandbox, &draft, caller.name()).await?;
        lead_to(&sandbox, &created);
        Ok(())
    }

    pub async fn save(
        sandbox: String,
        configuration: String,
        revision: i64,
        draft: ChannelConfigurationDraft,
    ) -> Result<()> {
        let (caller, sandbox, id) = asked(Permission::ManageConfigurations, &sandbox, &configuration).await?;
        let saved = caller.engine.save_channel_configuration(&sandbox, &id, revision, &draft, caller.name()).await?;
        lead_to(&sandbox, &saved);
        Ok(())
    }

    pub async fn set_status(
        sandbox: String,
        configuration: String,
        status: ChannelConfigurationStatus,
    ) -> Result<ChannelConfiguration> {
        let (caller, sandbox, id) = asked(Permission::ManageConfigurations, &sandbox, &configuration).await?;
        caller.engine.set_channel_configuration_status(&sandbox, &id, status, caller.name()).await
    }

    pub async fn verify(sandbox: String, configuration: String) -> Result<Verification> {
        let (caller, sandbox, id) = asked(Permission::ManageConfigurations, &sandbox, &configuration).await?;
        caller.engine.verify_channel_configuration(&sandbox, &id).await
    }

    pub async fn send_test_message(sandbox: String, configuration: String, to: String) -> Result<TestMessage> {
        let (caller, sandbox, id) = asked(Permission::ManageConfigurations, &sandbox, &configuration).await?;
        caller.engine.send_test_message(&sandbox, &id, &to, caller.name()).await
    }

    pub async fn list_circuits(sandbox: String) -> Result<Vec<Circuit>> {
        let caller = caller(Permission::ViewConfigurations).await?;
        let sandbox = caller.sandbox(&sandbox).await?;
        caller.engine.list_circuits(&sandbox).await
    }

    pub async fn find_circuit(sandbox: String, configuration: String) -> Result<Option<Circuit>> {
        let (caller, sandbox, id) = asked(Permission::ViewConfigurations, &sandbox, &configuration).await?;
        caller.engine.find_circuit(&sandbox, &id).await
    }

    pub async fn try_circuit(sandbox: String, configuration: String) -> Result<()> {
        let (caller, sandbox, id) = asked(Permission::ManageConfigurations, &sandbox, &configuration).await?;
        caller.engine.try_circuit(&sandbox, &id).await.map(drop)
    }

    pub async fn dkim_record(sandbox: String, configuration: String) -> Result<Option<DnsRecord>> {
        let (caller, sandbox, id) = asked(Permission::ViewConfigurations, &sandbox, &configuration).await?;
        caller.engine.dkim_record(&sandbox, &id).await
    }

    pub async fn generate_dkim_key(
        sandbox: String,
        configuration: String,
        domain: String,
        selector: String,
    ) -> Result<()> {
        let (caller, sandbox, id) = asked(Permission::ManageConfigurations, &sandbox, &configuration).await?;
        caller.engine.generate_dkim_key(&sandbox, &id, &domain, &selector, caller.name()).await?;
        lead_to(&sandbox, &caller.engine.find_channel_configuration(&sandbox, &id).await?);
        Ok(())
    }

    pub async fn remove_dkim_key(sandbox: String, configuration: String) -> Result<()> {
        let (caller, sandbox, id) = asked(Permission::ManageConfigurations, &sandbox, &configuration).await?;
        caller.engine.remove_dkim_key(&sandbox, &id, caller.name()).await?;
        lead_to(&sandbox, &caller.engine.find_channel_configuration(&sandbox, &id).await?);
        Ok(())
    }

    pub async fn asked(
        permission: Permission,
        sandbox: &str,
        configuration: &str,
    ) -> Result<(Caller, SandboxName, ChannelConfigurationId)> {
        let caller = caller(permission).await?;
        let sandbox = caller.sandbox(sandbox).await?;
        let id = configuration.parse().map_err(|_| Failure::not_found("channel configuration"))?;
        Ok((caller, sandbox, id))
    }

    /// The revision in the address tells the page that it was just saved.
    fn lead_to(sandbox: &SandboxName, configuration: &ChannelConfiguration) {
        let (id, revision) = (&configuration.id, configuration.revision);
        redirect(&format!("/{sandbox}/settings/configurations/{id}?saved={revision}"));
    }
}
