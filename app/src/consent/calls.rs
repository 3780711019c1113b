//! Server functions of consent.

use domain::channel_configuration::Channel;
use domain::consent::{Choice, ConsentRecord, EmptyConsent};
use domain::topic::Topic;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::failure::Answer;
#[cfg(feature = "ssr")]
use crate::failure::answer;

/// What is known of an address, and what it means that nothing is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FoundConsent {
    pub record: ConsentRecord,
    /// Those that are offered, and those that were.
    pub topics: Vec<Topic>,
    pub empty: EmptyConsent,
}

/// What an address said; nothing without one.
#[server]
pub async fn find_consent(
    sandbox: String,
    channel: String,
    #[server(default)] address: String,
) -> Answer<Option<FoundConsent>> {
    answer(server::find(sandbox, channel, address).await)
}

/// Enters a choice with the reason why it is entered here. `topic`: its id, or empty for the whole channel. `profile`: the person for
/// whose addresses it counts, or empty for the address alone.
#[server]
pub async fn set_consent(
    sandbox: String,
    channel: Channel,
    #[server(default)] address: String,
    #[server(default)] profile: String,
    #[server(default)] topic: String,
    choice: Choice,
    #[server(default)] reason: String,
) -> Answer<bool> {
    answer(server::set(sandbox, channel, (address, profile), topic, choice, reason).await)
}

#[cfg(feature = "ssr")]
mod server {
    use domain::access::Permission;
    use domain::address::required_line;
    use domain::channel_configuration::Channel;
    use domain::consent::{Choice, ConsentSource};
    use domain::{Failure, Fault};
    use engine::consent::NewConsent;
    use engine::{Error, Result};

    use super::FoundConsent;
    use crate::session::caller;

    /// Longest reason in characters.
    const REASON_MAX: usize = 500;

    pub async fn find(sandbox: String, channel: String, address: String) -> Result<Option<FoundConsent>> {
        let caller = caller(Permission::ManageConsent).await?;
        let sandbox = caller.sandbox(&sandbox).await?;
        if address.trim().is_empty() {
            return Ok(None);
        }
        let channel: Channel = match channel.as_str() {
            "" => Channel::Email,
            word => word.parse().map_err(|fault: Fault| Failure::from(fault.under("channel")))?,
        };
        let record = caller.engine.find_consent(&sandbox, channel, &address).await?;
        let topics = caller.engine.list_all_topics(&sandbox).await?;
        let empty = caller.engine.find_sandbox(&sandbox).await?.empty_consent;
        Ok(Some(FoundConsent { record, topics, empty }))
    }

    pub async fn set(
        sandbox: String,
        channel: Channel,
        (address, profile): (String, String),
        topic: String,
        choice: Choice,
        reason: String,
    ) -> Result<bool> {
        let caller = caller(Permission::ManageConsent).await?;
        let sandbox = caller.sandbox(&sandbox).await?;
        let proof = required_line(&reason, REASON_MAX).map_err(|fault| Failure::from(fault.under("reason")))?;
        let topic_id = match topic.as_str() {
            "" => None,
            id => Some(id.parse().map_err(|_| Failure::not_found("topic"))?),
        };
        let (address, profile_id) = match profile.as_str() {
            "" => (address, None),
            id => (String::new(), Some(id.parse().map_err(|_| Failure::not_found("profile"))?)),
        };
        let (source, entered_by) = (ConsentSource::Console, caller.user.email.clone());
        let new = NewConsent { channel, address, profile_id, topic_id, choice, source, at: None, proof, entered_by };
        Ok(caller.engine.set_consents(&sandbox, vec![new]).await.map_err(of_form)? > 0)
    }

    /// The form has one choice: its faults are at its fields.
    fn of_form(error: Error) -> Error {
        match error {
            Error::Failure(Failure::Invalid { mut faults }) => {
                for fault in &mut faults.0 {
                    if let Some(field) = fault.path.strip_prefix("[0].") {
                        fault.path = field.strip_suffix("Id").unwrap_or(field).to_owned();
                    }
                }
                Failure::Invalid { faults }.into()
            }
            other => other,
        }
    }
}
