//! How much memory calls may take together: of all connections, as text and unpacked.

use std::sync::Arc;

use domain::Failure;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Of bodies that are being read, together.
const BODIES_BYTES: u32 = 256 * 1024 * 1024;
/// Of calls that are being worked on, together.
const UNPACKED_BYTES: u32 = 256 * 1024 * 1024;
/// Bodies up to this size are not counted while they are read, so that slow large ones keep none of them out. The number
/// of connections bounds them.
const SMALL_BODY_BYTES: usize = 64 * 1024;
/// Enough for most calls that are being worked on.
const RETRY_AFTER_SECONDS: u64 = 1;

/// The room for calls. Whoever finds none is told at once, and holds nothing while waiting.
pub struct Load {
    bodies: Arc<Semaphore>,
    unpacked: Arc<Semaphore>,
}

/// Room that was taken; free again when it is dropped.
#[derive(Debug)]
pub(super) struct Place {
    _taken: Option<OwnedSemaphorePermit>,
}

impl Default for Load {
    fn default() -> Self {
        Self::of(BODIES_BYTES, UNPACKED_BYTES)
    }
}

impl Load {
    fn of(bodies: u32, unpacked: u32) -> Self {
        let room = |bytes: u32| Arc::new(Semaphore::new(usize::try_from(bytes).unwrap_or(Semaphore::MAX_PERMITS)));
        Self { bodies: room(bodies), unpacked: room(unpacked) }
    }

    /// Room for a body of at most this many bytes. Failure: Unavailable.
    pub(super) fn body(&self, bytes: usize) -> Result<Place, Failure> {
        if bytes <= SMALL_BODY_BYTES { Ok(Place { _taken: None }) } else { take(&self.bodies, bytes) }
    }

    /// Room for a call that takes this many bytes unpacked. Failure: Unavailable.
    pub(super) fn unpacked(&self, bytes: usize) -> Result<Place, Failure> {
        take(&self.unpacked, bytes)
    }
}

fn take(room: &Arc<Semaphore>, bytes: usize) -> Result<Place, Failure> {
    let bytes = u32::try_from(bytes).unwrap_or(u32::MAX);
    let taken = Arc::clone(room).try_acquire_many_owned(bytes);
    taken
        .map(|taken| Place { _taken: Some(taken) })
        .map_err(|_| Failure::Unavailable { retry_after_seconds: RETRY_AFTER_SECONDS })
}

#[cfg(test)]
mod tests {
    use super::*;

    const FULL: Failure = Failure::Unavailable { retry_after_seconds: RETRY_AFTER_SECONDS };

    #[test]
    fn large_bodies_are_refused_when_the_room_is_taken_and_small_ones_are_not() {
        let load = Load::of(250_000, 0);
        let first = load.body(100_000).unwrap();
        let _second = load.body(100_000).unwrap();
        assert_eq!(load.body(100_000).unwrap_err(), FULL);
        assert!(load.body(SMALL_BODY_BYTES).is_ok());
        drop(first);
        assert!(load.body(100_000).is_ok());
    }

    #[test]
    fn a_call_that_is_worked_on_takes_room_whatever_its_size() {
        let load = Load::of(0, 100);
        let _place = load.unpacked(60).unwrap();
        assert_eq!(load.unpacked(41).unwrap_err(), FULL);
        assert!(load.unpacked(40).is_ok());
    }
}
