//! One accepted call to run a campaign now: the request as the contract has it, its checks, and the stored execution.

use std::collections::HashSet;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::address::EmailAddress;
use crate::id::{CampaignId, ExecutionId};
use crate::message::MessageCounts;
use crate::object;
use crate::word::words;
use crate::{Fault, Faults, Timestamp};

/// Most recipients of one unitary call (contract: `recipients.maxItems`).
pub const RECIPIENTS_MAX: usize = 20;
/// Most bytes of `context` of one recipient, as JSON (reference §1.3).
pub const CONTEXT_MAX_BYTES: usize = 200 * 1024;
/// Most levels of objects and lists inside each other in `context` of one recipient; the whole is the first level.
pub const CONTEXT_MAX_DEPTH: usize = 32;
/// Longest `requestId` in characters.
pub const REQUEST_ID_MAX: usize = 255;

/// Body of `POST /im/executions/unitary` (contract `imExecutionRequestUnitary`).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ExecutionRequest {
    /// The caller's unique id of this call.
    pub request_id: String,
    /// Kept as text: an id that cannot exist is an unknown campaign, not a malformed call.
    pub campaign_id: String,
    #[serde(deserialize_with = "object::list")]
    pub recipients: Vec<Recipient>,
}

words! {
    /// Where the recipient is known (contract: discriminator `type`).
    RecipientKind {
        /// A person with a stored profile.
        Aep = "aep",
        /// A person known only to the caller.
        External = "external",
    }
}

/// One person as named in a call.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Recipient {
    #[serde(rename = "type")]
    pub kind: RecipientKind,
    pub user_id: String,
    pub namespace: String,
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "object::optional")]
    pub channel_data: Option<ChannelData>,
    /// Values for `profile.*`; used for rendering only, never stored on a profile.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub profile: Option<Map<String, Value>>,
    /// Values for `context.*`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub context: Option<Map<String, Value>>,
}

/// Addresses that override what is known of the person.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ChannelData {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email_address: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mobile_phone_number: Option<String>,
}

impl Recipient {
    /// The address to write to: `channelData.emailAddress`, otherwise `userId` when the namespace is `email`.
    /// The fault's path is relative to the recipient.
    pub fn email_address(&self) -> Result<EmailAddress, Fault> {
        match self.channel_data.as_ref().and_then(|data| data.email_address.as_deref()) {
            Some(given) => given.parse().map_err(|fault: Fault| fault.under("channelData.emailAddress")),
            None if self.namespace.eq_ignore_ascii_case("email") => {
                self.user_id.parse().map_err(|fault: Fault| fault.under("userId"))
            }
            None => Err(Fault::new(
                "channelData.emailAddress",
                "required",
                "Give channelData.emailAddress, or a userId of namespace email.",
            )),
        }
    }
}

impl ExecutionRequest {
    /// Faults that can be seen in the call alone, each with its JSON path. The campaign's own checks come after.
    pub fn check(&self) -> Faults {
        let mut faults = Faults::default();
        faults.take("requestId", crate::address::required_line(&self.request_id, REQUEST_ID_MAX));
        faults.take("campaignId", crate::address::required_line(&self.campaign_id, 255));
        if let Err(fault) = check_recipient_count(self.recipients.len()) {
            faults.0.push(fault);
            return faults;
        }
        let mut seen = HashSet::new();
        for (position, recipient) in self.recipients.iter().enumerate() {
            let at = format!("recipients[{position}]");
            recipient.check(&mut faults, &at);
            if !seen.insert((recipient.namespace.to_lowercase(), recipient.user_id.to_lowercase())) {
                faults.add(format!("{at}.userId"), "duplicate_recipient", "The same userId stands twice in this call.");
            }
        }
        faults
    }
}

/// May a call have this many recipients? `recipient_count` at `recipients`.
pub fn check_recipient_count(count: usize) -> Result<(), Fault> {
    if (1..=RECIPIENTS_MAX).contains(&count) {
        return Ok(());
    }
    let text = format!("Give 1 to {RECIPIENTS_MAX} recipients; this call has {count}.");
    Err(Fault::new("recipients", "recipient_count", text))
}

/// The fault of a `context` or `profile` of this many bytes, when that is too many. Its path is empty.
pub fn check_context_size(bytes: usize) -> Result<(), Fault> {
    if bytes <= CONTEXT_MAX_BYTES {
        return Ok(());
    }
    let text = format!("This has {bytes} bytes; at most {CONTEXT_MAX_BYTES} are allowed.");
    Err(Fault::new("", "context_too_large", text))
}

impl Recipient {
    fn check(&self, faults: &mut Faults, at: &str) {
        let mut local = Faults::default();
        local.take("userId", crate::address::required_line(&self.user_id, 255));
        local.take("namespace", crate::address::required_line(&self.namespace, 100));
        if local.is_empty()
            && let Err(fault) = self.email_address()
        {
            local.0.push(fault);
        }
        for (name, data) in [("context", &self.context), ("profile", &self.profile)] {
            let bytes = data.as_ref().map_or(0, |data| serde_json::to_vec(data).map_or(0, |json| json.len()));
            local.take(name, check_context_size(bytes));
        }
        faults.0.extend(local.0.into_iter().map(|fault| fault.under(at)));
    }
}

words! {
    /// State of an execution, in the contract's words.
    ExecutionStatus {
        /// Some messages are still to be sent or retried.
        InProgress = "InProgress",
        /// All messages reached a final state and at least one was handed over.
        Succeeded = "Succeeded",
        /// All messages reached a final state and none was handed over.
        Failed = "Failed",
    }
}

/// A stored execution.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Execution {
    #[serde(rename = "executionId")]
    pub id: ExecutionId,
    pub request_id: String,
    pub campaign_id: CampaignId,
    pub campaign_name: String,
    pub campaign_version: i64,
    pub created_at: Timestamp,
    /// Name of the API client that called.
    pub created_by: String,
    pub status: ExecutionStatus,
    pub messages: MessageCounts,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn recipient(user_id: &str) -> Recipient {
        Recipient {
            kind: RecipientKind::External,
            user_id: user_id.into(),
            namespace: "email".into(),
            channel_data: None,
            profile: None,
            context: None,
        }
    }

    fn request(recipients: Vec<Recipient>) -> ExecutionRequest {
        ExecutionRequest { request_id: "r-1".into(), campaign_id: "cmp_x".into(), recipients }
    }

    #[test]
    fn one_to_twenty_recipients_are_taken() {
        for (count, accepted) in [(0, false), (1, true), (20, true), (21, false)] {
            let recipients = (0..count).map(|n| recipient(&format!("p{n}@example.com"))).collect();
            let faults = request(recipients).check();
            assert_eq!(faults.is_empty(), accepted, "{count}");
            assert!(accepted || faults.at("recipients").is_some_and(|fault| fault.code == "recipient_count"));
        }
    }

    #[test]
    fn the_same_person_twice_is_refused_with_the_path_of_the_second() {
        let faults = request(vec![recipient("ann@example.com"), recipient("Ann@example.com")]).check();
        assert_eq!(faults.at("recipients[1].userId").unwrap().code, "duplicate_recipient");
    }

    #[test]
    fn the_address_in_channel_data_wins_over_the_user_id() {
        let mut person = recipient("customer-17");
        person.namespace = "crm".into();
        assert_eq!(person.email_address().unwrap_err().path, "channelData.emailAddress");
        person.channel_data = Some(ChannelData { email_address: Some("ann@example.com".into()), ..Default::default() });
        assert_eq!(person.email_address().unwrap().as_str(), "ann@example.com");
    }

    #[test]
    fn a_context_over_the_limit_is_refused() {
        let mut person = recipient("ann@example.com");
        person.context = Some(Map::from_iter([("x".to_owned(), Value::String("y".repeat(CONTEXT_MAX_BYTES)))]));
        assert_eq!(request(vec![person]).check().at("recipients[0].context").unwrap().code, "context_too_large");
    }
}
