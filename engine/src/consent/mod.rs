//! What people said about marketing: asked for each marketing message, entered by people themselves, by callers and in the
//! console.
//!
//! | file | does |
//! |---|---|
//! | `person` | who is behind an address, and how far an answer goes |
//! | `book` | looking up and setting choices, as callers and people here do |
//! | `file` | many choices from a file, and all of them as one |
//! | `preferences` | what a person sees and changes by a link of a mail |
//! | `outside` | the same on a page that a customer runs |
//! | `requests` | opt-ins that are confirmed by a mail |
//! | `topics` | what people may choose from |

mod book;
mod file;
mod outside;
mod person;
mod preferences;
mod requests;
mod topics;

use domain::Fault;
use domain::consent::{Consent, decide, in_force};
use domain::id::ProfileId;

use crate::campaigns::CompiledVersion;
use crate::lane::Lane;
use crate::store::consents::{self, Whose};
use crate::store::message_events::Known;
use crate::store::messages::Claimed;
use crate::{Engine, Result};
pub use book::{NewConsent, SET_MAX};
pub(crate) use book::{PROOF_MAX, key_of};
pub use file::ConsentFile;
pub use outside::OutsideChoice;
pub(crate) use person::{Reader, addresses_in};
pub use preferences::{Preferences, TopicWish, Wishes};
pub use requests::{CONFIRM_DAYS, Confirmation, NewConsentRequest};

/// Whether a person agreed to what a message is: in words, or the fault that ends it. `None`: nobody asks, it is about service.
pub(crate) type Agreement = Option<std::result::Result<String, Fault>>;

impl Engine {
    /// Has the person agreed to the message? One question to the database, for marketing only; another one where there are
    /// profiles and the message has none. `profile`: the one that it has.
    pub(crate) async fn agreement_to(
        &self,
        message: &Claimed,
        version: &CompiledVersion,
        profile: Option<&ProfileId>,
    ) -> Result<Agreement> {
        if message.queue.lane != Lane::Marketing {
            return Ok(None);
        }
        let channel = version.definition.content.channel();
        let topic = version.definition.topic_id.as_ref();
        let empty = self.find_sandbox(&message.sandbox).await?.empty_consent;
        let owner = match profile {
            Some(_) => None,
            None => self.owner_of(&message.sandbox, channel, &message.address).await?,
        };
        let whose = Whose { channel, address: Some(&message.address), person: profile.or(owner.as_ref()) };
        let held = consents::find(self.store(), &message.sandbox, whose, topic).await?;
        Ok(Some(decide(channel, topic, &in_force(held), empty)))
    }

    /// What is in force for the reader of a message, with the address and with all that the person has; of the channel and of its
    /// topics.
    pub(crate) async fn held_by_reader(&self, message: &Known, reader: &Reader) -> Result<Vec<Consent>> {
        let person = self.person_of(&message.sandbox, reader).await?;
        let whose = Whose { channel: message.channel, address: Some(&message.address), person: person.as_ref() };
        consents::find_all(self.store(), &message.sandbox, whose).await
    }
}
