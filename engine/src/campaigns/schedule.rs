//! Start and end of a campaign: local times of a zone become points in time.

use domain::campaign::ScheduleDraft;
use domain::{Fault, Faults, Timestamp};
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

/// A schedule as points in time.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Schedule {
    pub(crate) start: Option<Timestamp>,
    pub(crate) end: Option<Timestamp>,
}

/// Resolves the local times. A time that a clock change skips counts as the moment of the change plus what was skipped;
/// one that comes twice counts as the first. Malformed times are the draft's own faults and are left out here.
pub(crate) fn resolve(draft: &ScheduleDraft) -> Result<Schedule, Fault> {
    let zone = TimeZone::get(draft.time_zone.trim()).map_err(|_| {
        let text = format!("“{}” is not a time zone such as Asia/Seoul.", draft.time_zone);
        Fault::new("schedule.timeZone", "unknown_time_zone", text)
    })?;
    let moment = |path: &str, text: &str| {
        let Ok(local) = text.parse::<DateTime>() else { return Ok(None) };
        match zone.to_timestamp(local) {
            Ok(time) => Ok(Some(Timestamp::from_millis(time.as_millisecond()))),
            Err(_) => Err(Fault::new(path, "bad_time", "Give a time between the years 1 and 9998.")),
        }
    };
    Ok(Schedule { start: moment("schedule.start", &draft.start)?, end: moment("schedule.end", &draft.end)? })
}

/// What is wrong with a schedule at this moment.
pub(super) fn check(schedule: &Schedule, now: Timestamp) -> Faults {
    let mut faults = Faults::default();
    if schedule.end.is_some_and(|end| end <= now) {
        faults.add("schedule.end", "in_past", "The end is in the past. Choose a later one.");
    }
    faults
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(start: &str, time_zone: &str) -> Option<String> {
        let draft = ScheduleDraft { start: start.into(), time_zone: time_zone.into(), ..Default::default() };
        resolve(&draft).unwrap().start.map(|time| time.to_string())
    }

    #[test]
    fn local_times_are_those_of_their_zone() {
        assert_eq!(at("2026-12-01T09:00", "Asia/Seoul").unwrap(), "2026-12-01T00:00:00.000Z");
        assert_eq!(at("2026-07-01T09:00", "Europe/Berlin").unwrap(), "2026-07-01T07:00:00.000Z");
        assert_eq!(at("", "UTC"), None);
    }

    #[test]
    fn skipped_and_doubled_hours_have_one_meaning() {
        assert_eq!(at("2026-03-29T02:30", "Europe/Berlin").unwrap(), "2026-03-29T01:30:00.000Z");
        assert_eq!(at("2026-10-25T02:30", "Europe/Berlin").unwrap(), "2026-10-25T00:30:00.000Z");
    }

    #[test]
    fn a_time_beyond_all_clocks_is_a_fault_and_not_no_time() {
        let draft = ScheduleDraft { end: "9999-12-31T23:59".into(), ..Default::default() };
        assert_eq!(resolve(&draft).unwrap_err().path, "schedule.end");
    }

    #[test]
    fn a_zone_that_does_not_exist_is_told_at_its_field() {
        for zone in ["", "Mars/Olympus", "../../etc/passwd"] {
            let draft = ScheduleDraft { time_zone: zone.into(), ..Default::default() };
            let fault = resolve(&draft).unwrap_err();
            assert_eq!((fault.path.as_str(), fault.code.as_str()), ("schedule.timeZone", "unknown_time_zone"));
        }
    }
}
