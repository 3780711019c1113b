//! One accepted call to run a campaign now: the request as the contract has it, its checks, and the stored execution.

use std::collections::HashSet;

use schemars::JsonSchema;
use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::address::{EmailAddress, comparable};
use crate::attachment::Attachment;
use crate::id::{AudienceId, CampaignId, ExecutionId, ExecutionKind, MessageId, ScheduleId};
use crate::message::MessageCounts;
use crate::object;
use crate::push_token::PushToken;
use crate::word::words;
use crate::{Fault, Faults, Timestamp};

/// Most recipients of one unitary call (contract: `recipients.maxItems`).
pub const RECIPIENTS_MAX: usize = 20;
/// Most levels of objects and lists inside each other in `context` of one recipient; the whole is the first level.
pub const CONTEXT_MAX_DEPTH: usize = 32;
/// Longest `requestId` in characters.
pub const REQUEST_ID_MAX: usize = 255;

/// Body of `POST /im/executions/unitary` (contract `imExecutionRequestUnitary`).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ExecutionRequest {
    /// The caller's unique id of this call.
    #[schemars(length(min = 1, max = 255))]
    pub request_id: String,
    /// Kept as text: an id that cannot exist is an unknown campaign, not a malformed call.
    #[schemars(length(min = 1, max = 255))]
    pub campaign_id: String,
    #[serde(deserialize_with = "object::list")]
    #[schemars(length(min = 1, max = 20))]
    pub recipients: Vec<Recipient>,
    /// Files for every recipient: Hermod's own extension of the contract, mails only.
    #[serde(default, skip_serializing_if = "Vec::is_empty", deserialize_with = "object::list")]
    #[schemars(length(max = 10))]
    pub attachments: Vec<Attachment>,
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
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Recipient {
    #[serde(rename = "type")]
    pub kind: RecipientKind,
    #[schemars(length(min = 1, max = 255))]
    pub user_id: String,
    #[schemars(length(min = 1, max = 100))]
    pub namespace: String,
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "object::optional")]
    pub channel_data: Option<ChannelData>,
    /// Values for `profile.*`; used for rendering only, never stored on a profile.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub profile: Option<Map<String, Value>>,
    /// Values for `context.*`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub context: Option<Map<String, Value>>,
    /// Files for this recipient: Hermod's own extension of the contract, mails only.
    #[serde(default, skip_serializing_if = "Vec::is_empty", deserialize_with = "object::list")]
    #[schemars(length(max = 10))]
    pub attachments: Vec<Attachment>,
}

/// Body of `POST /im/executions/audience` (contract `imExecutionRequestAudience`).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct AudienceRequest {
    /// The caller's unique id of this call; made when it is missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 255))]
    pub request_id: Option<String>,
    /// Kept as text: an id that cannot exist is an unknown campaign, not a malformed call.
    #[schemars(length(min = 1, max = 255))]
    pub campaign_id: String,
    /// Instead of the campaign's.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "object::optional")]
    pub audience: Option<AudienceName>,
    /// Values for `context.*`, for every recipient.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub context: Option<Map<String, Value>>,
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "object::optional")]
    pub schedule: Option<ScheduleWish>,
    /// Refused: whoever names recipients does not mean everybody.
    #[serde(default, skip_serializing)]
    #[schemars(skip)]
    pub recipients: Option<IgnoredAny>,
}

/// An audience as a call names it. The id is kept as text: one that cannot exist is an unknown audience.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AudienceName {
    #[schemars(length(min = 1, max = 255))]
    pub id: String,
}

/// When to run (contract `schedule`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ScheduleWish {
    /// RFC 3339.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub execute_at: Option<String>,
}

impl AudienceRequest {
    /// Faults that can be seen in the call alone, each with its JSON path. `context_max_bytes`: as in [`CallRules`].
    pub fn check(&self, context_max_bytes: usize) -> Faults {
        let mut faults = Faults::default();
        if let Some(id) = &self.request_id {
            faults.take("requestId", crate::address::required_line(id, REQUEST_ID_MAX));
        }
        faults.take("campaignId", crate::address::required_line(&self.campaign_id, 255));
        if let Some(audience) = &self.audience {
            faults.take("audience.id", crate::address::required_line(&audience.id, 255));
        }
        let bytes = self.context.as_ref().map_or(0, json_bytes);
        faults.take("context", check_context_size(bytes, context_max_bytes));
        if self.schedule.as_ref().is_some_and(|schedule| schedule.execute_at.is_none()) {
            let text = "Say when to run, or leave out the schedule to run now.";
            faults.add("schedule.executeAt", "missing_field", text);
        }
        faults.take("schedule.executeAt", self.execute_at());
        if self.recipients.is_some() {
            let text = "A run goes to everybody in its audience, not to these recipients: leave them out.";
            faults.add("recipients", "not_recipients", text);
        }
        faults
    }

    /// The time that the call names, if it does.
    pub fn execute_at(&self) -> Result<Option<Timestamp>, Fault> {
        self.schedule.as_ref().and_then(|schedule| schedule.execute_at.as_deref()).map(str::parse).transpose()
    }
}

/// Addresses that override what is known of the person.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ChannelData {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email_address: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mobile_phone_number: Option<String>,
    /// Ours, beyond the contract: the device of a push message. Without it the person's registered devices are written to.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "crate::object::optional")]
    pub push_token: Option<PushToken>,
}

impl Recipient {
    /// The number to write to as the call gives it: `channelData.mobilePhoneNumber`, otherwise `userId` when the namespace is
    /// `phone`; with its path, relative to the recipient.
    pub fn phone_number(&self) -> Result<(&str, &'static str), Fault> {
        let path = "channelData.mobilePhoneNumber";
        match self.channel_data.as_ref().and_then(|data| data.mobile_phone_number.as_deref()) {
            Some(given) => Ok((given, path)),
            None if self.namespace.eq_ignore_ascii_case("phone") => Ok((&self.user_id, "userId")),
            None => {
                let text = "Give channelData.mobilePhoneNumber, or a userId of namespace phone.";
                Err(Fault::new(path, "required", text))
            }
        }
    }

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

/// What a call may hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CallRules {
    /// The door it came to.
    pub kind: ExecutionKind,
    /// Most bytes of `context`, and of `profile`, of one recipient, as JSON.
    pub context_max_bytes: usize,
}

impl ExecutionRequest {
    /// Faults that can be seen in the call alone, each with its JSON path. The campaign's own checks come after.
    pub fn check(&self, rules: CallRules) -> Faults {
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
            recipient.check(&mut faults, &at, rules);
            if !seen.insert((recipient.namespace.to_lowercase(), comparable(&recipient.user_id))) {
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
pub fn check_context_size(bytes: usize, most: usize) -> Result<(), Fault> {
    if bytes <= most {
        return Ok(());
    }
    let text = format!("This has {bytes} bytes; at most {most} are allowed.");
    Err(Fault::new("", "context_too_large", text))
}

impl Recipient {
    fn check(&self, faults: &mut Faults, at: &str, rules: CallRules) {
        let mut local = Faults::default();
        if rules.kind == ExecutionKind::HighThroughput && self.kind != RecipientKind::External {
            local.add("type", "external_only", "A high-throughput call takes recipients of type external only.");
        }
        local.take("userId", crate::address::required_line(&self.user_id, 255));
        local.take("namespace", crate::address::required_line(&self.namespace, 100));
        // Where a message goes is the campaign's matter; that a user id of this namespace is an address is not.
        if local.is_empty()
            && self.channel_data.is_none()
            && self.namespace.eq_ignore_ascii_case("email")
            && let Err(fault) = self.user_id.parse::<EmailAddress>()
        {
            local.0.push(fault.under("userId"));
        }
        if let Some(token) = self.channel_data.as_ref().and_then(|data| data.push_token.as_ref()) {
            local.take("channelData.pushToken", token.check());
        }
        for (name, data) in [("context", &self.context), ("profile", &self.profile)] {
            let bytes = data.as_ref().map_or(0, json_bytes);
            local.take(name, check_context_size(bytes, rules.context_max_bytes));
        }
        faults.0.extend(local.0.into_iter().map(|fault| fault.under(at)));
    }
}

/// Length of a value as JSON.
pub fn json_bytes(value: &impl Serialize) -> usize {
    struct Counted(usize);

    impl std::io::Write for Counted {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0 += bytes.len();
            Ok(bytes.len())
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    let mut counted = Counted(0);
    // Neither counting nor a map with text keys can fail.
    let _ = serde_json::to_writer(&mut counted, value);
    counted.0
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

/// What became of one recipient of an accepted call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct AcceptedRecipient {
    pub user_id: String,
    pub namespace: String,
    pub message_id: MessageId,
    /// Where the message goes.
    pub address: String,
}

/// A stored execution.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Execution {
    #[serde(rename = "executionId")]
    pub id: ExecutionId,
    pub request_id: String,
    pub campaign_id: CampaignId,
    pub campaign_name: String,
    /// 0: a draft, of proofs.
    pub campaign_version: i64,
    pub created_at: Timestamp,
    /// Name of the API client that called.
    pub created_by: String,
    pub status: ExecutionStatus,
    pub messages: MessageCounts,
    /// Of an execution for an audience.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub run: Option<Run>,
}

words! {
    /// How far a run is.
    RunState {
        /// Members still become messages.
        Running = "running",
        /// Every member has had its turn.
        Complete = "complete",
        /// Somebody paused it: no member becomes a message, and what waits is held.
        Paused = "paused",
        /// Ended early: the rest gets no message.
        Stopped = "stopped",
    }
}

impl RunState {
    /// Nothing more becomes of it.
    pub const fn is_over(self) -> bool {
        matches!(self, Self::Complete | Self::Stopped)
    }
}

/// The part of an execution that makes messages for the members of an audience.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Run {
    pub audience_id: AudienceId,
    pub audience_name: String,
    pub state: RunState,
    /// Why it was stopped: `campaign_stopped` or `cancelled`.
    pub reason: Option<String>,
    /// Members of the list when the call was accepted; by a rule, those who were found so far.
    pub targeted: i64,
    /// There will be no more of them.
    pub targeted_is_final: bool,
    /// Members that became a message so far.
    pub made: i64,
    /// Profiles that a rule was asked about so far; `None`: a list.
    pub looked_at: Option<i64>,
    /// Messages per second; `None`: as fast as they can be sent.
    pub messages_per_second: Option<i64>,
    /// While it is paused.
    pub paused_at: Option<Timestamp>,
    /// Who paused it.
    pub paused_by: Option<String>,
}

impl Run {
    /// Members that will get no message: the run ended before their turn, or they were erased from the list.
    pub fn left_out(&self) -> i64 {
        if self.state.is_over() { (self.targeted - self.made).max(0) } else { 0 }
    }

    /// Members whose turn is still to come.
    pub fn to_come(&self) -> i64 {
        if self.state.is_over() { 0 } else { (self.targeted - self.made).max(0) }
    }
}

words! {
    /// What has become of a schedule.
    ScheduleState {
        /// Waits for its time.
        Scheduled = "scheduled",
        /// Its time came, and an execution was made.
        Triggered = "triggered",
        /// Its time came, and the campaign could not run any more.
        Expired = "expired",
        /// Somebody cancelled it before its time.
        Cancelled = "cancelled",
    }
}

/// An execution for an audience that is to start later.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Schedule {
    #[serde(rename = "scheduleId")]
    pub id: ScheduleId,
    pub request_id: String,
    pub campaign_id: CampaignId,
    pub campaign_name: String,
    /// `None`: the campaign's at that time.
    pub audience_id: Option<AudienceId>,
    pub audience_name: Option<String>,
    pub execute_at: Timestamp,
    pub state: ScheduleState,
    /// Why it expired.
    pub reason: Option<String>,
    pub detail: Option<String>,
    pub execution_id: Option<ExecutionId>,
    pub created_at: Timestamp,
    pub created_by: String,
    /// When its state last changed, and by whom.
    pub changed_at: Timestamp,
    pub changed_by: String,
}

/// What was removed of a person.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Erased {
    pub messages: u64,
    pub attempts: u64,
    pub renderings: u64,
    /// Memberships of audiences.
    pub memberships: u64,
    /// What they wrote back.
    pub replies: u64,
    /// Devices that were registered.
    pub devices: u64,
    /// What was stored of them.
    pub profiles: u64,
    /// Entries of the history of what they said about marketing.
    pub consents: u64,
    /// Files of people that waited to be explained, all of the sandbox: the person may stand in each.
    pub files: u64,
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
            attachments: Vec::new(),
        }
    }

    const RULES: CallRules = CallRules { kind: ExecutionKind::Unitary, context_max_bytes: 1_000 };

    fn request(recipients: Vec<Recipient>) -> ExecutionRequest {
        ExecutionRequest { request_id: "r-1".into(), campaign_id: "cmp_x".into(), recipients, attachments: Vec::new() }
    }

    #[test]
    fn one_to_twenty_recipients_are_taken() {
        for (count, accepted) in [(0, false), (1, true), (20, true), (21, false)] {
            let recipients = (0..count).map(|n| recipient(&format!("p{n}@example.com"))).collect();
            let faults = request(recipients).check(RULES);
            assert_eq!(faults.is_empty(), accepted, "{count}");
            assert!(accepted || faults.at("recipients").is_some_and(|fault| fault.code == "recipient_count"));
        }
    }

    #[test]
    fn the_same_person_twice_is_refused_with_the_path_of_the_second() {
        let faults = request(vec![recipient("ann@example.com"), recipient("Ann@example.com")]).check(RULES);
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
    fn a_call_for_an_audience_names_little_and_that_rightly() {
        let request = |json: &str| serde_json::from_str::<AudienceRequest>(json).unwrap();
        assert!(request(r#"{"campaignId": "cmp_x"}"#).check(100).is_empty());
        let wrong =
            r#"{"campaignId": "", "requestId": " ", "audience": {"id": ""}, "schedule": {"executeAt": "noon"}}"#;
        let faults = request(wrong).check(100).0;
        let paths: Vec<_> = faults.iter().map(|fault| (fault.path.as_str(), fault.code.as_str())).collect();
        assert_eq!(
            paths,
            [
                ("requestId", "required"),
                ("campaignId", "required"),
                ("audience.id", "required"),
                ("schedule.executeAt", "bad_time")
            ]
        );
    }

    #[test]
    fn a_context_over_the_limit_is_refused() {
        let mut person = recipient("ann@example.com");
        let of_bytes = |bytes: usize| {
            Some(Map::from_iter([("x".to_owned(), Value::String("y".repeat(bytes - r#"{"x":""}"#.len())))]))
        };
        person.context = of_bytes(1_000);
        assert!(request(vec![person.clone()]).check(RULES).is_empty());
        person.context = of_bytes(1_001);
        assert_eq!(request(vec![person]).check(RULES).at("recipients[0].context").unwrap().code, "context_too_large");
    }

    #[test]
    fn a_high_throughput_call_is_for_external_recipients() {
        let mut person = recipient("ann@example.com");
        person.kind = RecipientKind::Aep;
        assert!(request(vec![person.clone()]).check(RULES).is_empty());
        let rules = CallRules { kind: ExecutionKind::HighThroughput, ..RULES };
        assert_eq!(request(vec![person]).check(rules).at("recipients[0].type").unwrap().code, "external_only");
    }
}
