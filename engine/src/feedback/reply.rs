//! Answers to what people write, as the configuration has them. Each is sent once, at most: it is begun only after what it
//! answers was noted, and never tried again.

use std::time::Duration;

use domain::channel_configuration::{MobileSender, Sender};
use domain::content::{Rendered, RenderedMobile};
use domain::id::{InboundId, MessageId};
use domain::inbound::{Effect, Reply, ReplyOutcome};
use domain::keywords::{FuzzyStop, Meaning, Understood};
use domain::message::{Attempt, Outcome, RenderedMessage};
use domain::sandbox::SandboxMode;

use crate::ids::new_id;
use crate::providers::Inbound;
use crate::senders::Parcel;
use crate::store::channel_configurations::StoredConfiguration;
use crate::store::{inbound_messages, suppressions};
use crate::{Engine, Result};

/// Replies to one person in a day: two machines that answer each other come to an end.
const REPLIES_MAX: i64 = 5;
const DAY: Duration = Duration::from_hours(24);

impl Engine {
    /// Has the person written STOP to this sender?
    async fn has_left(&self, stored: &StoredConfiguration, number: &str) -> Result<bool> {
        let id = stored.configuration.id.as_str();
        let channel = stored.configuration.channel;
        Ok(suppressions::find(self.store(), &stored.sandbox, channel, number, id).await?.is_some())
    }

    /// Sends the reply, when there is one, and notes how that ended beside what it answers. In capture mode nothing leaves.
    pub(super) async fn reply(
        &self,
        id: &InboundId,
        stored: &StoredConfiguration,
        inbound: &Inbound,
        understood: &Understood<'_>,
        effect: Effect,
    ) -> Result<()> {
        let Sender::Mobile(sender) = &stored.configuration.sender else { return Ok(()) };
        let text = text_of(sender, understood, effect);
        if text.is_empty()
            || inbound.from == sender.from_number
            || !self.may_reply(stored, &inbound.from, understood.meaning, effect).await?
        {
            return Ok(());
        }
        let sending = self.sending_configuration(&stored.configuration.id).await?;
        let capture = self.find_sandbox(&stored.sandbox).await?.mode == SandboxMode::Capture;
        let mobile = RenderedMobile { text: text.to_owned(), ..RenderedMobile::default() };
        let rendered = RenderedMessage { content: Rendered::Mobile(mobile), headers: Vec::new() };
        // A reference of its own: no message of a campaign is meant.
        let reference = new_id(self.now(), MessageId::new);
        let parcel = Parcel { message: &reference, address: &inbound.from, rendered, mail: None };
        let answer = self.0.delivery.senders.send(&sending, capture, parcel, self.now()).await;
        let outcome = match answer.outcome {
            Outcome::Accepted if answer.via == Attempt::CAPTURE => ReplyOutcome::Captured,
            Outcome::Accepted => ReplyOutcome::Sent,
            _ => ReplyOutcome::Failed,
        };
        let detail = (outcome == ReplyOutcome::Failed)
            .then(|| super::storable(&format!("{} {}", answer.reason.unwrap_or_default(), answer.words)));
        let mut tx = self.store().begin().await?;
        inbound_messages::set_reply(&mut tx, id, &Reply { text: text.to_owned(), outcome, detail }).await?;
        tx.commit().await
    }

    /// Has the person not had enough of them? Whoever has left gets none but to what was asked for by a keyword of all.
    async fn may_reply(
        &self,
        stored: &StoredConfiguration,
        number: &str,
        meaning: Meaning,
        effect: Effect,
    ) -> Result<bool> {
        let id = &stored.configuration.id;
        let since = self.now().minus(DAY);
        let replies = async |to| inbound_messages::replies_since(self.store(), id, number, since, to).await;
        if replies(None).await? >= REPLIES_MAX {
            return Ok(false);
        }
        let is_guess = matches!(meaning, Meaning::Other | Meaning::FuzzyStop);
        if is_guess && replies(Some(meaning)).await? > 0 {
            return Ok(false);
        }
        let is_chat = (is_guess || meaning == Meaning::Custom) && effect == Effect::None;
        Ok(!(is_chat && self.has_left(stored, number).await?))
    }
}

/// Empty: there is no answer. After STOP there is one confirmation, and then silence.
fn text_of<'a>(sender: &'a MobileSender, understood: &Understood<'a>, effect: Effect) -> &'a str {
    let replies = &sender.replies;
    match understood.meaning {
        Meaning::Stop | Meaning::FuzzyStop if effect == Effect::OptedOut => &replies.stop,
        Meaning::FuzzyStop if sender.keywords.fuzzy_stop == FuzzyStop::Ask => &replies.fuzzy,
        Meaning::Stop | Meaning::FuzzyStop => "",
        Meaning::Start if effect == Effect::Asked => &replies.confirm,
        Meaning::Start | Meaning::Confirm => &replies.start,
        Meaning::Help => &replies.help,
        Meaning::Custom => understood.custom.map_or("", |custom| &custom.reply),
        Meaning::Other => &replies.other,
    }
}
