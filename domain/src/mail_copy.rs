//! Copies of mails: of each for an archive, of first ones for seed addresses (reference §5.1). They are no messages of their
//! campaign, and nothing in them is counted.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Timestamp;
use crate::address::EmailAddress;
use crate::word::words;

words! {
    /// Whom a copy is for.
    CopyKind {
        /// A mailbox that gets every mail, and shows in none.
        Archive = "archive",
        /// Somebody who looks at what goes out.
        Seed = "seed",
    }
}

words! {
    /// Where a copy is.
    CopyState {
        /// Hermod: waits for its first or its next try.
        Waiting = "waiting",
        /// The mail system: the server took it.
        Sent = "sent",
        /// Nobody: nothing leaves this machine.
        Captured = "captured",
        /// The admin: given up.
        Failed = "failed",
    }
}

/// A copy of a mail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct MailCopy {
    pub kind: CopyKind,
    #[schemars(with = "String")]
    pub address: EmailAddress,
    pub state: CopyState,
    pub tries: i64,
    /// Of the last try: stable code; `None` when it was taken.
    pub reason: Option<String>,
    /// The server's own words.
    pub words: String,
    /// When that was.
    pub updated_at: Timestamp,
}
