//! The HTTP client.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use domain::Fault;
use http::header::{self, HeaderMap, HeaderName, HeaderValue};
use reqwest::redirect;
use url::{Host, Url};

use super::guard::Outside;
use super::openings::Openings;
use super::resolver::{Guarded, Unguarded, look_up};
use super::tls::{self, Identity};
use super::trouble::Trouble;
use crate::providers::{Request, Response};

/// What is kept of a body.
const BODY_LIMIT: usize = 64 * 1024;
/// Idle HTTP/1.1 connections that are kept per host: as many as one configuration has messages under way, because each that
/// is closed in a busy moment is opened again in the next.
const IDLE_PER_HOST: usize = 512;
/// A connection without work is closed after this.
pub(super) const IDLE: Duration = Duration::from_secs(30);
/// The connection's own: a configured header of this name is left out.
const OF_THE_CONNECTION: [&str; 10] = [
    "connection",
    "content-length",
    "expect",
    "host",
    "keep-alive",
    "proxy-authorization",
    "proxy-connection",
    "te",
    "transfer-encoding",
    "upgrade",
];

/// How long things may take.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Name, connection and TLS together.
    pub connect: Duration,
    /// From the first byte of the request, connecting included, to the last of the answer.
    pub whole: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self { connect: Duration::from_secs(10), whole: Duration::from_secs(30) }
    }
}

/// How a client is set up.
#[derive(Debug, Clone, Default)]
pub struct Options {
    pub outside: Outside,
    /// For addresses that people outside name.
    pub strangers: Outside,
    pub limits: Limits,
    /// `http://` or `https://`, with user and password where needed; it may stand in a private network. Names are then looked
    /// up by the proxy, and what they lead to is for the proxy to refuse. Never taken from the environment.
    pub proxy: Option<String>,
    /// Trusted beside the roots of the machine (PEM).
    pub extra_roots: String,
    pub identity: Option<Identity>,
}

impl Options {
    /// For addresses that people outside name: fewer of them are allowed, and nobody waits for them long.
    #[must_use]
    pub fn for_strangers(self) -> Self {
        let limits = Limits { connect: Duration::from_secs(3), whole: Duration::from_secs(6) };
        Self { outside: self.strangers, limits, ..self }
    }
}

/// Asks addresses that people configured. Cheap to clone; clones share their connections.
#[derive(Debug, Clone)]
pub struct Client {
    http: reqwest::Client,
    openings: Arc<Openings>,
    outside: Outside,
    is_proxied: bool,
}

impl Client {
    /// Faults are at `proxy`, `rootCertificates`, `clientCertificate`, `clientKey`.
    pub async fn new(options: &Options) -> Result<Self, Fault> {
        let mut builder = reqwest::Client::builder()
            .tls_backend_preconfigured(tls::configuration(&options.extra_roots, options.identity.as_ref()).await?)
            .user_agent("Hermod")
            .referer(false)
            .redirect(redirect::Policy::none())
            .no_proxy()
            .tcp_nodelay(true)
            .connect_timeout(options.limits.connect)
            .timeout(options.limits.whole)
            .pool_max_idle_per_host(IDLE_PER_HOST)
            .pool_idle_timeout(IDLE);
        builder = match &options.proxy {
            None => builder.dns_resolver(Guarded(options.outside)),
            Some(address) => builder.dns_resolver(Unguarded).proxy(proxy(address)?),
        };
        let http = builder.build().map_err(|error| Fault::new("", "invalid", error.to_string()))?;
        Ok(Self { http, openings: Arc::default(), outside: options.outside, is_proxied: options.proxy.is_some() })
    }

    /// Asks once. Redirects are answers; a body is cut off after 64 KB.
    pub async fn ask(&self, request: Request) -> Result<Response, Trouble> {
        self.ask_for(request, BODY_LIMIT).await
    }

    /// The same; a body is cut off after so many bytes.
    pub async fn ask_for(&self, request: Request, most: usize) -> Result<Response, Trouble> {
        let url = self.door(&request.url)?;
        let headers = headers(request.headers)?;
        let opening = self.openings.enter(&url).await;
        let asking = self.http.request(request.method, url).headers(headers).body(request.body);
        let mut answer = match asking.send().await.map_err(Trouble::of) {
            Ok(answer) => {
                opening.answered(answer.version());
                answer
            }
            Err(trouble) => {
                if matches!(trouble, Trouble::NotSent { .. }) {
                    opening.failed();
                }
                return Err(trouble);
            }
        };
        let status = answer.status().as_u16();
        let headers = std::mem::take(answer.headers_mut());
        let mut body = Vec::new();
        while body.len() < most
            && let Some(chunk) = answer.chunk().await.map_err(Trouble::of)?
        {
            let room = most - body.len();
            body.extend_from_slice(&chunk[..chunk.len().min(room)]);
        }
        Ok(Response { status, headers, body })
    }

    /// Addresses in numbers never reach the resolver: they are judged here, as `url` has normalised them.
    fn door(&self, url: &str) -> Result<Url, Trouble> {
        let unfit = |words: String| Trouble::not_sent("request_unfit", words);
        let url = Url::parse(url).map_err(|error| unfit(format!("The address cannot be read: {error}.")))?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(unfit("The address must begin with http:// or https://.".into()));
        }
        let address: Option<IpAddr> = match url.host() {
            Some(Host::Ipv4(address)) => Some(address.into()),
            Some(Host::Ipv6(address)) => Some(address.into()),
            Some(Host::Domain(name)) if self.is_proxied && is_localhost(name) => Some(Ipv4Addr::LOCALHOST.into()),
            Some(Host::Domain(_)) => return Ok(url),
            None => None,
        };
        if address.is_some_and(|address| self.outside.allows(address)) {
            return Ok(url);
        }
        let refused = self.outside.refuse(url.host_str().unwrap_or_default(), address.into_iter());
        Err(Trouble::refused(&refused))
    }

    /// Is this address one that is asked? Nothing is sent; a name that cannot be looked up is told when something is.
    pub async fn look_at(&self, url: &str) -> Result<(), Trouble> {
        let url = self.door(url)?;
        let Some(Host::Domain(name)) = url.host().filter(|_| !self.is_proxied) else { return Ok(()) };
        let found = look_up(name).await.unwrap_or_default();
        if found.is_empty() || found.iter().any(|address| self.outside.allows(address.ip())) {
            return Ok(());
        }
        Err(Trouble::refused(&self.outside.refuse(name, found.iter().map(SocketAddr::ip))))
    }
}

/// What a proxy would take for itself.
fn is_localhost(name: &str) -> bool {
    let name = name.trim_end_matches('.');
    name == "localhost" || name.ends_with(".localhost")
}

fn proxy(address: &str) -> Result<reqwest::Proxy, Fault> {
    let unfit =
        || Fault::new("proxy", "invalid", "A proxy's address begins with http:// or https:// and names a host.");
    let url = Url::parse(address).map_err(|_| unfit())?;
    if !matches!(url.scheme(), "http" | "https") || !url.has_host() {
        return Err(unfit());
    }
    reqwest::Proxy::all(url).map_err(|_| unfit())
}

fn headers(given: Vec<(HeaderName, String)>) -> Result<HeaderMap, Trouble> {
    let mut headers = HeaderMap::with_capacity(given.len());
    for (name, value) in given {
        if OF_THE_CONNECTION.contains(&name.as_str()) || name == header::USER_AGENT {
            continue;
        }
        let value = HeaderValue::from_bytes(value.as_bytes())
            .map_err(|_| Trouble::not_sent("request_unfit", format!("The header {name} holds control characters.")))?;
        headers.append(name, value);
    }
    Ok(headers)
}
