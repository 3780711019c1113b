//! Turns to hash or compare a password. Each takes 19 MiB for a noticeable part of a second: few are taken at the same
//! time, and the memory is kept for the next ones, so that a burst of sign-ins leaves the process no larger than the
//! first few did.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use argon2::Block;
use tokio::sync::Semaphore;

use crate::{Error, Result};

/// Turns at the same time.
const AT_ONCE: usize = 4;

/// What Argon2 works in; of any length and content.
pub(super) type Memory = Vec<Block>;

/// Everybody's turns. Whoever finds none free waits.
pub(crate) struct Turns {
    free: Arc<Semaphore>,
    /// Of turns that have ended; the last used is used next, so that single sign-ins share one.
    kept: Arc<Mutex<Vec<Memory>>>,
}

impl Default for Turns {
    fn default() -> Self {
        Self { free: Arc::new(Semaphore::new(AT_ONCE)), kept: Arc::default() }
    }
}

impl Turns {
    /// Does the work in a turn, on a thread where it holds up nobody. A caller that goes away ends no turn early: the
    /// work goes on, and so its memory is taken.
    pub(super) async fn take<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Memory) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let turn = Arc::clone(&self.free).acquire_owned().await.expect("the semaphore is never closed");
        let kept = Arc::clone(&self.kept);
        let work = tokio::task::spawn_blocking(move || {
            let mut memory = lock(&kept).pop().unwrap_or_default();
            let done = work(&mut memory);
            lock(&kept).push(memory);
            drop(turn);
            done
        });
        work.await.map_err(Error::unexpected)?
    }
}

fn lock(kept: &Mutex<Vec<Memory>>) -> MutexGuard<'_, Vec<Memory>> {
    // Nothing here leaves the list half changed.
    kept.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use futures::FutureExt as _;
    use futures::future::join_all;

    use super::*;

    fn grown(memory: &mut Memory) -> usize {
        memory.resize(3, Block::new());
        memory.len()
    }

    #[tokio::test]
    async fn the_memory_of_a_turn_is_kept_for_the_next_one() {
        let turns = Turns::default();
        turns.take(|memory| Ok(grown(memory))).await.unwrap();
        assert_eq!(turns.take(|memory| Ok(memory.len())).await.unwrap(), 3);
        assert_eq!(lock(&turns.kept).len(), 1);
    }

    #[tokio::test]
    async fn a_burst_takes_as_many_memories_as_there_are_turns() {
        let turns = Turns::default();
        let lengths = join_all((0..50).map(|_| turns.take(|memory| Ok(grown(memory))))).await;
        assert_eq!(lengths.len(), 50);
        assert!(lengths.into_iter().all(|length| length.unwrap() == 3));
        assert!((1..=AT_ONCE).contains(&lock(&turns.kept).len()));
    }

    #[tokio::test]
    async fn callers_that_go_away_make_no_room_for_more_work_at_once() {
        let turns = Turns::default();
        let (release, released) = mpsc::channel::<()>();
        let released = Arc::new(Mutex::new(released));
        for _ in 0..AT_ONCE {
            let released = Arc::clone(&released);
            let caller = turns.take(move |_| {
                // Waits; an error means that the test is over.
                let _ = released.lock().unwrap().recv();
                Ok(())
            });
            assert!(caller.now_or_never().is_none());
        }
        let mut fifth = Box::pin(turns.take(|memory| Ok(grown(memory))));
        assert!((&mut fifth).now_or_never().is_none());
        assert_eq!(turns.free.available_permits(), 0);
        release.send(()).unwrap();
        assert_eq!(fifth.await.unwrap(), 3);
    }
}
