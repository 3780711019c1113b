//! What people would read of a campaign, with nothing stored or sent: of its draft, or of what is live.

use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::address::required_line;
use crate::channel_configuration::Channel;
use crate::content::Rendered;
use crate::execution::{CONTEXT_MAX_DEPTH, check_context_size, json_bytes};
use crate::object;
use crate::variants::VariantKey;
use crate::word::words;
use crate::{Fault, Faults};

/// Most people of one call (reference §7: sample variants).
pub const PREVIEWS_MAX: usize = 30;
/// Most renderings of one call: people times variants.
pub const RENDERINGS_MAX: usize = 300;

words! {
    /// The contract's words for channels.
    ContractChannel {
        Email = "email",
        Push = "push",
        Sms = "sms",
    }
}

impl From<Channel> for ContractChannel {
    fn from(channel: Channel) -> Self {
        match channel {
            Channel::Email => Self::Email,
            Channel::Mobile => Self::Sms,
            Channel::Push => Self::Push,
        }
    }
}

/// Which content of a campaign: as it was when it was saved for the n-th time, or its n-th version. As text `draft-7` or
/// `version-2`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Edition {
    Draft(i64),
    Version(i64),
}

impl Edition {
    /// As the number of a version: drafts count downwards from -1, which no version does.
    pub const fn number(self) -> i64 {
        match self {
            Self::Draft(revision) => -revision,
            Self::Version(number) => number,
        }
    }

    /// Reads what [`Edition::number`] wrote.
    pub const fn of_number(number: i64) -> Self {
        if number < 0 { Self::Draft(-number) } else { Self::Version(number) }
    }
}

impl fmt::Display for Edition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Draft(revision) => write!(f, "draft-{revision}"),
            Self::Version(number) => write!(f, "version-{number}"),
        }
    }
}

impl FromStr for Edition {
    type Err = Fault;

    fn from_str(text: &str) -> Result<Self, Fault> {
        let number = |prefix: &str| text.strip_prefix(prefix).and_then(|rest| rest.parse().ok()).filter(|it| *it >= 0);
        let found = number("draft-").map(Self::Draft).or_else(|| number("version-").map(Self::Version));
        found.ok_or_else(|| Fault::new("", "unknown_word", "Give draft-7 or version-2."))
    }
}

impl TryFrom<String> for Edition {
    type Error = Fault;

    fn try_from(text: String) -> Result<Self, Fault> {
        text.parse()
    }
}

impl From<Edition> for String {
    fn from(edition: Edition) -> Self {
        edition.to_string()
    }
}

/// Body of `POST /campaigns/{campaignId}/previews` (contract `CampaignPreviewRequest`).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PreviewRequest {
    #[serde(deserialize_with = "object::list")]
    #[schemars(length(min = 1, max = 30))]
    pub preview_request_items: Vec<PreviewItem>,
    /// Only this variant of the campaign, such as `a/-/ko`; otherwise each of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub variant_id: Option<VariantKey>,
}

/// One person to look as.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PreviewItem {
    #[schemars(length(min = 1, max = 255))]
    pub user_id: String,
    #[schemars(length(min = 1, max = 100))]
    pub namespace: String,
    /// Values for `profile.*`. When they are given, nothing that is stored of the person is read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub profile_attributes: Option<Map<String, Value>>,
    /// Values for `context.*`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub context_attributes: Option<Map<String, Value>>,
}

/// What one of them would read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonPreview {
    pub user_id: String,
    pub edition: Edition,
    /// `None`: the campaign has no variants.
    pub variant: Option<VariantKey>,
    pub rendered: Rendered,
}

impl PreviewRequest {
    /// What would be rendered of so many variants is too much for one call.
    pub fn check_renderings(&self, variants: usize) -> Faults {
        let (mut faults, people) = (Faults::default(), self.preview_request_items.len());
        if people * variants > RENDERINGS_MAX {
            let text = format!(
                "One call renders at most {RENDERINGS_MAX} contents; {people} people and {variants} variants are more. \
                 Name fewer people, or one variant as variantId."
            );
            faults.add("previewRequestItems", "too_many_renderings", text);
        }
        faults
    }

    /// Faults that can be seen in the call alone.
    pub fn check(&self, context_max_bytes: usize) -> Faults {
        let mut faults = Faults::default();
        let count = self.preview_request_items.len();
        if !(1..=PREVIEWS_MAX).contains(&count) {
            let text = format!("Give 1 to {PREVIEWS_MAX} people; this call has {count}.");
            faults.add("previewRequestItems", "recipient_count", text);
            return faults;
        }
        for (position, item) in self.preview_request_items.iter().enumerate() {
            let at = |name: &str| format!("previewRequestItems[{position}].{name}");
            check_identity(&mut faults, &at, &item.user_id, &item.namespace);
            for (name, values) in
                [("profileAttributes", &item.profile_attributes), ("contextAttributes", &item.context_attributes)]
            {
                check_values(&mut faults, &at(name), values.as_ref(), context_max_bytes);
            }
        }
        faults
    }
}

pub(crate) fn check_identity(faults: &mut Faults, at: &dyn Fn(&str) -> String, user_id: &str, namespace: &str) {
    faults.take(&at("userId"), required_line(user_id, 255));
    faults.take(&at("namespace"), required_line(namespace, 100));
}

/// What is said of a person is neither too long nor too deep.
pub(crate) fn check_values(faults: &mut Faults, at: &str, values: Option<&Map<String, Value>>, max_bytes: usize) {
    let Some(values) = values else { return };
    faults.take(at, check_context_size(json_bytes(values), max_bytes));
    if values.values().any(|value| depth(value) >= CONTEXT_MAX_DEPTH) {
        let text = format!("Nest at most {CONTEXT_MAX_DEPTH} objects and lists.");
        faults.add(at, "too_deep", text);
    }
}

/// Levels of objects and lists; the reader of JSON lets no more than 128 pass.
fn depth(value: &Value) -> usize {
    match value {
        Value::Array(list) => 1 + list.iter().map(depth).max().unwrap_or(0),
        Value::Object(object) => 1 + object.values().map(depth).max().unwrap_or(0),
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_draft_is_told_from_a_version_by_its_number_and_by_its_name() {
        for (edition, number, name) in [(Edition::Draft(7), -7, "draft-7"), (Edition::Version(2), 2, "version-2")] {
            assert_eq!((edition.number(), Edition::of_number(number)), (number, edition));
            assert_eq!((edition.to_string().as_str(), name.parse()), (name, Ok(edition)));
        }
        for wrong in ["", "draft", "draft--7", "version-x", "7"] {
            assert!(wrong.parse::<Edition>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn values_that_are_too_deep_or_too_long_are_told_where_they_stand() {
        let deep = (0..CONTEXT_MAX_DEPTH).fold(Value::Null, |value, _| Value::Array(vec![value]));
        let item = |values: Value| PreviewItem {
            user_id: "ann".into(),
            namespace: "crm".into(),
            profile_attributes: None,
            context_attributes: values.as_object().cloned(),
        };
        let items = vec![item(serde_json::json!({ "a": deep })), item(serde_json::json!({ "a": "x".repeat(100) }))];
        let faults = PreviewRequest { preview_request_items: items, variant_id: None }.check(90);
        let told: Vec<_> = faults.0.iter().map(|fault| (fault.path.as_str(), fault.code.as_str())).collect();
        let first = ("previewRequestItems[0].contextAttributes", "too_deep");
        assert_eq!(told, [first, ("previewRequestItems[1].contextAttributes", "context_too_large")]);
        let none = PreviewRequest { preview_request_items: Vec::new(), variant_id: None }.check(90);
        assert_eq!(none.0[0].code, "recipient_count");
    }
}
