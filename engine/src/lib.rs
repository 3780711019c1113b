//! Everything Hermod does, behind one type: [`Engine`]. API and console call the same methods.
//!
//! | file | does |
//! |---|---|
//! | [`accounts`] | console users, sign-in, sessions |
//! | [`api_clients`] | API clients, access tokens, callers |
//! | [`sandboxes`] | capture or live |
//! | [`channel_configurations`] | how a channel sends for us |
//! | [`campaigns`] | draft, review, publish, stop |
//! | [`campaign_files`] | `hermod apply` |
//! | [`intake`] | a call becomes an execution and messages, committed before the answer |
//! | [`delivery`] | claim → check → render → send → record |
//! | [`senders`] | the code that talks to a provider |
//! | [`log`] | executions, messages, timelines, the capture inbox |
//! | [`store`] | SQLite and PostgreSQL |

use std::path::PathBuf;
use std::sync::Arc;

pub mod accounts;
pub mod api_clients;
pub mod campaign_files;
pub mod campaigns;
pub mod channel_configurations;
pub mod clock;
pub mod delivery;
mod error;
pub mod ids;
pub mod intake;
pub mod keys;
pub mod log;
pub mod news;
mod recent;
pub mod sandboxes;
pub mod senders;
pub mod store;

pub use clock::{Clock, ManualClock, SystemClock};
pub use error::{Error, Result};
use store::Store;

/// What the engine needs to know at start.
#[derive(Debug, Clone)]
pub struct Settings {
    /// `sqlite:PATH` or `postgres://…`.
    pub database_url: String,
    /// 32 secret bytes from which all keys are derived: encryption of secrets, token signatures.
    pub secret_key: keys::SecretKey,
    /// Delivery by this process.
    pub delivery: delivery::Settings,
    /// Seconds an access token is good for.
    pub token_lifetime_seconds: u64,
}

impl Settings {
    /// Settings for a database, with defaults for the rest.
    pub fn new(database_url: impl Into<String>, secret_key: keys::SecretKey) -> Self {
        Self {
            database_url: database_url.into(),
            secret_key,
            delivery: delivery::Settings::default(),
            token_lifetime_seconds: 86_399,
        }
    }

    /// An SQLite file in a data folder.
    pub fn sqlite_in(folder: &std::path::Path, secret_key: keys::SecretKey) -> Self {
        let file: PathBuf = folder.join("hermod.sqlite");
        Self::new(format!("sqlite:{}", file.display()), secret_key)
    }
}

/// The product. Cheap to clone.
#[derive(Clone)]
pub struct Engine(Arc<Inner>);

struct Inner {
    store: Store,
    clock: Arc<dyn Clock>,
    settings: Settings,
    keys: keys::Keys,
    sign_in_limit: accounts::SignInLimit,
    password_turns: accounts::Turns,
    callers: api_clients::CallerCache,
    sandboxes: sandboxes::SandboxCache,
    configurations: channel_configurations::ConfigurationCache,
    versions: campaigns::VersionCache,
    committer: intake::Committer,
    delivery: delivery::Shared,
    list_turns: log::ListTurns,
    news: news::News,
}

impl Engine {
    /// Opens the database and applies missing migrations. Delivers nothing until [`Engine::deliver_until`] runs.
    pub async fn open(settings: Settings, clock: Arc<dyn Clock>) -> Result<Self> {
        let store = Store::open(&settings.database_url).await?;
        store.migrate().await?;
        let keys = keys::Keys::derive(&settings.secret_key);
        let news = news::News::new();
        Ok(Self(Arc::new(Inner {
            committer: intake::Committer::start(store.clone()),
            delivery: delivery::Shared::new(&settings.delivery),
            list_turns: log::ListTurns::default(),
            sign_in_limit: accounts::SignInLimit::default(),
            password_turns: accounts::Turns::default(),
            callers: api_clients::CallerCache::default(),
            sandboxes: sandboxes::SandboxCache::default(),
            configurations: channel_configurations::ConfigurationCache::default(),
            versions: campaigns::VersionCache::default(),
            store,
            clock,
            settings,
            keys,
            news,
        })))
    }

    pub(crate) fn store(&self) -> &Store {
        &self.0.store
    }

    pub(crate) fn now(&self) -> domain::Timestamp {
        self.0.clock.now()
    }

    /// Closes the database. For an orderly end, after delivery has stopped.
    pub async fn close(&self) {
        self.0.store.close().await;
    }
}
