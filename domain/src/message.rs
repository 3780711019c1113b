//! Messages: one recipient × one channel of one execution, its states, attempts and timeline.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::attachment::FileLine;
use crate::channel_configuration::Channel;
use crate::content::Rendered;
use crate::id::{CampaignId, ExecutionId, MessageId};
use crate::mail_copy::MailCopy;
use crate::push_token::PushToken;
use crate::variants::NamedVariant;
use crate::word::words;
use crate::{Failure, Timestamp};

words! {
    /// Where a message is. The comment says who acts next.
    MessageState {
        /// Hermod: waits for its turn, or for the time of its next attempt.
        Queued = "queued",
        /// Hermod: is being handed over.
        Sending = "sending",
        /// The mail system: the server took it.
        Sent = "sent",
        /// Nobody: kept in the capture inbox, nothing left this machine.
        Captured = "captured",
        /// Nobody: the provider says it arrived.
        Delivered = "delivered",
        /// The caller: the address refused it.
        Bounced = "bounced",
        /// Nobody: decided not to send, with a reason.
        Excluded = "excluded",
        /// Nobody: somebody took it back before it was sent.
        Cancelled = "cancelled",
        /// The caller or the admin: given up, with a reason.
        Failed = "failed",
        /// The admin: it may have arrived. The server never said whether it took it, or Hermod stopped before it noted the
        /// answer; and it may not be sent once more.
        InDoubt = "in_doubt",
    }
}

impl MessageState {
    /// Nothing will happen to this message by itself any more.
    pub const fn is_final(self) -> bool {
        !matches!(self, Self::Queued | Self::Sending)
    }

    /// The message reached a mail system (or the capture inbox that stands for one).
    pub const fn is_handed_over(self) -> bool {
        matches!(self, Self::Sent | Self::Captured | Self::Delivered)
    }

    /// The only way to change a state. Refuses to leave a final state except for what a provider tells later.
    pub fn to(self, next: Self) -> Result<Self, Failure> {
        let allowed = match self {
            // Sent or delivered: by an attempt of which nobody saw the end.
            Self::Queued => matches!(
                next,
                Self::Sending | Self::Excluded | Self::Failed | Self::Cancelled | Self::Sent | Self::Delivered
            ),
            Self::Sending => matches!(
                next,
                Self::Queued | Self::Sent | Self::Captured | Self::Failed | Self::Excluded | Self::InDoubt
            ),
            Self::Sent | Self::InDoubt => matches!(next, Self::Delivered | Self::Bounced | Self::Failed),
            Self::Delivered => matches!(next, Self::Bounced),
            Self::Captured | Self::Bounced | Self::Excluded | Self::Cancelled | Self::Failed => false,
        };
        if allowed {
            Ok(next)
        } else {
            Err(Failure::conflict("bad_transition", format!("A message that is {self} cannot become {next}.")))
        }
    }
}

words! {
    /// Whom a message is for.
    MessageKind {
        /// Whoever the call or the run names.
        Campaign = "campaign",
        /// Somebody who looks at it before others get theirs: counted nowhere.
        Proof = "proof",
    }
}

/// How many messages of an execution are in which state. Absent states are zero.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct MessageCounts {
    pub total: i64,
    /// Queued or sending.
    pub waiting: i64,
    /// Sent, captured or delivered.
    pub handed_over: i64,
    /// Failed, bounced or in doubt.
    pub failed: i64,
    pub excluded: i64,
    /// How many of these for which reason, see [`Exclusion`](crate::eligibility::Exclusion).
    #[serde(default)]
    pub excluded_by_reason: BTreeMap<String, i64>,
    pub cancelled: i64,
}

impl MessageCounts {
    /// Counts messages in the same state, excluded ones for the same reason.
    pub fn add(&mut self, state: MessageState, reason: Option<&str>, count: i64) {
        use MessageState::{Bounced, Cancelled, Captured, Delivered, Excluded, Failed, InDoubt, Queued, Sending, Sent};
        self.total += count;
        *match state {
            Queued | Sending => &mut self.waiting,
            Sent | Captured | Delivered => &mut self.handed_over,
            Failed | Bounced | InDoubt => &mut self.failed,
            Excluded => &mut self.excluded,
            Cancelled => &mut self.cancelled,
        } += count;
        if state == Excluded {
            *self.excluded_by_reason.entry(reason.unwrap_or("unknown").to_owned()).or_default() += count;
        }
    }
}

/// What a request to take messages back has done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Cancelled {
    /// Messages that waited and will not be sent, and members of an audience who had no message yet and get none. What is
    /// being sent, and what has come to an end, stays as it is.
    pub cancelled: u64,
}

/// A message as lists and the API show it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Message {
    #[serde(rename = "messageId")]
    pub id: MessageId,
    pub execution_id: ExecutionId,
    pub request_id: String,
    pub campaign_id: CampaignId,
    pub campaign_name: String,
    pub channel: Channel,
    pub kind: MessageKind,
    pub user_id: String,
    pub namespace: String,
    /// The address the message goes to.
    pub address: String,
    /// As rendered for this recipient; `None` until then.
    pub subject: Option<String>,
    /// Of a campaign with variants, once it was decided.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub variant: Option<NamedVariant>,
    pub state: MessageState,
    /// Code of the reason for `failed`, `excluded`, `in_doubt`, or of the last failed attempt while queued.
    pub reason: Option<String>,
    /// The reason in words: the server's own where there are any.
    pub detail: Option<String>,
    /// How often it was tried to hand the message over; a message that was excluded before is at 0.
    pub attempts: i64,
    /// When the next attempt is due, while queued.
    pub due_at: Option<Timestamp>,
    pub created_at: Timestamp,
    /// When the state last changed.
    pub updated_at: Timestamp,
}

impl Message {
    /// For people who look at messages but may not write to a device.
    pub fn shorten_token(&mut self) {
        if self.channel == Channel::Push {
            let token = PushToken::from_address(&self.address);
            self.address = token.map_or_else(String::new, |token| token.shortened().to_address());
        }
    }
}

words! {
    /// How an attempt ended.
    Outcome {
        /// The server took the message, or the capture inbox did.
        Accepted = "accepted",
        /// It did not work; it may later.
        Retry = "retry",
        /// No server took part: it could not be reached or takes nothing now. This says nothing of the message, and uses up
        /// none of its tries.
        Unavailable = "unavailable",
        /// It will never work.
        Rejected = "rejected",
        /// Nobody knows: the server did not answer after the whole message, or Hermod stopped before it could note the answer.
        InDoubt = "in_doubt",
    }
}

/// One try to hand a message over, and the answer. Never changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Attempt {
    /// 1 is the first.
    pub number: i64,
    pub outcome: Outcome,
    /// What was tried, such as `smtp mail.example.com:587` or `capture`.
    pub via: String,
    /// The server's own words, or what the network said.
    pub answer: String,
    /// Stable code: `smtp_550`, `connection_failed`, `timeout`, …; `None` when accepted.
    pub reason: Option<String>,
    pub started_at: Timestamp,
    pub duration_ms: i64,
    /// Name of the channel configuration that stood in for the campaign's own; `None`: the campaign's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failover: Option<String>,
}

impl Attempt {
    /// [`Attempt::via`] of what stayed in the capture inbox.
    pub const CAPTURE: &str = "capture";

    /// Nothing left this machine.
    pub fn is_captured(&self) -> bool {
        self.via == Self::CAPTURE
    }

    /// [`Attempt::via`] of what a provider gets as RCS: `vonage rcs`.
    pub fn via_rcs(provider: &str) -> String {
        format!("{provider}{RCS}")
    }

    /// It went as RCS.
    pub fn is_rcs(&self) -> bool {
        self.via.ends_with(RCS)
    }
}

/// Behind the provider in [`Attempt::via`].
const RCS: &str = " rcs";

/// A rich message goes as SMS instead. It happens once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Fallback {
    pub at: Timestamp,
    /// Stable code: `rcs_not_offered`, or the provider's, such as `vonage_1300`.
    pub reason: String,
    /// The provider's words.
    pub words: String,
}

words! {
    /// What a provider told of a message after it was handed over.
    FeedbackKind {
        /// It passed the message on; not yet at the recipient.
        Accepted = "accepted",
        Delivered = "delivered",
        /// It is still trying.
        Deferred = "deferred",
        /// It did not arrive, because of the address.
        Bounced = "bounced",
        /// It did not arrive, and not because of the address.
        Failed = "failed",
        /// The recipient called it spam.
        Complained = "complained",
        /// The recipient wants no more.
        Unsubscribed = "unsubscribed",
        Opened = "opened",
        Clicked = "clicked",
    }
}

impl FeedbackKind {
    /// Where the message is after this; `None`: that stays as it is.
    pub const fn state(self) -> Option<MessageState> {
        match self {
            Self::Delivered => Some(MessageState::Delivered),
            Self::Bounced => Some(MessageState::Bounced),
            Self::Failed => Some(MessageState::Failed),
            Self::Accepted | Self::Deferred | Self::Complained | Self::Unsubscribed | Self::Opened | Self::Clicked => {
                None
            }
        }
    }
}

/// One thing that a provider told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Feedback {
    pub kind: FeedbackKind,
    /// By the provider's clock.
    pub told_at: Timestamp,
    pub received_at: Timestamp,
    /// Stable code such as `twilio_30005`; `None` when all is well.
    pub reason: Option<String>,
    /// The provider's words.
    pub words: String,
    /// As it came.
    pub raw: serde_json::Value,
}

/// One check that decided whether the message may go.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Check {
    /// A word of [`CheckCode`](crate::eligibility::CheckCode).
    pub code: String,
    pub passed: bool,
    /// In words.
    pub text: String,
    /// The reference's code of the exclusion (reference §4.9), where it failed and there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reference_code: Option<String>,
}

/// Everything the message page shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct MessageDetail {
    pub message: Message,
    /// Below zero: a draft, of a proof; see [`Edition`](crate::preview::Edition).
    pub campaign_version: i64,
    pub configuration_name: String,
    /// After this time it is given up instead of tried again.
    pub retried_until: Timestamp,
    pub created_by: String,
    /// In the order in which they were made, at `checked_at`.
    pub checks: Vec<Check>,
    pub checked_at: Option<Timestamp>,
    pub rendered_at: Option<Timestamp>,
    pub rendered: Option<RenderedMessage>,
    /// Oldest first.
    pub attempts: Vec<Attempt>,
    /// What the provider told afterwards, in the order in which it came.
    pub feedback: Vec<Feedback>,
    /// Of a rich message that goes as SMS.
    #[serde(default)]
    pub fallback: Option<Fallback>,
    /// Files that go with it: those of the campaign, then those of the call.
    #[serde(default)]
    pub attachments: Vec<FileLine>,
    /// Copies of it, for an archive and for seed addresses.
    #[serde(default)]
    pub copies: Vec<MailCopy>,
    /// What the call said of the recipient: `profile` and `context` as JSON.
    pub recipient: serde_json::Value,
}

/// A rendered message with its headers, as it was handed over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RenderedMessage {
    #[serde(flatten)]
    pub content: Rendered,
    /// Of a mail: name and value, in order.
    pub headers: Vec<(String, String)>,
}

/// Which messages or executions to list. Empty fields do not filter.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct LogFilter {
    pub campaign_id: String,
    pub execution_id: String,
    /// A [`MessageState`] word (messages), or an execution status word (executions).
    pub state: String,
    /// An [`Exclusion`](crate::eligibility::Exclusion) word; messages only, and of these only excluded ones.
    pub reason: String,
    /// A [`Channel`] word; messages only.
    pub channel: String,
    /// A [`MessageKind`] word; messages only.
    pub kind: String,
    /// Start of the address or of the userId.
    pub recipient: String,
    pub request_id: String,
    /// RFC 3339, or a local time of `zone`: `2026-12-01T09:00`.
    pub from: String,
    pub until: String,
    /// IANA name such as `Asia/Seoul`; empty: UTC.
    pub zone: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_leaves_a_final_state_but_by_the_providers_word() {
        for state in MessageState::ALL.iter().copied().filter(|state| state.is_final()) {
            for next in MessageState::ALL.iter().copied() {
                let by_provider = FeedbackKind::ALL.iter().any(|kind| kind.state() == Some(next));
                assert!(state.to(next).is_err() || by_provider, "{state} → {next}");
            }
        }
    }

    #[test]
    fn every_exclusion_is_counted_under_its_reason() {
        let mut counts = MessageCounts::default();
        counts.add(MessageState::Excluded, Some("no_consent"), 3);
        counts.add(MessageState::Excluded, Some("frequency_cap"), 2);
        counts.add(MessageState::Sent, None, 5);
        let by_reason = [("frequency_cap".to_owned(), 2), ("no_consent".to_owned(), 3)];
        assert_eq!((counts.total, counts.handed_over, counts.excluded), (10, 5, 5));
        assert!(counts.excluded_by_reason.into_iter().eq(by_reason));
    }

    #[test]
    fn a_message_goes_from_the_queue_to_the_server_and_back_for_a_retry() {
        let sending = MessageState::Queued.to(MessageState::Sending).unwrap();
        assert_eq!(sending.to(MessageState::Queued), Ok(MessageState::Queued));
        assert_eq!(sending.to(MessageState::Sent), Ok(MessageState::Sent));
    }
}
