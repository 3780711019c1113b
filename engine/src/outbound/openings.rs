//! Whoever comes first to a server opens its connection, and the others wait for it. Where HTTP/2 is spoken one is enough, and
//! a server to which hundreds are opened at once takes that for an attack.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use http::Version;
use tokio::sync::OwnedMutexGuard;
use tokio::time::{Instant, timeout};
use url::{Position, Url};

use super::client::IDLE;

/// Then one goes on without a connection of others.
const PATIENCE: Duration = Duration::from_secs(2);
/// From this many servers on, those to which there is no connection are forgotten before another one comes in.
const MANY: usize = 1_000;

/// Servers by scheme, host and port.
#[derive(Debug, Default)]
pub(super) struct Openings(Mutex<HashMap<String, Arc<Server>>>);

#[derive(Debug, Default)]
struct Server {
    /// The version of the last answer, and when it came.
    answered: Mutex<Option<(Version, Instant)>>,
    /// Held by the one who opens a connection.
    turn: Arc<tokio::sync::Mutex<()>>,
}

/// A request that may be made.
pub(super) struct Opening {
    server: Arc<Server>,
    /// Nobody else opens a connection meanwhile.
    turn: Option<OwnedMutexGuard<()>>,
}

impl Openings {
    /// Waits while somebody else opens the first connection to this server.
    pub(super) async fn enter(&self, url: &Url) -> Opening {
        let server = self.server(&url[..Position::BeforePath]);
        if server.is_open() {
            return Opening { server, turn: None };
        }
        let turn = timeout(PATIENCE, Arc::clone(&server.turn).lock_owned()).await.ok();
        let turn = turn.filter(|_| !server.is_open());
        Opening { server, turn }
    }

    fn server(&self, origin: &str) -> Arc<Server> {
        let mut servers = locked(&self.0);
        if let Some(server) = servers.get(origin) {
            return Arc::clone(server);
        }
        if servers.len() >= MANY {
            servers.retain(|_, server| Arc::strong_count(server) > 1 || server.is_open());
        }
        Arc::clone(servers.entry(origin.to_owned()).or_default())
    }
}

impl Opening {
    /// An answer came.
    pub(super) fn answered(self, version: Version) {
        *locked(&self.server.answered) = Some((version, Instant::now()));
        drop(self.turn);
    }

    /// No connection could be opened.
    pub(super) fn failed(self) {
        *locked(&self.server.answered) = None;
        drop(self.turn);
    }
}

impl Server {
    /// Is there a connection for everybody, or does each need one of its own?
    fn is_open(&self) -> bool {
        let answered = *locked(&self.answered);
        answered.is_some_and(|(version, at)| version != Version::HTTP_2 || at.elapsed() < IDLE)
    }
}

/// Nothing that holds these locks can leave them half done.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
