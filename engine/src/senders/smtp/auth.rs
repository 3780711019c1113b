//! AUTH (RFC 4954): with a password, or with an access token.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use domain::channel_configuration::OAuthClient;

use super::capabilities::Capabilities;
use super::fault::{Fault, Stage};
use super::greeting::{Door, expect};
use super::wire::Wire;
use crate::channel_configurations::Password;

impl Door {
    /// Never over a network without TLS: whoever listens could sign in from then on.
    pub(super) async fn authenticate(&self, wire: &mut Wire, capabilities: &Capabilities) -> Result<(), Fault> {
        if !wire.is_encrypted() && !wire.is_local() {
            return Err(Fault::new("auth_needs_tls", "A password is not sent over a connection without TLS."));
        }
        match &self.relay.oauth {
            None => self.give_password(wire, capabilities).await,
            Some(client) => self.give_token(client, wire, capabilities).await,
        }
    }

    fn secret(&self) -> Result<&String, Fault> {
        match &self.password {
            Password::Known(password) => Ok(password),
            Password::Missing => Err(Fault::new("password_missing", "No password is stored for the user name.")),
            Password::Unreadable => {
                let text = "The stored password cannot be read with this secret key. Give it again.";
                Err(Fault::new("password_unreadable", text))
            }
        }
    }

    /// PLAIN (RFC 4616), or LOGIN, which older servers know.
    async fn give_password(&self, wire: &mut Wire, capabilities: &Capabilities) -> Result<(), Fault> {
        let password = self.secret()?;
        let user = &self.relay.username;
        let plain = STANDARD.encode(format!("\0{user}\0{password}"));
        let (user, secret) = (STANDARD.encode(user), STANDARD.encode(password));
        wire.secrets = vec![plain.clone(), secret.clone(), password.clone()];
        if capabilities.auth_plain {
            wire.say_secretly(&format!("AUTH PLAIN {plain}"), "AUTH PLAIN ***").await?;
        } else if capabilities.auth_login {
            wire.say("AUTH LOGIN").await?;
            expect(wire, Stage::Auth, 334).await?;
            wire.say_secretly(&user, "***").await?;
            expect(wire, Stage::Auth, 334).await?;
            wire.say_secretly(&secret, "***").await?;
        } else {
            return Err(Fault::new("auth_not_offered", "The server offers neither AUTH PLAIN nor AUTH LOGIN."));
        }
        expect(wire, Stage::Auth, 235).await.map(drop)
    }

    /// XOAUTH2, as Google and Microsoft have it, or OAUTHBEARER (RFC 7628).
    async fn give_token(
        &self,
        client: &OAuthClient,
        wire: &mut Wire,
        capabilities: &Capabilities,
    ) -> Result<(), Fault> {
        if !capabilities.auth_xoauth2 && !capabilities.auth_oauth_bearer {
            let text = "The server offers neither AUTH XOAUTH2 nor AUTH OAUTHBEARER.";
            return Err(Fault::new("auth_not_offered", text));
        }
        wire.waiting_for = "the access token";
        let token = self.tokens.token(client, self.secret()?).await?;
        let (mechanism, said, rest) = if capabilities.auth_xoauth2 {
            ("XOAUTH2", format!("user={}\x01auth=Bearer {token}\x01\x01", self.relay.username), "")
        } else {
            // The base64 of \x01.
            ("OAUTHBEARER", self.oauth_bearer(&token), "AQ==")
        };
        let said = STANDARD.encode(said);
        wire.secrets = vec![said.clone(), token.to_string()];
        wire.say_secretly(&format!("AUTH {mechanism} {said}"), &format!("AUTH {mechanism} ***")).await?;
        wire.waiting_for = Stage::Auth.words();
        let mut reply = wire.reply().await?;
        if reply.code == 334 {
            // What is wrong stands in the challenge; the refusal comes when that is answered (RFC 7628 §3.2.3).
            wire.say(rest).await?;
            reply = wire.reply().await?;
        }
        if reply.code == 235 {
            return Ok(());
        }
        self.tokens.forget(&token);
        Err(Fault::refused(Stage::Auth, &reply))
    }

    /// RFC 7628 §3.1; the name as RFC 5801 §4 writes it.
    pub(super) fn oauth_bearer(&self, token: &str) -> String {
        let user = self.relay.username.replace('=', "=3D").replace(',', "=2C");
        let (host, port) = (self.host(), self.relay.port);
        format!("n,a={user},\x01host={host}\x01port={port}\x01auth=Bearer {token}\x01\x01")
    }
}
