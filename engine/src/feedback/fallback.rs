//! What is told of a message that went as RCS: whether the SMS goes now, and what comes too late to change anything.

use domain::message::{Fallback, Feedback, MessageState};

use crate::providers::rcs::is_opted_out;
use crate::providers::{Told, ToldKind};
use crate::store::Tx;
use crate::store::message_events::Known;
use crate::store::{attempts, fallbacks};
use crate::{Engine, Result};

/// What a word of the provider does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Turn {
    /// What it does for any message.
    Usual,
    /// The SMS goes now.
    FallsBack,
    /// The SMS went before: it is noted, and changes nothing.
    Late,
}

impl Engine {
    /// Before it was delivered the provider gave it up: it goes as SMS, once. The row that says so and the state change in the
    /// transaction that notes what was told.
    pub(super) async fn rcs_turn(
        &self,
        tx: &mut Tx,
        message: &Known,
        told: &Told,
        feedback: &Feedback,
    ) -> Result<Turn> {
        if !message.of_rcs {
            return Ok(Turn::Usual);
        }
        if fallbacks::exists(tx, &message.id).await? {
            return Ok(Turn::Late);
        }
        let is_lost = matches!(told.kind, ToldKind::Failed | ToldKind::Bounced { .. }) && !is_opted_out(&told.reason);
        if !is_lost {
            return Ok(Turn::Usual);
        }
        // Of two attempts that may have arrived, what is told is of one only.
        let in_doubt = attempts::count_in_doubt(tx, &message.id).await?;
        let is_all_that_went = match message.state {
            MessageState::Sent => in_doubt == 0,
            MessageState::InDoubt | MessageState::Queued => in_doubt == 1,
            _ => false,
        };
        if !is_all_that_went {
            return Ok(Turn::Usual);
        }
        let why = Fallback {
            at: feedback.received_at,
            reason: feedback.reason.clone().unwrap_or_else(|| feedback.kind.to_string()),
            words: feedback.words.clone(),
        };
        let turned = fallbacks::requeue(tx, &message.id, message.state, &why).await?;
        Ok(if turned { Turn::FallsBack } else { Turn::Late })
    }
}

/// That RCS does not reach a number says nothing against the number: only who wants nothing is not written to any more.
pub(super) fn suppresses(message: &Known, told: &Told) -> bool {
    !message.of_rcs || !matches!(told.kind, ToldKind::Bounced { .. }) || is_opted_out(&told.reason)
}
