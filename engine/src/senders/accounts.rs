//! Accounts at providers: made of a configuration once, and asked over HTTP.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use domain::channel_configuration::{Sender, Transport, Verification};
use domain::content::Rendered;
use domain::execution::PushToken;
use domain::id::ChannelConfigurationId;
use domain::message::Outcome;
use domain::provider::{ProviderAccount, ProviderKind};
use domain::{Fault, Faults, Timestamp};
use tokio::sync::OnceCell;

use super::sessions::Sessions;
use super::{Answer, Parcel, WrittenMail};
use crate::channel_configurations::SendingConfiguration;
use crate::outbound::{Client, Options, Outbound, Sent, Trouble};
use crate::providers::{
    self, Callback, Context, EmailOut, Heard, Meaning, MobileOut, Outgoing, Provider, PushOut, Reading, Refusal,
};

/// All accounts of this process.
pub(crate) struct Accounts {
    options: Options,
    /// Empty: providers cannot reach this server.
    public_url: String,
    /// For all accounts without a certificate of their own.
    shared: OnceCell<Arc<Outbound>>,
    /// For addresses that people outside name: those of browsers' push services.
    for_strangers: OnceCell<Arc<Outbound>>,
    known: Mutex<HashMap<ChannelConfigurationId, (i64, Arc<Account>)>>,
    /// By the addresses from which they came.
    certificates: Mutex<HashMap<String, Arc<str>>>,
    pub(super) sessions: Sessions,
}

/// An account, ready to be used.
struct Account {
    provider: Box<dyn Provider>,
    outbound: Arc<Outbound>,
    /// Names it among those that have access tokens; another one after each change.
    key: String,
    /// `twilio`, `fcm`, …
    via: String,
    callback_url: Option<String>,
}

impl Accounts {
    pub(crate) fn new(settings: &crate::outbound::Settings, public_url: &str) -> Self {
        Self {
            options: settings.options(),
            public_url: public_url.to_owned(),
            shared: OnceCell::new(),
            for_strangers: OnceCell::new(),
            known: Mutex::default(),
            certificates: Mutex::default(),
            sessions: Sessions::default(),
        }
    }

    /// How addresses that people configure are asked.
    pub(super) const fn options(&self) -> &Options {
        &self.options
    }

    /// Hands one message over; always answers.
    pub(super) async fn send(
        &self,
        sending: &SendingConfiguration,
        account: &ProviderAccount,
        parcel: &Parcel<'_>,
        now: Timestamp,
    ) -> Answer {
        if account.provider == ProviderKind::Smpp {
            return self.sessions.send(&self.options, sending, &sending.settings(account), parcel).await;
        }
        let via = account.provider.to_string();
        let ready = match self.account(sending, account).await {
            Ok(ready) => ready,
            Err(faults) => return not_ready(via, &faults),
        };
        let token = PushToken::from_address(parcel.address);
        let Some(outgoing) = outgoing(sending, parcel, token.as_ref()) else {
            let fault = Fault::new("", "wrong_channel", "The channel configuration is for another channel.");
            return of_sent(via, Sent::Fault(fault));
        };
        let sent =
            ready.outbound.send(&*ready.provider, &ready.key, outgoing, ready.context(parcel.message.as_str(), now));
        let sent = sent.await;
        if account.provider == ProviderKind::WebPush { of_stranger(via, sent) } else { of_sent(via, sent) }
    }

    pub(super) async fn verify(
        &self,
        sending: &SendingConfiguration,
        account: &ProviderAccount,
        now: Timestamp,
    ) -> Verification {
        let clock = Instant::now();
        if account.provider == ProviderKind::Smpp {
            let read = Sessions::verify(&self.options, &sending.settings(account)).await;
            let via = account.provider.to_string();
            let answer = match read {
                Ok(reading) => of_reading(Answer { via, ..Answer::default() }, reading),
                Err(faults) => not_ready(via, &faults),
            };
            return verification(account, answer, clock);
        }
        let answer = match self.account(sending, account).await {
            Err(faults) => not_ready(account.provider.to_string(), &faults),
            Ok(ready) => match ready.outbound.verify(&*ready.provider, &ready.key, ready.context("", now)).await {
                Some(sent) => of_sent(ready.via.clone(), sent),
                None => return nobody_asked(account, clock),
            },
        };
        verification(account, answer, clock)
    }

    /// Opens the sessions of an account that keeps some.
    pub(super) async fn open(&self, sending: &SendingConfiguration) {
        if let Transport::Provider(account) = &sending.configuration.transport
            && account.provider == ProviderKind::Smpp
        {
            self.sessions.open(&self.options, sending, &sending.settings(account)).await;
        }
    }

    pub(super) async fn hear(&self, sending: &SendingConfiguration, callback: Callback<'_>) -> Result<Heard, Refusal> {
        let Transport::Provider(account) = &sending.configuration.transport else {
            return Err(Refusal::Malformed("This configuration calls nobody back.".into()));
        };
        let ready = self.account(sending, account).await.map_err(|_| Refusal::Forged)?;
        let heard = match ready.provider.certificate_url(&callback) {
            None => ready.provider.hear(&callback)?,
            Some(url) => {
                let certificate = self.certificate(&ready.outbound, url?).await.ok_or(Refusal::Later)?;
                ready.provider.hear(&Callback { certificate: Some(&certificate), ..callback })?
            }
        };
        if let Some(url) = &heard.confirm_url {
            ready.outbound.confirm(url).await;
        }
        Ok(heard)
    }

    /// A certificate by which callbacks are checked. The last ones are remembered.
    async fn certificate(&self, outbound: &Outbound, url: String) -> Option<Arc<str>> {
        const REMEMBERED: usize = 16;
        let known = || self.certificates.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(found) = known().get(&url) {
            return Some(Arc::clone(found));
        }
        let fetched: Arc<str> = outbound.certificate(&url).await?.into();
        let mut certificates = known();
        if certificates.len() >= REMEMBERED {
            certificates.clear();
        }
        certificates.insert(url, Arc::clone(&fetched));
        Some(fetched)
    }

    /// The account of the newest revision.
    async fn account(&self, sending: &SendingConfiguration, account: &ProviderAccount) -> Result<Arc<Account>, Faults> {
        let (id, revision) = (&sending.configuration.id, sending.configuration.revision);
        if let Some(known) = self.find(id, revision) {
            return Ok(known);
        }
        let settings = sending.settings(account);
        let provider = providers::of(account.provider, &settings)?;
        let outbound = self.outbound(account.provider, &*provider).await.map_err(|fault| Faults(vec![fault]))?;
        let callback_url = (!self.public_url.is_empty()).then(|| format!("{}/callbacks/{id}", self.public_url));
        let key = format!("{id} {revision}");
        let made = Arc::new(Account { provider, outbound, key, via: account.provider.to_string(), callback_url });
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.insert(id.clone(), (revision, Arc::clone(&made)));
        Ok(made)
    }

    fn find(&self, id: &ChannelConfigurationId, revision: i64) -> Option<Arc<Account>> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.get(id).filter(|(of, _)| *of == revision).map(|(_, account)| Arc::clone(account))
    }

    async fn outbound(&self, kind: ProviderKind, provider: &dyn Provider) -> Result<Arc<Outbound>, Fault> {
        if kind == ProviderKind::WebPush {
            let options = self.options.clone().for_strangers();
            let make = async { Client::new(&options).await.map(|client| Arc::new(Outbound::new(client))) };
            return self.for_strangers.get_or_try_init(|| make).await.cloned();
        }
        if let Some(identity) = provider.client_identity() {
            let options = Options { identity: Some(identity), ..self.options.clone() };
            return Ok(Arc::new(Outbound::new(Client::new(&options).await?)));
        }
        let make = async { Client::new(&self.options).await.map(|client| Arc::new(Outbound::new(client))) };
        self.shared.get_or_try_init(|| make).await.cloned()
    }
}

impl Account {
    fn context<'a>(&'a self, message_id: &'a str, now: Timestamp) -> Context<'a> {
        Context { message_id, callback_url: self.callback_url.as_deref(), token: None, now }
    }
}

/// What is sent, in the provider's terms.
fn outgoing<'a>(
    sending: &'a SendingConfiguration,
    parcel: &'a Parcel<'_>,
    token: Option<&'a PushToken>,
) -> Option<Outgoing<'a>> {
    match (&parcel.rendered.content, &sending.configuration.sender) {
        (Rendered::Email(content), Sender::Email(_)) => {
            let WrittenMail { mail, author, attachments } = parcel.mail.as_ref()?;
            Some(Outgoing::Email(EmailOut {
                from_name: &author.name,
                from: author.address.as_str(),
                to: parcel.address,
                reply_to: author.reply_to.as_ref().map(domain::address::EmailAddress::as_str),
                content,
                headers: &mail.list_headers,
                mime: &mail.bytes,
                attachments,
            }))
        }
        (Rendered::Mobile(content), Sender::Mobile(sender)) => {
            Some(Outgoing::Mobile(MobileOut { from: &sender.from_number, to: parcel.address, content }))
        }
        (Rendered::Push(content), Sender::Push {}) => {
            let token = token?;
            Some(Outgoing::Push(PushOut { token: &token.token, platform: token.platform.as_str(), content }))
        }
        _ => None,
    }
}

fn verification(account: &ProviderAccount, answer: Answer, clock: Instant) -> Verification {
    let reason = answer.reason.filter(|_| answer.outcome != Outcome::Accepted);
    let words = if reason.is_some() { answer.words.clone() } else { String::new() };
    Verification {
        reason,
        words,
        transcript: vec![format!("{}: {}", account.provider.label(), answer.words)],
        duration_ms: i64::try_from(clock.elapsed().as_millis()).unwrap_or(i64::MAX),
        nothing_asked: false,
    }
}

/// The settings can be read, and that is all that is known.
fn nobody_asked(account: &ProviderAccount, clock: Instant) -> Verification {
    let words = "The settings can be read. This provider offers no call that shows more without sending.".to_owned();
    let answer = Answer { outcome: Outcome::Accepted, words, ..Answer::default() };
    Verification { nothing_asked: true, ..verification(account, answer, clock) }
}

/// A person has to mend it; until then messages wait.
pub(super) fn not_ready(via: String, faults: &Faults) -> Answer {
    let told: Vec<_> = faults.0.iter().map(|fault| format!("{}: {}", fault.path, fault.text)).collect();
    Answer { via, words: told.join(" "), reason: Some("misconfigured".into()), ..Answer::default() }
}

/// The server was named by whoever subscribed. What it does, or does not do, says something of this subscription alone, and
/// what it writes is nobody's to read.
fn of_stranger(via: String, sent: Sent) -> Answer {
    let answer = match sent {
        Sent::Trouble(Trouble::NotSent { reason, .. }) if matches!(reason, "address_refused" | "request_unfit") => {
            let answer =
                of_sent(via, Sent::Fault(Fault::new("token", reason, "The push service has no public address.")));
            return Answer { suppresses: true, ..answer };
        }
        Sent::Read(reading) => of_sent(via, Sent::Read(Reading { words: String::new(), ..reading })),
        sent => of_sent(via, sent),
    };
    let is_unavailable = answer.outcome == Outcome::Unavailable;
    Answer { outcome: if is_unavailable { Outcome::Retry } else { answer.outcome }, ..answer }
}

fn of_sent(via: String, sent: Sent) -> Answer {
    let answer = Answer { via, ..Answer::default() };
    match sent {
        Sent::Read(reading) => of_reading(answer, reading),
        // Nobody has it: nothing was used up.
        Sent::Trouble(Trouble::NotSent { reason, words }) => Answer { reason: Some(reason.into()), words, ..answer },
        Sent::Trouble(Trouble::NoAnswer { reason, words }) => {
            Answer { outcome: Outcome::InDoubt, reason: Some(reason.into()), words, ..answer }
        }
        Sent::Fault(fault) => {
            let suppresses = matches!(fault.code.as_str(), "bad_token" | "bad_subscription");
            Answer { outcome: Outcome::Rejected, reason: Some(fault.code), words: fault.text, suppresses, ..answer }
        }
    }
}

pub(super) fn of_reading(answer: Answer, Reading { meaning, reason, words }: Reading) -> Answer {
    let reason = Some(reason).filter(|reason| !reason.is_empty());
    let answer = Answer { words, reason, ..answer };
    match meaning {
        Meaning::Accepted { provider_id } => {
            let provider_ids = provider_id.into_iter().collect();
            Answer { outcome: Outcome::Accepted, reason: None, provider_ids, ..answer }
        }
        Meaning::Retry => Answer { outcome: Outcome::Retry, ..answer },
        Meaning::Busy { retry_after } => Answer { outcome: Outcome::Unavailable, retry_after, ..answer },
        Meaning::Rejected => Answer { outcome: Outcome::Rejected, ..answer },
        Meaning::BadAddress => Answer { outcome: Outcome::Rejected, suppresses: true, ..answer },
        Meaning::Misconfigured | Meaning::TokenExpired => Answer { outcome: Outcome::Unavailable, ..answer },
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn answer(meaning: Meaning) -> Answer {
        let reading = Reading { meaning, reason: "x_1".into(), words: "words".into() };
        of_sent("twilio".into(), Sent::Read(reading))
    }

    #[test]
    fn what_a_provider_says_decides_about_the_message_its_address_and_the_configuration() {
        let short = |answer: Answer| (answer.outcome, answer.suppresses, answer.retry_after);
        assert_eq!(short(answer(Meaning::Retry)), (Outcome::Retry, false, None));
        assert_eq!(short(answer(Meaning::Rejected)), (Outcome::Rejected, false, None));
        assert_eq!(short(answer(Meaning::BadAddress)), (Outcome::Rejected, true, None));
        assert_eq!(short(answer(Meaning::Misconfigured)), (Outcome::Unavailable, false, None));
        let pause = Some(Duration::from_secs(7));
        assert_eq!(short(answer(Meaning::Busy { retry_after: pause })), (Outcome::Unavailable, false, pause));
    }

    #[test]
    fn what_a_subscriber_names_as_push_service_never_stops_the_others() {
        let not_sent = |reason| Sent::Trouble(Trouble::NotSent { reason, words: String::new() });
        assert_eq!(of_stranger("web_push".into(), not_sent("dns_failed")).outcome, Outcome::Retry);
        let refused = of_stranger("web_push".into(), not_sent("address_refused"));
        assert_eq!((refused.outcome, refused.suppresses), (Outcome::Rejected, true));
        let told = Reading { meaning: Meaning::Rejected, reason: "web_push_400".into(), words: "a page".into() };
        assert_eq!(of_stranger("web_push".into(), Sent::Read(told)).words, "");
    }

    #[test]
    fn what_was_certainly_not_sent_uses_up_no_try_and_what_got_no_answer_is_in_doubt() {
        let not_sent = Trouble::NotSent { reason: "dns_failed", words: String::new() };
        assert_eq!(of_sent("fcm".into(), Sent::Trouble(not_sent)).outcome, Outcome::Unavailable);
        let no_answer = Trouble::NoAnswer { reason: "answer_timed_out", words: String::new() };
        assert_eq!(of_sent("fcm".into(), Sent::Trouble(no_answer)).outcome, Outcome::InDoubt);
    }
}
