//! Addresses that are not written to any more (reference §4.2).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Timestamp;
use crate::channel_configuration::{Category, Channel};
use crate::id::{ChannelConfigurationId, MessageId};
use crate::word::words;

words! {
    /// Why.
    SuppressionReason {
        /// A provider says that there is no such address, or that the device is gone.
        Bounced = "bounced",
        /// The person called a message spam.
        Complained = "complained",
        /// The person wants no more marketing.
        Unsubscribed = "unsubscribed",
        /// The person wrote STOP to the sender, or the carrier says so.
        OptedOut = "opted_out",
        /// Somebody here entered it.
        Manual = "manual",
    }
}

impl SuppressionReason {
    /// Does it keep messages of this category away? What is about service goes to people who want no marketing.
    pub const fn stops(self, category: Category) -> bool {
        match self {
            Self::Bounced | Self::OptedOut | Self::Manual => true,
            Self::Complained | Self::Unsubscribed => matches!(category, Category::Marketing),
        }
    }
}

/// An address that is not written to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Suppression {
    pub channel: Channel,
    pub address: String,
    pub reason: SuppressionReason,
    /// The provider's words, or what the person wrote.
    pub detail: String,
    /// Only messages of this configuration are kept away; `None`: all of the channel.
    pub configuration_id: Option<ChannelConfigurationId>,
    /// The message that showed it.
    pub message_id: Option<MessageId>,
    pub created_at: Timestamp,
}

impl Suppression {
    /// For a check that failed.
    pub fn words(&self) -> String {
        let why = match self.reason {
            SuppressionReason::Bounced => "nothing arrives there",
            SuppressionReason::Complained => "the person called a message spam",
            SuppressionReason::Unsubscribed => "the person unsubscribed",
            SuppressionReason::OptedOut => "the person opted out of this sender",
            SuppressionReason::Manual => "somebody entered it",
        };
        format!("The address is suppressed since {}: {why}.", self.created_at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_unsubscribed_still_gets_what_is_about_service_and_whoever_wrote_stop_does_not() {
        use SuppressionReason::{Bounced, Complained, Manual, OptedOut, Unsubscribed};
        for reason in [Bounced, Complained, Unsubscribed, OptedOut, Manual] {
            assert!(reason.stops(Category::Marketing), "{reason}");
        }
        let service: Vec<_> =
            SuppressionReason::ALL.iter().filter(|reason| reason.stops(Category::Transactional)).collect();
        assert_eq!(service, [&Bounced, &OptedOut, &Manual]);
    }
}
