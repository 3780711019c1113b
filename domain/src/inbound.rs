//! What people write to our numbers, and what was done about it; and callbacks that were refused.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Timestamp;
use crate::id::{ChannelConfigurationId, InboundId};
use crate::keywords::Meaning;
use crate::word::words;

words! {
    /// What a message changed for the person who wrote it.
    Effect {
        /// No message of this configuration goes there any more.
        OptedOut = "opted_out",
        /// Asked to confirm the opt-in; nothing has changed yet.
        Asked = "asked_to_confirm",
        /// Messages go there again.
        OptedIn = "opted_in",
        None = "none",
    }
}

words! {
    /// How a reply ended.
    ReplyOutcome {
        /// It is on its way; or nobody saw how it ended, because Hermod ended first.
        Begun = "begun",
        /// The provider took it.
        Sent = "sent",
        /// The sandbox captures: nothing left the machine.
        Captured = "captured",
        /// It is not tried again.
        Failed = "failed",
    }
}

/// What was answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Reply {
    pub text: String,
    pub outcome: ReplyOutcome,
    /// Of one that failed: reason code and the provider's words.
    pub detail: Option<String>,
}

/// A message that a person wrote.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct InboundMessage {
    #[serde(rename = "inboundMessageId")]
    pub id: InboundId,
    pub received_at: Timestamp,
    pub configuration_id: ChannelConfigurationId,
    pub configuration_name: String,
    /// A number in E.164, or what the provider gave in its place.
    pub from: String,
    /// Our number.
    pub to: String,
    pub text: String,
    /// What it was taken for.
    pub meaning: Meaning,
    /// The keyword by which; empty when there was none.
    pub keyword: String,
    pub effect: Effect,
    /// `None`: nothing was answered.
    pub reply: Option<Reply>,
}

/// Which of them are listed. Empty: all.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct InboundFilter {
    pub configuration_id: String,
    /// A word of [`Meaning`].
    pub meaning: String,
    /// The whole number of whoever wrote; with or without `+`, blanks and hyphens.
    pub number: String,
}

/// Callbacks of a configuration that were not believed or could not be read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RefusedCallbacks {
    /// In the last 24 hours, by whole hours.
    pub lately: i64,
    pub last_at: Timestamp,
    /// Why the last one was: a word of [`RefusalKind`].
    pub kind: RefusalKind,
    /// What could not be read; empty for the other kinds.
    pub words: String,
}

words! {
    /// Why a callback is refused.
    RefusalKind {
        /// Its signature is not that of the provider.
        Forged = "forged",
        /// It is too old to be believed.
        Stale = "stale",
        /// It cannot be read.
        Malformed = "malformed",
        /// What it takes to check it could not be had.
        Uncheckable = "uncheckable",
    }
}
