//! What people said about marketing: asked for each marketing message, entered by people themselves, by callers and in the
//! console.
//!
//! | file | does |
//! |---|---|
//! | `book` | looking up and setting choices, as callers and people here do |
//! | `file` | many choices from a file, and all of them as one |
//! | `preferences` | what a person sees and changes by a link of a mail |
//! | `outside` | the same on a page that a customer runs |
//! | `requests` | opt-ins that are confirmed by a mail |
//! | `topics` | what people may choose from |

mod book;
mod file;
mod outside;
mod preferences;
mod requests;
mod topics;

use domain::consent::{ConsentEntry, decide};
use domain::{Fault, SandboxName};

use crate::campaigns::CompiledVersion;
use crate::lane::Lane;
use crate::store::Tx;
use crate::store::consents::{self, Put};
use crate::store::messages::Claimed;
use crate::{Engine, Result};
pub use book::{NewConsent, SET_MAX};
pub(crate) use book::{PROOF_MAX, key_of};
pub use file::ConsentFile;
pub use outside::OutsideChoice;
pub use preferences::{Preferences, TopicWish, Wishes};
pub use requests::{CONFIRM_DAYS, Confirmation, NewConsentRequest};

/// Whether a person agreed to what a message is: in words, or the fault that ends it. `None`: nobody asks, it is about service.
pub(crate) type Agreement = Option<std::result::Result<String, Fault>>;

impl Engine {
    /// Has the person agreed to the message? One question to the database, for marketing only.
    pub(crate) async fn agreement_to(&self, message: &Claimed, version: &CompiledVersion) -> Result<Agreement> {
        if message.queue.lane != Lane::Marketing {
            return Ok(None);
        }
        let channel = version.definition.content.channel();
        let topic = version.definition.topic_id.as_ref();
        let empty = self.find_sandbox(&message.sandbox).await?.empty_consent;
        let held = consents::find(self.store(), &message.sandbox, channel, &message.address, topic).await?;
        Ok(Some(decide(channel, topic, &held, empty)))
    }

    /// Enters what somebody says now. Did that change anything?
    pub(crate) async fn note_consent(&self, tx: &mut Tx, sandbox: &SandboxName, entry: ConsentEntry) -> Result<bool> {
        Ok(consents::put(tx, sandbox, &[entry], Put::Said).await? > 0)
    }
}
