//! From a fresh connection to one that takes mails: banner, EHLO, STARTTLS, AUTH.

use domain::channel_configuration::{SmtpRelay, SmtpSecurity};

use super::capabilities::Capabilities;
use super::fault::{Fault, Stage, within};
use super::reply::Reply;
use super::tls::Trust;
use super::tokens::Tokens;
use super::wire::Wire;
use super::{CONNECT, OPEN};
use crate::channel_configurations::Password;

/// How to reach a server and what to say first.
#[derive(Clone)]
pub(in crate::senders) struct Door {
    pub(in crate::senders) relay: SmtpRelay,
    pub(in crate::senders) password: Password,
    pub(in crate::senders) helo_name: String,
    pub(in crate::senders) trust: Trust,
    pub(in crate::senders) tokens: Tokens,
}

impl Door {
    /// What is shown as the way a mail took.
    pub(super) fn via(&self) -> String {
        format!("smtp {}:{}", self.relay.host, self.relay.port)
    }

    /// A connection that takes mails, within [`CONNECT`] + [`OPEN`].
    pub(super) async fn open(&self) -> Result<(Wire, Capabilities), Fault> {
        let mut wire = self.connect().await?;
        let capabilities = self.introduce(&mut wire).await?;
        Ok((wire, capabilities))
    }

    /// TCP only.
    pub(super) async fn connect(&self) -> Result<Wire, Fault> {
        within(CONNECT, "connecting", Wire::connect(self.host(), self.relay.port)).await
    }

    /// Everything before the first mail.
    pub(super) async fn introduce(&self, wire: &mut Wire) -> Result<Capabilities, Fault> {
        let opened = tokio::time::timeout(OPEN, self.introduce_step_by_step(wire)).await;
        opened.unwrap_or_else(|_| Err(Fault::late(OPEN, wire.waiting_for)))
    }

    async fn introduce_step_by_step(&self, wire: &mut Wire) -> Result<Capabilities, Fault> {
        if self.relay.security == SmtpSecurity::Tls {
            wire.encrypt(&self.trust, self.host()).await?;
        }
        // A server may hang up on whoever talks before its banner.
        expect(wire, Stage::Greeting, 220).await?;
        let mut capabilities = self.hello(wire).await?;
        if self.relay.security == SmtpSecurity::StartTls {
            // What was said in plain text could have been said by anybody: the server is asked again.
            self.start_tls(wire, &capabilities).await?;
            capabilities = self.hello(wire).await?;
        }
        if !self.relay.username.is_empty() {
            self.authenticate(wire, &capabilities).await?;
        }
        Ok(capabilities)
    }

    /// An IPv6 address without its brackets.
    pub(super) fn host(&self) -> &str {
        self.relay.host.trim_start_matches('[').trim_end_matches(']')
    }

    async fn hello(&self, wire: &mut Wire) -> Result<Capabilities, Fault> {
        let name: String = self.helo_name.chars().filter(char::is_ascii_graphic).collect();
        wire.say(&format!("EHLO {name}")).await?;
        Ok(Capabilities::of(&expect(wire, Stage::Ehlo, 250).await?))
    }

    async fn start_tls(&self, wire: &mut Wire, capabilities: &Capabilities) -> Result<(), Fault> {
        if !capabilities.start_tls {
            return Err(Fault::new("starttls_not_offered", "The server does not offer STARTTLS."));
        }
        wire.say("STARTTLS").await?;
        expect(wire, Stage::StartTls, 220).await?;
        wire.encrypt(&self.trust, self.host()).await
    }
}

/// The reply with this code.
pub(super) async fn expect(wire: &mut Wire, stage: Stage, code: u16) -> Result<Reply, Fault> {
    wire.waiting_for = stage.words();
    let reply = wire.reply().await?;
    if reply.code == code { Ok(reply) } else { Err(Fault::refused(stage, &reply)) }
}
