//! Audiences: people who are addressed together, and the form in which a list names each of them.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::address::{EmailAddress, required_line};
use crate::execution::{ChannelData, Recipient, RecipientKind, check_context_size, json_bytes};
use crate::id::AudienceId;
use crate::{Faults, Timestamp, object};

/// Longest name in characters.
pub const NAME_MAX: usize = 120;

/// An audience as lists show it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Audience {
    pub id: AudienceId,
    pub name: String,
    /// Of the list that is in force; 0 before the first import came to its end.
    pub members: i64,
    /// When that list came to its end.
    pub imported_at: Option<Timestamp>,
    pub imported_by: Option<String>,
}

/// One person of a list: a line of an import. The fields are those of a call's recipient.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Member {
    pub user_id: String,
    #[serde(default = "email")]
    pub namespace: String,
    #[serde(default, deserialize_with = "object::optional")]
    pub channel_data: Option<ChannelData>,
    /// What is known of the person: the values for `profile.*`.
    #[serde(default)]
    pub profile: Map<String, Value>,
}

fn email() -> String {
    "email".to_owned()
}

impl Member {
    /// The address to write to; or everything that is wrong, with paths in the line. `profile_max_bytes`: of `profile`, as
    /// JSON.
    pub fn address(&self, profile_max_bytes: usize) -> Result<EmailAddress, Faults> {
        let mut faults = Faults::default();
        faults.take("userId", required_line(&self.user_id, 255));
        faults.take("namespace", required_line(&self.namespace, 100));
        faults.take("profile", check_context_size(json_bytes(&self.profile), profile_max_bytes));
        if faults.is_empty()
            && let Some(address) = faults.take("", self.recipient().email_address())
        {
            return Ok(address);
        }
        Err(faults)
    }

    /// The member as a call would name it.
    pub fn recipient(&self) -> Recipient {
        Recipient {
            kind: RecipientKind::Aep,
            user_id: self.user_id.clone(),
            namespace: self.namespace.clone(),
            channel_data: self.channel_data.clone(),
            profile: (!self.profile.is_empty()).then(|| self.profile.clone()),
            context: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn member(json: &str) -> Member {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn an_email_address_as_user_id_is_enough() {
        let ann = member(r#"{"userId": "ann@example.com"}"#);
        assert_eq!((ann.namespace.as_str(), ann.address(100).unwrap().as_str()), ("email", "ann@example.com"));
    }

    #[test]
    fn a_member_of_another_namespace_names_an_address() {
        let known =
            member(r#"{"userId": "17", "namespace": "crm", "channelData": {"emailAddress": "ann@example.com"}}"#);
        assert_eq!(known.address(100).unwrap().as_str(), "ann@example.com");
        let faults = member(r#"{"userId": "17", "namespace": "crm"}"#).address(100).unwrap_err();
        assert_eq!(faults.0[0].path, "channelData.emailAddress");
    }

    #[test]
    fn a_key_with_a_slip_is_no_line() {
        assert!(serde_json::from_str::<Member>(r#"{"userId": "ann@example.com", "profil": {}}"#).is_err());
    }
}
