//! Channel configurations: create, save, activate, verify. Passwords are encrypted and never come back.
use domain::{SandboxName, channel_configuration::*, id::ChannelConfigurationId};
use crate::{Engine, Result};
impl Engine {
    pub async fn list_channel_configurations(&self, sandbox: &SandboxName) -> Result<Vec<ChannelConfiguration>> { todo!() }
    pub async fn find_channel_configuration(&self, sandbox: &SandboxName, id: &ChannelConfigurationId) -> Result<ChannelConfiguration> { todo!() }
    pub async fn create_channel_configuration(&self, sandbox: &SandboxName, draft: &ChannelConfigurationDraft, by: &str) -> Result<ChannelConfiguration> { todo!() }
    /// Refuses (`conflict changed_meanwhile`) when `revision` is not the stored one. Category is frozen once active. An empty password keeps the stored one; changing host or username without giving a password drops the stored one unless unchanged (a secret never travels to another host).
    pub async fn save_channel_configuration(&self, sandbox: &SandboxName, id: &ChannelConfigurationId, revision: i64, draft: &ChannelConfigurationDraft, by: &str) -> Result<ChannelConfiguration> { todo!() }
    /// draft → active, active ↔ deactivated; deactivation refused while a live campaign uses it (`conflict in_use`).
    pub async fn set_channel_configuration_status(&self, sandbox: &SandboxName, id: &ChannelConfigurationId, status: ChannelConfigurationStatus, by: &str) -> Result<ChannelConfiguration> { todo!() }
    /// Opens a real connection and returns the conversation.
    pub async fn verify_channel_configuration(&self, sandbox: &SandboxName, id: &ChannelConfigurationId) -> Result<Verification> { todo!() }
}
