//! What a call would do: every check and the rendered content of each recipient, with nothing stored or sent.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Faults;
use crate::attachment::FileLine;
use crate::content::Rendered;
use crate::explanation::Explanation;
use crate::message::Check;
use crate::variants::NamedVariant;

/// Answer to a call that was only tried.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct DryRun {
    /// The call itself would be answered with 202.
    pub would_accept: bool,
    /// Why it would not: what the call would be refused with.
    pub faults: Faults,
    /// In the order of the call; of an audience, the first 20 members of its list.
    pub recipients: Vec<DryRunRecipient>,
}

/// One recipient of a call that was only tried.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct DryRunRecipient {
    pub user_id: String,
    pub namespace: String,
    /// Where the message would go.
    pub address: String,
    /// Of a campaign with variants, the one that the person would get.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub variant: Option<NamedVariant>,
    /// Nothing that is known now speaks against this recipient's message, but for a time that has to pass.
    pub would_send: bool,
    /// Code of what does, or of what it would wait for; `None` when it would be sent at once.
    pub reason: Option<String>,
    /// The reason in words.
    pub detail: Option<String>,
    /// Every check up to the first that failed.
    pub checks: Vec<Check>,
    /// Why it would be sent or not, and what would change that.
    pub explanation: Explanation,
    /// As the recipient would see it; `None` when it cannot be rendered.
    pub rendered: Option<Rendered>,
    /// Files that would go with it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attachments: Vec<FileLine>,
}
