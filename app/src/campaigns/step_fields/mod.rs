//! What the form of a step says, and the draft with it.

#[cfg(feature = "ssr")]
mod content;
mod rcs;
#[cfg(all(test, feature = "ssr"))]
mod tests;
mod variables;

use std::collections::BTreeMap;

#[cfg(feature = "ssr")]
use domain::campaign::CampaignDraft;
#[cfg(feature = "ssr")]
use domain::channel_configuration::Channel;
#[cfg(feature = "ssr")]
use domain::content::Content;
#[cfg(feature = "ssr")]
use domain::variants::{VariantKey, Variants};
#[cfg(feature = "ssr")]
use domain::{Failure, Fault, Faults};
use serde::{Deserialize, Deserializer, Serialize};

#[cfg(feature = "ssr")]
use super::push_data;
use crate::ui::Tick;
pub use rcs::{CardFields, RcsFields, SuggestionFields};
pub use variables::VariableFields;

/// The fields of one step. What a form does not have stays as it is stored; what it has empty is emptied.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct StepFields {
    #[serde(deserialize_with = "given")]
    pub name: Option<String>,
    #[serde(deserialize_with = "given")]
    pub description: Option<String>,
    /// `true` or `false`.
    #[serde(deserialize_with = "given")]
    pub high_throughput: Option<String>,
    /// Id of a topic, or empty.
    #[serde(deserialize_with = "given")]
    pub topic: Option<String>,
    /// What the fields below are for. Another one than before starts with an empty content.
    #[serde(deserialize_with = "given")]
    pub channel: Option<String>,
    #[serde(deserialize_with = "given")]
    pub configuration_id: Option<String>,
    #[serde(deserialize_with = "given")]
    pub rule_set_id: Option<String>,
    #[serde(deserialize_with = "given")]
    pub subject: Option<String>,
    #[serde(deserialize_with = "given")]
    pub preheader: Option<String>,
    #[serde(deserialize_with = "given")]
    pub html: Option<String>,
    #[serde(deserialize_with = "given")]
    pub mjml: Option<String>,
    /// What is counted of a mail: `none`, `opens`, `clicks` or `both`.
    #[serde(deserialize_with = "given")]
    pub tracking: Option<String>,
    /// Of mails and of mobile messages.
    #[serde(deserialize_with = "given")]
    pub text: Option<String>,
    /// A word of the channel: SMS or MMS, to be seen or silent.
    #[serde(deserialize_with = "given")]
    pub kind: Option<String>,
    #[serde(deserialize_with = "given")]
    pub title: Option<String>,
    #[serde(deserialize_with = "given")]
    pub media_url: Option<String>,
    /// `true` or `false`.
    #[serde(deserialize_with = "given")]
    pub shorten_links: Option<String>,
    #[serde(deserialize_with = "given")]
    pub body: Option<String>,
    #[serde(deserialize_with = "given")]
    pub click_action: Option<String>,
    #[serde(deserialize_with = "given")]
    pub click_url: Option<String>,
    #[serde(deserialize_with = "given")]
    pub image_url: Option<String>,
    #[serde(deserialize_with = "given")]
    pub badge: Option<String>,
    #[serde(deserialize_with = "given")]
    pub sound: Option<String>,
    #[serde(deserialize_with = "given")]
    pub collapse_key: Option<String>,
    #[serde(deserialize_with = "given")]
    pub priority: Option<String>,
    #[serde(deserialize_with = "given")]
    pub ios_thread: Option<String>,
    #[serde(deserialize_with = "given")]
    pub android_channel: Option<String>,
    /// Templates of a live activity, by their names.
    pub activity: BTreeMap<String, String>,
    /// A line for each value, see [`push_data`](super::push_data).
    #[serde(deserialize_with = "given")]
    pub data: Option<String>,
    #[serde(deserialize_with = "given")]
    pub namespace: Option<String>,
    #[serde(deserialize_with = "given")]
    pub audience: Option<String>,
    /// `true` or `false`.
    #[serde(deserialize_with = "given")]
    pub create_profiles: Option<String>,
    /// A call may name another audience.
    pub call_may_override: Tick,
    #[serde(deserialize_with = "given")]
    pub start: Option<String>,
    #[serde(deserialize_with = "given")]
    pub end: Option<String>,
    #[serde(deserialize_with = "given")]
    pub time_zone: Option<String>,
    #[serde(deserialize_with = "given")]
    pub messages_per_second: Option<String>,
    pub variables: Vec<VariableFields>,
    /// Experiment, targeting rules and languages as JSON; the contents stay as they are.
    #[serde(deserialize_with = "given")]
    pub variants: Option<String>,
    /// Of a rich message.
    pub rcs: RcsFields,
    pub cards: Vec<CardFields>,
    pub suggestions: Vec<SuggestionFields>,
}

/// A field that a form has. In forms, "empty" would otherwise be read as "not there".
fn given<'de, D: Deserializer<'de>>(field: D) -> Result<Option<String>, D::Error> {
    String::deserialize(field).map(Some)
}

#[cfg(feature = "ssr")]
impl StepFields {
    /// What cannot be put into any draft.
    pub fn check(&self) -> Faults {
        let mut faults = Faults::default();
        if let Some(lines) = &self.data {
            faults.take("", push_data::read(&with_plain_breaks(lines)));
        }
        faults.take("variants", self.variants.as_deref().map(read_variants).transpose());
        faults
    }

    /// The draft with these fields in their places.
    pub fn put_into(mut self, mut draft: CampaignDraft) -> CampaignDraft {
        let channel = self.channel.as_deref().and_then(|word| word.parse().ok());
        change_channel(&mut draft, channel);
        self.put_into_content(&mut draft.content);
        self.put_around(draft)
    }

    /// The same with the fields of a content in that of a variant. Not found: the campaign has no such variant.
    pub fn put_into_variant(mut self, mut draft: CampaignDraft, at: &VariantKey) -> Result<CampaignDraft, Failure> {
        self.put_into_content(draft.content_at_mut(Some(at)).ok_or_else(|| Failure::not_found("variant"))?);
        Ok(self.put_around(draft))
    }

    /// The fields that are in no content.
    fn put_around(self, mut draft: CampaignDraft) -> CampaignDraft {
        // What cannot be read was refused before.
        if let Some(given) = self.variants.as_deref().and_then(|json| read_variants(json).ok()) {
            draft.variants = Variants { contents: std::mem::take(&mut draft.variants.contents), ..given };
        }
        if let Some(given) = self.high_throughput {
            draft.high_throughput = given == "true";
        }
        if let Some(given) = self.create_profiles {
            draft.audience.create_profiles = given == "true";
        }
        if let Some(ticked) = self.call_may_override.value() {
            draft.audience.call_may_override = ticked;
        }
        put([
            (&mut draft.name, self.name),
            (&mut draft.description, self.description),
            (&mut draft.topic_id, self.topic),
            (&mut draft.configuration_id, self.configuration_id),
            (&mut draft.rule_set_id, self.rule_set_id),
            (&mut draft.audience.namespace, self.namespace),
            (&mut draft.audience.id, self.audience),
            (&mut draft.schedule.start, self.start),
            (&mut draft.schedule.end, self.end),
            (&mut draft.schedule.time_zone, self.time_zone),
            (&mut draft.schedule.messages_per_second, self.messages_per_second),
        ]);
        for fields in self.variables {
            let rule = fields.rule(draft.variables.get(&fields.path));
            draft.variables.insert(fields.path, rule);
        }
        draft
    }
}

/// Another channel: nothing is written for it yet, and people are known to it by other ids.
#[cfg(feature = "ssr")]
fn change_channel(draft: &mut CampaignDraft, channel: Option<Channel>) {
    if let Some(channel) = channel.filter(|channel| *channel != draft.content.channel()) {
        draft.content = Content::empty(channel);
        draft.variants.contents.clear();
        channel.namespace().clone_into(&mut draft.audience.namespace);
    }
}

/// Most bytes of what is said of variants.
#[cfg(feature = "ssr")]
const VARIANTS_MAX_BYTES: usize = 256 * 1024;

/// Which variants there are. Nothing at all: none.
#[cfg(feature = "ssr")]
fn read_variants(json: &str) -> Result<Variants, Fault> {
    if json.len() > VARIANTS_MAX_BYTES {
        return Err(Fault::new("", "too_long", "The variants have more than 256 KB."));
    }
    if json.trim().is_empty() {
        return Ok(Variants::default());
    }
    serde_json::from_str(json).map_err(|error| Fault::new("", "bad_json", format!("These are no variants: {error}.")))
}

/// Each text that a form has, in its place.
#[cfg(feature = "ssr")]
fn put<const N: usize>(places: [(&mut String, Option<String>); N]) {
    for (place, given) in places {
        if let Some(given) = given {
            *place = with_plain_breaks(&given);
        }
    }
}

/// Forms send line breaks as CR LF; they are stored as LF.
#[cfg(feature = "ssr")]
fn with_plain_breaks(text: &str) -> String {
    text.replace("\r\n", "\n")
}
