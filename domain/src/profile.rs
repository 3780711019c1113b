//! Profiles: what is stored of a person, and by which identities the person is known.

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value};

use crate::address::{EmailAddress, PhoneNumber, comparable, required_line};
use crate::channel_configuration::Channel;
use crate::consent::Choice;
use crate::execution::{CONTEXT_MAX_DEPTH, json_bytes};
use crate::id::ProfileId;
use crate::{Fault, Faults, Timestamp, object};

/// Most bytes of the attributes of a profile, as JSON.
pub const ATTRIBUTES_MAX_BYTES: usize = 64 * 1024;
/// Most identities of one upsert.
pub const IDENTITIES_MAX: usize = 20;
/// Most identities of a profile.
pub const IDENTITIES_OF_PROFILE_MAX: usize = 100;
/// Longest name of a time zone or of a language, in characters.
const WORD_MAX: usize = 64;

/// By what a person is known: a user id in a namespace. `email`, `phone` and `ecid` are everybody's, any other namespace is
/// the caller's own.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Identity {
    #[schemars(length(min = 1, max = 100))]
    pub namespace: String,
    #[schemars(length(min = 1, max = 255))]
    pub user_id: String,
}

impl Identity {
    /// The identity as it is stored: an email address must be one, and a number is written in E.164. Faults at `namespace` and
    /// `userId`.
    pub fn checked(&self) -> Result<Self, Faults> {
        let mut faults = Faults::default();
        let namespace = faults.take("namespace", required_line(&self.namespace, 100));
        let user_id = faults.take("userId", required_line(&self.user_id, 255));
        let (Some(namespace), Some(user_id)) = (namespace, user_id) else { return Err(faults) };
        let word = namespace.to_ascii_lowercase();
        let user_id = match word.as_str() {
            "email" => faults.take("userId", user_id.parse::<EmailAddress>().map(|it| it.to_string())),
            "phone" => faults.take("userId", user_id.parse::<PhoneNumber>().map(|it| it.to_string())),
            _ => Some(user_id),
        };
        let namespace = if matches!(word.as_str(), "email" | "phone" | "ecid") { word } else { namespace };
        user_id.map(|user_id| Self { namespace, user_id }).ok_or(faults)
    }

    /// What all writings of an identity have in common: user id, line break, namespace, as [`comparable`] has them. The user id comes
    /// first, so that the start of one finds it.
    pub fn key(&self) -> String {
        let number = |text: &str| text.parse::<PhoneNumber>().ok().map(|number| number.to_string());
        let (namespace, user_id) = (self.namespace.trim(), self.user_id.trim());
        let user_id = Some(user_id).filter(|_| namespace.eq_ignore_ascii_case("phone")).and_then(number);
        let user_id = user_id.as_deref().unwrap_or_else(|| self.user_id.trim());
        comparable(&format!("{user_id}\n{namespace}"))
    }

    /// Is it of this namespace?
    pub fn is_of(&self, namespace: &str) -> bool {
        let is_ascii = self.namespace.is_ascii();
        self.namespace.eq_ignore_ascii_case(namespace)
            || (!is_ascii && self.namespace.to_lowercase() == namespace.to_lowercase())
    }
}

/// What is stored of a person.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Profile {
    #[serde(rename = "profileId")]
    pub id: ProfileId,
    /// In the order of namespaces.
    pub identities: Vec<Identity>,
    /// The values for `profile.*` in contents.
    pub attributes: Map<String, Value>,
    /// IANA name such as `Asia/Seoul`.
    pub time_zone: Option<String>,
    /// BCP 47 tag such as `ko-KR`.
    pub language: Option<String>,
    /// A person who is made up, for trying out contents.
    #[serde(rename = "test")]
    pub is_test: bool,
    /// Counts changes.
    pub revision: i64,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

/// What is said of a person. What is not named stays as it is, and `null` removes.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ProfileChange {
    /// Of an upsert: whose profile it is; those of several profiles make these one. Of a change: all that the profile has.
    #[serde(default, deserialize_with = "object::list")]
    #[schemars(length(max = 20))]
    pub identities: Vec<Identity>,
    /// A JSON merge patch (RFC 7396) of the attributes.
    #[serde(default)]
    pub attributes: Map<String, Value>,
    /// IANA name.
    #[serde(default, deserialize_with = "given")]
    #[schemars(with = "Option<String>")]
    pub time_zone: Option<Option<String>>,
    /// BCP 47 tag.
    #[serde(default, deserialize_with = "given")]
    #[schemars(with = "Option<String>")]
    pub language: Option<Option<String>>,
    /// A person who is made up, for trying out contents.
    #[serde(default)]
    pub test: Option<bool>,
    /// What the person wants of marketing.
    #[serde(default, deserialize_with = "object::one")]
    pub consents: ProfileConsents,
}

/// What is said of somebody's wish for marketing, at all addresses of a channel: `in` or `out`. A yes does not undo a no.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ProfileConsents {
    #[serde(default)]
    pub email: Option<Choice>,
    #[serde(default)]
    pub mobile: Option<Choice>,
    #[serde(default)]
    pub push: Option<Choice>,
}

impl ProfileConsents {
    /// Of the channels of which something is said.
    pub fn said(self) -> impl Iterator<Item = (Channel, Choice)> {
        let all = [(Channel::Email, self.email), (Channel::Mobile, self.mobile), (Channel::Push, self.push)];
        all.into_iter().filter_map(|(channel, choice)| Some((channel, choice?)))
    }

    /// Says something of a channel.
    pub fn say(&mut self, channel: Channel, choice: Choice) {
        *match channel {
            Channel::Email => &mut self.email,
            Channel::Mobile => &mut self.mobile,
            Channel::Push => &mut self.push,
        } = Some(choice);
    }
}

/// `null` is something that is given.
#[expect(clippy::option_option, reason = "not named, removed, or a value: three things that JSON tells apart")]
fn given<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<Option<Option<T>>, D::Error> {
    Option::<T>::deserialize(deserializer).map(Some)
}

/// Everything that a person may change of a profile at once: what is not there any more is removed.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ProfileDraft {
    pub identities: Vec<Identity>,
    pub attributes: Map<String, Value>,
    /// Empty: not known.
    pub time_zone: String,
    /// Empty: not known.
    pub language: String,
    pub is_test: bool,
}

impl ProfileChange {
    /// An upsert as it is stored; or all faults that can be seen without a schema and without a list of time zones.
    pub fn checked_upsert(self) -> Result<Self, Faults> {
        self.checked(true)
    }

    /// The same of a change to a profile that is known.
    pub fn checked_change(self) -> Result<Self, Faults> {
        let names_any = !self.identities.is_empty();
        self.checked(names_any)
    }

    fn checked(mut self, with_identities: bool) -> Result<Self, Faults> {
        let mut faults = Faults::default();
        if with_identities {
            self.identities = checked_identities(&self.identities, &mut faults);
        }
        faults.take("attributes", check_attributes(&self.attributes));
        for (path, given) in [("timeZone", &mut self.time_zone), ("language", &mut self.language)] {
            let Some(Some(text)) = given.as_mut() else { continue };
            let checked = if path == "language" { language(text) } else { required_line(text, WORD_MAX) };
            if let Some(checked) = faults.take(path, checked) {
                *text = checked;
            }
        }
        for (channel, _) in self.consents.said().filter(|(_, choice)| *choice == Choice::Pending) {
            faults.add(format!("consents.{channel}"), "not_settable", "Give in or out.");
        }
        if faults.is_empty() { Ok(self) } else { Err(faults) }
    }
}

/// Each as it is stored, and each once. Faults at `identities`.
pub fn checked_identities(identities: &[Identity], faults: &mut Faults) -> Vec<Identity> {
    if !(1..=IDENTITIES_MAX).contains(&identities.len()) {
        let text = format!("Give 1 to {IDENTITIES_MAX} identities.");
        faults.add("identities", "identity_count", text);
        return Vec::new();
    }
    let mut checked: Vec<Identity> = Vec::with_capacity(identities.len());
    for (position, identity) in identities.iter().enumerate() {
        match identity.checked() {
            Ok(identity) if checked.iter().any(|other| other.key() == identity.key()) => {}
            Ok(identity) => checked.push(identity),
            Err(wrong) => {
                let at = format!("identities[{position}]");
                faults.0.extend(wrong.0.into_iter().map(|fault| fault.under(&at)));
            }
        }
    }
    checked
}

/// May a profile have these attributes? The path is empty.
pub fn check_attributes(attributes: &Map<String, Value>) -> Result<(), Fault> {
    if attributes.values().any(|value| depth_of(value) >= CONTEXT_MAX_DEPTH) {
        let text = format!("Objects and lists may stand in each other {CONTEXT_MAX_DEPTH} levels deep.");
        return Err(Fault::new("", "too_deep", text));
    }
    let bytes = json_bytes(attributes);
    if bytes > ATTRIBUTES_MAX_BYTES {
        let text =
            format!("The attributes of a profile have at most {ATTRIBUTES_MAX_BYTES} bytes; these have {bytes}.");
        return Err(Fault::new("", "attributes_too_large", text));
    }
    Ok(())
}

fn depth_of(value: &Value) -> usize {
    match value {
        Value::Object(object) => 1 + object.values().map(depth_of).max().unwrap_or(0),
        Value::Array(list) => 1 + list.iter().map(depth_of).max().unwrap_or(0),
        _ => 0,
    }
}

/// A language tag in the form of BCP 47: letters of a language, then what narrows it. Whether there is such a language is not
/// asked.
pub fn language(text: &str) -> Result<String, Fault> {
    let text = required_line(text, WORD_MAX)?;
    let mut parts = text.split('-');
    let first = parts.next().unwrap_or_default();
    let is_language = (2..=8).contains(&first.len()) && first.bytes().all(|letter| letter.is_ascii_alphabetic());
    let is_part =
        |part: &str| (1..=8).contains(&part.len()) && part.bytes().all(|letter| letter.is_ascii_alphanumeric());
    if is_language && parts.all(is_part) {
        return Ok(text);
    }
    Err(Fault::new("", "bad_language", "Give a language tag such as ko or en-GB."))
}

/// Applies a JSON merge patch (RFC 7396) to an object.
pub fn merge_patch(target: &mut Map<String, Value>, patch: &Map<String, Value>) {
    for (name, value) in patch {
        match value {
            Value::Null => drop(target.remove(name)),
            Value::Object(inner) => {
                let there = target.entry(name.clone()).or_insert_with(|| Value::Object(Map::new()));
                if !there.is_object() {
                    *there = Value::Object(Map::new());
                }
                if let Value::Object(there) = there {
                    merge_patch(there, inner);
                }
            }
            other => drop(target.insert(name.clone(), other.clone())),
        }
    }
}

/// The stored values, with those of a call over them: objects are gone into, everything else of the call stands, `null` too.
pub fn overlaid(stored: &Map<String, Value>, call: Map<String, Value>) -> Map<String, Value> {
    let mut values = stored.clone();
    for (name, value) in call {
        match (values.get_mut(&name), value) {
            (Some(Value::Object(there)), Value::Object(over)) => *there = overlaid(there, over),
            (_, value) => drop(values.insert(name, value)),
        }
    }
    values
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn object(value: Value) -> Map<String, Value> {
        let Value::Object(object) = value else { panic!("an object") };
        object
    }

    #[test]
    fn a_merge_patch_does_what_rfc_7396_shows() {
        // The examples of its appendix A whose both sides are objects.
        for (target, patch, result) in [
            (json!({"a":"b"}), json!({"a":"c"}), json!({"a":"c"})),
            (json!({"a":"b"}), json!({"b":"c"}), json!({"a":"b","b":"c"})),
            (json!({"a":"b"}), json!({"a":null}), json!({})),
            (json!({"a":"b","b":"c"}), json!({"a":null}), json!({"b":"c"})),
            (json!({"a":["b"]}), json!({"a":"c"}), json!({"a":"c"})),
            (json!({"a":"c"}), json!({"a":["b"]}), json!({"a":["b"]})),
            (json!({"a":{"b":"c"}}), json!({"a":{"b":"d","c":null}}), json!({"a":{"b":"d"}})),
            (json!({"a":[{"b":"c"}]}), json!({"a":[1]}), json!({"a":[1]})),
            (json!({"e":null}), json!({"a":1}), json!({"e":null,"a":1})),
            (json!({}), json!({"a":{"bb":{"ccc":null}}}), json!({"a":{"bb":{}}})),
        ] {
            let mut merged = object(target);
            merge_patch(&mut merged, &object(patch.clone()));
            assert_eq!(Value::Object(merged), result, "{patch}");
        }
    }

    #[test]
    fn a_call_says_more_than_what_is_stored() {
        let stored = object(json!({"name": {"first": "Ann", "last": "Lee"}, "tags": [1, 2], "age": 7}));
        let call = object(json!({"name": {"first": "Anna"}, "tags": [3], "age": null, "new": true}));
        let expected = json!({"name": {"first": "Anna", "last": "Lee"}, "tags": [3], "age": null, "new": true});
        assert_eq!(Value::Object(overlaid(&stored, call)), expected);
    }

    fn identity(namespace: &str, user_id: &str) -> Identity {
        Identity { namespace: namespace.into(), user_id: user_id.into() }
    }

    #[test]
    fn all_writings_of_an_identity_have_one_key() {
        for (one, other) in [
            (identity("Email", "Ann@Example.com"), identity("email", " ann@example.com ")),
            (identity("phone", "+82 10-1234-5678"), identity("Phone", "+821012345678")),
            (identity("CRM", "Ab-1"), identity("crm", "ab-1")),
        ] {
            assert_eq!(one.key(), other.key());
        }
        assert_ne!(identity("crm", "1").key(), identity("shop", "1").key());
        let number = identity("PHONE", "+82 10-1234-5678").checked().unwrap();
        assert_eq!(number, identity("phone", "+821012345678"));
    }

    #[test]
    fn an_identity_that_cannot_be_is_named_with_its_place() {
        let upsert = |json: Value| serde_json::from_value::<ProfileChange>(json).unwrap().checked_upsert().unwrap_err();
        let faults = upsert(json!({
            "identities": [{"namespace": "crm", "userId": "1"}, {"namespace": "email", "userId": "ann"}],
            "language": "k", "attributes": {}, "consents": {"email": "out", "push": "pending"}
        }));
        let told: Vec<_> = faults.0.iter().map(|fault| (fault.path.as_str(), fault.code.as_str())).collect();
        let expected = [
            ("identities[1].userId", "bad_email_address"),
            ("language", "bad_language"),
            ("consents.push", "not_settable"),
        ];
        assert_eq!(told, expected);
        assert_eq!(upsert(json!({"identities": []})).0[0].code, "identity_count");
    }

    #[test]
    fn what_is_not_named_stays_and_null_removes() {
        let read = |json: Value| serde_json::from_value::<ProfileChange>(json).unwrap();
        assert_eq!(read(json!({})).time_zone, None);
        assert!(
            serde_json::from_value::<ProfileChange>(json!({"consents": [null, "in"]})).is_err(),
            "a list is no object"
        );
        assert_eq!(read(json!({"timeZone": null})).time_zone, Some(None));
        assert_eq!(read(json!({"timeZone": "UTC"})).time_zone, Some(Some("UTC".to_owned())));
    }

    #[test]
    fn attributes_have_their_size_and_depth() {
        let nested = |levels: usize| (1..levels).fold(json!({}), |inner, _| json!({"x": inner}));
        assert!(check_attributes(&object(nested(32))).is_ok());
        assert_eq!(check_attributes(&object(nested(33))).unwrap_err().code, "too_deep");
        let text = |bytes: usize| object(json!({"x": "y".repeat(bytes - 8)}));
        assert!(check_attributes(&text(ATTRIBUTES_MAX_BYTES)).is_ok());
        assert_eq!(check_attributes(&text(ATTRIBUTES_MAX_BYTES + 1)).unwrap_err().code, "attributes_too_large");
    }
}
