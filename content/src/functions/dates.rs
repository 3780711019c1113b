//! Filters and tests of dates.

use jiff::{Span, Unit};
use tera::{Error, Kwargs, State, TeraResult, Value};

use super::given;
use super::locale::Locale;
use super::moment::{Moment, out_of_range};
use super::pattern;

pub(super) fn format_date(value: &Value, arguments: &Kwargs) -> TeraResult<Value> {
    let moment = Moment::asked(value, arguments)?;
    let format = given::word(arguments, "format")?;
    Ok(pattern::written(&moment, format.as_deref().unwrap_or("medium"), Locale::asked(arguments)?)?.into())
}

pub(super) fn in_zone(value: &Value, arguments: &Kwargs) -> TeraResult<Value> {
    let zone = given::must_word(arguments, "zone")?;
    Ok(Moment::of(value)?.moved(&zone)?.iso().into())
}

pub(super) fn to_utc(value: &Value, _: &Kwargs) -> TeraResult<Value> {
    Ok(Moment::of(value)?.moved("UTC")?.iso().into())
}

/// Without its time.
pub(super) fn to_date(value: &Value, arguments: &Kwargs) -> TeraResult<Value> {
    Ok(Moment::asked(value, arguments)?.date().to_string().into())
}

/// Milliseconds since 1970, or seconds.
pub(super) fn to_epoch(value: &Value, arguments: &Kwargs) -> TeraResult<Value> {
    let at = Moment::of(value)?.at()?;
    match given::word(arguments, "unit")?.as_deref() {
        None | Some("ms") => Ok(at.as_millisecond().into()),
        Some("s") => Ok(at.as_second().into()),
        Some(_) => Err(Error::message("`unit` is ms or s.")),
    }
}

/// Names of the parts of a date and of a time.
const PARTS: [&str; 6] = ["year", "month", "day", "hour", "minute", "second"];

/// Units that can be added, in this order.
const UNITS: [&str; 7] = ["years", "months", "weeks", "days", "hours", "minutes", "seconds"];

pub(super) fn date_add(value: &Value, arguments: &Kwargs) -> TeraResult<Value> {
    let mut moment = Moment::asked(value, arguments)?;
    for unit in UNITS {
        let Some(amount) = arguments.get::<i64>(unit)? else { continue };
        // One after the other: all units of a span have the same sign.
        let span = match unit {
            "years" => Span::new().try_years(amount),
            "months" => Span::new().try_months(amount),
            "weeks" => Span::new().try_weeks(amount),
            "days" => Span::new().try_days(amount),
            "hours" => Span::new().try_hours(amount),
            "minutes" => Span::new().try_minutes(amount),
            _ => Span::new().try_seconds(amount),
        };
        let local = span.and_then(|span| moment.local.checked_add(span)).map_err(|_| out_of_range())?;
        let has_time = moment.has_time || matches!(unit, "hours" | "minutes" | "seconds");
        moment = moment.with(local, has_time);
    }
    Ok(moment.iso().into())
}

pub(super) fn date_set(value: &Value, arguments: &Kwargs) -> TeraResult<Value> {
    let moment = Moment::asked(value, arguments)?;
    let mut made = moment.local.with();
    let mut has_time = moment.has_time;
    for name in PARTS {
        let Some(amount) = arguments.get::<i64>(name)? else { continue };
        let wrong = |_| Error::message(format!("`{name}` is out of range."));
        if name == "year" {
            made = made.year(i16::try_from(amount).map_err(wrong)?);
            continue;
        }
        let amount = i8::try_from(amount).map_err(wrong)?;
        has_time |= matches!(name, "hour" | "minute" | "second");
        made = match name {
            "month" => made.month(amount),
            "day" => made.day(amount),
            "hour" => made.hour(amount),
            "minute" => made.minute(amount),
            _ => made.second(amount),
        };
    }
    let local = made.build().map_err(|_| Error::message("There is no such date or time."))?;
    Ok(moment.with(local, has_time).iso().into())
}

/// From `from` to the value, in whole units; less than none when the value comes first.
pub(super) fn date_diff(value: &Value, arguments: &Kwargs) -> TeraResult<Value> {
    let (later, earlier) =
        (Moment::asked(value, arguments)?, Moment::asked(&given::argument(arguments, "from")?, arguments)?);
    let days = |unit| {
        let between = earlier.date().until((unit, later.date())).map_err(|_| out_of_range())?;
        Ok::<_, Error>(match unit {
            Unit::Year => i64::from(between.get_years()),
            Unit::Month => i64::from(between.get_months()),
            Unit::Week => i64::from(between.get_weeks()),
            _ => i64::from(between.get_days()),
        })
    };
    let seconds = || later.since(&earlier).map(|between| between.as_secs());
    let unit = given::word(arguments, "unit")?;
    Ok(match unit.as_deref() {
        None | Some("days") => days(Unit::Day)?,
        Some("weeks") => days(Unit::Week)?,
        Some("months") => days(Unit::Month)?,
        Some("years") => days(Unit::Year)?,
        Some("hours") => seconds()? / 3600,
        Some("minutes") => seconds()? / 60,
        Some("seconds") => seconds()?,
        Some(_) => return Err(Error::message("`unit` is years, months, weeks, days, hours, minutes or seconds.")),
    }
    .into())
}

/// Whole years, until now or until `at`.
pub(super) fn age(value: &Value, arguments: &Kwargs, state: &State) -> TeraResult<Value> {
    let at = match arguments.get::<Value>("at")? {
        Some(at) => at,
        None => state.get::<Value>("now")?.unwrap_or_else(Value::undefined),
    };
    let (born, at) = (Moment::of(value)?, Moment::asked(&at, arguments)?);
    let years = born.date().until((Unit::Year, at.date())).map_err(|_| out_of_range())?;
    Ok(i64::from(years.get_years()).into())
}

pub(super) fn date_part(value: &Value, arguments: &Kwargs) -> TeraResult<Value> {
    let local = Moment::asked(value, arguments)?.local;
    Ok(match given::must_word(arguments, "part")?.as_str() {
        "year" => i64::from(local.year()),
        "quarter" => i64::from((local.month() - 1) / 3 + 1),
        "month" => i64::from(local.month()),
        "day" => i64::from(local.day()),
        "hour" => i64::from(local.hour()),
        "minute" => i64::from(local.minute()),
        "second" => i64::from(local.second()),
        _ => return Err(Error::message("`part` is year, quarter, month, day, hour, minute or second.")),
    }
    .into())
}

/// 1 is Monday, 7 is Sunday.
pub(super) fn day_of_week(value: &Value, arguments: &Kwargs) -> TeraResult<Value> {
    Ok(i64::from(Moment::asked(value, arguments)?.local.weekday().to_monday_one_offset()).into())
}

pub(super) fn day_of_year(value: &Value, arguments: &Kwargs) -> TeraResult<Value> {
    Ok(i64::from(Moment::asked(value, arguments)?.local.day_of_year()).into())
}

/// By ISO 8601: the first one has the year's first Thursday.
pub(super) fn week_of_year(value: &Value, arguments: &Kwargs) -> TeraResult<Value> {
    Ok(i64::from(Moment::asked(value, arguments)?.date().iso_week_date().week()).into())
}

pub(super) fn before(value: &Value, arguments: &Kwargs) -> TeraResult<bool> {
    Ok(Moment::of(value)?.at()? < Moment::of(&given::argument(arguments, "date")?)?.at()?)
}

pub(super) fn after(value: &Value, arguments: &Kwargs) -> TeraResult<bool> {
    Ok(Moment::of(value)?.at()? > Moment::of(&given::argument(arguments, "date")?)?.at()?)
}

/// Can it be read as a date?
#[expect(clippy::unnecessary_wraps, reason = "all functions are written alike")]
pub(super) fn date(value: &Value, _: &Kwargs) -> TeraResult<bool> {
    Ok(Moment::of(value).is_ok())
}
