//! Answers to what people write, as the configuration has them. Each is sent once, at most: it is begun only after what it
//! answers was noted, and never tried again.

use std::time::Duration;

use domain::channel_configuration::Sender;
use domain::content::{Rendered, RenderedMobile};
use domain::id::{InboundId, MessageId};
use domain::message::{Outcome, RenderedMessage};
use domain::sandbox::SandboxMode;

use super::Keyword;
use crate::ids::new_id;
use crate::providers::Inbound;
use crate::senders::Parcel;
use crate::store::channel_configurations::StoredConfiguration;
use crate::store::{message_events, suppressions};
use crate::{Engine, Result};

/// Replies to one person in a day: two machines that answer each other come to an end.
const REPLIES_MAX: i64 = 5;

impl Engine {
    /// Has the person written STOP to this sender?
    async fn has_left(&self, stored: &StoredConfiguration, number: &str) -> Result<bool> {
        let id = stored.configuration.id.as_str();
        let channel = stored.configuration.channel;
        Ok(suppressions::find(self.store(), &stored.sandbox, channel, number, id).await?.is_some())
    }

    /// Sends the reply to a keyword, when there is one, and notes how that ended beside what it answers. In capture mode
    /// nothing leaves.
    pub(super) async fn reply(
        &self,
        id: &InboundId,
        stored: &StoredConfiguration,
        inbound: &Inbound,
        keyword: Keyword,
    ) -> Result<()> {
        let Sender::Mobile(sender) = &stored.configuration.sender else { return Ok(()) };
        let text = match keyword {
            Keyword::Stop => &sender.replies.stop,
            Keyword::Start => &sender.replies.start,
            Keyword::Help => &sender.replies.help,
            Keyword::Other => &sender.replies.other,
        };
        if text.is_empty() || inbound.from == sender.from_number {
            return Ok(());
        }
        let since = self.now().minus(Duration::from_hours(24));
        let replies =
            message_events::replies_since(self.store(), &stored.configuration.id, &inbound.from, since).await?;
        let most = if keyword == Keyword::Other { 1 } else { REPLIES_MAX };
        let has_left = keyword == Keyword::Other && self.has_left(stored, &inbound.from).await?;
        if replies >= most || has_left {
            return Ok(());
        }
        let sending = self.sending_configuration(&stored.configuration.id).await?;
        let capture = self.find_sandbox(&stored.sandbox).await?.mode == SandboxMode::Capture;
        let mobile = RenderedMobile { text: text.clone(), ..RenderedMobile::default() };
        let rendered = RenderedMessage { content: Rendered::Mobile(mobile), headers: Vec::new() };
        // A reference of its own: no message of a campaign is meant.
        let reference = new_id(self.now(), MessageId::new);
        let parcel = Parcel { message: &reference, address: &inbound.from, rendered, mail: None };
        let answer = self.0.delivery.senders.send(&sending, capture, parcel, self.now()).await;
        let outcome = if answer.outcome == Outcome::Accepted {
            "sent".to_owned()
        } else {
            format!("{} {}", answer.reason.unwrap_or_default(), answer.words)
        };
        let mut tx = self.store().begin().await?;
        message_events::set_reply(&mut tx, id, text, &super::storable(&outcome)).await?;
        tx.commit().await
    }
}
