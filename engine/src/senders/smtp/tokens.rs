//! Access tokens of one channel configuration, for relays that want one instead of a password.

use std::sync::Arc;

use domain::channel_configuration::OAuthClient;
use tokio::sync::OnceCell;

use super::fault::Fault;
use crate::channel_configurations::secret::account_secrets;
use crate::outbound::{Client, Options, Sent, TokenCache, Trouble};
use crate::providers::custom::client_credentials::{ClientCredentials, read_token};

/// Asks for a token when the first connection needs one, and again when it runs out. Clones share their token.
#[derive(Clone)]
pub(in crate::senders) struct Tokens(Arc<Inner>);

struct Inner {
    options: Options,
    http: OnceCell<Client>,
    cache: TokenCache,
}

/// A configuration has one client.
const KEY: &str = "";

impl Tokens {
    pub(in crate::senders) fn new(options: Options) -> Self {
        Self(Arc::new(Inner { options, http: OnceCell::new(), cache: TokenCache::default() }))
    }

    /// A token that is good. `secrets` as they are stored.
    pub(super) async fn token(&self, client: &OAuthClient, secrets: &str) -> Result<Arc<str>, Fault> {
        let ask = async {
            let http = self.0.http.get_or_try_init(|| Client::new(&self.0.options)).await.map_err(Sent::Fault)?;
            let response = http.ask(credentials(client, secrets).request()).await.map_err(Sent::Trouble)?;
            read_token(&response).map(Some).map_err(Sent::Read)
        };
        let token = self.0.cache.token(KEY, ask).await.map_err(told)?;
        token.ok_or_else(|| Fault::new("no_token", "There is no access token."))
    }

    /// The relay refused this token: the next connection asks for another one.
    pub(super) fn forget(&self, token: &str) {
        self.0.cache.forget(KEY, token);
    }
}

fn credentials(client: &OAuthClient, secrets: &str) -> ClientCredentials {
    let mut secrets = account_secrets(secrets);
    let mut secret = |name| secrets.remove(name).unwrap_or_default();
    ClientCredentials {
        token_url: client.token_url.clone(),
        client_id: client.client_id.clone(),
        client_secret: secret(OAuthClient::CLIENT_SECRET),
        scope: client.scope.clone(),
        refresh_token: secret(OAuthClient::REFRESH_TOKEN),
    }
}

/// Without a token nothing was said of any mail.
fn told(sent: Sent) -> Fault {
    match sent {
        Sent::Read(reading) => Fault { reason: reading.reason, text: reading.words },
        Sent::Trouble(Trouble::NotSent { reason, words } | Trouble::NoAnswer { reason, words }) => {
            Fault::new(reason, words)
        }
        Sent::Fault(fault) => Fault::new(&fault.code, fault.text),
    }
}
