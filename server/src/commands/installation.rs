//! The installation that a command is about: its settings and its database.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result};
use engine::assets::{Bucket, Place};
use engine::store::Store;
use engine::{Clock, Engine, SystemClock};

use crate::cli;
use crate::config::{self, AssetStore, Config};

/// Settings and data folder.
pub(crate) struct Installation {
    pub config: Config,
    data: PathBuf,
}

impl Installation {
    /// Reads the settings; `listen` is the flag.
    pub fn of(place: &cli::Place, listen: Option<SocketAddr>) -> Result<Self> {
        let listen = listen.map(|address| address.to_string());
        let config = config::load(&place.data, place.config.as_deref(), listen.as_deref())?;
        Ok(Self { config, data: place.data.clone() })
    }

    /// The data folder that will be made, because there is none: perhaps another one was meant.
    pub fn new_data_folder(&self) -> Option<&Path> {
        (self.config.database.url.is_empty() && !self.data.exists()).then_some(&self.data)
    }

    /// The database, up to date.
    pub async fn open(&self) -> Result<Engine> {
        Engine::open(self.settings()?, Arc::new(SystemClock)).await.context("the database cannot be opened")
    }

    /// The same for the sample, with a clock of its own: its mails lead here even where nobody has said under which address
    /// people find this server.
    pub async fn open_sample(&self, clock: Arc<dyn Clock>) -> Result<Engine> {
        let mut settings = self.settings()?;
        settings.public_url = self.config.url();
        Engine::open(settings, clock).await.context("the database cannot be opened")
    }

    /// Brings the database up to date and returns what was missing.
    pub async fn migrate(&self) -> Result<Vec<String>> {
        let store = Store::open(&self.settings()?.database_url).await.context("the database cannot be opened")?;
        let missing = store.missing_migrations().await?;
        store.migrate().await?;
        store.close().await;
        Ok(missing)
    }

    fn settings(&self) -> Result<engine::Settings> {
        let Config {
            server,
            database,
            security,
            limits,
            delivery,
            outbound,
            inbound,
            dns,
            runs,
            retention,
            assets,
            log: _,
        } = &self.config;
        let key = config::secret_key(&self.data, &security.secret_key)?;
        let mut settings = if database.url.is_empty() {
            engine::Settings::sqlite_in(&self.data, key)
        } else {
            engine::Settings::new(database.url.clone(), key)
        };
        settings.token_lifetime_seconds = security.token_lifetime_seconds;
        settings.context_max_bytes = limits.context_max_kb * 1024;
        settings.attachments_max_bytes = limits.attachments_max_kb * 1024;
        settings.import_max_bytes = limits.import_max_mb * 1024 * 1024;
        settings.assets = self.assets(assets);
        settings.limits = engine::limits::Settings {
            requests_per_second: limits.requests_per_second,
            requests_per_day: limits.requests_per_day,
            waiting_messages: limits.waiting_messages,
        };
        settings.delivery = engine::delivery::Settings {
            pause_campaign_after_failures: delivery.pause_campaign_after_failures,
            retry_schedule: delivery.retry_schedule_seconds.iter().copied().map(Duration::from_secs).collect(),
            lease: Duration::from_secs(delivery.lease_seconds),
            helo_name: self.helo_name(),
        };
        settings.outbound = engine::outbound::Settings {
            allow_private: outbound.allow_private,
            allow_private_push: outbound.allow_private_push,
            proxy: outbound.proxy.clone(),
            extra_roots: config::certificates(&outbound.root_certificates)?,
        };
        settings.deliverability =
            engine::deliverability::Settings { servers: dns.addresses(), listens: inbound.address().is_some() };
        server.public_url.trim_end_matches('/').clone_into(&mut settings.public_url);
        server.short_url.trim_end_matches('/').clone_into(&mut settings.short_url);
        settings.runs.queued_ahead = runs.queued_ahead;
        settings.retention.messages = days(retention.messages_days);
        settings.retention.bodies = days(retention.bodies_days);
        settings.runs.lease = settings.delivery.lease;
        Ok(settings)
    }

    fn assets(&self, given: &config::Assets) -> engine::assets::Settings {
        let place = match given.store {
            AssetStore::Folder if given.folder.is_empty() => Place::Folder(self.data.join("assets")),
            AssetStore::Folder => Place::Folder(PathBuf::from(&given.folder)),
            AssetStore::S3 => Place::S3(Bucket {
                endpoint: given.endpoint.clone(),
                name: given.bucket.clone(),
                region: given.region.clone(),
                access_key_id: given.access_key_id.clone(),
                secret_access_key: given.secret_access_key.clone(),
            }),
        };
        engine::assets::Settings { place, max_bytes: given.max_kb * 1024 }
    }

    fn helo_name(&self) -> String {
        let given = &self.config.delivery.helo_name;
        if !given.is_empty() {
            return given.clone();
        }
        let url = self.config.server.public_url.parse::<http::Uri>().ok();
        url.and_then(|url| url.host().map(ToOwned::to_owned)).unwrap_or_else(|| "localhost".to_owned())
    }
}

/// A time to keep something; 0 means for ever.
fn days(number: u32) -> Option<Duration> {
    (number > 0).then(|| Duration::from_hours(24 * u64::from(number)))
}
