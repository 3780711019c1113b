//! One message: prepared, handed over. Whatever happens, it gets an answer.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Instant;

use domain::Failure;
use domain::id::AttemptId;
use domain::message::{Attempt, Outcome};
use domain::sandbox::SandboxMode;
use futures::FutureExt as _;

use super::prepare::{Prepared, prepare, refused};
use super::record::Done;
use crate::campaigns::CompiledVersion;
use crate::channel_configurations::SendingConfiguration;
use crate::ids::new_id;
use crate::senders::Answer;
use crate::store::attempts::Rendering;
use crate::store::messages::Claimed;
use crate::{Engine, Error, Result};

/// Longest answer of a server that is kept, in characters.
const ANSWER_MAX: usize = 2_000;

/// What a message needs beside itself.
pub(super) struct Surroundings {
    pub(super) mode: SandboxMode,
    pub(super) version: Arc<CompiledVersion>,
    /// `None`: there is no such configuration.
    pub(super) sending: Option<Arc<SendingConfiguration>>,
}

struct Made {
    answer: Answer,
    rendering: Option<Rendering>,
    capture: bool,
}

impl Engine {
    /// Makes the attempt and says how it ended. Never fails: what goes wrong on our side is tried again later.
    pub(super) async fn attempt(&self, message: Arc<Claimed>) -> Done {
        let started_at = self.now();
        let clock = Instant::now();
        // One message that our code stumbles over must not stop the others.
        let made = AssertUnwindSafe(self.make_attempt(&message)).catch_unwind().await;
        let made = made.unwrap_or_else(|_| Err(Error::unexpected(format!("the attempt for {} panicked", message.id))));
        let Made { answer, rendering, capture } =
            made.unwrap_or_else(|error| Made { answer: our_fault(error), rendering: None, capture: false });
        let attempt = Attempt {
            id: new_id(started_at, AttemptId::new),
            number: message.attempt,
            outcome: answer.outcome,
            via: answer.via,
            answer: storable(&answer.words),
            reason: answer.reason,
            started_at,
            duration_ms: i64::try_from(clock.elapsed().as_millis()).unwrap_or(i64::MAX),
        };
        Done { message, attempt, rendering, capture }
    }

    async fn make_attempt(&self, message: &Arc<Claimed>) -> Result<Made> {
        let around = self.surroundings(message).await?;
        let sending = around.sending.clone();
        let Prepared { rendering, mail, capture } = self.prepare_aside(Arc::clone(message), around).await?;
        let answer = match (mail, &sending) {
            // May take longer than the lease, which is renewed meanwhile.
            (Ok(mail), Some(sending)) => self.0.delivery.senders.send(sending, capture, mail).await,
            (Ok(_), None) => return Err(Error::unexpected("a mail without a configuration")),
            (Err(fault), _) => refused(fault),
        };
        Ok(Made { answer, rendering: Some(rendering), capture })
    }

    /// A content may work hard: never on a thread that answers calls, and never on all processors.
    async fn prepare_aside(&self, message: Arc<Claimed>, around: Surroundings) -> Result<Prepared> {
        let _turn = self.0.delivery.renderers.acquire().await.map_err(Error::unexpected)?;
        let now = self.now();
        tokio::task::spawn_blocking(move || prepare(&message, &around, now)).await.map_err(Error::unexpected)
    }

    async fn surroundings(&self, message: &Claimed) -> Result<Surroundings> {
        let version = self.version(&message.campaign_id, message.campaign_version).await?;
        let sending = match self.sending_configuration(&version.definition.configuration_id).await {
            Ok(sending) => Some(sending),
            Err(Error::Failure(Failure::NotFound { .. })) => None,
            Err(error) => return Err(error),
        };
        let mode = self.find_sandbox(&message.sandbox).await?.mode;
        Ok(Surroundings { mode, version, sending })
    }
}

/// Something is broken here: logged under a reference, and tried again.
fn our_fault(error: Error) -> Answer {
    let failure = error.into_failure();
    Answer {
        outcome: Outcome::Retry,
        via: "hermod".to_owned(),
        words: failure.to_string(),
        reason: Some(failure.code().to_owned()),
    }
}

/// A server may say anything: one line, of bounded length, without what PostgreSQL cannot store.
fn storable(answer: &str) -> String {
    answer.chars().take(ANSWER_MAX).map(|letter| if letter.is_control() { ' ' } else { letter }).collect()
}
