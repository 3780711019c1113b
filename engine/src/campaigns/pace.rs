//! How long it takes to render a version.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

/// Quicker than handing the work to another thread and waiting for it would be worth.
const QUICK_MICROS: u32 = 400;
/// Not known yet: taken for slow.
const UNKNOWN: u32 = u32::MAX;

/// The slowest rendering of late. A slow one counts at once and is forgotten over some dozens of quick ones.
pub(crate) struct Pace(AtomicU32);

impl Default for Pace {
    fn default() -> Self {
        Self(AtomicU32::new(UNKNOWN))
    }
}

impl Pace {
    pub(crate) fn is_quick(&self) -> bool {
        self.0.load(Ordering::Relaxed) <= QUICK_MICROS
    }

    pub(crate) fn note(&self, took: Duration) {
        let took = u32::try_from(took.as_micros()).unwrap_or(UNKNOWN - 1);
        let before = self.0.load(Ordering::Relaxed);
        let after = if before == UNKNOWN || took > before { took } else { before - (before - took).div_ceil(16) };
        self.0.store(after, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_slow_rendering_makes_a_version_slow_for_a_while() {
        let pace = Pace::default();
        assert!(!pace.is_quick(), "nothing is known yet");
        pace.note(Duration::from_micros(50));
        assert!(pace.is_quick());
        pace.note(Duration::from_millis(50));
        let quick = (0..1_000).take_while(|_| {
            pace.note(Duration::from_micros(50));
            !pace.is_quick()
        });
        assert!((50..200).contains(&quick.count()));
    }
}
