//! The code that hands a mail over: the capture inbox, and SMTP relays.

pub(crate) mod mime;
mod smtp;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use domain::address::EmailAddress;
use domain::channel_configuration::{SmtpRelay, Transport, Verification};
use domain::id::ChannelConfigurationId;
use domain::message::Outcome;

use crate::channel_configurations::SendingConfiguration;
use smtp::{Access, Pool, Tls};

/// A mail ready to be handed over.
pub(crate) struct Mail {
    pub(crate) from: EmailAddress,
    pub(crate) to: EmailAddress,
    /// RFC 5322 with CRLF line ends.
    pub(crate) bytes: Vec<u8>,
}

/// How handing over ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Answer {
    pub(crate) outcome: Outcome,
    /// `smtp mail.example.com:587`, `capture`.
    pub(crate) via: String,
    /// The server's own words, or what the network said.
    pub(crate) words: String,
    /// Stable code: `smtp_550`, `connection_failed`, …; `None` when accepted.
    pub(crate) reason: Option<String>,
}

/// All ways out of this process, with their open connections.
pub(crate) struct Senders {
    helo_name: String,
    tls: Tls,
    pools: Mutex<HashMap<ChannelConfigurationId, (i64, Arc<Pool>)>>,
}

impl Senders {
    pub(crate) fn new(helo_name: &str) -> Self {
        Self { helo_name: helo_name.to_owned(), tls: Tls::default(), pools: Mutex::default() }
    }

    /// Hands one mail over; always answers, within a bounded time. `capture`: nothing leaves this machine.
    pub(crate) async fn send(&self, sending: &SendingConfiguration, capture: bool, mail: Mail) -> Answer {
        match &sending.configuration.transport {
            Transport::Smtp(relay) if !capture => self.pool(sending, relay).send(mail).await,
            _ => Answer {
                outcome: Outcome::Accepted,
                via: "capture".to_owned(),
                words: "Kept in the capture inbox; nothing left this machine.".to_owned(),
                reason: None,
            },
        }
    }

    /// Opens a connection, signs in and says goodbye; sends nothing.
    pub(crate) async fn verify(&self, sending: &SendingConfiguration, relay: &SmtpRelay) -> Verification {
        smtp::verify(&self.access(sending, relay)).await
    }

    fn access(&self, sending: &SendingConfiguration, relay: &SmtpRelay) -> Access {
        Access {
            relay: relay.clone(),
            password: sending.password.clone().unwrap_or_default(),
            helo_name: self.helo_name.clone(),
            tls: self.tls.clone(),
        }
    }

    /// The pool of this revision of the configuration. An older one goes when its last mail is answered.
    fn pool(&self, sending: &SendingConfiguration, relay: &SmtpRelay) -> Arc<Pool> {
        let configuration = &sending.configuration;
        let mut pools = self.pools.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((revision, pool)) = pools.get(&configuration.id)
            && *revision == configuration.revision
        {
            return pool.clone();
        }
        let pool = Arc::new(Pool::new(self.access(sending, relay)));
        pools.insert(configuration.id.clone(), (configuration.revision, pool.clone()));
        pool
    }
}
