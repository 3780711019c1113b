//! Local times of a zone, and the points in time that they are.

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::{AmbiguousOffset, TimeZone};

use crate::Timestamp;

/// Which one of a local time that comes twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Which {
    First,
    Last,
}

/// What clocks of the zone show.
pub(super) fn local(zone: &TimeZone, at: Timestamp) -> DateTime {
    zone.to_datetime(instant(at))
}

/// When clocks of the zone show this. A time that clocks pass over is the moment in which they do.
pub(super) fn moment(zone: &TimeZone, local: DateTime, which: Which) -> Timestamp {
    let ambiguous = zone.to_ambiguous_timestamp(local);
    let found = match ambiguous.offset() {
        AmbiguousOffset::Gap { after, .. } => after.to_timestamp(local).map(|before_it| {
            let change = zone.following(before_it).next();
            change.map_or(before_it, |change| change.timestamp())
        }),
        _ if which == Which::First => ambiguous.earlier(),
        _ => ambiguous.later(),
    };
    // Beyond all clocks: at the end of time.
    Timestamp::from_millis(found.unwrap_or(jiff::Timestamp::MAX).as_millisecond())
}

/// The first moment of a day.
pub(super) fn start_of(zone: &TimeZone, day: Date) -> Timestamp {
    moment(zone, day.to_datetime(Time::midnight()), Which::First)
}

/// So many days later, or earlier.
pub(super) fn days_from(day: Date, days: i64) -> Date {
    day.saturating_add(jiff::SignedDuration::from_hours(days.saturating_mul(24).clamp(-87_000_000, 87_000_000)))
}

fn instant(at: Timestamp) -> jiff::Timestamp {
    jiff::Timestamp::from_millisecond(at.as_millis()).unwrap_or(jiff::Timestamp::MAX)
}
