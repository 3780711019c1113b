//! Answers to what people write, as the configuration has them. Each is sent once, at most: it is begun only after what it
//! answers was noted, and never tried again. One whose end nobody saw stays `begun`.

use std::sync::Arc;
use std::time::Duration;

use domain::channel_configuration::{MobileSender, Sender};
use domain::content::{Rendered, RenderedMobile};
use domain::id::{InboundId, MessageId};
use domain::inbound::{Effect, Reply, ReplyOutcome};
use domain::keywords::{FuzzyStop, Meaning, Understood};
use domain::message::{Attempt, Outcome, RenderedMessage};
use domain::sandbox::SandboxMode;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::channel_configurations::SendingConfiguration;
use crate::ids::new_id;
use crate::senders::Parcel;
use crate::store::channel_configurations::StoredConfiguration;
use crate::store::{inbound_messages, suppressions};
use crate::{Engine, Result};

/// Replies to one person in a day: two machines that answer each other come to an end.
const REPLIES_MAX: i64 = 5;
const DAY: Duration = Duration::from_hours(24);

/// Replies on their way at once. They are few and small; what is beyond them is not sent, because whoever told us what a
/// person wrote must not wait for a slow provider.
const AT_ONCE: u32 = 1_000;

/// Replies on their way.
pub(crate) struct Replies(Arc<Semaphore>);

impl Default for Replies {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(AT_ONCE as usize)))
    }
}

impl Replies {
    fn place(&self) -> Option<OwnedSemaphorePermit> {
        Arc::clone(&self.0).try_acquire_owned().ok()
    }

    async fn all_ended(&self) {
        let _all = self.0.acquire_many(AT_ONCE).await;
    }
}

impl Engine {
    /// Has the person written STOP to this sender?
    async fn has_left(&self, stored: &StoredConfiguration, number: &str) -> Result<bool> {
        let id = stored.configuration.id.as_str();
        let channel = stored.configuration.channel;
        Ok(!suppressions::find(self.store(), &stored.sandbox, channel, number, [id, ""]).await?.is_empty())
    }

    /// Begins the reply, when there is one. Whoever told us what the person wrote does not wait for the end, which is noted
    /// beside what is answered. In capture mode nothing leaves.
    pub(super) async fn reply(
        &self,
        id: InboundId,
        stored: &StoredConfiguration,
        person: &str,
        understood: &Understood<'_>,
        effect: Effect,
    ) -> Result<()> {
        let Sender::Mobile(sender) = &stored.configuration.sender else { return Ok(()) };
        let text = text_of(sender, understood, effect);
        if text.is_empty()
            || person == sender.from_number
            || !self.may_reply(stored, person, understood.meaning, effect).await?
        {
            return Ok(());
        }
        let reply = Reply { text: text.to_owned(), outcome: ReplyOutcome::Begun, detail: None };
        let Some(place) = self.0.replies.place() else {
            let detail = Some("busy Too many replies were on their way.".to_owned());
            return self.note_reply(&id, &Reply { outcome: ReplyOutcome::Failed, detail, ..reply }).await;
        };
        self.note_reply(&id, &reply).await?;
        let sending = self.sending_configuration(&stored.configuration.id).await?;
        let capture = self.find_sandbox(&stored.sandbox).await?.mode == SandboxMode::Capture;
        let (engine, person) = (self.clone(), person.to_owned());
        tokio::spawn(async move {
            let _place = place;
            let ended = engine.send_reply(&sending, capture, &person, reply).await;
            if let Err(error) = engine.note_reply(&id, &ended).await {
                tracing::warn!(inbound = %id, %error, "how a reply ended could not be noted");
            }
        });
        Ok(())
    }

    /// The same with how that ended.
    async fn send_reply(&self, sending: &SendingConfiguration, capture: bool, person: &str, reply: Reply) -> Reply {
        let mobile = RenderedMobile { text: reply.text.clone(), ..RenderedMobile::default() };
        let rendered = RenderedMessage { content: Rendered::Mobile(mobile), headers: Vec::new() };
        // A reference of its own: no message of a campaign is meant.
        let reference = new_id(self.now(), MessageId::new);
        let parcel = Parcel { message: &reference, address: person, rendered, mail: None };
        let answer = self.0.delivery.senders.send(sending, capture, parcel, self.now()).await;
        let outcome = match answer.outcome {
            Outcome::Accepted if answer.via == Attempt::CAPTURE => ReplyOutcome::Captured,
            Outcome::Accepted => ReplyOutcome::Sent,
            _ => ReplyOutcome::Failed,
        };
        let detail = (outcome == ReplyOutcome::Failed)
            .then(|| super::storable(&format!("{} {}", answer.reason.unwrap_or_default(), answer.words)));
        Reply { outcome, detail, ..reply }
    }

    async fn note_reply(&self, id: &InboundId, reply: &Reply) -> Result<()> {
        let mut tx = self.store().begin().await?;
        inbound_messages::set_reply(&mut tx, id, reply).await?;
        tx.commit().await
    }

    /// Waits until no reply is on its way. For an orderly end.
    pub async fn finish_replies(&self) {
        self.0.replies.all_ended().await;
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
