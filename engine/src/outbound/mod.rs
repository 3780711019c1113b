//! The only way by which this server makes HTTP requests to addresses that people configure.

mod client;
pub mod guard;
mod openings;
mod resolver;
pub(crate) mod tls;
mod tokens;
mod trouble;

#[cfg(test)]
mod tests;

use std::sync::Arc;

use domain::{Fault, Timestamp};

pub use client::{Client, Limits, Options};
pub use guard::Outside;
pub(crate) use guard::connect_guarded;
pub use tls::Identity;
pub use tokens::TokenCache;
pub use trouble::Trouble;

use crate::providers::{Context, Meaning, Outgoing, Provider, Reading, Request, Response};

/// How this server asks addresses that people configure.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// Addresses in private networks and on this machine may be asked, too, as far as somebody here configured them.
    pub allow_private: bool,
    /// The same of addresses that strangers name: the push services of subscriptions.
    pub allow_private_push: bool,
    /// Requests go through it; empty: none.
    pub proxy: String,
    /// Trusted beside the roots of the machine (PEM).
    pub extra_roots: String,
}

impl Settings {
    pub(crate) fn options(&self) -> Options {
        Options {
            outside: Outside { allow_private: self.allow_private, setting: "outbound.allow_private" },
            strangers: Outside { allow_private: self.allow_private_push, setting: "outbound.allow_private_push" },
            proxy: Some(self.proxy.clone()).filter(|proxy| !proxy.is_empty()),
            extra_roots: self.extra_roots.clone(),
            ..Options::default()
        }
    }
}

/// What became of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sent {
    /// There is an answer: to the message, or to the request for the token it needs.
    Read(Reading),
    /// There is none.
    Trouble(Trouble),
    /// The provider cannot send this; nobody was asked.
    Fault(Fault),
}

/// A client with the tokens it got.
#[derive(Debug)]
pub struct Outbound {
    client: Client,
    tokens: TokenCache,
}

impl Outbound {
    pub fn new(client: Client) -> Self {
        Self { client, tokens: TokenCache::default() }
    }

    /// Asks once, without a token.
    pub async fn ask(&self, request: Request) -> Result<Response, Trouble> {
        self.client.ask(request).await
    }

    /// Sends one message. `key` names the provider with these settings among those that have tokens. A token that the provider
    /// no longer takes is replaced once; the second answer stands, whatever it says. [`Context::token`] is filled in here.
    pub async fn send(&self, provider: &dyn Provider, key: &str, outgoing: Outgoing<'_>, context: Context<'_>) -> Sent {
        let with_token = provider.needs_token(outgoing);
        let request = |context: Context<'_>| provider.request(outgoing, context).map(Some);
        self.converse(provider, key, with_token, context, request).await
    }

    /// A certificate by which callbacks are checked (PEM); `None` when it cannot be had.
    pub async fn certificate(&self, url: &str) -> Option<String> {
        let response = self.client.ask(get(url)).await.ok().filter(|response| response.status == 200)?;
        String::from_utf8(response.body).ok()
    }

    /// Asks an address once because a provider wants it so. That it does not answer is the provider's matter.
    pub async fn confirm(&self, url: &str) {
        if let Err(trouble) = self.client.ask(get(url)).await {
            tracing::warn!(%trouble, "a subscription to callbacks could not be confirmed");
        }
    }

    /// Is this address one that is asked? Nothing is sent.
    pub async fn look_at(&self, url: &str) -> Result<(), Trouble> {
        self.client.look_at(url).await
    }

    /// Whether key and account are good, as far as a token and [`Provider::verify`] show; `None`: neither exists here.
    pub async fn verify(&self, provider: &dyn Provider, key: &str, context: Context<'_>) -> Option<Sent> {
        if provider.verify(context).is_none() && provider.token_request(context.now).is_none() {
            return None;
        }
        Some(self.converse(provider, key, true, context, |context| provider.verify(context).transpose()).await)
    }

    /// With a token, and once more with a new one.
    async fn converse<'a>(
        &self,
        provider: &dyn Provider,
        key: &str,
        with_token: bool,
        context: Context<'a>,
        request: impl for<'b> Fn(Context<'b>) -> Result<Option<Request>, Fault>,
    ) -> Sent {
        let mut is_second = false;
        loop {
            let token = if with_token { self.token(provider, key, context.now).await } else { Ok(None) };
            let token = match token {
                Ok(token) => token,
                Err(failure) => return failure,
            };
            let answer = match request(Context { token: token.as_deref(), ..context }) {
                Ok(Some(request)) => self.client.ask(request).await,
                // The token was all that could be asked for.
                Ok(None) => return Sent::Read(GOOD),
                Err(fault) => return Sent::Fault(fault),
            };
            let reading = match answer {
                Ok(response) => provider.read(&response),
                Err(trouble) => return Sent::Trouble(trouble),
            };
            match token {
                Some(token) if reading.meaning == Meaning::TokenExpired => self.tokens.forget(key, &token),
                _ => return Sent::Read(reading),
            }
            if is_second {
                return Sent::Read(reading);
            }
            is_second = true;
        }
    }

    async fn token(&self, provider: &dyn Provider, key: &str, now: Timestamp) -> Result<Option<Arc<str>>, Sent> {
        let ask = async {
            // Making the request may mean signing it: not before it is needed.
            let Some(request) = provider.token_request(now) else { return Ok(None) };
            let asked = self.client.ask(request.map_err(Sent::Fault)?).await;
            let response = asked.map_err(|trouble| Sent::Trouble(trouble.before_the_message()))?;
            provider.read_token(&response).map(Some).map_err(|reading| Sent::Read(about_the_token(reading)))
        };
        self.tokens.token(key, ask).await
    }
}

/// A token that does not come says nothing of the message that needs it.
fn about_the_token(reading: Reading) -> Reading {
    match reading.meaning {
        Meaning::Retry | Meaning::Busy { .. } | Meaning::Misconfigured => reading,
        Meaning::Accepted { .. } | Meaning::Rejected | Meaning::BadAddress | Meaning::TokenExpired => {
            Reading { meaning: Meaning::Misconfigured, ..reading }
        }
    }
}

fn get(url: &str) -> Request {
    Request { method: http::Method::GET, url: url.to_owned(), headers: Vec::new(), body: Vec::new() }
}

const GOOD: Reading =
    Reading { meaning: Meaning::Accepted { provider_id: None }, reason: String::new(), words: String::new() };
