//! Dates and times as callers write them: ISO 8601, or seconds and milliseconds since 1970.

use jiff::civil::{Date, DateTime};
use jiff::fmt::temporal::Pieces;
use jiff::tz::{Offset, TimeZone};
use jiff::{SignedDuration, Timestamp};
use tera::{Error, Kwargs, TeraResult, Value};

use super::given;

/// Longest text that is read as a date.
const TEXT_MAX: usize = 64;

/// Numbers from here on count milliseconds: as seconds they would be in the year 5138.
const MILLISECONDS_FROM: i128 = 100_000_000_000;

/// A date, or a date with a time, as it stands on a wall.
#[derive(Debug, Clone)]
pub(super) struct Moment {
    pub(super) local: DateTime,
    /// None: of a date without a time, and of a time that says none; such a time is one of UTC.
    offset: Option<Offset>,
    pub(super) has_time: bool,
    /// The zone that it was moved to: its name, and what people call its time then.
    zone: Option<(String, String)>,
}

/// How the fault says it.
pub(super) fn out_of_range() -> Error {
    Error::message("This date is too far away.")
}

impl Moment {
    pub(super) fn of(value: &Value) -> TeraResult<Self> {
        let wrong = || Error::message("This needs a date such as 2026-12-01 or 2026-12-01T09:30:00Z.");
        if value.is_number() {
            let number = given::number(value)?.as_f64();
            return Self::of_epoch(number).ok_or_else(out_of_range);
        }
        let text = value.as_str().map(str::trim).filter(|text| text.len() <= TEXT_MAX).ok_or_else(wrong)?;
        // Eight digits are a date without dashes.
        let is_epoch = matches!(text.len(), 9..=13) && text.bytes().all(|byte| byte.is_ascii_digit());
        if let Some(number) = is_epoch.then(|| text.parse().ok()).flatten() {
            return Self::of_epoch(number).ok_or_else(out_of_range);
        }
        let pieces = Pieces::parse(text).map_err(|_| wrong())?;
        let (time, offset) = (pieces.time(), pieces.to_numeric_offset());
        let local = pieces.date().to_datetime(time.unwrap_or_default());
        Ok(Self { local, offset, has_time: time.is_some(), zone: None })
    }

    #[expect(clippy::cast_possible_truncation, reason = "a number that is too large is out of range either way")]
    fn of_epoch(number: f64) -> Option<Self> {
        let whole = number as i128;
        let milliseconds = if whole.abs() >= MILLISECONDS_FROM { number } else { number * 1000.0 };
        let at = Timestamp::from_millisecond(milliseconds as i64).ok()?;
        let local = Offset::UTC.to_datetime(at);
        Some(Self { local, offset: Some(Offset::UTC), has_time: true, zone: None })
    }

    /// In the time zone that the template asks for. A date without a time is the same everywhere.
    pub(super) fn asked(value: &Value, arguments: &Kwargs) -> TeraResult<Self> {
        let moment = Self::of(value)?;
        match given::word(arguments, "zone")? {
            Some(zone) => moment.moved(&zone),
            None => Ok(moment),
        }
    }

    pub(super) fn moved(self, zone: &str) -> TeraResult<Self> {
        if !self.has_time {
            return Ok(self);
        }
        let at = self.at()?;
        if let Some(offset) = offset_of(zone) {
            let zone = Some((zone.to_owned(), zone.to_owned()));
            return Ok(Self { local: offset.to_datetime(at), offset: Some(offset), has_time: true, zone });
        }
        let found = Some(zone).filter(|zone| zone.len() <= TEXT_MAX).and_then(|zone| TimeZone::get(zone).ok());
        let found =
            found.ok_or_else(|| Error::message("There is no such time zone. They are called like Europe/Berlin."))?;
        let info = found.to_offset_info(at);
        let zone = Some((zone.to_owned(), info.abbreviation().to_owned()));
        Ok(Self { local: info.offset().to_datetime(at), offset: Some(info.offset()), has_time: true, zone })
    }

    /// When it is.
    pub(super) fn at(&self) -> TeraResult<Timestamp> {
        self.offset().to_timestamp(self.local).map_err(|_| out_of_range())
    }

    pub(super) fn offset(&self) -> Offset {
        self.offset.unwrap_or(Offset::UTC)
    }

    pub(super) fn date(&self) -> Date {
        self.local.date()
    }

    /// The name of its zone, and what people call its time.
    pub(super) fn zone(&self) -> (&str, &str) {
        self.zone.as_ref().map_or(("UTC", "UTC"), |(name, short)| (name, short))
    }

    /// The same with another date and time on the wall.
    pub(super) fn with(self, local: DateTime, has_time: bool) -> Self {
        Self { local, has_time, ..self }
    }

    /// How long it is since then.
    pub(super) fn since(&self, then: &Self) -> TeraResult<SignedDuration> {
        Ok(self.at()?.duration_since(then.at()?))
    }

    /// In ISO 8601, as precisely as it came.
    pub(super) fn iso(&self) -> String {
        if !self.has_time {
            return self.date().to_string();
        }
        match self.offset {
            None => self.local.to_string(),
            Some(offset) => format!("{}{}", self.local, written(offset, ":", "Z")),
        }
    }
}

/// `+09:00` or `UTC`.
fn offset_of(zone: &str) -> Option<Offset> {
    if matches!(zone, "UTC" | "Z" | "GMT") {
        return Some(Offset::UTC);
    }
    let (sign, rest) = match zone.as_bytes().first()? {
        b'+' => (1, &zone[1..]),
        b'-' => (-1, &zone[1..]),
        _ => return None,
    };
    let (hours, minutes) = rest.split_once(':').unwrap_or((rest, "0"));
    let number = |text: &str| text.parse::<i32>().ok().filter(|number| (0..60).contains(number));
    Offset::from_seconds(sign * (number(hours)? * 3600 + number(minutes)? * 60)).ok()
}

/// `+09:00`, and `zero` for none.
pub(super) fn written(offset: Offset, colon: &str, zero: &str) -> String {
    let minutes = offset.seconds() / 60;
    if minutes == 0 {
        return zero.to_owned();
    }
    let sign = if minutes < 0 { '-' } else { '+' };
    format!("{sign}{:02}{colon}{:02}", minutes.abs() / 60, minutes.abs() % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn iso(value: impl Into<Value>) -> String {
        Moment::of(&value.into()).map_or_else(|_| "none".to_owned(), |moment| moment.iso())
    }

    #[test]
    fn dates_are_read_as_callers_write_them() {
        for (text, read) in [
            ("2026-12-01", "2026-12-01"),
            ("20261201", "2026-12-01"),
            ("2026-12-01T09:30", "2026-12-01T09:30:00"),
            ("2026-12-01 09:30:15", "2026-12-01T09:30:15"),
            ("2026-12-01T09:30:00Z", "2026-12-01T09:30:00Z"),
            ("2026-12-01T09:30:00+09:00", "2026-12-01T09:30:00+09:00"),
            ("2026-12-01T09:30:00.123-05:30", "2026-12-01T09:30:00.123-05:30"),
            ("1764581400", "2025-12-01T09:30:00Z"),
            ("1764581400000", "2025-12-01T09:30:00Z"),
            ("2026-13-01", "none"),
            ("tomorrow", "none"),
            ("", "none"),
        ] {
            assert_eq!(iso(text), read, "{text}");
        }
        assert_eq!(iso(0), "1970-01-01T00:00:00Z");
        assert_eq!(iso(1_764_581_400_000_i64), "2025-12-01T09:30:00Z");
        assert_eq!(iso(1e300), "none");
        assert_eq!(iso("2026-12-01".repeat(100).as_str()), "none");
    }

    #[test]
    fn a_time_moves_to_a_zone_and_a_date_stays() {
        let moved = |text: &str, zone: &str| Moment::of(&text.into()).unwrap().moved(zone).map(|moment| moment.iso());
        assert_eq!(moved("2026-12-01T20:30:00Z", "Asia/Seoul").unwrap(), "2026-12-02T05:30:00+09:00");
        assert_eq!(moved("2026-07-01T00:00:00Z", "America/New_York").unwrap(), "2026-06-30T20:00:00-04:00");
        assert_eq!(moved("2026-07-01T00:00:00Z", "-05:30").unwrap(), "2026-06-30T18:30:00-05:30");
        assert_eq!(moved("2026-07-01T00:00:00+02:00", "UTC").unwrap(), "2026-06-30T22:00:00Z");
        assert_eq!(moved("2026-07-01", "Asia/Seoul").unwrap(), "2026-07-01");
        for nowhere in ["Mars/Base", "", "+99:00", "+", "한국", "../../etc/passwd"] {
            assert!(moved("2026-07-01T00:00:00Z", nowhere).is_err(), "{nowhere}");
        }
    }
}
