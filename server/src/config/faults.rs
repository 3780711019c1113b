//! Everything that is wrong with the settings, each with the name of its key.

use std::fmt;

use http::Uri;

use super::{AssetStore, Assets, Config};

/// All faults, in the order of the keys.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct ConfigFaults(pub Vec<String>);

impl ConfigFaults {
    /// Notes a fault of one key.
    pub fn add(&mut self, key: &str, text: impl fmt::Display) {
        let line = format!("{key}: {text}");
        if !self.0.contains(&line) {
            self.0.push(line);
        }
    }
}

impl fmt::Display for ConfigFaults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the settings have faults")?;
        self.0.iter().try_for_each(|line| write!(f, "\n  {line}"))
    }
}

impl std::error::Error for ConfigFaults {}

/// What types alone cannot say.
pub(super) fn check(config: &Config) -> ConfigFaults {
    let mut faults = ConfigFaults::default();
    if !good_public_url(&config.server.public_url) {
        faults.add("server.public_url", "give an address such as https://hermod.example.com, without a path");
    }
    let short = &config.server.short_url;
    let host = crate::tracking::short::host_name;
    if !good_public_url(short) || (!short.is_empty() && host(short) == host(&config.url())) {
        let text =
            "give an address such as https://go.example.com, without a path, whose name is not that of public_url";
        faults.add("server.short_url", text);
    }
    let url = &config.database.url;
    if !(url.is_empty() || ["sqlite:", "postgres://", "postgresql://"].iter().any(|start| url.starts_with(start))) {
        faults.add("database.url", "give an address that starts with postgres:// or sqlite:");
    }
    let key = &config.security.secret_key;
    if !key.is_empty() && engine::keys::SecretKey::from_base64(key).is_none() {
        faults.add("security.secret_key", "give 32 bytes in base64, for example from `openssl rand -base64 32`");
    }
    if config.security.token_lifetime_seconds == 0 {
        faults.add("security.token_lifetime_seconds", "give at least 1");
    }
    if !(1..=10_240).contains(&config.limits.context_max_kb) {
        faults.add("limits.context_max_kb", "give 1 to 10240");
    }
    if config.limits.attachments_max_kb > 20_480 {
        faults.add("limits.attachments_max_kb", "give at most 20480: mail servers take no larger mails");
    }
    if !(1..=1_048_576).contains(&config.limits.import_max_mb) {
        faults.add("limits.import_max_mb", "give 1 to 1048576");
    }
    if config.delivery.retry_schedule_seconds.contains(&0) {
        faults.add("delivery.retry_schedule_seconds", "each waiting time is at least 1");
    }
    if config.delivery.lease_seconds < 30 {
        faults.add("delivery.lease_seconds", "give at least 30: a database may have a slow moment");
    }
    if config.delivery.helo_name.chars().any(|c| c.is_control() || c.is_whitespace()) {
        faults.add("delivery.helo_name", "give a host name");
    }
    let proxy = &config.outbound.proxy;
    if !(proxy.is_empty() || proxy.starts_with("http://") || proxy.starts_with("https://")) {
        faults.add("outbound.proxy", "give an address that starts with http:// or https://");
    }
    if !config.inbound.listen.is_empty() && config.inbound.address().is_none() {
        faults.add("inbound.listen", "give an address with its port, such as 0.0.0.0:25");
    }
    if config.dns.addresses().len() != config.dns.servers.len() {
        faults.add("dns.servers", "give addresses such as 1.1.1.1 or 1.1.1.1:53, not names");
    }
    check_assets(&config.assets, &mut faults);
    if config.log.filter.parse::<tracing_subscriber::EnvFilter>().is_err() {
        faults.add("log.filter", "give a level such as info, or directives such as info,engine=debug");
    }
    faults
}

fn check_assets(assets: &Assets, faults: &mut ConfigFaults) {
    if !(1..=102_400).contains(&assets.max_kb) {
        faults.add("assets.max_kb", "give 1 to 102400");
    }
    if assets.store == AssetStore::Folder {
        return;
    }
    if assets.endpoint.is_empty() || !good_public_url(&assets.endpoint) {
        faults.add("assets.endpoint", "give an address such as https://s3.eu-west-1.amazonaws.com, without a path");
    }
    let fits = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || matches!(letter, '-' | '.');
    if assets.bucket.is_empty() || !assets.bucket.chars().all(fits) {
        faults.add("assets.bucket", "give the name of a bucket: lower-case letters, digits, hyphens and dots");
    }
    let needed = [
        ("assets.region", &assets.region),
        ("assets.access_key_id", &assets.access_key_id),
        ("assets.secret_access_key", &assets.secret_access_key),
    ];
    for (key, value) in needed {
        if value.is_empty() {
            faults.add(key, "is needed to keep images in a bucket");
        }
    }
}

fn good_public_url(text: &str) -> bool {
    if text.is_empty() {
        return true;
    }
    let Ok(uri) = text.parse::<Uri>() else { return false };
    let plain = uri.query().is_none() && matches!(uri.path(), "" | "/");
    matches!(uri.scheme_str(), Some("http" | "https")) && uri.host().is_some_and(|host| !host.is_empty()) && plain
}
