//! Who is not written to: looked up for each message, entered by feedback and by people.
//!
//! | file | does |
//! |---|---|
//! | `list` | the suppression list, as callers and people see and change it |
//! | `allow_list` | who else mails of a sandbox go to nobody |
//! | `uploads` | the suppression list from a file |

mod allow_list;
mod list;
mod uploads;

use std::sync::Arc;
use std::time::Duration;

use domain::allow_list::AllowedKeys;
use domain::channel_configuration::{Category, Channel};
use domain::id::ChannelConfigurationId;
use domain::message::Attempt;
use domain::push_token::PushToken;
use domain::suppression::{NOT_ALLOWED, Suppression, SuppressionReason};
use domain::{Fault, SandboxName, Timestamp};

use crate::campaigns::CompiledVersion;
use crate::lane::Lane;
use crate::recent::Recent;
use crate::store::messages::Claimed;
pub use crate::store::suppression_pages::By;
use crate::store::{Tx, allow_lists, push_tokens, suppressions};
use crate::{Engine, Result};
pub use list::{ListQuery, NewEntry, entry_id};
pub use uploads::UploadBy;

/// What a sandbox has of both lists: where nothing is suppressed and nothing restricts, no message asks.
#[derive(Clone, Default)]
struct Lists {
    any_suppressed: bool,
    /// `None`: the allow list is not active.
    allowed: Option<Arc<AllowedKeys>>,
}

/// The lists of sandboxes, as they were within the last second.
pub(crate) struct SuppressionCache(Recent<SandboxName, Lists>);

impl Default for SuppressionCache {
    fn default() -> Self {
        Self(Recent::new(1_000, Some(Duration::from_secs(1))))
    }
}

impl SuppressionCache {
    pub(crate) fn forget(&self, sandbox: &SandboxName) {
        self.0.forget(sandbox);
    }
}

/// How an address stands on the lists of its sandbox.
#[derive(Debug, Clone, Default)]
pub(crate) struct Standing {
    /// What keeps messages of this category away.
    pub(crate) suppression: Option<Suppression>,
    /// `None`: the allow list is not active. Otherwise whether the address is on it, or what is told.
    pub(crate) allowed: Option<std::result::Result<(), String>>,
}

impl Standing {
    /// What is answered to a message for the address, if it does not go. Suppression comes first.
    pub(crate) fn refusal(&self) -> Option<Fault> {
        let suppressed = self.suppression.as_ref().map(|it| Fault::new("", it.code(), it.words()));
        suppressed.or_else(|| self.not_allowed())
    }

    pub(crate) fn not_allowed(&self) -> Option<Fault> {
        let words = self.allowed.as_ref()?.as_ref().err()?;
        Some(Fault::new("", NOT_ALLOWED, words.clone()))
    }
}

/// An address, and who wants to write to it.
pub(crate) struct Approach<'a> {
    pub(crate) sandbox: &'a SandboxName,
    pub(crate) channel: Channel,
    pub(crate) address: &'a str,
    pub(crate) category: Category,
    /// The configuration that sends.
    pub(crate) by: &'a ChannelConfigurationId,
    /// The one whose message it is, whichever stands in.
    pub(crate) own: &'a ChannelConfigurationId,
}

impl Engine {
    /// How the address of a message stands. Another process's entry holds within a second.
    pub(crate) async fn standing_of(&self, message: &Claimed, version: &CompiledVersion) -> Result<Standing> {
        let by = &message.queue.configuration_id;
        let channel = version.definition.content.channel();
        // Who wants nothing from a sender gets it from nobody else instead.
        let own = message.home.as_ref().unwrap_or(by);
        let category = category_of(message.queue.lane);
        let (sandbox, address) = (&message.sandbox, message.address.as_str());
        self.standing(Approach { sandbox, channel, address, category, by, own }).await
    }

    pub(crate) async fn standing(&self, approach: Approach<'_>) -> Result<Standing> {
        let Approach { sandbox, channel, address, category, by, own } = approach;
        let lists = self.lists(sandbox).await?;
        let allowed = allowed(&lists, channel, address);
        if !lists.any_suppressed {
            return Ok(Standing { suppression: None, allowed });
        }
        let configurations = [by.as_str(), own.as_str()];
        let found = suppressions::find(self.store(), sandbox, channel, address, configurations).await?;
        let mut suppression = None;
        for found in found {
            let is_complaint = found.reason == SuppressionReason::Complained;
            if is_complaint && category == Category::Transactional && self.sends_to_complained(own).await? {
                continue;
            }
            suppression = Some(found);
            break;
        }
        Ok(Standing { suppression, allowed })
    }

    /// How an address that is nobody's in particular stands on the allow list.
    pub(crate) async fn standing_of_copy(&self, sandbox: &SandboxName, address: &str) -> Result<Standing> {
        let allowed = allowed(&self.lists(sandbox).await?, Channel::Email, address);
        Ok(Standing { suppression: None, allowed })
    }

    async fn lists(&self, sandbox: &SandboxName) -> Result<Lists> {
        let load = async {
            let Some(look) = suppressions::look(self.store(), sandbox).await? else { return Ok(None) };
            let allowed = if look.allow_list_active {
                Some(Arc::new(AllowedKeys::of(allow_lists::addresses(self.store(), sandbox).await?)))
            } else {
                None
            };
            Ok::<_, crate::Error>(Some(Lists { any_suppressed: look.any, allowed }))
        };
        Ok(self.0.suppressions.0.find_or(sandbox, self.now(), load).await?.unwrap_or_default())
    }

    async fn sends_to_complained(&self, id: &ChannelConfigurationId) -> Result<bool> {
        let sending = self.configuration_if_any(id).await?;
        let sender = sending.as_deref().and_then(|sending| sending.configuration.sender.email());
        Ok(sender.is_some_and(|sender| sender.send_to_complained))
    }

    /// An answer said that the address will never work. A device's token is removed from the registry as well, unless the
    /// device has registered anew since the provider last heard of it.
    pub(crate) async fn suppress_after(&self, tx: &mut Tx, message: &Claimed, attempt: &Attempt) -> Result<()> {
        let (sandbox, address) = (&message.sandbox, &message.address);
        if let Some(token) = PushToken::from_address(address) {
            let gone_at = told_time(&attempt.answer).unwrap_or(message.created_at);
            return push_tokens::remove_older(tx, sandbox, &token, gone_at).await;
        }
        let channel = if address.contains('@') { Channel::Email } else { Channel::Mobile };
        let suppression = Suppression {
            detail: attempt.answer.clone(),
            message_id: Some(message.id.clone()),
            ..Suppression::of(channel, address, SuppressionReason::Bounced, self.now())
        };
        suppressions::insert(tx, sandbox, &suppression).await?;
        self.0.suppressions.forget(sandbox);
        Ok(())
    }
}

fn allowed(lists: &Lists, channel: Channel, address: &str) -> Option<std::result::Result<(), String>> {
    let keys = lists.allowed.as_ref().filter(|_| channel == Channel::Email)?;
    Some(if keys.allow(address) { Ok(()) } else { Err(keys.words(address)) })
}

/// Since when a device is gone, as the sender of APNs writes it behind its words.
fn told_time(words: &str) -> Option<Timestamp> {
    let (_, millis) = words.rsplit_once("timestamp=")?;
    millis.trim().parse().ok().map(Timestamp::from_millis)
}

fn category_of(lane: Lane) -> Category {
    match lane {
        Lane::Marketing => Category::Marketing,
        _ => Category::Transactional,
    }
}
