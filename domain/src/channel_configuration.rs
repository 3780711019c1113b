//! How a channel sends for us: from-address, reply-to, transport (the reference's §5.1; its old name is *surface*).

mod draft;
mod relay;

use serde::{Deserialize, Serialize};

use crate::consent::ConsentLevel;
pub use crate::email_sender::{EmailSender, SOFT_BOUNCE_THRESHOLD, SOFT_BOUNCE_THRESHOLD_MAX};
use crate::id::ChannelConfigurationId;
pub use crate::mobile_sender::{MobileSender, REPLY_MAX, Replies};
use crate::provider::{ProviderAccount, ProviderKind};
use crate::sandbox::SandboxMode;
use crate::word::words;
use crate::{Fault, Timestamp};
pub use draft::{ChannelConfigurationDraft, CheckedChannelConfiguration};
pub use relay::{MESSAGES_PER_CONNECTION, OAuthClient, SmtpAuth, SmtpRelay, SmtpSecurity};

words! {
    /// What a message travels over.
    Channel {
        Email = "email",
        /// SMS and MMS.
        Mobile = "mobile",
        /// Notifications of apps and web sites.
        Push = "push",
    }
}

words! {
    /// Decides consent, rules and lane: chosen once, for a configuration and for a campaign.
    Category {
        /// Needs opt-in and obeys business rules.
        Marketing = "marketing",
        /// About service; does not need marketing consent.
        Transactional = "transactional",
    }
}

impl Channel {
    /// The identity namespace whose user ids are addresses of this channel.
    pub const fn namespace(self) -> &'static str {
        match self {
            Self::Email | Self::Push => "email",
            Self::Mobile => "phone",
        }
    }
}

impl Category {
    /// The shortest retry window in minutes (the reference's §4.7).
    pub const fn retry_minutes_min(self) -> u32 {
        match self {
            Self::Transactional => 10,
            Self::Marketing => 6 * 60,
        }
    }
}

/// The longest retry window in minutes, and that of a configuration that names none: 84 hours.
pub const RETRY_MINUTES_MAX: u32 = 84 * 60;

/// How fast messages may go; `None`: as fast as the server takes them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Rates {
    /// Messages a second, over all.
    pub max_per_second: Option<u32>,
    /// Messages a second to one domain of addresses.
    pub max_per_second_per_domain: Option<u32>,
}

/// The highest rate that can be set; whoever needs more needs no limit.
pub const RATE_MAX: u32 = 10_000;

impl Rates {
    /// Is there any limit?
    pub const fn are_limited(self) -> bool {
        self.max_per_second.is_some() || self.max_per_second_per_domain.is_some()
    }
}

words! {
    /// Only an active configuration can be used by a campaign.
    ChannelConfigurationStatus { Draft = "draft", Active = "active", Deactivated = "deactivated" }
}

/// Kind of transport, as picked in the form: `capture`, `smtp`, or the word of a provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TransportKind {
    Capture,
    Smtp,
    Provider(ProviderKind),
}

impl TransportKind {
    /// What a channel can be carried by, in the order of the form.
    pub fn of_channel(channel: Channel) -> Vec<Self> {
        let own = match channel {
            Channel::Email => vec![Self::Capture, Self::Smtp],
            Channel::Mobile | Channel::Push => vec![Self::Capture],
        };
        let providers = ProviderKind::ALL.iter().filter(|it| it.channel() == channel).map(|it| Self::Provider(*it));
        own.into_iter().chain(providers).collect()
    }

    /// The word in forms and files.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Capture => "capture",
            Self::Smtp => "smtp",
            Self::Provider(provider) => provider.as_str(),
        }
    }

    fn parse(text: &str, channel: Channel) -> Result<Self, Fault> {
        let kinds = Self::of_channel(channel);
        if text.trim().is_empty() {
            return Err(Fault::new("", "required", "This is needed."));
        }
        kinds.iter().copied().find(|kind| kind.as_str() == text).ok_or_else(|| {
            let words: Vec<_> = kinds.iter().map(|kind| kind.as_str()).collect();
            let shown = crate::word::shown(text);
            Fault::new("", "unknown_word", format!("“{shown}” is not one of {}.", words.join(", ")))
        })
    }
}

/// Where messages of a configuration go.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum Transport {
    /// The capture inbox in the console, also in a live sandbox.
    Capture,
    /// An SMTP relay.
    Smtp(SmtpRelay),
    /// An account at a provider.
    Provider(ProviderAccount),
}

impl Transport {
    /// What was picked in the form.
    pub const fn kind(&self) -> TransportKind {
        match self {
            Self::Capture => TransportKind::Capture,
            Self::Smtp(_) => TransportKind::Smtp,
            Self::Provider(account) => TransportKind::Provider(account.provider),
        }
    }
}

/// Who the messages of a configuration come from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Sender {
    Email(EmailSender),
    Mobile(MobileSender),
    /// An app, which its account names.
    Push {},
}

impl Sender {
    /// In one line; empty for push.
    pub fn label(&self) -> String {
        match self {
            Self::Email(sender) => format!("{} <{}>", sender.from_name, sender.from_address),
            Self::Mobile(sender) => sender.from_number.clone(),
            Self::Push {} => String::new(),
        }
    }

    /// That of mails.
    pub const fn email(&self) -> Option<&EmailSender> {
        match self {
            Self::Email(sender) => Some(sender),
            Self::Mobile(_) | Self::Push {} => None,
        }
    }

    /// Mails go on being signed as before; a fault at `fromAddress` when they cannot.
    pub fn keep_dkim(&mut self, before: &Self) -> Result<(), Fault> {
        match (self, before) {
            (Self::Email(sender), Self::Email(before)) => sender.keep_dkim(before),
            _ => Ok(()),
        }
    }
}

/// A stored channel configuration.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ChannelConfiguration {
    pub id: ChannelConfigurationId,
    pub channel: Channel,
    pub category: Category,
    pub status: ChannelConfigurationStatus,
    pub name: String,
    #[serde(flatten)]
    pub sender: Sender,
    pub transport: Transport,
    /// How long after a call its messages are tried again.
    pub retry_minutes: u32,
    pub rates: Rates,
    /// Another configuration of the channel and category, which sends what this one's server does not take.
    pub failover: Option<ChannelConfigurationId>,
    /// What an answer to its messages means.
    pub consent_level: ConsentLevel,
    /// Counts saves; a save must name the revision it started from.
    pub revision: i64,
    pub modified_at: Timestamp,
    pub modified_by: String,
}

impl ChannelConfiguration {
    /// Does nothing that it sends in such a sandbox leave this machine?
    pub fn is_captured_in(&self, mode: SandboxMode) -> bool {
        mode == SandboxMode::Capture || self.transport == Transport::Capture
    }
}

/// What "Verify" found: the conversation with the server, line by line, without secrets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Verification {
    /// Stable code of what is in the way, as of a failed attempt; `None` when mail could be sent.
    pub reason: Option<String>,
    /// The server's own words for it, or what the network said; empty when nothing is in the way.
    pub words: String,
    /// `S: 220 …` and `C: EHLO …` lines.
    pub transcript: Vec<String>,
    /// Milliseconds for the whole conversation.
    pub duration_ms: i64,
    /// Nobody was contacted: the provider has no harmless call, and only a message shows whether it works.
    #[serde(default)]
    pub nothing_asked: bool,
}
