//! The next days as a person sees them: when it will be quiet, by local clocks.

use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use super::cap::Window;
use super::local::{days_from, local, start_of};
use super::{QuietHours, Weekday};
use crate::Timestamp;

/// A day of local clocks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuietDay {
    /// `2026-12-01`.
    pub date: String,
    pub weekday: Weekday,
    /// When it is quiet: minutes since midnight, from and to, by the clock. 1440 is the end of the day.
    pub quiet: Vec<(u16, u16)>,
}

/// Minutes of a day.
const DAY: u16 = 24 * 60;

impl QuietHours {
    /// Today and the days after it.
    pub fn next_days(&self, zone: &TimeZone, now: Timestamp, days: u16) -> Vec<QuietDay> {
        let today = local(zone, now).date();
        let day = |days: u16| {
            let date = days_from(today, i64::from(days));
            let within = Window { start: start_of(zone, date), end: start_of(zone, days_from(date, 1)) };
            let minute = |at: Timestamp| if at >= within.end { DAY } else { minute_of(zone, at) };
            let windows = self.quiet_windows(zone, within).into_iter();
            let number = usize::try_from(date.weekday().to_monday_zero_offset()).unwrap_or_default();
            QuietDay {
                date: date.to_string(),
                weekday: Weekday::ALL[number],
                quiet: windows.map(|window| (minute(window.start), minute(window.end))).collect(),
            }
        };
        (0..days).map(day).collect()
    }
}

fn minute_of(zone: &TimeZone, at: Timestamp) -> u16 {
    let time = local(zone, at).time();
    u16::from(time.hour().unsigned_abs()) * 60 + u16::from(time.minute().unsigned_abs())
}
