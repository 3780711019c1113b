//! Quiet hours: times at which no marketing goes.

use std::time::Duration;

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::cap::Window;
use super::local::{Which, days_from, local, moment, start_of};
use super::{Weekday, unknown_zone};
use crate::word::words;
use crate::{Fault, Faults, Timestamp};

/// Periods of one rule (reference §4.5).
pub const PERIODS_MAX: usize = 5;
/// A message that has waited for so long goes no more.
pub const QUEUED_AT_MOST: Duration = Duration::from_hours(7 * 24);
/// So far somebody looks for the end of quiet hours: further than anything waits.
const FAR: Duration = Duration::from_hours(8 * 24);

words! {
    /// What becomes of a message that comes in quiet hours.
    QuietHandling {
        /// It is sent when they end.
        Queue = "queue",
        /// It is not sent.
        Discard = "discard",
    }
}

/// Times at which nothing goes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct QuietHours {
    /// IANA name; empty: that of the recipient. Of whom no zone is known, nothing is held.
    pub time_zone: String,
    /// 1 to [`PERIODS_MAX`].
    pub periods: Vec<QuietPeriod>,
    pub handling: QuietHandling,
}

/// When it is quiet, by local time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum QuietPeriod {
    /// Each week on these days; `None`: all day.
    Weekly { days: Vec<Weekday>, slot: Option<Slot> },
    /// Once.
    Dates { from: DateTime, to: DateTime },
}

/// A part of a day. One that ends before it starts, or at its start, ends on the next day: it is of the day on which it starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Slot {
    pub from: Time,
    pub to: Time,
}

impl QuietHours {
    pub(super) fn check(&self) -> Faults {
        let mut faults = Faults::default();
        faults.take("", self.zone());
        if self.periods.is_empty() {
            faults.add("periods", "required", "Give at least one period.");
        }
        if self.periods.len() > PERIODS_MAX {
            faults.add("periods", "too_many_periods", format!("Give at most {PERIODS_MAX} periods."));
        }
        for (position, period) in self.periods.iter().enumerate() {
            faults.take(&format!("periods[{position}]"), period.check());
        }
        faults
    }

    /// `None`: that of the recipient.
    pub fn zone(&self) -> Result<Option<TimeZone>, Fault> {
        let name = self.time_zone.trim();
        if name.is_empty() {
            return Ok(None);
        }
        TimeZone::get(name).map(Some).map_err(|_| unknown_zone("timeZone", name))
    }

    /// When it is not quiet any more, by the clocks of `zone`: after the last of the periods that touch. `None`: it is not
    /// quiet. More than [`QUEUED_AT_MOST`] away it may be quiet for ever.
    pub fn quiet_until(&self, zone: &TimeZone, now: Timestamp) -> Option<Timestamp> {
        let mut until = now;
        while until < now.plus(FAR)
            && let Some(end) = self.end_of_period(zone, until)
        {
            until = end;
        }
        (until > now).then_some(until)
    }

    /// When it is quiet between these times. Periods that touch are one.
    pub fn quiet_windows(&self, zone: &TimeZone, within: Window) -> Vec<Window> {
        let (first, last) = (local(zone, within.start).date(), local(zone, within.end).date());
        let days = last.duration_since(first).as_hours() / 24;
        let days = (-1..=days + 1).map(|days| days_from(first, days));
        let mut all: Vec<Window> =
            days.flat_map(|day| self.periods.iter().filter_map(move |period| period.on(zone, day))).collect();
        all.sort();
        let mut merged = Vec::<Window>::new();
        for Window { start, end } in all {
            let (start, end) = (start.max(within.start), end.min(within.end));
            match merged.last_mut() {
                _ if end <= start => {}
                Some(last) if start <= last.end => last.end = last.end.max(end),
                _ => merged.push(Window { start, end }),
            }
        }
        merged
    }

    /// The end of the period that is going on and ends last.
    fn end_of_period(&self, zone: &TimeZone, at: Timestamp) -> Option<Timestamp> {
        let today = local(zone, at).date();
        let days = [-1, 0, 1].map(|days| days_from(today, days));
        let going_on = self.periods.iter().flat_map(|period| days.iter().filter_map(|day| period.on(zone, *day)));
        going_on.filter(|window| window.contains(at)).map(|window| window.end).max()
    }
}

impl QuietPeriod {
    pub(super) fn check(&self) -> Result<(), Fault> {
        match self {
            Self::Weekly { days, .. } if days.is_empty() => {
                Err(Fault::new("days", "required", "Choose at least one day."))
            }
            Self::Weekly { slot: Some(Slot { from, to }), .. } if from == to => {
                Err(Fault::new("to", "same_time", "Give another time than the start, or choose the whole day."))
            }
            Self::Dates { from, to } if to <= from => {
                Err(Fault::new("to", "end_before_start", "The end must be after the start."))
            }
            Self::Weekly { .. } | Self::Dates { .. } => Ok(()),
        }
    }

    /// When it is quiet because of this day. Where clocks go back it is quiet from the first to the last of both.
    fn on(&self, zone: &TimeZone, day: Date) -> Option<Window> {
        match self {
            Self::Weekly { days, slot } => {
                let number = day.weekday().to_monday_zero_offset();
                if !days.iter().any(|day| day.number() == number) {
                    return None;
                }
                let next = days_from(day, 1);
                Some(match slot {
                    None => Window { start: start_of(zone, day), end: start_of(zone, next) },
                    Some(Slot { from, to }) => Window {
                        start: moment(zone, day.to_datetime(*from), Which::First),
                        end: moment(zone, if to <= from { next } else { day }.to_datetime(*to), Which::Last),
                    },
                })
            }
            Self::Dates { from, to } => {
                Some(Window { start: moment(zone, *from, Which::First), end: moment(zone, *to, Which::Last) })
            }
        }
    }
}

/// The zone that a profile names: `timeZone`, as the reference's profiles have it. `None`: none that anybody knows.
pub fn zone_of_profile(profile: &Map<String, Value>) -> Option<TimeZone> {
    let name = profile.get("timeZone")?.as_str()?.trim();
    TimeZone::get(name).ok().filter(|_| !name.is_empty())
}
