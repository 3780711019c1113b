//! "Send a test message": one plain text, over the transport as it is stored, at once. It is of no campaign, takes no place in
//! the queue and is not kept.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use domain::address::EmailAddress;
use domain::channel_configuration::{Channel, ChannelConfiguration, EmailSender, Sender};
use domain::content::{Rendered, RenderedEmail, RenderedMobile, RenderedPush};
use domain::id::{ChannelConfigurationId, MessageId};
use domain::message::{Outcome, RenderedMessage};
use domain::push_token::PushToken;
use domain::test_message::TestMessage;
use domain::{Failure, Fault, SandboxName, Timestamp};

use super::dkim::{UNREADABLE, UNREADABLE_WORDS};
use super::{SendingConfiguration, Signing};
use crate::addresses::{Destination, phone_number};
use crate::ids::new_id;
use crate::providers::one_line;
use crate::senders::mime::{Envelope, compose};
use crate::senders::{Answer, Author, Mail, Parcel, WrittenMail};
use crate::suppressions::Approach;
use crate::{Engine, Error, Result};

/// How long an answer is waited for.
const PATIENCE: Duration = Duration::from_secs(30);
/// Most test messages of one person in a minute.
const PER_MINUTE: usize = 5;

impl Engine {
    /// Sends "Test of … at …" to an address, a number, or a registered device: its token, or the user id of its owner.
    /// Honours suppressions and the allow list. In a sandbox that captures nothing leaves this machine. Invalid at `to`; `TooMany` after five in
    /// a minute by the same person.
    pub async fn send_test_message(
        &self,
        sandbox: &SandboxName,
        id: &ChannelConfigurationId,
        to: &str,
        by: &str,
    ) -> Result<TestMessage> {
        self.find_channel_configuration(sandbox, id).await?;
        let sending = self.sending_configuration(id).await?;
        let configuration = &sending.configuration;
        let address = self.test_address(sandbox, configuration, to.trim()).await?;
        self.refuse_by_lists(sandbox, configuration, &address).await?;
        self.0.test_pace.note(by, self.now())?;
        let text = format!("Test of {} at {}", configuration.name, self.now());
        let mode = self.find_sandbox(sandbox).await?.mode;
        let captured = configuration.is_captured_in(mode);
        let clock = Instant::now();
        let answer = if captured {
            Answer { outcome: Outcome::Accepted, ..Answer::default() }
        } else {
            self.hand_over_test(&sending, &address, &text).await?
        };
        Ok(TestMessage {
            to: shown(&address),
            text,
            captured,
            outcome: answer.outcome,
            via: answer.via,
            reason: answer.reason,
            words: one_line(&answer.words),
            provider_ids: answer.provider_ids,
            duration_ms: i64::try_from(clock.elapsed().as_millis()).unwrap_or(i64::MAX),
        })
    }

    async fn test_address(
        &self,
        sandbox: &SandboxName,
        configuration: &ChannelConfiguration,
        to: &str,
    ) -> Result<String, Error> {
        let found = match configuration.channel {
            _ if to.is_empty() => Err(Fault::new("", "required", "This is needed.")),
            Channel::Email => to.parse::<EmailAddress>().map(|address| address.to_string()),
            Channel::Mobile => {
                let region = Destination::of(Channel::Mobile, Some(configuration)).default_region;
                phone_number(to, region).map(|number| number.to_string())
            }
            Channel::Push => self.device_named(sandbox, configuration, to).await?.ok_or_else(|| {
                let text = "No registered device that this configuration can reach has this token or owner.";
                Fault::new("", "no_device", text)
            }),
        };
        Ok(found.map_err(|fault| Failure::from(fault.under("to")))?)
    }

    async fn refuse_by_lists(
        &self,
        sandbox: &SandboxName,
        configuration: &ChannelConfiguration,
        address: &str,
    ) -> Result<()> {
        let ChannelConfiguration { id, channel, category, .. } = configuration;
        let approach = Approach { sandbox, channel: *channel, address, category: *category, by: id, own: id };
        match self.standing(approach).await?.refusal() {
            Some(fault) => Err(Failure::from(fault.under("to")).into()),
            None => Ok(()),
        }
    }

    async fn hand_over_test(&self, sending: &SendingConfiguration, address: &str, text: &str) -> Result<Answer> {
        let message = new_id(self.now(), MessageId::new);
        let content = content(sending.configuration.channel, text);
        let mail = match (&content, &sending.configuration.sender) {
            (Rendered::Email(email), Sender::Email(sender)) => {
                match self.test_mail(sending, sender, &message, address, email)? {
                    Some(mail) => Some(mail),
                    None => return Ok(unsigned()),
                }
            }
            _ => None,
        };
        let rendered = RenderedMessage { content, headers: Vec::new() };
        let parcel = Parcel { message: &message, address, rendered, mail };
        let sent = self.0.delivery.senders.send(sending, false, parcel, self.now());
        Ok(tokio::time::timeout(PATIENCE, sent).await.unwrap_or_else(|_| Answer {
            outcome: Outcome::InDoubt,
            reason: Some("answer_timed_out".to_owned()),
            words: format!("No answer within {} seconds.", PATIENCE.as_secs()),
            ..Answer::default()
        }))
    }

    /// Signed and addressed as mails of campaigns are; `None`: it cannot be signed.
    fn test_mail(
        &self,
        sending: &SendingConfiguration,
        sender: &EmailSender,
        message: &MessageId,
        address: &str,
        email: &RenderedEmail,
    ) -> Result<Option<WrittenMail>> {
        let to: EmailAddress = address.parse().map_err(Failure::from)?;
        let category = sending.configuration.category;
        let author = Author::from(sender);
        let envelope = Envelope { author: &author, category, message_id: message, to: &to, attachments: &[] };
        let at = self.now();
        let composed = compose(envelope, at, email, &[])?;
        let composed = match &sending.signing {
            Signing::Off => composed,
            Signing::By(signer) => composed.signed(signer, at).map_err(Error::unexpected)?,
            Signing::Impossible => return Ok(None),
        };
        let from = self.return_path(message, sending).unwrap_or_else(|| sender.from_address.clone());
        let envelope_id = message.to_string();
        let mail = Mail { from, to, envelope_id, bytes: composed.bytes, list_headers: Vec::new() };
        Ok(Some(WrittenMail { mail, author, attachments: Arc::default() }))
    }
}

fn content(channel: Channel, text: &str) -> Rendered {
    let (subject, text) = (text.to_owned(), text.to_owned());
    match channel {
        Channel::Email => {
            let html = format!("<p>{}</p>", content::escaped(&text));
            Rendered::Email(RenderedEmail { subject, html, text })
        }
        Channel::Mobile => Rendered::Mobile(RenderedMobile { text, ..RenderedMobile::default() }),
        Channel::Push => Rendered::Push(RenderedPush { title: "Hermod".into(), body: text, ..RenderedPush::default() }),
    }
}

fn unsigned() -> Answer {
    let (reason, words) = (Some(UNREADABLE.to_owned()), UNREADABLE_WORDS.to_owned());
    Answer { outcome: Outcome::Unavailable, via: "dkim".to_owned(), reason, words, ..Answer::default() }
}

fn shown(address: &str) -> String {
    match PushToken::from_address(address) {
        Some(token) => format!("{} {}", token.platform, token.shortened().token),
        None => address.to_owned(),
    }
}

/// How many test messages a person has sent lately, in memory: this is no way to send many.
pub(crate) struct TestPace {
    per_minute: usize,
    sent: Mutex<HashMap<String, VecDeque<Timestamp>>>,
}

impl Default for TestPace {
    fn default() -> Self {
        Self::of(PER_MINUTE)
    }
}

impl TestPace {
    const WINDOW: Duration = Duration::from_mins(1);

    pub(crate) fn of(per_minute: usize) -> Self {
        Self { per_minute, sent: Mutex::default() }
    }

    /// Notes one before it is sent; or says when the next one may go.
    pub(crate) fn note(&self, by: &str, now: Timestamp) -> Result<(), Failure> {
        let mut all = self.sent.lock().unwrap_or_else(PoisonError::into_inner);
        all.retain(|_, times| times.back().is_some_and(|last| last.plus(Self::WINDOW) > now));
        let times = all.entry(by.to_owned()).or_default();
        while times.front().is_some_and(|first| first.plus(Self::WINDOW) <= now) {
            times.pop_front();
        }
        if let Some(first) = times.front().filter(|_| times.len() >= self.per_minute) {
            let wait = first.plus(Self::WINDOW).millis_since(now);
            let retry_after_seconds = u64::try_from(wait).unwrap_or(0).div_ceil(1_000);
            return Err(Failure::TooMany { retry_after_seconds });
        }
        times.push_back(now);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sixth_of_a_minute_has_to_wait_and_others_do_not() {
        let pace = TestPace::default();
        let at = |seconds: u64| Timestamp::from_millis(0).plus(Duration::from_secs(seconds));
        for second in 0..5 {
            pace.note("ann@example.com", at(second)).unwrap();
        }
        let waits = pace.note("ann@example.com", at(10));
        assert_eq!(waits, Err(Failure::TooMany { retry_after_seconds: 50 }));
        assert_eq!(pace.note("ben@example.com", at(10)), Ok(()));
        assert_eq!(pace.note("ann@example.com", at(60)), Ok(()));
    }
}
