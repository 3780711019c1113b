//! Audiences: people who are addressed together, and the form in which a list names each of them.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::address::{EmailAddress, PhoneNumber, required_line};
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

/// Where a member can be written to: by one of these at least.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MemberAddresses {
    pub email: Option<EmailAddress>,
    pub phone: Option<PhoneNumber>,
}

impl Member {
    /// Where to write to; or everything that is wrong, with paths in the line. `profile_max_bytes`: of `profile`, as JSON. A
    /// number that is there must be good; whoever has none must have an email address.
    pub fn addresses(&self, profile_max_bytes: usize) -> Result<MemberAddresses, Faults> {
        let mut faults = Faults::default();
        faults.take("userId", required_line(&self.user_id, 255));
        faults.take("namespace", required_line(&self.namespace, 100));
        faults.take("profile", check_context_size(json_bytes(&self.profile), profile_max_bytes));
        if !faults.is_empty() {
            return Err(faults);
        }
        let recipient = self.recipient();
        let phone = recipient.phone_number().ok();
        let phone = phone.and_then(|(given, path)| faults.take(path, given.parse::<PhoneNumber>()));
        let names_email = self.channel_data.as_ref().is_some_and(|data| data.email_address.is_some());
        let email = if phone.is_some() && !names_email && !self.namespace.eq_ignore_ascii_case("email") {
            None
        } else {
            faults.take("", recipient.email_address())
        };
        if faults.is_empty() { Ok(MemberAddresses { email, phone }) } else { Err(faults) }
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
            attachments: Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn email(member: &Member) -> String {
        member.addresses(100).unwrap().email.unwrap().to_string()
    }

    fn member(json: &str) -> Member {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn a_number_is_enough_and_must_be_good() {
        let kim = member(r#"{"userId": "+82 10-1234-5678", "namespace": "phone"}"#).addresses(100).unwrap();
        assert_eq!((kim.email, kim.phone.unwrap().as_str()), (None, "+821012345678"));
        let both = member(r#"{"userId": "a@example.com", "channelData": {"mobilePhoneNumber": "+821012345678"}}"#);
        let both = both.addresses(100).unwrap();
        assert!(both.email.is_some() && both.phone.is_some());
        let bad = member(r#"{"userId": "a@example.com", "channelData": {"mobilePhoneNumber": "1"}}"#);
        assert_eq!(bad.addresses(100).unwrap_err().0[0].path, "channelData.mobilePhoneNumber");
    }

    #[test]
    fn an_email_address_as_user_id_is_enough() {
        let ann = member(r#"{"userId": "ann@example.com"}"#);
        assert_eq!((ann.namespace.as_str(), email(&ann).as_str()), ("email", "ann@example.com"));
    }

    #[test]
    fn a_member_of_another_namespace_names_an_address() {
        let known =
            member(r#"{"userId": "17", "namespace": "crm", "channelData": {"emailAddress": "ann@example.com"}}"#);
        assert_eq!(email(&known), "ann@example.com");
        let faults = member(r#"{"userId": "17", "namespace": "crm"}"#).addresses(100).unwrap_err();
        assert_eq!(faults.0[0].path, "channelData.emailAddress");
    }

    #[test]
    fn a_key_with_a_slip_is_no_line() {
        assert!(serde_json::from_str::<Member>(r#"{"userId": "ann@example.com", "profil": {}}"#).is_err());
    }
}
