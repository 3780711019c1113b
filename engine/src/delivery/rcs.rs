//! Whether a rich message goes as RCS, or as the SMS for those whom RCS does not reach. It falls back once: that is recorded
//! with the attempt that showed why, in one transaction, and holds from then on.

use domain::Timestamp;
use domain::channel_configuration::Transport;
use domain::content::{MobileKind, Rendered, RenderedMobile};
use domain::message::{Fallback, Outcome, RenderedMessage};
use domain::rcs::Obstacle;

use super::attempt::storable;
use super::retry::retry_window;
use crate::channel_configurations::SendingConfiguration;
use crate::senders::{Answer, Parcel, WrittenMail};
use crate::store::messages::Claimed;
use crate::store::{attempts, fallbacks};
use crate::{Engine, Result};

/// How handing over ended.
pub(super) struct HandedOver {
    pub(super) answer: Answer,
    /// From now on it goes as SMS, if it goes again.
    pub(super) fell_back: Option<Fallback>,
    /// Its retry window counts from here.
    pub(super) since: Timestamp,
}

impl Engine {
    /// Hands a message over in the form in which it can go.
    pub(super) async fn hand_over(
        &self,
        message: &Claimed,
        sending: &SendingConfiguration,
        capture: bool,
        rendered: RenderedMessage,
        mail: Option<WrittenMail>,
    ) -> Result<HandedOver> {
        let now = self.now();
        let send = async |rendered: RenderedMessage| {
            let parcel = Parcel { message: &message.id, address: &message.address, rendered, mail };
            self.0.delivery.senders.send(sending, capture, parcel, self.now()).await
        };
        let usual = |answer| HandedOver { answer, fell_back: None, since: message.tried_from() };
        let Some(rich) = rich(&rendered).filter(|_| !capture) else { return Ok(usual(send(rendered).await)) };
        let sms = RenderedMessage { content: Rendered::Mobile(rich.as_sms()), headers: Vec::new() };
        // The first attempt is what can make it fall back.
        if message.attempt > 1
            && let Some(fallback) = fallbacks::find(self.store(), &message.id).await?
        {
            return Ok(HandedOver { since: fallback.at, ..usual(send(sms).await) });
        }
        if let Some(obstacle) = obstacle(sending, rich) {
            let why = Fallback { at: now, reason: obstacle.to_string(), words: obstacle.text().to_owned() };
            return Ok(HandedOver { fell_back: Some(why), ..usual(send(sms).await) });
        }
        let answer = send(rendered).await;
        let fell_back =
            if self.falls_back(message, sending, &answer).await? { Some(cause(&answer, self.now())) } else { None };
        Ok(HandedOver { fell_back, ..usual(answer) })
    }

    /// Refused for good, or not taken in half of the time that there is; and certainly not delivered: an earlier attempt that
    /// nobody knows the end of may have been. Who wants nothing gets no SMS either.
    async fn falls_back(&self, message: &Claimed, sending: &SendingConfiguration, answer: &Answer) -> Result<bool> {
        let falls_back = match answer.outcome {
            Outcome::Rejected => !answer.suppresses,
            Outcome::Retry | Outcome::Unavailable => self.now() >= half_time(message, sending),
            Outcome::Accepted | Outcome::InDoubt => false,
        };
        if !falls_back || message.attempt == 1 {
            return Ok(falls_back);
        }
        Ok(!attempts::was_in_doubt(self.store(), &message.id).await?)
    }
}

fn rich(rendered: &RenderedMessage) -> Option<&RenderedMobile> {
    match &rendered.content {
        Rendered::Mobile(mobile) if mobile.kind == MobileKind::Rcs => Some(mobile),
        _ => None,
    }
}

fn obstacle(sending: &SendingConfiguration, rich: &RenderedMobile) -> Option<Obstacle> {
    match &sending.configuration.transport {
        Transport::Provider(account) => Obstacle::of(account, rich.rcs.as_ref()?),
        _ => None,
    }
}

/// In the middle of its retry window.
fn half_time(message: &Claimed, sending: &SendingConfiguration) -> Timestamp {
    message.tried_from().plus(retry_window(Some(&sending.configuration)) / 2)
}

fn cause(answer: &Answer, at: Timestamp) -> Fallback {
    Fallback { at, reason: answer.reason.clone().unwrap_or_default(), words: storable(&answer.words) }
}
