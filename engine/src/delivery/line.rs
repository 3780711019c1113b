//! The arithmetic of rates: a line in which each message takes the next place (the generic cell rate algorithm). Pure.
//!
//! Times are microseconds since 1970, because at two thousand a second places are half a millisecond apart.

use domain::Timestamp;

const SECOND: i64 = 1_000_000;
/// A line is never ahead of its rate by more than this: so much may go at once after a while without messages.
const AHEAD: i64 = SECOND / 10;

/// A line that lets so many pass in a second.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Line {
    /// Between two places.
    interval: i64,
    /// How much earlier than its place a message may go.
    tolerance: i64,
}

/// A place in a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    Now,
    /// Not before this time.
    At(Timestamp),
}

impl Line {
    /// At least one in a second.
    pub(super) fn of(per_second: u32) -> Self {
        let interval = SECOND / i64::from(per_second.clamp(1, 1_000_000));
        Self { interval, tolerance: (AHEAD - interval).max(0) }
    }

    /// How many may go now.
    pub(super) fn free(self, next_at: i64, now: Timestamp) -> usize {
        let now = micros(now);
        let room = now + self.tolerance - next_at.max(now);
        if room < 0 { 0 } else { usize::try_from(room / self.interval + 1).unwrap_or(usize::MAX) }
    }

    /// The line after so many have gone now.
    pub(super) fn after(self, next_at: i64, gone: usize, now: Timestamp) -> i64 {
        next_at.max(micros(now)) + self.interval.saturating_mul(i64::try_from(gone).unwrap_or(i64::MAX))
    }

    /// The next place, which is taken herewith.
    pub(super) fn take(self, next_at: &mut i64, now: Timestamp) -> Place {
        let place = *next_at - self.tolerance;
        let is_free = place <= micros(now);
        *next_at = self.after(*next_at, 1, now);
        if is_free { Place::Now } else { Place::At(Timestamp::from_millis((place + 999).div_euclid(1_000))) }
    }
}

fn micros(time: Timestamp) -> i64 {
    time.as_millis().saturating_mul(1_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: i64 = 1_796_115_600_000;

    fn at(millis: i64) -> Timestamp {
        Timestamp::from_millis(START + millis)
    }

    /// No window of any length holds more than its rate and what a line may be ahead.
    #[track_caller]
    fn assert_holds(per_second: u32, gone: &[i64]) {
        let ahead = (i64::from(per_second) / 10).max(1);
        for (first, from) in gone.iter().enumerate() {
            for (last, until) in gone.iter().enumerate().skip(first) {
                let (count, millis) = (i64::try_from(last - first + 1).unwrap(), until - from);
                // A place may be rounded up to the next millisecond, never down.
                let most = ahead + 1 + millis * i64::from(per_second) / 1_000;
                assert!(count <= most, "{count} within {millis} ms at {per_second}/s");
            }
        }
    }

    /// Some numbers that look like chance, always the same.
    fn steps() -> impl Iterator<Item = i64> {
        let mut state = 42_u64;
        std::iter::repeat_with(move || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            i64::try_from((state >> 33) % 97).unwrap()
        })
    }

    #[test]
    fn in_no_window_do_more_go_than_the_rate_allows() {
        for per_second in [1, 3, 10, 50, 333, 2_000] {
            let line = Line::of(per_second);
            let (mut next_at, mut gone, mut now) = (0, Vec::new(), 0);
            for step in steps().take(60) {
                let free = line.free(next_at, at(now)).min(40);
                next_at = line.after(next_at, free, at(now));
                gone.extend(std::iter::repeat_n(now, free));
                now += step;
            }
            assert_holds(per_second, &gone);
        }
    }

    #[test]
    fn whoever_looks_often_enough_gets_the_whole_rate() {
        for per_second in [1, 10, 50, 333, 2_000] {
            let line = Line::of(per_second);
            let (mut next_at, mut gone) = (0, 0);
            for look in 0..=200 {
                let now = at(look * 50);
                let free = line.free(next_at, now);
                next_at = line.after(next_at, free, now);
                gone += free;
            }
            let wanted = usize::try_from(per_second).unwrap() * 10;
            assert!((wanted..=wanted + wanted / 50 + 2).contains(&gone), "{gone} of {wanted}");
        }
    }

    #[test]
    fn places_are_taken_in_order_and_at_the_rate() {
        for per_second in [1, 7, 50, 2_000] {
            let line = Line::of(per_second);
            let mut next_at = 0;
            let places: Vec<i64> = (0..300)
                .map(|_| match line.take(&mut next_at, at(0)) {
                    Place::Now => 0,
                    Place::At(time) => time.as_millis() - START,
                })
                .collect();
            assert!(places.is_sorted());
            assert_holds(per_second, &places);
        }
    }

    #[test]
    fn a_message_alone_goes_at_once_and_one_that_comes_too_early_waits_for_its_place() {
        let line = Line::of(1);
        let mut next_at = 0;
        assert_eq!(line.take(&mut next_at, at(0)), Place::Now);
        assert_eq!(line.take(&mut next_at, at(400)), Place::At(at(1_000)));
        assert_eq!(line.take(&mut next_at, at(400)), Place::At(at(2_000)));
        assert_eq!(line.take(&mut next_at, at(9_000)), Place::Now);
        assert_eq!((line.free(next_at, at(9_000)), line.free(next_at, at(10_000))), (0, 1));
    }

    #[test]
    fn a_clock_that_goes_back_opens_no_gate() {
        let line = Line::of(10);
        let next_at = line.after(0, 1, at(1_000));
        assert_eq!(line.free(next_at, at(500)), 0);
    }
}
