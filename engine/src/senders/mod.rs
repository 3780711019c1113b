//! Senders: the code that talks to a provider.
//!
//! | file | holds |
//! |---|---|
//! | [`mime`] | a rendered email becomes the bytes of a mail |

#![allow(dead_code, reason = "delivery, which calls this, is being written")]

pub(crate) mod mime;

use domain::address::EmailAddress;
use domain::channel_configuration::Transport;
use domain::id::MessageId;
use domain::message::Outcome;

use crate::channel_configurations::SendingConfiguration;

/// A mail ready to be handed over.
pub(crate) struct Mail {
    pub(crate) from: EmailAddress,
    pub(crate) to: EmailAddress,
    /// RFC 5322, lines end with CRLF.
    pub(crate) bytes: Vec<u8>,
    pub(crate) message_id: MessageId,
}

/// How handing over ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Answer {
    /// Accepted, retry or rejected.
    pub(crate) outcome: Outcome,
    /// What was tried, such as `smtp mail.example.com:587` or `capture`.
    pub(crate) via: String,
    /// The server's own words, or what the network said.
    pub(crate) answer: String,
    /// Stable code such as `smtp_550` or `connection_failed`; `None` when accepted.
    pub(crate) reason: Option<String>,
}

/// All connections of this process to providers.
pub(crate) struct Senders {
    helo_name: String,
}

impl Senders {
    /// No connection is open until a mail is sent. `helo_name` is the name told to SMTP servers in EHLO.
    pub(crate) fn new(helo_name: &str) -> Self {
        Self { helo_name: helo_name.to_owned() }
    }

    /// Hands one mail over and waits for the answer, which comes within a bounded time. With `capture`, and for a
    /// configuration that captures, nothing leaves this machine: the caller keeps the mail.
    pub(crate) async fn send(&self, configuration: &SendingConfiguration, capture: bool, mail: Mail) -> Answer {
        match &configuration.configuration.transport {
            Transport::Smtp(relay) if !capture => Answer {
                outcome: Outcome::Retry,
                via: format!("smtp {}:{}", relay.host, relay.port),
                answer: format!("SMTP is not built yet ({}, {})", self.helo_name, mail.message_id),
                reason: Some("connection_failed".to_owned()),
            },
            Transport::Smtp(_) | Transport::Capture => captured(),
        }
    }
}

fn captured() -> Answer {
    Answer {
        outcome: Outcome::Accepted,
        via: "capture".to_owned(),
        answer: "Kept in the capture inbox. Nothing left this machine.".to_owned(),
        reason: None,
    }
}
