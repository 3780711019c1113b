//! Addresses and domains that are not written to any more (reference §4.2).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Timestamp;
use crate::channel_configuration::Channel;
use crate::eligibility::Exclusion;
use crate::id::{ChannelConfigurationId, MessageId};
use crate::listed::Listed;
use crate::word::words;

words! {
    /// Why.
    SuppressionReason {
        /// A provider says that there is no such address, or that the device is gone.
        Bounced = "bounced",
        /// Mails did not arrive once too often, each for a while only.
        SoftBounced = "soft_bounced",
        /// The person called a message spam.
        Complained = "complained",
        /// The person wrote STOP to the sender, or the carrier says so.
        OptedOut = "opted_out",
        /// Somebody here entered it.
        Manual = "manual",
    }
}

words! {
    /// The reference's categories, and what it keeps elsewhere: what the person wants.
    SuppressionKind {
        Hard = "hard",
        Soft = "soft",
        Manual = "manual",
        /// Wrote STOP.
        Wish = "wish",
    }
}

impl SuppressionReason {
    pub const fn kind(self) -> SuppressionKind {
        match self {
            Self::Bounced | Self::Complained => SuppressionKind::Hard,
            Self::SoftBounced => SuppressionKind::Soft,
            Self::Manual => SuppressionKind::Manual,
            Self::OptedOut => SuppressionKind::Wish,
        }
    }

    /// Does the person want it so? Such an entry stands beside what we found out of the address.
    pub const fn is_own_wish(self) -> bool {
        matches!(self.kind(), SuppressionKind::Wish)
    }
}

/// An address that is not written to, or a domain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Suppression {
    pub channel: Channel,
    /// Of a domain its name, without `@`.
    pub address: String,
    /// All addresses of a domain; of email only.
    pub is_domain: bool,
    pub reason: SuppressionReason,
    /// The provider's words, what the person wrote, or the comment of whoever entered it.
    pub detail: String,
    /// Who entered it; empty: nobody did.
    pub entered_by: String,
    /// Only messages of this configuration are kept away; `None`: all of the channel.
    pub configuration_id: Option<ChannelConfigurationId>,
    /// The message that showed it.
    pub message_id: Option<MessageId>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

impl Suppression {
    /// Of an address, for the whole channel.
    pub fn of(channel: Channel, address: impl Into<String>, reason: SuppressionReason, now: Timestamp) -> Self {
        Self {
            channel,
            address: address.into(),
            is_domain: false,
            reason,
            detail: String::new(),
            entered_by: String::new(),
            configuration_id: None,
            message_id: None,
            created_at: now,
            updated_at: now,
        }
    }

    /// What somebody entered by hand.
    pub fn by_hand(listed: &Listed, comment: String, by: String, now: Timestamp) -> Self {
        let of_address = Self::of(Channel::Email, listed.as_str(), SuppressionReason::Manual, now);
        Self { is_domain: listed.is_domain(), detail: comment, entered_by: by, ..of_address }
    }

    /// How many soft bounces suppressed it; the words of the entry begin so.
    pub fn soft_bounces(&self) -> u64 {
        let number = self.detail.split(' ').next().filter(|_| self.reason == SuppressionReason::SoftBounced);
        number.and_then(|number| number.parse().ok()).unwrap_or_default()
    }

    /// Why no message goes there; ends the message.
    pub const fn code(&self) -> &'static str {
        if self.is_domain { DOMAIN_SUPPRESSED } else { SUPPRESSED }
    }

    /// For a check that failed.
    pub fn words(&self) -> String {
        let why = match self.reason {
            SuppressionReason::Bounced => "nothing arrives there",
            SuppressionReason::SoftBounced => "too many messages in a row did not arrive there",
            SuppressionReason::Complained => "the person called a message spam",
            SuppressionReason::OptedOut => "the person opted out of this sender",
            SuppressionReason::Manual if self.entered_by.is_empty() => "somebody entered it",
            SuppressionReason::Manual => return self.words_by_hand(),
        };
        format!("{} is suppressed since {}: {why}.", self.what(), self.created_at)
    }

    fn words_by_hand(&self) -> String {
        let Self { entered_by, detail, created_at, .. } = self;
        let comment = if detail.is_empty() { String::new() } else { format!(" (“{detail}”)") };
        format!("{} is suppressed since {created_at}: {entered_by} entered it{comment}.", self.what())
    }

    fn what(&self) -> String {
        if self.is_domain { format!("The domain {}", self.address) } else { "The address".to_owned() }
    }
}

/// An address is not written to any more.
pub const SUPPRESSED: &str = Exclusion::Suppressed.as_str();
/// Nobody at the domain is written to.
pub const DOMAIN_SUPPRESSED: &str = Exclusion::DomainSuppressed.as_str();
/// The allow list is active, and neither the address nor its domain is on it.
pub const NOT_ALLOWED: &str = Exclusion::NotAllowed.as_str();

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_check_says_who_entered_a_domain_and_why() {
        let at = Timestamp::from_millis(0);
        let listed: Listed = "example.com".parse().unwrap();
        let domain = Suppression::by_hand(&listed, "Competitor".into(), "ann@example.org".into(), at);
        let words = "The domain example.com is suppressed since 1970-01-01T00:00:00.000Z: ann@example.org entered it \
             (“Competitor”).";
        assert_eq!((domain.words().as_str(), domain.code()), (words, "domain_suppressed"));
        let bounced = Suppression::of(Channel::Email, "a@example.com", SuppressionReason::Bounced, at);
        assert!(bounced.words().starts_with("The address is suppressed since "), "{}", bounced.words());
    }
}
