//! Open circuits as people see them, and the button "Try now".

use domain::SandboxName;
use domain::channel_configuration::Verification;
use domain::circuit::Circuit;
use domain::id::ChannelConfigurationId;

use crate::store::circuits::{self, Trouble};
use crate::{Engine, Result};

impl Engine {
    /// Configurations of a sandbox whose messages wait for their server.
    pub async fn list_circuits(&self, sandbox: &SandboxName) -> Result<Vec<Circuit>> {
        let mut open = circuits::list(self.store(), sandbox).await?;
        for circuit in &mut open {
            circuit.failover = self.stand_in_name(&circuit.configuration_id).await?;
        }
        Ok(open)
    }

    /// `None` when messages go. `NotFound` when there is no such configuration in this sandbox.
    pub async fn find_circuit(&self, sandbox: &SandboxName, id: &ChannelConfigurationId) -> Result<Option<Circuit>> {
        self.find_channel_configuration(sandbox, id).await?;
        let mut open = circuits::find(self.store(), id).await?;
        if let Some(circuit) = &mut open {
            circuit.failover = self.stand_in_name(id).await?;
        }
        Ok(open)
    }

    /// Who sends meanwhile.
    async fn stand_in_name(&self, id: &ChannelConfigurationId) -> Result<Option<String>> {
        let Some(sending) = self.configuration_if_any(id).await? else { return Ok(None) };
        let Some(stand_in) = self.failover_of(&sending).await? else { return Ok(None) };
        let found = self.configuration_if_any(&stand_in).await?;
        Ok(found.map(|found| found.configuration.name.clone()))
    }

    /// Opens a real connection now. When it works, the circuit closes and the messages go; otherwise the
    /// circuit says what the server says now.
    pub async fn try_circuit(&self, sandbox: &SandboxName, id: &ChannelConfigurationId) -> Result<Verification> {
        let found = self.verify_channel_configuration(sandbox, id).await?;
        let mut tx = self.store().begin().await?;
        match &found.reason {
            None => circuits::close(&mut tx, id).await?,
            Some(reason) => {
                let trouble = Trouble { reason: reason.clone(), words: found.words.clone() };
                circuits::tell(&mut tx, id, &trouble).await?;
            }
        }
        tx.commit().await?;
        if found.reason.is_none() {
            self.0.delivery.circuits.forget(id);
        }
        self.0.delivery.wake();
        self.0.news.tell(sandbox);
        Ok(found)
    }
}
