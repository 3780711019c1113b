//! Windows and quiet times over zones, clock changes, starts of weeks, ends of months and the leap day.

use jiff::tz::TimeZone;

use super::*;
use crate::channel_configuration::Channel;

fn zone(name: &str) -> TimeZone {
    TimeZone::get(name).unwrap()
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn shown(time: Timestamp) -> String {
    time.to_string().replace(":00.000Z", "Z")
}

fn cap(period: CapPeriod, every: u32, time_zone: &str, week_start: Weekday) -> Cap {
    Cap { count: 1, period, every, channels: vec![Channel::Email], time_zone: time_zone.to_owned(), week_start }
}

/// Period, every, zone, first day of the week; now; start and end of the window.
type Row = (CapPeriod, u32, &'static str, Weekday, &'static str, &'static str, &'static str);

use CapPeriod::{Day, Hour, Month, Week};
use RuleStatus::{Active, Draft, Inactive};
use Weekday::{Monday, Saturday, Sunday};

const WINDOWS: &[Row] = &[
    (Hour, 1, "UTC", Sunday, "2026-12-01T09:59:59.999Z", "2026-12-01T09:00Z", "2026-12-01T10:00Z"),
    (Hour, 1, "UTC", Sunday, "2026-12-01T10:00:00Z", "2026-12-01T10:00Z", "2026-12-01T11:00Z"),
    // Hours are those of UTC, also where clocks are half an hour off.
    (Hour, 1, "Australia/Lord_Howe", Sunday, "2026-12-01T10:00:00Z", "2026-12-01T10:00Z", "2026-12-01T11:00Z"),
    // From 1970 on, not from midnight on: 498,921 hours had passed at nine o'clock, one more than 99,784 times five.
    (Hour, 5, "UTC", Sunday, "2026-12-01T09:00:00Z", "2026-12-01T08:00Z", "2026-12-01T13:00Z"),
    (Day, 1, "UTC", Sunday, "2026-12-01T09:00:00Z", "2026-12-01T00:00Z", "2026-12-02T00:00Z"),
    (Day, 1, "Asia/Seoul", Sunday, "2026-12-01T14:59:59Z", "2026-11-30T15:00Z", "2026-12-01T15:00Z"),
    (Day, 1, "Asia/Seoul", Sunday, "2026-12-01T15:00:00Z", "2026-12-01T15:00Z", "2026-12-02T15:00Z"),
    // A day of 23 hours and one of 25.
    (Day, 1, "Europe/Berlin", Sunday, "2026-03-29T10:00:00Z", "2026-03-28T23:00Z", "2026-03-29T22:00Z"),
    (Day, 1, "Europe/Berlin", Sunday, "2026-10-25T10:00:00Z", "2026-10-24T22:00Z", "2026-10-25T23:00Z"),
    (Day, 1, "America/New_York", Sunday, "2026-03-08T12:00:00Z", "2026-03-08T05:00Z", "2026-03-09T04:00Z"),
    // Half an hour of summer time.
    (Day, 1, "Australia/Lord_Howe", Sunday, "2026-04-04T20:00:00Z", "2026-04-04T13:00Z", "2026-04-05T13:30Z"),
    // The thirtieth of December was none: the day after the 29th is the 31st.
    (Day, 1, "Pacific/Apia", Sunday, "2011-12-30T09:59:59Z", "2011-12-29T10:00Z", "2011-12-30T10:00Z"),
    (Day, 1, "Pacific/Apia", Sunday, "2011-12-30T10:00:00Z", "2011-12-30T10:00Z", "2011-12-31T10:00Z"),
    // Clocks went back from 0:01 to 23:01: the day ended twice.
    (Day, 1, "America/St_Johns", Sunday, "2010-11-07T03:00:00Z", "2010-11-07T02:30Z", "2010-11-08T03:30Z"),
    (Day, 1, "UTC", Sunday, "2028-02-29T23:59:59Z", "2028-02-29T00:00Z", "2028-03-01T00:00Z"),
    (Day, 30, "UTC", Sunday, "2026-12-01T09:00:00Z", "2026-11-03T00:00Z", "2026-12-03T00:00Z"),
    // 2026-12-01 is a Tuesday.
    (Week, 1, "UTC", Sunday, "2026-12-01T09:00:00Z", "2026-11-29T00:00Z", "2026-12-06T00:00Z"),
    (Week, 1, "UTC", Monday, "2026-12-01T09:00:00Z", "2026-11-30T00:00Z", "2026-12-07T00:00Z"),
    (Week, 1, "UTC", Saturday, "2026-12-01T09:00:00Z", "2026-11-28T00:00Z", "2026-12-05T00:00Z"),
    (Week, 1, "UTC", Monday, "2026-11-29T23:59:59Z", "2026-11-23T00:00Z", "2026-11-30T00:00Z"),
    (Week, 1, "Europe/Berlin", Monday, "2026-03-29T10:00:00Z", "2026-03-22T23:00Z", "2026-03-29T22:00Z"),
    (Week, 2, "UTC", Sunday, "1970-01-01T00:00:00Z", "1969-12-28T00:00Z", "1970-01-11T00:00Z"),
    (Week, 2, "UTC", Sunday, "1970-01-11T00:00:00Z", "1970-01-11T00:00Z", "1970-01-25T00:00Z"),
    (Month, 1, "UTC", Sunday, "2026-12-31T23:59:59Z", "2026-12-01T00:00Z", "2027-01-01T00:00Z"),
    (Month, 1, "UTC", Sunday, "2028-02-29T12:00:00Z", "2028-02-01T00:00Z", "2028-03-01T00:00Z"),
    (Month, 1, "UTC", Sunday, "2027-02-28T12:00:00Z", "2027-02-01T00:00Z", "2027-03-01T00:00Z"),
    (Month, 1, "America/New_York", Sunday, "2026-12-01T04:59:59Z", "2026-11-01T04:00Z", "2026-12-01T05:00Z"),
    (Month, 3, "UTC", Sunday, "2026-12-01T09:00:00Z", "2026-10-01T00:00Z", "2027-01-01T00:00Z"),
    (Month, 2, "UTC", Sunday, "2026-12-01T09:00:00Z", "2026-11-01T00:00Z", "2027-01-01T00:00Z"),
    (Month, 1, "UTC", Sunday, "1969-12-31T23:59:59Z", "1969-12-01T00:00Z", "1970-01-01T00:00Z"),
];

#[test]
fn a_window_is_that_of_the_calendar() {
    for (period, every, name, week_start, now, start, end) in WINDOWS {
        let cap = cap(*period, *every, name, *week_start);
        let window = cap.window(&zone(name), at(now));
        let found = (shown(window.start), shown(window.end));
        assert_eq!(found, ((*start).to_owned(), (*end).to_owned()), "{every} {period}s of {name} at {now}");
        assert!(window.contains(at(now)));
    }
}

/// Some numbers that look like chance, always the same.
fn chances() -> impl Iterator<Item = u64> {
    let mut state = 7_u64;
    std::iter::repeat_with(move || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        state >> 20
    })
}

const ZONES: [&str; 6] =
    ["Asia/Seoul", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Pacific/Apia", "UTC"];

#[test]
fn windows_follow_each_other_without_a_gap_and_each_moment_is_in_one() {
    let mut chances = chances();
    for name in ZONES {
        let zone = zone(name);
        for (period, most) in CapPeriod::ALL.iter().map(|period| (*period, period.most())) {
            for every in [1, 2, most] {
                let cap = cap(period, every, name, Monday);
                // Within 2009 and 2029.
                let now = Timestamp::from_millis(
                    1_230_768_000_000 + (chances.next().unwrap() % 631_152_000_000).cast_signed(),
                );
                let window = cap.window(&zone, now);
                assert!(window.contains(now), "{every} {period} of {name} at {now}: {window:?}");
                let next = cap.window(&zone, window.end);
                assert_eq!(next.start, window.end, "{every} {period} of {name} at {now}");
                let last = Timestamp::from_millis(window.end.as_millis() - 1);
                assert_eq!(cap.window(&zone, last), window, "{every} {period} of {name} at {now}");
            }
        }
    }
}

#[test]
fn a_cap_outside_of_its_limits_is_refused_where_it_is_wrong() {
    let good = cap(Month, 3, "Asia/Seoul", Sunday);
    assert!(good.check().is_empty());
    let code = |cap: Cap, path: &str| cap.check().at(path).map(|fault| fault.code.clone());
    let bad = Some("out_of_range".to_owned());
    assert_eq!(code(Cap { count: 0, ..good.clone() }, "count"), bad);
    for (period, every) in [(Hour, 24), (Day, 31), (Week, 5), (Month, 4), (Day, 0)] {
        assert_eq!(code(Cap { period, every, ..good.clone() }, "every"), bad, "{every} {period}s");
    }
    assert_eq!(code(Cap { channels: vec![], ..good.clone() }, "channels").unwrap(), "required");
    let unknown = Cap { time_zone: "Mars/Olympus".into(), ..good };
    assert_eq!(code(unknown, "timeZone").unwrap(), "unknown_time_zone");
}

fn weekly(days: &[Weekday], slot: Option<(&str, &str)>) -> QuietPeriod {
    let slot = slot.map(|(from, to)| Slot { from: from.parse().unwrap(), to: to.parse().unwrap() });
    QuietPeriod::Weekly { days: days.to_vec(), slot }
}

fn dates(from: &str, to: &str) -> QuietPeriod {
    QuietPeriod::Dates { from: from.parse().unwrap(), to: to.parse().unwrap() }
}

fn quiet(periods: Vec<QuietPeriod>) -> QuietHours {
    QuietHours { time_zone: String::new(), periods, handling: QuietHandling::Queue }
}

fn nights() -> QuietHours {
    quiet(vec![weekly(Weekday::ALL, Some(("22:00", "08:00")))])
}

fn until(quiet: &QuietHours, name: &str, now: &str) -> Option<String> {
    quiet.quiet_until(&zone(name), at(now)).map(shown)
}

#[test]
fn nights_are_those_of_the_zone_and_last_until_the_morning() {
    let rows = [
        ("UTC", "2026-12-01T21:59:59Z", None),
        ("UTC", "2026-12-01T22:00:00Z", Some("2026-12-02T08:00Z")),
        ("UTC", "2026-12-02T07:59:59Z", Some("2026-12-02T08:00Z")),
        ("UTC", "2026-12-02T08:00:00Z", None),
        ("Asia/Seoul", "2026-12-01T13:00:00Z", Some("2026-12-01T23:00Z")),
        ("America/New_York", "2026-12-01T13:00:00Z", None),
        // Nights of nine and of eleven hours.
        ("Europe/Berlin", "2026-03-28T22:00:00Z", Some("2026-03-29T06:00Z")),
        ("Europe/Berlin", "2026-10-24T22:00:00Z", Some("2026-10-25T07:00Z")),
        ("Australia/Lord_Howe", "2026-04-04T12:00:00Z", Some("2026-04-04T21:30Z")),
        // The night from the 29th to the 31st.
        ("Pacific/Apia", "2011-12-30T09:00:00Z", Some("2011-12-30T18:00Z")),
        ("UTC", "2028-02-28T23:00:00Z", Some("2028-02-29T08:00Z")),
        ("UTC", "2026-12-31T23:00:00Z", Some("2027-01-01T08:00Z")),
    ];
    for (name, now, end) in rows {
        assert_eq!(until(&nights(), name, now).as_deref(), end, "{name} at {now}");
    }
}

#[test]
fn a_night_is_of_the_day_on_which_it_starts() {
    let friday = quiet(vec![weekly(&[Weekday::Friday], Some(("22:00", "08:00")))]);
    // 2026-12-04 is a Friday.
    assert_eq!(until(&friday, "UTC", "2026-12-05T03:00:00Z").unwrap(), "2026-12-05T08:00Z");
    assert_eq!(until(&friday, "UTC", "2026-12-04T03:00:00Z"), None);
    let to_midnight = quiet(vec![weekly(&[Weekday::Friday], Some(("20:00", "00:00")))]);
    assert_eq!(until(&to_midnight, "UTC", "2026-12-04T20:00:00Z").unwrap(), "2026-12-05T00:00Z");
    assert_eq!(until(&to_midnight, "UTC", "2026-12-04T00:00:00Z"), None);
}

#[test]
fn periods_that_touch_or_overlap_end_together() {
    let weekend = quiet(vec![
        weekly(&[Weekday::Friday], Some(("18:00", "00:00"))),
        weekly(&[Saturday, Sunday], None),
        weekly(&[Monday], Some(("00:00", "09:00"))),
    ]);
    let end = Some("2026-12-07T09:00Z".to_owned());
    for now in ["2026-12-04T18:00:00Z", "2026-12-05T12:00:00Z", "2026-12-07T08:59:59Z"] {
        assert_eq!(until(&weekend, "UTC", now), end, "{now}");
    }
    assert_eq!(until(&weekend, "UTC", "2026-12-04T17:59:59Z"), None);
}

#[test]
fn dates_are_quiet_once() {
    let holidays = quiet(vec![dates("2026-12-24T12:00", "2026-12-27T00:00")]);
    assert_eq!(until(&holidays, "Europe/Berlin", "2026-12-24T11:00:00Z").unwrap(), "2026-12-26T23:00Z");
    assert_eq!(until(&holidays, "Europe/Berlin", "2026-12-24T10:59:59Z"), None);
    assert_eq!(until(&holidays, "Europe/Berlin", "2027-12-24T11:00:00Z"), None);
}

#[test]
fn an_hour_that_is_skipped_ends_with_the_change_and_one_that_comes_twice_with_the_second() {
    let short = |from, to| quiet(vec![weekly(&[Sunday], Some((from, to)))]);
    // From two to three there is no time in Berlin.
    let berlin = |quiet: &QuietHours, now: &str| until(quiet, "Europe/Berlin", now);
    assert_eq!(berlin(&short("00:00", "02:30"), "2026-03-29T00:30:00Z").unwrap(), "2026-03-29T01:00Z");
    assert_eq!(berlin(&short("02:30", "05:00"), "2026-03-29T01:00:00Z").unwrap(), "2026-03-29T03:00Z");
    assert_eq!(berlin(&short("02:10", "02:50"), "2026-03-29T01:00:00Z"), None);
    // From two to three comes twice.
    assert_eq!(berlin(&short("02:30", "05:00"), "2026-10-25T00:30:00Z").unwrap(), "2026-10-25T04:00Z");
    assert_eq!(berlin(&short("00:00", "02:30"), "2026-10-25T00:45:00Z").unwrap(), "2026-10-25T01:30Z");
}

#[test]
fn a_day_that_does_not_exist_is_not_quiet_and_makes_no_other_so() {
    // Friday, the thirtieth of December 2011, in Apia.
    let friday = quiet(vec![weekly(&[Weekday::Friday], None)]);
    for now in ["2011-12-30T09:59:59Z", "2011-12-30T10:00:00Z"] {
        assert_eq!(until(&friday, "Pacific/Apia", now), None, "{now}");
    }
}

#[test]
fn what_is_always_quiet_ends_after_all_that_waits() {
    let always = quiet(vec![weekly(Weekday::ALL, None)]);
    let now = at("2026-12-01T09:00:00Z");
    for name in ZONES {
        assert!(always.quiet_until(&zone(name), now).unwrap() > now.plus(QUEUED_AT_MOST), "{name}");
    }
    let nearly = quiet(vec![weekly(Weekday::ALL, Some(("00:00", "23:59")))]);
    assert_eq!(until(&nearly, "UTC", "2026-12-01T09:00:00Z").unwrap(), "2026-12-01T23:59Z");
}

#[test]
fn the_windows_of_a_week_say_the_same_as_asking_at_each_moment() {
    let quiet = quiet(vec![
        weekly(Weekday::ALL, Some(("22:00", "07:30"))),
        weekly(&[Saturday], None),
        dates("2026-10-22T12:00", "2026-10-23T02:15"),
    ]);
    for name in ZONES {
        let zone = zone(name);
        let within = Window { start: at("2026-10-21T00:00:00Z"), end: at("2026-10-28T00:00:00Z") };
        let windows = quiet.quiet_windows(&zone, within);
        assert!(windows.is_sorted() && windows.windows(2).all(|pair| pair[0].end < pair[1].start), "{name}");
        let mut now = within.start;
        while now < within.end {
            let window = windows.iter().find(|window| window.contains(now));
            let until = quiet.quiet_until(&zone, now).map(|until| until.min(within.end));
            assert_eq!(window.map(|window| window.end), until, "{name} at {now}");
            now = now.plus(std::time::Duration::from_mins(15));
        }
    }
}

#[test]
fn the_next_days_are_told_by_local_clocks() {
    let days = nights().next_days(&zone("Asia/Seoul"), at("2026-12-01T20:00:00Z"), 7);
    let first = &days[0];
    assert_eq!((first.date.as_str(), first.weekday, days.len()), ("2026-12-02", Weekday::Wednesday, 7));
    assert!(days.iter().all(|day| day.quiet == [(0, 480), (1320, 1440)]), "{days:?}");
    let weekend = quiet(vec![weekly(&[Saturday], None)]).next_days(&zone("UTC"), at("2026-12-01T09:00:00Z"), 7);
    let quiet: Vec<_> = weekend.iter().filter(|day| !day.quiet.is_empty()).collect();
    assert_eq!((quiet.len(), quiet[0].weekday, quiet[0].quiet.clone()), (1, Saturday, vec![(0, 1440)]));
}

#[test]
fn quiet_hours_without_periods_or_with_too_many_are_refused() {
    let code = |quiet: QuietHours, path: &str| quiet.check().at(path).map(|fault| fault.code.clone());
    assert!(nights().check().is_empty());
    assert_eq!(code(quiet(vec![]), "periods").unwrap(), "required");
    let night = || weekly(&[Monday], Some(("22:00", "08:00")));
    assert_eq!(code(quiet(vec![night(); 6]), "periods").unwrap(), "too_many_periods");
    assert_eq!(code(quiet(vec![night(), weekly(&[], None)]), "periods[1].days").unwrap(), "required");
    assert_eq!(code(quiet(vec![weekly(&[Monday], Some(("08:00", "08:00")))]), "periods[0].to").unwrap(), "same_time");
    let backwards = dates("2026-12-24T12:00", "2026-12-24T12:00");
    assert_eq!(code(quiet(vec![backwards]), "periods[0].to").unwrap(), "end_before_start");
    let nowhere = QuietHours { time_zone: "Seoul".into(), ..nights() };
    assert_eq!(code(nowhere, "timeZone").unwrap(), "unknown_time_zone");
}

#[test]
fn the_zone_of_a_recipient_is_that_of_the_profile_if_it_is_one() {
    let of = |json: serde_json::Value| {
        zone_of_profile(json.as_object().unwrap()).and_then(|zone| zone.iana_name().map(str::to_owned))
    };
    assert_eq!(of(serde_json::json!({"timeZone": "Asia/Seoul"})).unwrap(), "Asia/Seoul");
    for bad in [serde_json::json!({}), serde_json::json!({"timeZone": ""}), serde_json::json!({"timeZone": 9})] {
        assert_eq!(of(bad), None);
    }
    assert_eq!(of(serde_json::json!({"timeZone": "../../etc/passwd"})), None);
}

fn set(global: bool, rules: Vec<(&str, RuleKind)>) -> RuleSet {
    let rule = |(position, (name, what)): (usize, (&str, RuleKind))| Rule {
        id: RuleId::new(position as u64, [0; 10]),
        name: name.to_owned(),
        status: RuleStatus::Active,
        what,
    };
    RuleSet { global, rules: rules.into_iter().enumerate().map(rule).collect(), ..RuleSet::global() }
}

#[test]
fn names_are_unique_in_a_set_and_the_global_one_has_no_quiet_hours() {
    let cap = || RuleKind::Cap(cap(Day, 1, "UTC", Sunday));
    let twice = set(false, vec![("Daily", cap()), ("daily ", cap())]);
    assert_eq!(twice.check_rules().at("rules[1].name").unwrap().code, "taken");
    let quiet = vec![("Nights", RuleKind::QuietHours(nights()))];
    assert_eq!(set(true, quiet.clone()).check_rules().at("rules[0].what.kind").unwrap().code, "only_custom");
    assert!(set(false, quiet).check_rules().is_empty());
}

#[test]
fn nothing_is_in_force_but_what_is_active_in_an_active_set() {
    let mut set = set(false, vec![("Daily", RuleKind::Cap(cap(Day, 1, "UTC", Sunday)))]);
    assert_eq!(set.active().count(), 1);
    set.rules[0].status = RuleStatus::Inactive;
    assert_eq!(set.active().count(), 0);
    set.rules[0].status = RuleStatus::Active;
    set.status = RuleStatus::Draft;
    assert_eq!(set.active().count(), 0);
    assert_eq!((Draft.to(Active), Active.to(Inactive), Inactive.to(Active)), (Ok(Active), Ok(Inactive), Ok(Active)));
    assert!(Active.to(Draft).is_err() && Draft.to(Inactive).is_err());
}
