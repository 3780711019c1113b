//! One plain message that is sent over a channel configuration to see whether it arrives. It is of no campaign, and not kept.

use serde::{Deserialize, Serialize};

use crate::message::Outcome;

/// What became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TestMessage {
    /// The address, as it was written to; of a device the start of its token.
    pub to: String,
    /// What was said.
    pub text: String,
    /// The sandbox is in capture mode, or the configuration sends to the inbox: nothing left this machine, and nobody was
    /// asked.
    pub captured: bool,
    pub outcome: Outcome,
    /// `smtp mail.example.com:587`, `twilio`, …
    pub via: String,
    /// Stable code, as of a failed attempt; `None` when accepted.
    pub reason: Option<String>,
    /// The words of the server or provider, as they came.
    pub words: String,
    /// What the provider calls the message.
    pub provider_ids: Vec<String>,
    /// Milliseconds until the answer.
    pub duration_ms: i64,
}
