//! A world for each test: an engine on its own empty database, and a clock that stands still.
//!
//! `on_both!` runs a test on SQLite and on PostgreSQL. The latter needs `HERMOD_TEST_POSTGRES`, the URL of a server on
//! which databases may be created; without it the test says that it is skipped.

pub mod audience;
pub mod consents;
pub mod dkim;
pub mod dns;
pub mod gate;
pub mod provider;
pub mod relay;
pub mod returned;
pub mod rules;
pub mod shop;
pub mod stopping;
pub mod texting;

use std::str::FromStr;
use std::sync::Arc;

use domain::{SandboxName, Timestamp};
use engine::keys::SecretKey;
use engine::{Clock as _, Engine, ManualClock, Settings, SystemClock};
use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::{AssertSqlSafe, Connection, Executor};

/// The clock of every test starts here.
pub const START: &str = "2026-12-01T09:00:00Z";

fn start() -> Timestamp {
    START.parse().unwrap()
}

/// An engine, its clock, and what is needed to open a second process on the same database.
pub struct World {
    pub engine: Engine,
    pub clock: Arc<ManualClock>,
    pub settings: Settings,
    _images: tempfile::TempDir,
    _home: Home,
}

/// What must live as long as the world.
enum Home {
    Folder { _folder: tempfile::TempDir },
    Database(Database),
}

impl std::ops::Deref for World {
    type Target = Engine;

    fn deref(&self) -> &Engine {
        &self.engine
    }
}

impl World {
    /// On SQLite.
    pub async fn sqlite() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let settings = Settings::sqlite_in(folder.path(), SecretKey::random());
        Self::open(settings, start(), Home::Folder { _folder: folder }).await
    }

    /// On SQLite, for servers that look at the machine's clock and are known by this certificate (PEM).
    pub async fn in_present_time(certificate: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut settings = Settings::sqlite_in(folder.path(), SecretKey::random());
        certificate.clone_into(&mut settings.outbound.extra_roots);
        Self::open(settings, SystemClock.now(), Home::Folder { _folder: folder }).await
    }

    /// On a fresh database of the test server; `None` when there is none.
    pub async fn postgres() -> Option<Self> {
        let database = Database::create().await?;
        let settings = Settings::new(database.url.clone(), SecretKey::random());
        Some(Self::open(settings, start(), Home::Database(database)).await)
    }

    async fn open(mut settings: Settings, now: Timestamp, home: Home) -> Self {
        // The servers of tests are on this machine.
        settings.outbound.allow_private = true;
        settings.outbound.allow_private_push = true;
        "https://hermod.example.com".clone_into(&mut settings.public_url);
        let images = tempfile::tempdir().unwrap();
        settings.assets = engine::assets::Settings::in_folder(images.path().to_owned());
        let clock = Arc::new(ManualClock::at(now));
        let engine = Engine::open(settings.clone(), clock.clone()).await.unwrap();
        Self { engine, clock, settings, _images: images, _home: home }
    }

    /// Another process on the same database, with the same clock.
    pub async fn other_process(&self) -> Engine {
        Engine::open(self.settings.clone(), self.clock.clone()).await.unwrap()
    }

    /// The end of the test: closes the connections, so that the database can be dropped.
    pub async fn end(self) {
        self.engine.close().await;
        if let Home::Database(database) = self._home {
            database.drop().await;
        }
    }
}

/// A database that exists for one test.
pub struct Database {
    server: PgConnectOptions,
    name: String,
    pub url: String,
}

impl Database {
    /// Creates one; `None`, said aloud, without a server.
    pub async fn create() -> Option<Self> {
        #[expect(clippy::disallowed_methods, reason = "tests have no configuration")]
        let Ok(url) = std::env::var("HERMOD_TEST_POSTGRES") else {
            println!("skipped: HERMOD_TEST_POSTGRES is not set");
            return None;
        };
        let server = PgConnectOptions::from_str(&url).unwrap();
        let name = format!("test_{}", engine::ids::reference());
        let mut connection = PgConnection::connect_with(&server).await.unwrap();
        // Many tests create at once; two may not copy the template at the same moment.
        connection.execute("SELECT pg_advisory_lock(7)").await.unwrap();
        let create = format!("CREATE DATABASE {name} TEMPLATE template0 STRATEGY file_copy");
        connection.execute(AssertSqlSafe(create)).await.unwrap();
        connection.close().await.unwrap();
        let (address, parameters) = url.split_once('?').map_or((url.as_str(), ""), |(address, rest)| (address, rest));
        let (host, _) = address.rsplit_once('/').unwrap();
        let url = format!("{host}/{name}?{parameters}");
        Some(Self { server, name, url })
    }

    /// Drops it, whoever is connected.
    pub async fn drop(self) {
        let mut connection = PgConnection::connect_with(&self.server).await.unwrap();
        let drop = format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name);
        connection.execute(AssertSqlSafe(drop)).await.unwrap();
    }
}

/// The sandbox `dev`.
pub fn dev() -> SandboxName {
    "dev".parse().unwrap()
}

/// The sandbox `prod`.
pub fn prod() -> SandboxName {
    "prod".parse().unwrap()
}

/// Runs a test on both databases: `on_both!(name, |world| async { … })` makes `name::sqlite` and `name::postgres`.
/// `world` is a `&World`.
#[macro_export]
macro_rules! on_both {
    ($name:ident, |$world:ident| $story:expr) => {
        mod $name {
            use super::*;

            async fn story($world: &$crate::support::World) {
                $story.await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() {
                let world = $crate::support::World::sqlite().await;
                story(&world).await;
                world.end().await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                if let Some(world) = $crate::support::World::postgres().await {
                    story(&world).await;
                    world.end().await;
                }
            }
        }
    };
}
