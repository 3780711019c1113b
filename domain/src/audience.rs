//! Audiences: people who are addressed together, and the form in which a list names each of them.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::address::{EmailAddress, PhoneNumber, required_line};
use crate::audience_rule::{Rule, optional_with_words};
use crate::execution::{ChannelData, Recipient, RecipientKind, check_context_size, json_bytes};
use crate::id::{AudienceId, ProfileId};
use crate::word::words;
use crate::{Faults, Timestamp, object};

/// Longest name in characters.
pub const NAME_MAX: usize = 120;

words! {
    /// How it is known who belongs to an audience.
    AudienceKind {
        /// The people of a list that was imported.
        List = "list",
        /// Whoever a rule holds of, looked for when a run begins.
        Rule = "rule",
    }
}

/// An audience.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Audience {
    pub id: AudienceId,
    pub name: String,
    pub kind: AudienceKind,
    /// Of the list that is in force; 0 before the first import came to its end, and for a rule.
    pub members: i64,
    /// When that list came to its end.
    pub imported_at: Option<Timestamp>,
    pub imported_by: Option<String>,
    /// `None`: a list.
    pub rule: Option<Rule>,
    /// Counts changes of name and rule.
    pub revision: i64,
    /// When name or rule were changed last, or the audience was created.
    pub modified_at: Timestamp,
    pub modified_by: String,
}

/// What a person says of an audience to create or to change it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AudienceChange {
    #[schemars(length(min = 1, max = 120))]
    pub name: String,
    /// `None`: a list, whose people come by an import. A list does not become a rule, nor a rule a list.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "optional_with_words")]
    pub rule: Option<Rule>,
    /// Which state of the audience this changes; whichever it has when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revision: Option<i64>,
}

impl AudienceChange {
    /// With a clean name; or everything that is wrong, at `name` and at paths such as `rule.of[2].value`.
    pub fn checked(self) -> Result<Self, Faults> {
        let mut faults = Faults::default();
        let name = faults.take("name", required_line(&self.name, NAME_MAX));
        let of_rule = self.rule.as_ref().map(Rule::check).unwrap_or_default();
        faults.0.extend(of_rule.0.into_iter().map(|fault| fault.under("rule")));
        match name {
            Some(name) if faults.is_empty() => Ok(Self { name, ..self }),
            _ => Err(faults),
        }
    }
}

/// How many people a rule holds of, as far as a look at some of them tells.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Estimate {
    /// Profiles of the sandbox.
    pub profiles: i64,
    /// Those that were looked at.
    pub looked_at: i64,
    /// Of how many of them the rule holds.
    pub matched: i64,
    /// Of how many of all it would then hold: exact when all were looked at.
    pub members: i64,
    /// Some of whom it holds, ten at most.
    pub sample: Vec<AudienceMember>,
}

/// Somebody who belongs to an audience.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct AudienceMember {
    pub namespace: String,
    pub user_id: String,
    /// Of a rule; `None`: somebody of a list.
    pub profile_id: Option<ProfileId>,
    /// Of email; empty: none is known.
    pub email: String,
    /// In E.164; empty: none is known.
    pub phone: String,
}

impl AudienceMember {
    /// For whoever may look at audiences and not at people: who it is can be recognised, and not be written to.
    #[must_use]
    pub fn masked(self) -> Self {
        let (email, phone) = (masked(&self.email), masked(&self.phone));
        Self { user_id: masked(&self.user_id), email, phone, ..self }
    }
}

/// `a***@example.com`, `+821***78`.
pub fn masked(address: &str) -> String {
    let start = |text: &str, letters: usize| text.chars().take(letters).collect::<String>();
    match address.split_once('@') {
        Some((local, domain)) => format!("{}***@{domain}", start(local, 1)),
        None if address.is_empty() => String::new(),
        None => {
            let letters = address.chars().count();
            let end: String = address.chars().skip(letters.saturating_sub(2).max(4)).collect();
            format!("{}***{end}", start(address, if letters > 8 { 4 } else { 1 }))
        }
    }
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
    fn a_masked_address_is_recognised_and_cannot_be_written_to() {
        for (address, expected) in
            [("ann@example.com", "a***@example.com"), ("+821012345678", "+821***78"), ("17", "1***"), ("", "")]
        {
            assert_eq!(masked(address), expected);
        }
    }

    #[test]
    fn a_key_with_a_slip_is_no_line() {
        assert!(serde_json::from_str::<Member>(r#"{"userId": "ann@example.com", "profil": {}}"#).is_err());
    }
}
