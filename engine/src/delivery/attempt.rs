//! One message: prepared, handed over. Whatever happens, it gets an answer.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Instant;

use domain::Timestamp;
use domain::address::EmailAddress;
use domain::id::MessageId;
use domain::message::{Attempt, Fallback, Outcome};
use domain::sandbox::SandboxMode;
use domain::variants::VariantKey;
use futures::FutureExt as _;

use super::Shared;
use super::copies::CopyTo;
use super::prepare::{Obstacle, Prepared, prepare};
use super::rcs::HandedOver;
use super::record::{After, Done};
use super::retry::retried_until;
use crate::campaigns::CompiledVersion;
use crate::channel_configurations::{SendingConfiguration, Signing};
use crate::eligibility::Facts;
use crate::files::{Attached, Missing};
use crate::runs::SharedContext;
use crate::senders::Answer;
use crate::store::attempts::Rendering;
use crate::store::messages::{Claimed, QuietWait};
use crate::tracking::Tokens;
use crate::{Engine, Error, Result};

/// Longest answer of a server that is kept, in characters.
const ANSWER_MAX: usize = 2_000;

/// Most bytes of a recipient's data whose rendering a quick content is trusted with.
const LITTLE_DATA: usize = 16 * 1024;

/// What a message needs beside itself.
pub(super) struct Surroundings {
    pub(super) mode: SandboxMode,
    pub(super) version: Arc<CompiledVersion>,
    /// `None`: there is no such configuration.
    pub(super) sending: Option<Arc<SendingConfiguration>>,
    /// Of a mail that comes back to an address of its own.
    pub(super) return_path: Option<EmailAddress>,
    /// What all recipients of a run share.
    pub(super) context: Option<SharedContext>,
    /// What decides whether its person may be written to.
    pub(super) facts: Facts,
    /// The addresses of mails begin so; empty: this server has no public address, and nothing is counted.
    pub(super) public_url: String,
    /// Short links begin so; empty: there are none.
    pub(super) short_url: String,
    pub(super) tokens: Tokens,
    /// What it says is packed to be kept.
    pub(super) keeps_body: bool,
    /// Files that go with it; or why it cannot go.
    pub(super) attached: std::result::Result<Attached, Missing>,
    /// Somebody else gets it, and nothing is counted.
    pub(super) copy: Option<CopyTo>,
}

impl Surroundings {
    /// Nothing leaves this machine.
    pub(super) fn is_captured(&self) -> bool {
        match self.sending.as_deref() {
            Some(sending) => sending.configuration.is_captured_in(self.mode),
            None => self.mode == SandboxMode::Capture,
        }
    }

    fn signs(&self) -> bool {
        self.sending.as_deref().is_some_and(|sending| matches!(sending.signing, Signing::By(_)))
    }
}

struct Made {
    answer: Answer,
    rendering: Option<Rendering>,
    capture: bool,
    retried_until: Timestamp,
    /// Name of the configuration that stood in.
    failover: Option<String>,
    fell_back: Option<Fallback>,
    /// No attempt was made: it is quiet until then.
    wait: Option<QuietWait>,
    variant: Option<VariantKey>,
}

impl Engine {
    /// Makes the attempt and says how it ended. Never fails: what goes wrong on our side is tried again later.
    pub(super) async fn attempt(&self, message: Arc<Claimed>) -> Done {
        let started_at = self.now();
        let clock = Instant::now();
        // One message that our code stumbles over must not stop the others.
        let made = AssertUnwindSafe(self.make_attempt(&message)).catch_unwind().await;
        let made = made.unwrap_or_else(|_| Err(Error::unexpected(format!("the attempt for {} panicked", message.id))));
        let Made { answer, rendering, capture, retried_until, failover, fell_back, wait, variant } = made
            .unwrap_or_else(|error| Made {
                answer: our_fault(error),
                rendering: None,
                capture: false,
                retried_until: retried_until(message.tried_from(), None),
                failover: None,
                fell_back: None,
                wait: None,
                variant: None,
            });
        let turn = self.0.delivery.circuits.note(&message, &answer, capture);
        let after = After { fell_back, ..After::of(&answer) };
        let attempt = Attempt {
            number: message.attempt,
            outcome: answer.outcome,
            via: answer.via,
            answer: storable(&answer.words),
            reason: answer.reason,
            started_at,
            duration_ms: i64::try_from(clock.elapsed().as_millis()).unwrap_or(i64::MAX),
            failover,
        };
        Done { message, attempt, rendering, variant, capture, retried_until, turn, after, wait }
    }

    async fn make_attempt(&self, message: &Arc<Claimed>) -> Result<Made> {
        let around = self.surroundings_with_files(message).await?;
        // Until the message is handed over.
        let _room = around.attached.as_ref().ok().and_then(|attached| attached.room.clone());
        let (sending, rules) = (around.sending.clone(), around.facts.rules.clone());
        let (channel, variant) = (around.version.definition.content.channel(), around.facts.variant().cloned());
        let prepared = self.prepare(message, around).await?;
        let Prepared { rendering, rendered, ready, capture, short_links } =
            self.within_caps(message, &rules, channel, prepared).await?;
        self.keep_short_links(&message.id, &short_links).await?;
        let wait = ready.as_ref().err().and_then(Obstacle::wait);
        let HandedOver { answer, fell_back, since } = match (ready, rendered, &sending) {
            // May take longer than the lease, which is renewed meanwhile.
            (Ok(mail), Some(rendered), Some(sending)) => {
                self.hand_over(message, sending, capture, rendered, mail).await?
            }
            (Ok(_), _, _) => return Err(Error::unexpected("a message without a configuration")),
            (Err(obstacle), _, _) => {
                HandedOver { answer: obstacle.answer(), fell_back: None, since: message.tried_from() }
            }
        };
        let (own, failover) = match (&message.home, &sending) {
            (Some(home), Some(stand_in)) => {
                (self.configuration_if_any(home).await?, Some(stand_in.configuration.name.clone()))
            }
            _ => (sending, None),
        };
        let retried_until = retried_until(since, own.as_deref().map(|own| &own.configuration));
        Ok(Made { answer, rendering: Some(rendering), capture, retried_until, failover, fell_back, wait, variant })
    }

    /// A content that is quick, with little data, is rendered here and now. One that may work hard never keeps a thread that
    /// answers calls, and never all processors. Signing never keeps such a thread either; how long it takes is known.
    pub(super) async fn prepare(&self, message: &Arc<Claimed>, around: Surroundings) -> Result<Prepared> {
        let now = self.now();
        let attached = around.attached.as_ref().map_or(0, |attached| attached.bytes);
        let stored = around.facts.profile.as_ref().map_or(0, |profile| profile.bytes);
        let data_bytes =
            message.recipient.len() + stored + around.context.as_ref().map_or(0, |shared| shared.bytes) + attached;
        let is_quick = around.version.pace.is_quick() && data_bytes <= LITTLE_DATA;
        if is_quick && !around.signs() {
            return Ok(prepare(message, &around, now));
        }
        let Shared { renderers, signers, .. } = &*self.0.delivery;
        let turns = if is_quick { signers } else { renderers };
        let _turn = turns.acquire().await.map_err(Error::unexpected)?;
        let message = Arc::clone(message);
        tokio::task::spawn_blocking(move || prepare(&message, &around, now)).await.map_err(Error::unexpected)
    }

    /// The same with the files of the message, unless nothing will be sent anyway.
    pub(super) async fn surroundings_with_files(&self, message: &Claimed) -> Result<Surroundings> {
        let around = self.surroundings(message).await?;
        if around.facts.is_refused() { Ok(around) } else { self.with_files(message, around).await }
    }

    /// With the files of the message, whatever becomes of it.
    pub(super) async fn with_files(&self, message: &Claimed, around: Surroundings) -> Result<Surroundings> {
        let leaves = !around.is_captured();
        let content = around.version.definition.content_of(around.facts.variant());
        let attached = self.attached(content, &message.recipient, leaves).await?;
        Ok(Surroundings { attached, ..around })
    }

    pub(super) async fn surroundings(&self, message: &Claimed) -> Result<Surroundings> {
        let version = self.version(&message.campaign_id, message.campaign_version).await?;
        let sending = self.configuration_if_any(&message.queue.configuration_id).await?;
        let return_path = sending.as_deref().and_then(|sending| self.return_path(&message.id, sending));
        let mode = self.find_sandbox(&message.sandbox).await?.mode;
        let context = self.shared_context(message).await?;
        let profile = self.profile_behind(message).await?;
        let standing = self.standing_of(message, &version).await?;
        let agreement = self.agreement_to(message, &version, profile.as_ref().map(|it| &it.profile_id)).await?;
        let choice = self.choice_of(message, &version, profile.as_deref(), context.as_ref()).await?;
        let rules = self.rules_for(message, &version, profile.as_ref()).await?;
        let facts = Facts { standing, agreement, choice, rules, profile };
        let keeps_body = self.keeps_body(message.created_at);
        let (public_url, tokens) = (self.0.settings.public_url.clone(), self.0.tokens.clone());
        let short_url = self.short_url().unwrap_or_default();
        Ok(Surroundings {
            mode,
            version,
            sending,
            return_path,
            context,
            facts,
            public_url,
            short_url,
            tokens,
            keeps_body,
            attached: Ok(Attached::default()),
            copy: None,
        })
    }

    pub(crate) fn return_path(&self, message: &MessageId, sending: &SendingConfiguration) -> Option<EmailAddress> {
        let domain = sending.configuration.sender.email()?.return_domain.as_ref()?;
        self.0.keys.return_paths.address(message, domain).parse().ok()
    }
}

/// Something is broken here: logged under a reference, and tried again. While the database is away nothing is attempted.
fn our_fault(error: Error) -> Answer {
    if error.is_database_away() {
        tracing::warn!(%error, "a message cannot be prepared while the database is away");
        return Answer::given_back();
    }
    let failure = error.into_failure();
    Answer {
        outcome: Outcome::Retry,
        via: "hermod".to_owned(),
        words: failure.to_string(),
        reason: Some(failure.code().to_owned()),
        ..Answer::default()
    }
}

/// A server may say anything: one line, of bounded length, without what PostgreSQL cannot store.
pub(super) fn storable(answer: &str) -> String {
    answer.chars().take(ANSWER_MAX).map(|letter| if letter.is_control() { ' ' } else { letter }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::senders::GIVEN_BACK;

    #[test]
    fn while_the_database_is_away_no_attempt_is_made() {
        let reason = |error: Error| our_fault(error).reason;
        assert_eq!(reason(sqlx::Error::PoolTimedOut.into()).as_deref(), Some(GIVEN_BACK));
        assert_eq!(reason(Error::unexpected("a document that does not read")).as_deref(), Some("internal"));
    }
}
