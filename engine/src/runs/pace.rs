//! Rate control. Every message of a run has the time at which it is due; that needs no counter that processes share, and
//! a restart changes nothing.

use std::time::Duration;

use domain::Timestamp;

use crate::store::messages::Fate;
use crate::store::runs::Pace;

/// Longest time that a run with a rate takes (reference §1.5).
pub(super) const WINDOW: Duration = Duration::from_hours(12);
/// How far ahead of their time messages are made: what waits is what may come at once when delivery was held up.
pub(super) const LOOK_AHEAD: Duration = Duration::from_secs(5);

const TOO_LATE: Fate = Fate::Excluded {
    reason: "rate_window_over",
    detail: "The rate of the campaign leaves no room for this message within the 12 hours of a run.",
};

impl Pace {
    /// What becomes of the next message, or `None` when it is too early to make it.
    ///
    /// Time that was lost, because no process was there, is not caught up: the rate is a promise to the receiving side.
    pub(super) fn next(&mut self, now: Timestamp, ends_at: Option<Timestamp>) -> Option<Fate> {
        let Some(per_second) = self.per_second else { return Some(Fate::Due(now)) };
        if self.due(per_second) < now {
            (self.from, self.messages) = (now, 0);
        }
        let due = self.due(per_second);
        if ends_at.is_some_and(|end| due >= end) {
            return Some(TOO_LATE);
        }
        if due > now.plus(LOOK_AHEAD) {
            return None;
        }
        self.messages += 1;
        Some(Fate::Due(due))
    }

    fn due(&self, per_second: i64) -> Timestamp {
        let millis = self.messages.saturating_mul(1_000) / per_second.max(1);
        self.from.plus(Duration::from_millis(u64::try_from(millis).unwrap_or(0)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: Timestamp = Timestamp::from_millis(1_000_000);

    fn pace(per_second: i64) -> Pace {
        Pace { per_second: Some(per_second), from: START, messages: 0 }
    }

    fn made(pace: &mut Pace, now: Timestamp) -> Vec<i64> {
        let due = std::iter::from_fn(|| pace.next(now, None));
        due.map(|fate| if let Fate::Due(at) = fate { at.millis_since(START) } else { -1 }).collect()
    }

    #[test]
    fn messages_are_due_one_after_the_other_and_made_shortly_before() {
        let mut pace = pace(2);
        assert_eq!(made(&mut pace, START), [0, 500, 1000, 1500, 2000, 2500, 3000, 3500, 4000, 4500, 5000]);
        assert_eq!(made(&mut pace, START.plus(Duration::from_secs(1))), [5500, 6000]);
    }

    #[test]
    fn several_messages_of_one_millisecond_are_as_many_as_the_rate_says() {
        let mut pace = pace(2_000);
        assert_eq!(made(&mut pace, START).len(), 10_002);
    }

    #[test]
    fn lost_time_is_not_caught_up() {
        let mut pace = pace(1);
        made(&mut pace, START);
        let back = made(&mut pace, START.plus(Duration::from_hours(1)));
        assert_eq!(back, [3_600_000, 3_601_000, 3_602_000, 3_603_000, 3_604_000, 3_605_000]);
    }

    #[test]
    fn what_would_be_due_after_the_window_is_excluded() {
        let end = START.plus(Duration::from_secs(2));
        let mut pace = pace(1);
        let fates: Vec<_> = (0..4).filter_map(|_| pace.next(START, Some(end))).collect();
        assert_eq!(fates[2..], [TOO_LATE, TOO_LATE]);
        assert_eq!(pace.next(end.plus(WINDOW), Some(end)), Some(TOO_LATE));
    }

    #[test]
    fn without_a_rate_everything_is_due_now() {
        let mut pace = Pace { per_second: None, ..pace(1) };
        assert_eq!(pace.next(START, None), Some(Fate::Due(START)));
    }
}
