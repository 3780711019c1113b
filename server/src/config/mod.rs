//! Settings: compiled-in defaults, then a file, then the environment, then flags. All faults are told at once, by key.

mod faults;
mod load;
mod secret_key;

use std::net::SocketAddr;

use serde::Deserialize;

pub use faults::ConfigFaults;
pub use load::{DATA_FILE, load};
pub use secret_key::secret_key;

/// The documentation of all settings, and their values when nothing else is said.
pub const DEFAULTS: &str = include_str!("../config.default.toml");

/// All settings.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    pub server: Server,
    pub database: Database,
    pub security: Security,
    pub limits: Limits,
    pub delivery: Delivery,
    pub outbound: Outbound,
    pub inbound: Inbound,
    pub dns: Dns,
    pub runs: Runs,
    pub retention: Retention,
    pub assets: Assets,
    pub log: Log,
}

/// Where Hermod answers.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Server {
    pub listen: SocketAddr,
    /// Empty, or an address with http or https and without a path.
    pub public_url: String,
    /// Empty, or an address with http or https, without a path, and with a name of its own.
    pub short_url: String,
    pub trust_proxy_headers: bool,
}

/// Where Hermod keeps its data. May hold a password, so it is not shown.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Database {
    pub url: String,
}

/// Keys and callers.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Security {
    pub secret_key: String,
    pub organization: String,
    pub token_lifetime_seconds: u64,
}

/// How much callers may ask for.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limits {
    pub requests_per_second: u32,
    pub requests_per_day: u32,
    pub context_max_kb: usize,
    pub attachments_max_kb: usize,
    pub import_max_mb: u64,
    pub waiting_messages: u64,
}

/// How messages are sent.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Delivery {
    pub retry_schedule_seconds: Vec<u64>,
    pub pause_campaign_after_failures: u32,
    pub lease_seconds: u64,
    pub helo_name: String,
}

/// Requests to addresses that people configure.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Outbound {
    pub allow_private: bool,
    pub allow_private_push: bool,
    /// Empty, or `http://…`.
    pub proxy: String,
    /// Empty, or the path of a PEM file.
    pub root_certificates: String,
}

/// Mail that comes back.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Inbound {
    /// Empty, or an address with its port.
    pub listen: String,
}

impl Inbound {
    /// `None`: nothing is taken in.
    pub fn address(&self) -> Option<SocketAddr> {
        self.listen.parse().ok()
    }
}

/// How the DNS is asked about domains of senders.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Dns {
    /// Addresses with or without port; none: the servers of the machine.
    pub servers: Vec<String>,
}

impl Dns {
    /// With their ports; what is no address is left out.
    pub fn addresses(&self) -> Vec<SocketAddr> {
        self.servers.iter().filter_map(|server| dns_server(server)).collect()
    }
}

/// `1.1.1.1`, `1.1.1.1:53`, `[2606:4700::1111]:53`.
fn dns_server(text: &str) -> Option<SocketAddr> {
    const PORT: u16 = 53;
    text.parse().ok().or_else(|| Some(SocketAddr::new(text.parse().ok()?, PORT)))
}

/// How runs of audiences become messages.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Runs {
    pub queued_ahead: u32,
}

/// How long what is kept. 0: for ever.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Retention {
    pub messages_days: u32,
    pub bodies_days: u32,
}

/// Images that mails show. Holds a secret, so it is not shown.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Assets {
    pub store: AssetStore,
    /// Empty: `assets` in the data folder.
    pub folder: String,
    pub max_kb: usize,
    /// Address with http or https, without a path.
    pub endpoint: String,
    pub bucket: String,
    pub region: String,
    pub access_key_id: String,
    pub secret_access_key: String,
}

/// Where images are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum AssetStore {
    Folder,
    S3,
}

/// What is told about the running process.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Log {
    pub format: LogFormat,
    pub filter: String,
}

/// Shape of a log line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    Pretty,
    Json,
}

/// The certificates of a PEM file; none for no path.
pub fn certificates(path: &str) -> anyhow::Result<String> {
    use anyhow::Context as _;
    if path.is_empty() {
        return Ok(String::new());
    }
    std::fs::read_to_string(path).with_context(|| format!("outbound.root_certificates: {path} cannot be read"))
}

impl Config {
    /// The address that people type, without a slash at the end.
    pub fn url(&self) -> String {
        let given = self.server.public_url.trim_end_matches('/');
        if given.is_empty() { format!("http://{}", self.server.listen) } else { given.to_owned() }
    }

    /// People reach Hermod over TLS.
    pub fn is_https(&self) -> bool {
        self.server.public_url.starts_with("https://")
    }
}

impl std::fmt::Debug for Database {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Database { url: … }")
    }
}

impl std::fmt::Debug for Assets {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Assets").field("store", &self.store).field("bucket", &self.bucket).finish_non_exhaustive()
    }
}

impl std::fmt::Debug for Security {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Security").field("organization", &self.organization).finish_non_exhaustive()
    }
}
