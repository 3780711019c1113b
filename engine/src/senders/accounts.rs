//! Accounts at providers: made of a configuration once, and asked over HTTP.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use domain::channel_configuration::{Channel, Sender, Transport, Verification};
use domain::content::{MobileKind, Rendered};
use domain::id::ChannelConfigurationId;
use domain::message::{Attempt, Outcome};
use domain::provider::{ProviderAccount, ProviderKind};
use domain::push_token::PushToken;
use domain::{Fault, Faults, Timestamp};
use tokio::sync::OnceCell;

use super::account::Account;
use super::answers::{not_ready, of_rcs, of_reading, of_sent, of_stranger};
use super::batches::Batches;
use super::sessions::Sessions;
use super::{Answer, Parcel, WrittenMail};
use crate::addresses::Destination;
use crate::channel_configurations::SendingConfiguration;
use crate::outbound::{Client, Options, Outbound, Sent, Trouble};
use crate::providers::{self, Callback, EmailOut, Heard, MobileOut, Outgoing, Provider, PushOut, Refusal, rcs};

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
            return self.sessions.send(&self.options, sending, account, parcel).await;
        }
        let is_rcs = matches!(&parcel.rendered.content, Rendered::Mobile(mobile) if mobile.kind == MobileKind::Rcs);
        let via = account.provider.to_string();
        let via = if is_rcs { Attempt::via_rcs(&via) } else { via };
        let ready = match self.account(sending, account).await {
            Ok(ready) => ready,
            Err(faults) => return not_ready(via, &faults),
        };
        let token = PushToken::from_address(parcel.address);
        let Some(outgoing) = outgoing(sending, parcel, token.as_ref()) else {
            let fault = Fault::new("", "wrong_channel", "The channel configuration is for another channel.");
            return of_sent(via, Sent::Fault(fault));
        };
        let id = parcel.message.as_str();
        let reference = if is_rcs { rcs::reference(id) } else { id.to_owned() };
        let sent = ready.send(outgoing, ready.context(&reference, now)).await;
        if is_rcs {
            return of_rcs(via, sent);
        }
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
                None => match refused_address(&ready.outbound, account).await {
                    Some(trouble) => of_sent(ready.via.clone(), Sent::Trouble(trouble)),
                    None => return nobody_asked(account, clock),
                },
            },
        };
        verification(account, answer, clock)
    }

    /// Opens the sessions of an account that keeps some.
    pub(super) async fn open(&self, sending: &SendingConfiguration) {
        if let Transport::Provider(account) = &sending.configuration.transport
            && account.provider == ProviderKind::Smpp
        {
            self.sessions.open(&self.options, sending, account).await;
        }
    }

    pub(super) async fn hear(&self, sending: &SendingConfiguration, callback: Callback<'_>) -> Result<Heard, Refusal> {
        let Transport::Provider(account) = &sending.configuration.transport else {
            return Err(Refusal::Malformed("This configuration calls nobody back.".into()));
        };
        let ready = self.account(sending, account).await.map_err(|_| Refusal::Forged)?;
        let default_region = Destination::of(Channel::Mobile, Some(&sending.configuration)).default_region;
        let callback = Callback { default_region, ..callback };
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
        let via = account.provider.to_string();
        let made = Arc::new(Account { provider, outbound, batches: Batches::default(), key, via, callback_url });
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
/// Of a provider that is asked for nothing: would its address be?
async fn refused_address(outbound: &Outbound, account: &ProviderAccount) -> Option<Trouble> {
    let url = account.settings.get("url")?;
    outbound.look_at(url).await.err()
}

fn nobody_asked(account: &ProviderAccount, clock: Instant) -> Verification {
    let words = "The settings can be read. This provider offers no call that shows more without sending.".to_owned();
    let answer = Answer { outcome: Outcome::Accepted, words, ..Answer::default() };
    Verification { nothing_asked: true, ..verification(account, answer, clock) }
}
