//! Filters of single numbers.

use tera::{Error, Kwargs, TeraResult, Value};

use super::decimal::{Decimal, Rounding};
use super::given;
use super::locale::Locale;

/// Digits behind the point that can be asked for.
const PLACES_MAX: usize = 20;

/// Digits behind the point when nobody says how many.
const USUAL_PLACES: usize = 3;

pub(super) fn format_number(value: &Value, arguments: &Kwargs) -> TeraResult<Value> {
    Ok(written(&given::number(value)?, arguments)?.into())
}

/// `0.25` is 25 %.
pub(super) fn percentage(value: &Value, arguments: &Kwargs) -> TeraResult<Value> {
    let written = written(&given::number(value)?.shifted(2), arguments)?;
    Ok(format!("{written}{}", Locale::asked(arguments)?.percent).into())
}

fn written(number: &Decimal, arguments: &Kwargs) -> TeraResult<String> {
    let locale = Locale::asked(arguments)?;
    let places = given::count(arguments, "decimals", PLACES_MAX)?;
    let rounded = number.rounded(places.unwrap_or(USUAL_PLACES), Rounding::Half);
    let fraction = match places {
        Some(places) => format!("{:0<places$}", rounded.fraction()),
        None => rounded.fraction().to_owned(),
    };
    let sign = if rounded.is_negative() { "-" } else { "" };
    Ok(format!("{sign}{}", locale.digits(&rounded, &fraction)))
}

/// `method`: `common`, `ceil` or `floor`.
pub(super) fn round(value: &Value, arguments: &Kwargs) -> TeraResult<Value> {
    match given::word(arguments, "method")?.as_deref() {
        None | Some("common") => rounded(value, arguments, Rounding::Half),
        Some("ceil") => rounded(value, arguments, Rounding::Up),
        Some("floor") => rounded(value, arguments, Rounding::Down),
        Some(_) => Err(Error::message("`method` is common, ceil or floor.")),
    }
}

pub(super) fn round_up(value: &Value, arguments: &Kwargs) -> TeraResult<Value> {
    rounded(value, arguments, Rounding::Up)
}

pub(super) fn round_down(value: &Value, arguments: &Kwargs) -> TeraResult<Value> {
    rounded(value, arguments, Rounding::Down)
}

fn rounded(value: &Value, arguments: &Kwargs, rounding: Rounding) -> TeraResult<Value> {
    let places = given::count(arguments, "precision", PLACES_MAX)?.unwrap_or(0);
    Ok(given::number(value)?.rounded(places, rounding).into())
}

/// So many digits that count, of the whole number.
pub(super) fn precision(value: &Value, arguments: &Kwargs) -> TeraResult<Value> {
    let digits = given::count(arguments, "digits", PLACES_MAX)?.unwrap_or(3).max(1);
    let written = format!("{:.*e}", digits - 1, given::number(value)?.as_f64());
    let number: f64 = written.parse().unwrap_or_default();
    Ok(Decimal::of(&number.into()).map_or_else(|| number.into(), Into::into))
}

pub(super) fn hex(value: &Value, _: &Kwargs) -> TeraResult<Value> {
    let whole = given::number(value)?.as_whole().ok_or_else(|| Error::message("This needs a whole number."))?;
    let sign = if whole < 0 { "-" } else { "" };
    Ok(format!("{sign}{:x}", whole.unsigned_abs()).into())
}

/// Texts such as `yes` as a truth; what `if` takes for true, of other values.
#[expect(clippy::unnecessary_wraps, reason = "all functions are written alike")]
pub(super) fn bool(value: &Value, _: &Kwargs) -> TeraResult<Value> {
    let truth = match value.as_str() {
        Some(text) => ["true", "yes", "y", "1", "on"].iter().any(|it| text.trim().eq_ignore_ascii_case(it)),
        None => value.is_truthy(),
    };
    Ok(truth.into())
}
