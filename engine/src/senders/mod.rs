//! The code that hands a mail over: the capture inbox, and SMTP relays.

pub mod mime;
mod smtp;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use domain::address::EmailAddress;
use domain::channel_configuration::{ChannelConfiguration, SmtpRelay, Transport, Verification};
use domain::id::ChannelConfigurationId;
use domain::message::{Attempt, Outcome};
use tokio::sync::watch;

use crate::channel_configurations::SendingConfiguration;
use smtp::{Door, Ending, Pool, Trust};
pub(crate) use smtp::{ENDED, LONGEST_SEND};

/// A mail ready to be handed over.
pub struct Mail {
    pub from: EmailAddress,
    pub to: EmailAddress,
    /// RFC 5322 with CRLF line ends.
    pub bytes: Vec<u8>,
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
}

/// Reason of an [`Answer`] for a mail that nothing was done for: this process ends, or the database is away.
pub(crate) const GIVEN_BACK: &str = "given_back";

impl Answer {
    pub(crate) fn given_back() -> Self {
        Self {
            outcome: Outcome::Unavailable,
            via: "hermod".to_owned(),
            words: "Nothing was done for it.".to_owned(),
            reason: Some(GIVEN_BACK.to_owned()),
        }
    }
}

/// All ways out of this process, with their open connections.
pub struct Senders {
    helo_name: String,
    trust: Trust,
    ending: watch::Sender<Ending>,
    pools: Mutex<HashMap<ChannelConfigurationId, Arc<Pool>>>,
}

impl Senders {
    /// No connection is open until a mail is sent. `helo_name` is the name told to SMTP servers.
    pub fn new(helo_name: &str) -> Self {
        Self {
            helo_name: helo_name.to_owned(),
            trust: Trust::default(),
            ending: watch::Sender::default(),
            pools: Mutex::default(),
        }
    }

    /// Hands one mail over; always answers, within [`smtp::LONGEST_SEND`]. `capture`: nothing leaves this machine. Mails
    /// that are sent at the same time share connections. Dropping the future before its turn takes the mail back.
    pub async fn send(&self, sending: &SendingConfiguration, capture: bool, mail: Mail) -> Answer {
        match &sending.configuration.transport {
            Transport::Smtp(relay) if !capture => {
                let waiting = self.pool(sending, relay).push(mail);
                waiting.answer().await
            }
            _ => Answer {
                outcome: Outcome::Accepted,
                via: Attempt::CAPTURE.to_owned(),
                words: "Kept in the capture inbox; nothing left this machine.".to_owned(),
                reason: None,
            },
        }
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

impl Drop for Senders {
    fn drop(&mut self) {
        self.pools.lock().unwrap_or_else(PoisonError::into_inner).values().for_each(|pool| pool.retire());
    }
}
