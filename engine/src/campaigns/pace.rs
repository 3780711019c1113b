//! How long it takes to render a version.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

/// Quicker than handing the work to another thread and waiting for it would be worth.
const QUICK_MICROS: u32 = 400;
/// Longer ones count as this long: on a busy machine a rendering that waited for its processor says little.
const COUNTED_MICROS: u32 = 4 * QUICK_MICROS;
/// How many renderings of late are looked at.
const OF_LATE: u32 = 16;
/// Not known yet: taken for slow.
const UNKNOWN: u32 = u32::MAX;

/// How long the renderings of late took on average.
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
        let took = u32::try_from(took.as_micros()).unwrap_or(UNKNOWN).min(COUNTED_MICROS);
        let before = self.0.load(Ordering::Relaxed);
        let after = if before == UNKNOWN { took } else { (before * (OF_LATE - 1) + took) / OF_LATE };
        self.0.store(after, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn note(pace: &Pace, times: usize, took: Duration) {
        for _ in 0..times {
            pace.note(took);
        }
    }

    #[test]
    fn a_version_is_slow_until_it_was_quick() {
        let pace = Pace::default();
        assert!(!pace.is_quick(), "nothing is known yet");
        pace.note(Duration::from_micros(50));
        assert!(pace.is_quick());
    }

    #[test]
    fn now_and_then_a_slow_rendering_changes_nothing_and_many_do() {
        let pace = Pace::default();
        for _ in 0..100 {
            note(&pace, 7, Duration::from_micros(50));
            note(&pace, 1, Duration::from_millis(50));
            assert!(pace.is_quick());
        }
        note(&pace, 16, Duration::from_millis(5));
        assert!(!pace.is_quick());
        note(&pace, 64, Duration::from_micros(50));
        assert!(pace.is_quick());
    }
}
