//! Turns to read a list of the log. A filter can make the database look at many rows: lists take only some of its
//! connections, so that calls and sign-ins find one.

use std::sync::Arc;

use domain::Failure;
use tokio::sync::Semaphore;

use crate::{Error, Result};

/// Lists that are read at the same time; a database has at least eight connections for reading.
const AT_ONCE: usize = 3;
/// Lists that may wait; beyond, people are told to come back.
const WAITING: usize = 50;
/// By then some have had their turn.
const RETRY_AFTER_SECONDS: u64 = 2;

/// Everybody's turns.
pub(crate) struct ListTurns {
    /// Of those who read or wait.
    places: Arc<Semaphore>,
    turns: Arc<Semaphore>,
}

impl Default for ListTurns {
    fn default() -> Self {
        Self { places: Arc::new(Semaphore::new(AT_ONCE + WAITING)), turns: Arc::new(Semaphore::new(AT_ONCE)) }
    }
}

impl ListTurns {
    /// Reads in a turn. Failure: Unavailable at once when too many wait. A caller that goes away ends no turn early:
    /// the database goes on with what it was asked.
    pub(crate) async fn take<T: Send + 'static>(
        &self,
        list: impl Future<Output = Result<T>> + Send + 'static,
    ) -> Result<T> {
        let place = Arc::clone(&self.places).try_acquire_owned();
        let place = place.map_err(|_| Failure::Unavailable { retry_after_seconds: RETRY_AFTER_SECONDS })?;
        let turn = Arc::clone(&self.turns).acquire_owned().await.expect("the semaphore is never closed");
        let reading = tokio::spawn(async move {
            let rows = list.await;
            drop((turn, place));
            rows
        });
        reading.await.map_err(Error::unexpected)?
    }
}

#[cfg(test)]
mod tests {
    use std::future::{pending, ready};
    use std::pin::Pin;
    use std::sync::Arc;

    use domain::SandboxName;
    use domain::message::LogFilter;
    use futures::FutureExt as _;

    use super::*;
    use crate::keys::SecretKey;
    use crate::{Engine, Settings, SystemClock};

    type Reading<'a> = Pin<Box<dyn Future<Output = Result<()>> + Send + 'a>>;

    /// Callers whose lists never end, and callers who wait for them.
    fn fill(turns: &ListTurns) -> Vec<Reading<'_>> {
        let mut all: Vec<Reading<'_>> = Vec::new();
        for _ in 0..AT_ONCE + WAITING {
            let mut reading: Reading<'_> = Box::pin(turns.take(pending()));
            assert!((&mut reading).now_or_never().is_none());
            all.push(reading);
        }
        all
    }

    fn is_unavailable<T>(result: Result<T>) -> bool {
        matches!(result, Err(Error::Failure(Failure::Unavailable { retry_after_seconds: 2 })))
    }

    #[tokio::test]
    async fn three_lists_are_read_fifty_wait_and_the_next_one_is_refused_at_once() {
        let turns = ListTurns::default();
        let mut all = fill(&turns);
        assert!(is_unavailable(turns.take(ready(Ok(()))).await));
        // One who waits goes away.
        all.pop();
        assert!(turns.take(pending::<Result<()>>()).now_or_never().is_none());
    }

    #[tokio::test]
    async fn a_reader_who_goes_away_leaves_the_turn_taken_until_the_database_is_done() {
        let turns = ListTurns::default();
        let (end, ended) = tokio::sync::oneshot::channel::<()>();
        let first = turns.take(async { ended.await.map_err(Error::unexpected) });
        assert!(first.now_or_never().is_none());
        let others: Vec<_> = (1..AT_ONCE).map(|_| turns.take(pending::<Result<()>>()).now_or_never()).collect();
        assert_eq!(others.len(), AT_ONCE - 1);
        let mut next = Box::pin(turns.take(ready(Ok("rows"))));
        assert!((&mut next).now_or_never().is_none());
        end.send(()).unwrap();
        assert_eq!(next.await.unwrap(), "rows");
    }

    #[tokio::test]
    async fn while_lists_are_refused_a_single_execution_is_still_found() {
        let folder = tempfile::tempdir().unwrap();
        let settings = Settings::sqlite_in(folder.path(), SecretKey::random());
        let engine = Engine::open(settings, Arc::new(SystemClock)).await.unwrap();
        let (dev, all): (SandboxName, _) = ("dev".parse().unwrap(), LogFilter::default());
        assert!(engine.list_messages(&dev, &all, None, 50).await.unwrap().rows.is_empty());
        let _full = fill(&engine.0.list_turns);
        assert!(is_unavailable(engine.list_messages(&dev, &all, None, 50).await));
        assert!(is_unavailable(engine.list_executions(&dev, &all, None, 50).await));
        let unknown = "UMA-00000000000000000000000000".parse().unwrap();
        let found = engine.find_execution(&dev, &unknown).await;
        assert!(matches!(found, Err(Error::Failure(Failure::NotFound { .. }))));
    }
}
