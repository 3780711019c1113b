//! Where a message is after the word of a provider.

use domain::message::{Feedback, FeedbackKind, MessageState};

use crate::store::message_events::{self, Known};
use crate::store::{Tx, attempts};
use crate::{Engine, Result};

impl Engine {
    /// Two words may come at once: where the other one has moved the message, this one goes on from there.
    pub(super) async fn move_on(&self, tx: &mut Tx, message: &Known, feedback: &Feedback) -> Result<()> {
        let mut from = message.state;
        while let Some(to) = next(tx, message, from, feedback.kind).await? {
            let is_good = matches!(to, MessageState::Delivered | MessageState::Sent);
            let why = (feedback.reason.as_deref(), Some(feedback.words.as_str()));
            let why = if is_good { (None, None) } else { why };
            if message_events::set_state(tx, &message.id, (from, to), why, self.now()).await? {
                break;
            }
            match message_events::find_state(tx, &message.id).await? {
                Some(now) if now != from => from = now,
                _ => break,
            }
        }
        Ok(())
    }
}

/// `None`: it stays where it is.
async fn next(tx: &mut Tx, message: &Known, from: MessageState, told: FeedbackKind) -> Result<Option<MessageState>> {
    if from != MessageState::Queued {
        return Ok(told.state().and_then(|to| from.to(to).ok()));
    }
    // It waits to be tried again. What the provider has got after all is not sent twice; what it has lost is tried again.
    let to = match told {
        FeedbackKind::Delivered => MessageState::Delivered,
        FeedbackKind::Accepted | FeedbackKind::Deferred => MessageState::Sent,
        _ => return Ok(None),
    };
    let is_of_it = attempts::count_in_doubt(tx, &message.id).await? > 0;
    Ok(if is_of_it { from.to(to).ok() } else { None })
}
