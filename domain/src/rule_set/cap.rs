//! Frequency caps: so many messages to a person in a window of time.
//!
//! Windows are those of the calendar, in UTC unless a zone is given. Windows of several hours, days, weeks or months follow
//! each other from the start of 1970, so that everybody's window is the same, and the same after a restart.

use jiff::civil::{Date, date};
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use super::local::{days_from, local, start_of};
use super::{Weekday, unknown_zone};
use crate::channel_configuration::Channel;
use crate::word::words;
use crate::{Fault, Faults, Timestamp};

/// Most messages of a cap.
pub const COUNT_MAX: u32 = 100_000;

const EPOCH: Date = date(1970, 1, 1);
/// Of [`EPOCH`], counted from Monday.
const WEEKDAY_OF_EPOCH: i64 = 3;
const HOUR: i64 = 3_600_000;
const DAY: i64 = 86_400;

words! {
    /// What the windows of a cap are made of.
    CapPeriod {
        /// Hours of UTC, whatever the zone: an hour is never longer or shorter.
        Hour = "hour",
        Day = "day",
        Week = "week",
        Month = "month",
    }
}

impl CapPeriod {
    /// Most of them in one window (reference §4.4).
    pub const fn most(self) -> u32 {
        match self {
            Self::Hour => 23,
            Self::Day => 30,
            Self::Week => 4,
            Self::Month => 3,
        }
    }
}

/// So many messages to a person in a window, over all of these channels together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Cap {
    /// 1 to [`COUNT_MAX`].
    pub count: u32,
    pub period: CapPeriod,
    /// Periods of one window, 1 to [`CapPeriod::most`].
    pub every: u32,
    pub channels: Vec<Channel>,
    /// IANA name: whose days, weeks and months.
    pub time_zone: String,
    /// With which day a week begins.
    pub week_start: Weekday,
}

/// From `start` on, up to `end` and without it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Window {
    pub start: Timestamp,
    pub end: Timestamp,
}

impl Window {
    pub fn contains(&self, at: Timestamp) -> bool {
        self.start <= at && at < self.end
    }
}

impl Cap {
    pub(super) fn check(&self) -> Faults {
        let mut faults = Faults::default();
        if !(1..=COUNT_MAX).contains(&self.count) {
            faults.add("count", "out_of_range", format!("Give a whole number from 1 to {COUNT_MAX}."));
        }
        let most = self.period.most();
        if !(1..=most).contains(&self.every) {
            faults.add("every", "out_of_range", format!("Give a whole number from 1 to {most}."));
        }
        if self.channels.is_empty() {
            faults.add("channels", "required", "Choose at least one channel.");
        }
        faults.take("", self.zone());
        faults
    }

    /// The zone of its windows.
    pub fn zone(&self) -> Result<TimeZone, Fault> {
        TimeZone::get(self.time_zone.trim()).map_err(|_| unknown_zone("timeZone", &self.time_zone))
    }

    /// The window that this moment is in, by the clocks of `zone`.
    pub fn window(&self, zone: &TimeZone, now: Timestamp) -> Window {
        let here = self.number(zone, now);
        let (start, end) = (self.start(zone, here), self.start(zone, here + 1));
        // Where clocks go back over midnight, a day comes after the next one has begun.
        if end <= now { Window { start: end, end: self.start(zone, here + 2) } } else { Window { start, end } }
    }

    /// Which window since 1970 it is.
    fn number(&self, zone: &TimeZone, now: Timestamp) -> i64 {
        let every = i64::from(self.every.max(1));
        if self.period == CapPeriod::Hour {
            return now.as_millis().div_euclid(every * HOUR);
        }
        let day = local(zone, now).date();
        let days = day.duration_since(EPOCH).as_secs().div_euclid(DAY);
        match self.period {
            CapPeriod::Hour | CapPeriod::Day => days.div_euclid(every),
            CapPeriod::Week => (days + self.days_before_epoch()).div_euclid(7 * every),
            CapPeriod::Month => ((i64::from(day.year()) - 1970) * 12 + i64::from(day.month()) - 1).div_euclid(every),
        }
    }

    /// When a window starts.
    fn start(&self, zone: &TimeZone, number: i64) -> Timestamp {
        let first = number * i64::from(self.every.max(1));
        let day = match self.period {
            CapPeriod::Hour => return Timestamp::from_millis(first * HOUR),
            CapPeriod::Day => days_from(EPOCH, first),
            CapPeriod::Week => days_from(EPOCH, 7 * first - self.days_before_epoch()),
            CapPeriod::Month => first_of_month(first),
        };
        start_of(zone, day)
    }

    /// So many days before 1970 the week began in which it did.
    fn days_before_epoch(&self) -> i64 {
        (WEEKDAY_OF_EPOCH - i64::from(self.week_start.number())).rem_euclid(7)
    }

    /// “this week”, “these 3 days”.
    pub fn window_words(&self) -> String {
        match self.every {
            1 => format!("this {}", self.period),
            every => format!("these {every} {}s", self.period),
        }
    }
}

/// Of the month that is so many months after January 1970.
fn first_of_month(months: i64) -> Date {
    let year = i16::try_from(1970 + months.div_euclid(12)).unwrap_or(i16::MAX);
    let month = i8::try_from(1 + months.rem_euclid(12)).unwrap_or(1);
    Date::new(year, month, 1).unwrap_or(Date::MAX)
}
