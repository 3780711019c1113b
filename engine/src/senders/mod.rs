//! The code that hands a message over: the capture inbox, SMTP relays, and accounts at providers.

mod account;
mod accounts;
mod answers;
mod attachment;
mod author;
mod batches;
pub mod dkim;
pub mod mime;
mod sessions;
mod smpp;
mod smtp;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use domain::address::EmailAddress;
use domain::channel_configuration::{ChannelConfiguration, SmtpRelay, Transport, Verification};
use domain::id::{ChannelConfigurationId, MessageId};
use domain::message::{Attempt, Outcome, RenderedMessage};
use domain::provider::ProviderAccount;
use domain::{Faults, Timestamp};
use tokio::sync::watch;

use crate::channel_configurations::SendingConfiguration;
use crate::providers::{Callback, Heard, Refusal, Settings};
pub(crate) use accounts::Accounts;
pub use attachment::Attachment;
pub use author::Author;
pub(crate) use sessions::Delivered;
pub(crate) use smpp::Delivery;
use smtp::{Door, Ending, Pool, Tokens, Trust};
pub(crate) use smtp::{ENDED, LONGEST_SEND};

/// A mail ready to be handed over.
pub struct Mail {
    pub from: EmailAddress,
    pub to: EmailAddress,
    /// Our id of the message, by which a notice of delivery names it (RFC 3461); empty: none.
    pub envelope_id: String,
    /// RFC 5322 with CRLF line ends.
    pub bytes: Vec<u8>,
    /// Those of its headers by which people leave a list: for providers that make the mail themselves.
    pub list_headers: Vec<(String, String)>,
}

/// A message ready to be handed over, on any channel.
pub(crate) struct Parcel<'a> {
    pub(crate) message: &'a MessageId,
    pub(crate) address: &'a str,
    pub(crate) rendered: RenderedMessage,
    /// Of an email.
    pub(crate) mail: Option<WrittenMail>,
}

/// A mail with what providers need that make it themselves.
pub(crate) struct WrittenMail {
    pub(crate) mail: Mail,
    pub(crate) author: Author,
    pub(crate) attachments: Arc<[Attachment]>,
}

/// How handing over ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    pub outcome: Outcome,
    /// `smtp mail.example.com:587`, `capture`.
    pub via: String,
    /// The server's own words, or what the network said.
    pub words: String,
    /// Stable code: `smtp_550`, `connection_failed`, …; `None` when accepted.
    pub reason: Option<String>,
    /// The provider wants nothing before so long.
    pub retry_after: Option<Duration>,
    /// The address will never work: it is not written to again.
    pub suppresses: bool,
    /// What the provider calls the message, or its parts.
    pub provider_ids: Vec<String>,
}

impl Default for Answer {
    fn default() -> Self {
        Self {
            outcome: Outcome::Unavailable,
            via: "hermod".to_owned(),
            words: String::new(),
            reason: None,
            retry_after: None,
            suppresses: false,
            provider_ids: Vec::new(),
        }
    }
}

/// Reason of an [`Answer`] for a mail that nothing was done for: this process ends, or the database is away.
pub(crate) const GIVEN_BACK: &str = "given_back";

impl Answer {
    pub(crate) fn given_back() -> Self {
        Self { words: "Nothing was done for it.".to_owned(), reason: Some(GIVEN_BACK.to_owned()), ..Self::default() }
    }
}

/// All ways out of this process, with their open connections.
pub struct Senders {
    helo_name: String,
    trust: Trust,
    ending: watch::Sender<Ending>,
    pools: Mutex<HashMap<ChannelConfigurationId, Arc<Pool>>>,
    accounts: Accounts,
}

impl Senders {
    /// No connection is open until a mail is sent. `helo_name` is the name told to SMTP servers.
    pub(crate) fn new(helo_name: &str, accounts: Accounts) -> Self {
        Self {
            helo_name: helo_name.to_owned(),
            trust: Trust::with(&accounts.options().extra_roots),
            ending: watch::Sender::default(),
            pools: Mutex::default(),
            accounts,
        }
    }

    /// For relays alone.
    pub fn of_relays(helo_name: &str, settings: &crate::outbound::Settings) -> Self {
        Self::new(helo_name, Accounts::new(settings, ""))
    }

    /// Hands a mail to a relay, see [`Senders::send`].
    pub async fn send_mail(&self, sending: &SendingConfiguration, relay: &SmtpRelay, mail: Mail) -> Answer {
        let waiting = self.pool(sending, relay).push(mail);
        waiting.answer().await
    }

    /// Hands one message over; always answers, within [`smtp::LONGEST_SEND`]. `capture`: nothing leaves this machine. Mails
    /// that are sent at the same time share connections. Dropping the future before its turn takes the mail back.
    pub(crate) async fn send(
        &self,
        sending: &SendingConfiguration,
        capture: bool,
        parcel: Parcel<'_>,
        now: Timestamp,
    ) -> Answer {
        match (&sending.configuration.transport, parcel.mail) {
            (Transport::Smtp(relay), Some(written)) if !capture => self.send_mail(sending, relay, written.mail).await,
            (Transport::Provider(account), mail) if !capture => {
                self.send_by_account(sending, account, &Parcel { mail, ..parcel }, now).await
            }
            _ => Answer {
                outcome: Outcome::Accepted,
                via: Attempt::CAPTURE.to_owned(),
                words: "Kept in the capture inbox; nothing left this machine.".to_owned(),
                ..Answer::default()
            },
        }
    }

    /// Until this process ends: what was begun by then may have arrived.
    async fn send_by_account(
        &self,
        sending: &SendingConfiguration,
        account: &ProviderAccount,
        parcel: &Parcel<'_>,
        now: Timestamp,
    ) -> Answer {
        let mut ending = self.ending.subscribe();
        if *ending.borrow_and_update() != Ending::NotYet {
            return Answer::given_back();
        }
        tokio::select! {
            biased;
            answer = self.accounts.send(sending, account, parcel, now) => answer,
            // An error means that nobody is left who could end.
            Ok(_) = ending.wait_for(|ending| *ending == Ending::Now) => Answer {
                outcome: Outcome::InDoubt,
                via: account.provider.to_string(),
                words: "Hermod ended before the provider answered.".to_owned(),
                reason: Some(ENDED.to_owned()),
                ..Answer::default()
            },
        }
    }

    /// Makes a harmless request with the account; sends nothing.
    pub(crate) async fn verify_account(
        &self,
        sending: &SendingConfiguration,
        account: &ProviderAccount,
        now: Timestamp,
    ) -> Verification {
        self.accounts.verify(sending, account, now).await
    }

    /// What a callback says, when it comes from the provider of this configuration.
    pub(crate) async fn hear(&self, sending: &SendingConfiguration, callback: Callback<'_>) -> Result<Heard, Refusal> {
        self.accounts.hear(sending, callback).await
    }

    /// What comes in over sessions that stay open.
    pub(crate) async fn next_delivery(&self) -> Delivered {
        self.accounts.sessions.next().await
    }

    /// Opens the sessions of a configuration, so that what waits for us comes in. Nothing, for those that have none.
    pub(crate) async fn open_sessions(&self, sending: &SendingConfiguration) {
        self.accounts.open(sending).await;
    }

    /// From now on, mails that no connection has begun are answered with [`GIVEN_BACK`].
    pub(crate) fn begin_nothing(&self) {
        self.ending.send_replace(Ending::NothingNew);
    }

    /// Every mail is answered at once: what was certainly not sent is given back, the rest is in doubt.
    pub(crate) fn wait_no_longer(&self) {
        self.ending.send_replace(Ending::Now);
    }

    /// After an end that was none: mails go again.
    pub(crate) fn go_on(&self) {
        self.ending.send_replace(Ending::NotYet);
    }

    /// Opens a connection, signs in and says goodbye; sends nothing.
    pub(crate) async fn verify(&self, sending: &SendingConfiguration, relay: &SmtpRelay) -> Verification {
        smtp::verify(&self.door(sending, relay)).await
    }

    fn door(&self, sending: &SendingConfiguration, relay: &SmtpRelay) -> Door {
        Door {
            relay: relay.clone(),
            password: sending.password.clone(),
            helo_name: self.helo_name.clone(),
            trust: self.trust.clone(),
            tokens: Tokens::new(self.accounts.options().clone()),
        }
    }

    /// The pool of the newest revision. One of an older revision sends what it has and goes away.
    fn pool(&self, sending: &SendingConfiguration, relay: &SmtpRelay) -> Arc<Pool> {
        let ChannelConfiguration { id, revision, .. } = &sending.configuration;
        let mut pools = self.pools.lock().unwrap_or_else(PoisonError::into_inner);
        match pools.get(id) {
            Some(pool) if pool.revision() >= *revision => return pool.clone(),
            Some(superseded) => superseded.retire(),
            None => {}
        }
        let pool = Pool::new(*revision, self.door(sending, relay), self.ending.subscribe());
        pools.insert(id.clone(), pool.clone());
        pool
    }
}

/// Is this an account as SMPP needs it?
pub(crate) fn check_smpp(settings: &Settings) -> std::result::Result<(), Faults> {
    smpp::Account::of(settings).map(drop)
}

impl Drop for Senders {
    fn drop(&mut self) {
        self.pools.lock().unwrap_or_else(PoisonError::into_inner).values().for_each(|pool| pool.retire());
    }
}
