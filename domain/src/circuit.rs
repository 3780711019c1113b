//! The circuit breaker of a channel configuration.

use serde::{Deserialize, Serialize};

use crate::Timestamp;
use crate::id::ChannelConfigurationId;

/// An open circuit: several attempts in a row found no server, so the messages of the configuration wait. One at a time
/// probes; the first that finds a server closes the circuit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Circuit {
    pub configuration_id: ChannelConfigurationId,
    pub since: Timestamp,
    /// Code of the last attempt's reason, such as `connection_failed`.
    pub reason: String,
    /// The server's own words, or what the network said.
    pub words: String,
    /// When the next message probes.
    pub next_try_at: Timestamp,
    /// Name of the configuration that sends meanwhile; `None`: the messages wait.
    pub failover: Option<String>,
}
