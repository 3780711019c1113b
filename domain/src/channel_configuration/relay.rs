//! An SMTP relay: where it is and how we sign in there.

use std::collections::BTreeMap;
use std::fmt::Display;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::ChannelConfigurationDraft;
use crate::address::{required_line, single_line};
use crate::word::{required_word, words};
use crate::{Fault, Faults};

words! {
    /// How the connection to an SMTP server is protected.
    SmtpSecurity {
        /// Plain text. For a server on this machine.
        None = "none",
        /// Plain, then upgraded; refused when the server does not offer it (RFC 3207).
        StartTls = "starttls",
        /// TLS from the first byte (RFC 8314), usually port 465.
        Tls = "tls",
    }
}

words! {
    /// How we sign in at an SMTP server.
    SmtpAuth {
        /// User name and password (RFC 4954).
        Password = "password",
        /// An access token (XOAUTH2; OAUTHBEARER, RFC 7628).
        XOAuth2 = "xoauth2",
    }
}

/// Who asks for access tokens, without the secrets: client secret and refresh token. With a refresh token, tokens are those
/// of its user (RFC 6749 §6); without one, the client's own (§4.4).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OAuthClient {
    pub token_url: String,
    pub client_id: String,
    /// Empty: as the token server has it.
    pub scope: String,
}

impl OAuthClient {
    /// Name of the secret that each client has.
    pub const CLIENT_SECRET: &str = "clientSecret";
    /// Name of the secret that stands for a user.
    pub const REFRESH_TOKEN: &str = "refreshToken";
}

/// An SMTP relay, without its password (which never leaves the server; see `password_set`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SmtpRelay {
    pub host: String,
    pub port: u16,
    pub security: SmtpSecurity,
    /// Empty: no AUTH.
    pub username: String,
    /// A password is stored, or a client secret. It is never shown again.
    pub password_set: bool,
    /// We sign in with access tokens; `None`: with the password.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub oauth: Option<OAuthClient>,
    /// Most connections open at once, 1–100.
    pub max_connections: u16,
    /// A connection is closed after so many messages, 1–10,000, and another one opened.
    #[serde(default = "messages_per_connection")]
    pub max_messages_per_connection: u32,
}

/// Most messages over one connection, unless a configuration says otherwise: many relays close after so many.
pub const MESSAGES_PER_CONNECTION: u32 = 1_000;

const fn messages_per_connection() -> u32 {
    MESSAGES_PER_CONNECTION
}

impl ChannelConfigurationDraft {
    /// Of an SMTP server, what the form says.
    pub(super) fn check_relay(&self, faults: &mut Faults) -> Option<SmtpRelay> {
        let host = faults.take("host", required_line(&self.host, 253));
        if self.host.trim().chars().any(|c| !(c.is_alphanumeric() || ".-:[]_".contains(c))) {
            faults.add("host", "bad_host", "Give a host name or an IP address, without port and without https://.");
        }
        let port = match self.port.trim().parse::<u16>() {
            Ok(port) if port > 0 => Some(port),
            _ => {
                faults.add("port", "bad_port", "Give a port from 1 to 65535, usually 587 or 465.");
                None
            }
        };
        let security = faults.take("security", required_word(&self.security));
        let username = faults.take("username", single_line(&self.username, 255));
        for (path, secret) in [
            ("password", &self.password),
            (OAuthClient::CLIENT_SECRET, &self.client_secret),
            (OAuthClient::REFRESH_TOKEN, &self.refresh_token),
        ] {
            if secret.chars().any(char::is_control) {
                faults.add(path, "control_character", "Use one line without control characters.");
            }
        }
        let oauth = match faults.take("auth", self.auth()) {
            Some(SmtpAuth::XOAuth2) => self.check_oauth(faults).map(Some),
            Some(SmtpAuth::Password) | None => Some(None),
        };
        let max_connections = faults.take("maxConnections", check_count(&self.max_connections, 4, 100));
        let per_connection = check_count(&self.max_messages_per_connection, MESSAGES_PER_CONNECTION, 10_000);
        let max_messages_per_connection = faults.take("maxMessagesPerConnection", per_connection);
        Some(SmtpRelay {
            host: host?,
            port: port?,
            security: security?,
            username: username?,
            password_set: !self.password.is_empty(),
            oauth: oauth?,
            max_connections: max_connections?,
            max_messages_per_connection: max_messages_per_connection?,
        })
    }

    fn auth(&self) -> Result<SmtpAuth, Fault> {
        if self.auth.trim().is_empty() { Ok(SmtpAuth::Password) } else { self.auth.trim().parse() }
    }

    fn check_oauth(&self, faults: &mut Faults) -> Option<OAuthClient> {
        if self.username.trim().is_empty() {
            faults.add("username", "required", "This is needed.");
        }
        let token_url = faults.take("tokenUrl", required_line(&self.token_url, 2_048));
        if token_url.as_ref().is_some_and(|url| !url.starts_with("https://") || url.contains([' ', '@', '#'])) {
            faults.add("tokenUrl", "bad_url", "Give an address that begins with https://.");
        }
        let client_id = faults.take("clientId", required_line(&self.client_id, 1_000));
        let scope = faults.take("scope", single_line(&self.scope, 1_000));
        Some(OAuthClient { token_url: token_url?, client_id: client_id?, scope: scope? })
    }

    /// Of an OAuth client, as far as they were given.
    pub(super) fn oauth_secrets(&self) -> BTreeMap<String, String> {
        let given =
            [(OAuthClient::CLIENT_SECRET, &self.client_secret), (OAuthClient::REFRESH_TOKEN, &self.refresh_token)];
        given.into_iter().filter(|(_, it)| !it.is_empty()).map(|(name, it)| (name.to_owned(), it.clone())).collect()
    }

    /// As the form shows a stored relay.
    pub(super) fn put_relay(&mut self, relay: &SmtpRelay) {
        self.host.clone_from(&relay.host);
        self.port = relay.port.to_string();
        self.security = relay.security.to_string();
        self.username.clone_from(&relay.username);
        if let Some(OAuthClient { token_url, client_id, scope }) = &relay.oauth {
            self.auth = SmtpAuth::XOAuth2.to_string();
            self.token_url.clone_from(token_url);
            self.client_id.clone_from(client_id);
            self.scope.clone_from(scope);
        }
        self.max_connections = relay.max_connections.to_string();
        self.max_messages_per_connection = relay.max_messages_per_connection.to_string();
    }
}

/// From 1 to `most`; nothing is the `default`.
fn check_count<T: Copy + FromStr + PartialOrd + From<u8> + Display>(
    text: &str,
    default: T,
    most: T,
) -> Result<T, Fault> {
    if text.trim().is_empty() {
        return Ok(default);
    }
    let count = text.trim().parse().ok().filter(|count| (T::from(1)..=most).contains(count));
    count.ok_or_else(|| Fault::new("", "out_of_range", format!("Give a number from 1 to {most}.")))
}

#[cfg(test)]
mod tests {
    use super::super::Transport;
    use super::super::draft::tests::smtp;
    use super::*;

    #[test]
    fn an_oauth_client_has_its_own_secrets_and_no_password() {
        let draft = ChannelConfigurationDraft {
            username: "shop@example.com".into(),
            auth: "xoauth2".into(),
            password: "left over".into(),
            token_url: "https://id.example.com/token".into(),
            client_id: "shop".into(),
            client_secret: "s3cret".into(),
            ..smtp()
        };
        let checked = draft.check().unwrap();
        assert_eq!(checked.password, None);
        assert_eq!(checked.secrets, BTreeMap::from([("clientSecret".to_owned(), "s3cret".to_owned())]));
        let Transport::Smtp(relay) = checked.transport else { panic!("smtp") };
        assert_eq!(relay.oauth.unwrap().token_url, "https://id.example.com/token");

        let bad = ChannelConfigurationDraft { username: String::new(), token_url: "http://x".into(), ..draft };
        let paths: Vec<String> = bad.check().unwrap_err().0.into_iter().map(|fault| fault.path).collect();
        assert_eq!(paths, ["username", "tokenUrl"]);
    }

    #[test]
    fn connections_and_messages_over_each_are_counted_within_bounds() {
        let check = |connections: &str, messages: &str| {
            let (max_connections, max_messages_per_connection) = (connections.into(), messages.into());
            let draft = ChannelConfigurationDraft { max_connections, max_messages_per_connection, ..smtp() };
            match draft.check().map_err(|faults| faults.0[0].path.clone())?.transport {
                Transport::Smtp(relay) => Ok((relay.max_connections, relay.max_messages_per_connection)),
                _ => panic!("smtp"),
            }
        };
        assert_eq!(check("100", " 10000 "), Ok((100, 10_000)));
        assert_eq!(check("1", "1"), Ok((1, 1)));
        for bad in ["0", "101", "-1", "many", "70000"] {
            assert_eq!(check(bad, ""), Err("maxConnections".to_owned()), "{bad}");
        }
        for bad in ["0", "10001", "-1", "many"] {
            assert_eq!(check("", bad), Err("maxMessagesPerConnection".to_owned()), "{bad}");
        }
    }

    #[test]
    fn a_relay_that_was_stored_before_messages_over_a_connection_were_counted_has_the_usual_number() {
        let stored = r#"{"host":"h","port":25,"security":"none","username":"","passwordSet":false,"maxConnections":4}"#;
        let relay: SmtpRelay = serde_json::from_str(stored).unwrap();
        assert_eq!(relay.max_messages_per_connection, MESSAGES_PER_CONNECTION);
    }
}
