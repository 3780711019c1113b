//! Proofs: messages to testers, made of a draft or of what is live, and counted nowhere.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::address::EmailAddress;
use crate::channel_configuration::Channel;
use crate::id::{CampaignId, ExecutionId};
use crate::message::{MessageCounts, MessageState};
use crate::object;
use crate::preview::{ContractChannel, Edition, PREVIEWS_MAX, check_identity, check_values};
use crate::push_token::{PushPlatform, PushToken};
use crate::variants::VariantKey;
use crate::word::words;
use crate::{Fault, Faults, Timestamp};

/// Most addresses of one channel for one person (contract: `maxItems`).
pub const ADDRESSES_MAX: usize = 10;
/// Most messages of one job.
pub const COPIES_MAX: usize = 100;
/// Longest subject prefix in characters.
pub const PREFIX_MAX: usize = 40;

/// Body of `POST /campaigns/{campaignId}/proofs` (contract `CampaignProofJob`).
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ProofRequest {
    #[serde(deserialize_with = "object::list")]
    #[schemars(length(min = 1, max = 30))]
    pub recipients: Vec<ProofRecipient>,
    /// Only this variant of the campaign, such as `a/-/ko`; otherwise each of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub variant_id: Option<VariantKey>,
}

/// As whom it is read, and who gets it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ProofRecipient {
    #[schemars(length(min = 1, max = 255))]
    pub user_id: String,
    #[schemars(length(min = 1, max = 100))]
    pub namespace: String,
    /// What is for another channel than the campaign's is passed over.
    #[serde(deserialize_with = "object::list")]
    #[schemars(length(min = 1, max = 10))]
    pub channels_data: Vec<ProofChannelData>,
    /// Values for `profile.*`. When they are given, nothing that is stored of the person is read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub profile: Option<Map<String, Value>>,
    /// Values for `context.*`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub context: Option<Map<String, Value>>,
}

/// Where it goes on one channel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ProofChannelData {
    pub channel: ContractChannel,
    /// Stands before the subject: letters, digits and `. - _ ( ) [ ]`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 40))]
    pub subject_prefix: Option<String>,
    /// Of `email`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 10))]
    pub email_addresses: Option<Vec<String>>,
    /// Of `sms`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 10))]
    pub phone_numbers: Option<Vec<String>>,
    /// Of `push`.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "tokens")]
    #[schemars(length(min = 1, max = 10))]
    pub tokens: Option<Vec<ProofToken>>,
}

fn tokens<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<Vec<ProofToken>>, D::Error> {
    let objects = Option::<Vec<object::Object<ProofToken>>>::deserialize(deserializer)?;
    Ok(objects.map(|objects| objects.into_iter().map(|object::Object(value)| value).collect()))
}

/// A device.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ProofToken {
    pub token: String,
    pub platform: ProofPlatform,
}

words! {
    /// Whose service the token is for.
    ProofPlatform {
        Apns = "apns",
        Fcm = "fcm",
    }
}

/// One message that is to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProofCopy {
    /// Place of its person in the call.
    pub recipient: usize,
    /// Path of the address in the call.
    pub path: String,
    pub to: ProofTo,
    /// Empty: the subject stays as it is.
    pub subject_prefix: String,
    /// `None`: the campaign has no variants.
    pub variant: Option<VariantKey>,
}

/// Where it goes. A number is not read yet: whether its country may be left out is the configuration's matter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ProofTo {
    Email(EmailAddress),
    Phone(String),
    Device(PushToken),
}

impl ProofRequest {
    /// The messages that a campaign of this channel makes of it, each of these variants for each address; or all faults.
    pub fn copies(
        &self,
        channel: Channel,
        variants: &[Option<VariantKey>],
        context_max_bytes: usize,
    ) -> Result<Vec<ProofCopy>, Faults> {
        let (mut faults, mut copies, mut asked) = (Faults::default(), Vec::new(), 0_usize);
        let count = self.recipients.len();
        if !(1..=PREVIEWS_MAX).contains(&count) {
            let text = format!("Give 1 to {PREVIEWS_MAX} people; this call has {count}.");
            faults.add("recipients", "recipient_count", text);
            return Err(faults);
        }
        for (position, recipient) in self.recipients.iter().enumerate() {
            let at = |name: &str| format!("recipients[{position}].{name}");
            check_identity(&mut faults, &at, &recipient.user_id, &recipient.namespace);
            check_values(&mut faults, &at("profile"), recipient.profile.as_ref(), context_max_bytes);
            check_values(&mut faults, &at("context"), recipient.context.as_ref(), context_max_bytes);
            let before = asked;
            for (place, data) in recipient.channels_data.iter().enumerate() {
                let at = at(&format!("channelsData[{place}]"));
                let subject_prefix = data.subject_prefix.as_deref().unwrap_or_default();
                faults.take(&format!("{at}.subjectPrefix"), check_prefix(subject_prefix));
                let made = data.addresses(&at, &mut faults);
                if data.channel != ContractChannel::from(channel) {
                    continue;
                }
                for (path, to) in made {
                    asked += variants.len();
                    // Refused below, and not built before that.
                    if asked > COPIES_MAX {
                        continue;
                    }
                    copies.extend(variants.iter().cloned().map(|variant| {
                        let (path, to, subject_prefix) = (path.clone(), to.clone(), subject_prefix.trim().to_owned());
                        ProofCopy { recipient: position, path, to, subject_prefix, variant }
                    }));
                }
            }
            if asked == before && faults.is_empty() {
                let text = format!("The campaign is for {}: say where that goes.", ContractChannel::from(channel));
                faults.add(at("channelsData"), "no_address", text);
            }
        }
        if asked > COPIES_MAX {
            let text = format!("One job makes at most {COPIES_MAX} messages; this call asks for {asked}.");
            faults.add("recipients", "too_many_proofs", text);
        }
        if faults.is_empty() { Ok(copies) } else { Err(faults) }
    }
}

impl ProofChannelData {
    /// Each address with its path.
    fn addresses(&self, at: &str, faults: &mut Faults) -> Vec<(String, ProofTo)> {
        match self.channel {
            ContractChannel::Email => {
                let all = self.email_addresses.as_deref();
                read_all(all, &format!("{at}.emailAddresses"), faults, |text| text.parse().map(ProofTo::Email))
            }
            ContractChannel::Sms => {
                let all = self.phone_numbers.as_deref();
                let read = |text: &String| crate::address::required_line(text, 50).map(ProofTo::Phone);
                read_all(all, &format!("{at}.phoneNumbers"), faults, read)
            }
            ContractChannel::Push => read_all(self.tokens.as_deref(), &format!("{at}.tokens"), faults, |given| {
                let platform = match given.platform {
                    ProofPlatform::Apns => PushPlatform::Apns,
                    ProofPlatform::Fcm => PushPlatform::Fcm,
                };
                let token = PushToken { platform, token: given.token.clone() };
                token.check().map(|()| ProofTo::Device(token))
            }),
        }
    }
}

/// Each of a list with its path.
fn read_all<T>(
    given: Option<&[T]>,
    at: &str,
    faults: &mut Faults,
    read: impl Fn(&T) -> Result<ProofTo, Fault>,
) -> Vec<(String, ProofTo)> {
    let Some(given) = given else {
        faults.add(at, "missing_field", "Say where it goes.");
        return Vec::new();
    };
    if !(1..=ADDRESSES_MAX).contains(&given.len()) {
        let text = format!("Give 1 to {ADDRESSES_MAX} addresses; these are {}.", given.len());
        faults.add(at, "address_count", text);
        return Vec::new();
    }
    let mut all = Vec::with_capacity(given.len());
    for (place, one) in given.iter().enumerate() {
        let path = format!("{at}[{place}]");
        let to = faults.take(&path, read(one));
        all.extend(to.map(|to| (path, to)));
    }
    all
}

/// What may stand before a subject (reference §7). Empty is nothing.
pub fn check_prefix(prefix: &str) -> Result<(), Fault> {
    let prefix = prefix.trim();
    let may_stand = |letter: char| letter.is_alphanumeric() || ".-_()[]".contains(letter);
    if prefix.chars().count() > PREFIX_MAX {
        return Err(Fault::new("", "too_long", format!("Use at most {PREFIX_MAX} characters.")));
    }
    let text = "Use letters, digits and . - _ ( ) [ ] only.";
    if prefix.chars().all(may_stand) { Ok(()) } else { Err(Fault::new("", "bad_subject_prefix", text)) }
}

words! {
    /// How far a job is, in the contract's words.
    ProofStatus {
        /// Nothing was tried yet.
        Created = "CREATED",
        Processing = "PROCESSING",
        /// Every message was handed over.
        Submitted = "SUBMITTED",
        /// Some were not, and will not be.
        PartiallyFailed = "PARTIALLY_FAILED",
        /// None was.
        Failed = "FAILED",
    }
}

/// What became of the proofs of one call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ProofJob {
    pub id: ExecutionId,
    pub campaign_id: CampaignId,
    pub edition: Edition,
    pub status: ProofStatus,
    pub created_at: Timestamp,
    pub created_by: String,
    /// Messages of the job.
    pub targeted: i64,
    /// Of these, handed over.
    pub submitted: i64,
    /// Those that were not, and will not be; 20 at most in a list of jobs.
    pub failures: Vec<ProofFailure>,
    /// One for each variant, in the order in which they were sent.
    pub parts: Vec<ProofPart>,
}

/// What became of the proofs of one variant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ProofPart {
    /// `None`: the campaign has no variants.
    pub variant: Option<VariantKey>,
    pub status: ProofStatus,
    pub targeted: i64,
    pub submitted: i64,
}

/// A message of a job that did not go.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ProofFailure {
    /// As whom it was to be read.
    pub user_id: String,
    /// Of a device the start of its token.
    pub address: String,
    /// Stable code of the reason.
    pub code: String,
    /// The reason in words.
    pub text: String,
    pub variant: Option<VariantKey>,
}

impl ProofStatus {
    /// Of a job whose messages are in these states. `is_tried`: an attempt was made for one of them.
    pub fn of(counts: &MessageCounts, is_tried: bool) -> Self {
        let MessageCounts { total, waiting, handed_over, .. } = *counts;
        match (total, waiting) {
            (total, waiting) if waiting == total && total > 0 && !is_tried => Self::Created,
            (_, 1..) => Self::Processing,
            (total, _) if total > 0 && handed_over == total => Self::Submitted,
            _ if handed_over > 0 => Self::PartiallyFailed,
            _ => Self::Failed,
        }
    }

    /// Nothing more becomes of it by itself.
    pub const fn is_over(self) -> bool {
        !matches!(self, Self::Created | Self::Processing)
    }
}

/// Did this message of a job not go, for good?
pub const fn is_failure(state: MessageState) -> bool {
    state.is_final() && !state.is_handed_over()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(channels_data: Value) -> Result<ProofRequest, serde_json::Error> {
        let recipient = serde_json::json!({ "userId": "ann", "namespace": "crm", "channelsData": channels_data });
        serde_json::from_value(serde_json::json!({ "recipients": [recipient] }))
    }

    fn faults(channel: Channel, channels_data: Value) -> Vec<(String, String)> {
        let faults = request(channels_data).unwrap().copies(channel, &[None], 1_000).unwrap_err();
        faults.0.into_iter().map(|fault| (fault.path, fault.code)).collect()
    }

    #[test]
    fn a_job_makes_one_message_for_each_address_of_the_campaigns_channel() {
        let data = serde_json::json!([
            { "channel": "email", "subjectPrefix": "[Test-1]", "emailAddresses": ["a@b.example", "c@d.example"] },
            { "channel": "sms", "phoneNumbers": ["+821012345678"] },
            { "channel": "push", "tokens": [{ "token": "abc", "platform": "apns" }] },
        ]);
        let request = request(data).unwrap();
        let mails = request.copies(Channel::Email, &[None], 1_000).unwrap();
        let paths: Vec<_> = mails.iter().map(|copy| (copy.path.as_str(), copy.subject_prefix.as_str())).collect();
        let at = "recipients[0].channelsData[0].emailAddresses";
        assert_eq!(paths, [(&*format!("{at}[0]"), "[Test-1]"), (&*format!("{at}[1]"), "[Test-1]")]);
        let texts = request.copies(Channel::Mobile, &[None], 1_000).unwrap();
        assert_eq!(texts[0].to, ProofTo::Phone("+821012345678".into()));
        let token = PushToken { platform: PushPlatform::Apns, token: "abc".into() };
        assert_eq!(request.copies(Channel::Push, &[None], 1_000).unwrap()[0].to, ProofTo::Device(token));
    }

    #[test]
    fn what_is_wrong_with_an_address_is_told_where_it_stands() {
        let at = |rest: &str| format!("recipients[0].channelsData{rest}");
        let eleven = vec!["a@b.example"; 11];
        for (data, path, code) in [
            (serde_json::json!([]), "", "no_address"),
            (serde_json::json!([{ "channel": "sms", "phoneNumbers": ["+82101234"] }]), "", "no_address"),
            (serde_json::json!([{ "channel": "email" }]), "[0].emailAddresses", "missing_field"),
            (serde_json::json!([{ "channel": "email", "emailAddresses": [] }]), "[0].emailAddresses", "address_count"),
            (
                serde_json::json!([{ "channel": "email", "emailAddresses": eleven }]),
                "[0].emailAddresses",
                "address_count",
            ),
            (
                serde_json::json!([{ "channel": "email", "emailAddresses": ["nobody"] }]),
                "[0].emailAddresses[0]",
                "bad_email_address",
            ),
        ] {
            assert_eq!(faults(Channel::Email, data.clone()), [(at(path), code.to_owned())], "{data}");
        }
        assert!(request(serde_json::json!([["email", null, ["a@b.example"], null, null]])).is_err());
    }

    #[test]
    fn a_prefix_has_letters_digits_and_a_few_signs() {
        for good in ["", "[TEST]", "(v2)_draft-1.0", "시험"] {
            assert_eq!(check_prefix(good), Ok(()), "{good}");
        }
        for bad in ["a b", "Bcc:", "x\r\ny", "{{ a }}", "<b>", "\u{202e}"] {
            assert_eq!(check_prefix(bad).unwrap_err().code, "bad_subject_prefix", "{bad}");
        }
        assert_eq!(check_prefix(&"x".repeat(41)).unwrap_err().code, "too_long");
    }

    #[test]
    fn a_job_is_as_far_as_its_messages() {
        use MessageState::{Captured, Excluded, Failed, Queued, Sending, Sent};
        let of = |states: &[MessageState], is_tried| {
            let mut counts = MessageCounts::default();
            for state in states {
                counts.add(*state, None, 1);
            }
            ProofStatus::of(&counts, is_tried)
        };
        assert_eq!(of(&[Queued, Queued], false), ProofStatus::Created);
        assert_eq!(of(&[Queued, Queued], true), ProofStatus::Processing);
        assert_eq!(of(&[Sending, Sent], true), ProofStatus::Processing);
        assert_eq!(of(&[Sent, Captured], true), ProofStatus::Submitted);
        assert_eq!(of(&[Sent, Excluded], true), ProofStatus::PartiallyFailed);
        assert_eq!(of(&[Failed, Excluded], true), ProofStatus::Failed);
        // What was erased.
        assert_eq!(of(&[], false), ProofStatus::Failed);
    }
}
