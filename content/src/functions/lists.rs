//! Filters and tests of lists and objects. A value that is not there is no part of a calculation.

use std::cmp::Ordering;
use std::collections::BTreeSet;

use tera::{Error, Kwargs, TeraResult, Value};

use super::decimal::Decimal;
use super::given;

/// Elements of a list that can be asked for.
const ELEMENTS_MAX: usize = 1_000_000;

fn present(list: &[Value]) -> impl Iterator<Item = &Value> {
    list.iter().filter(|value| !value.is_undefined() && !value.is_none())
}

pub(super) fn count(value: &Value, _: &Kwargs) -> TeraResult<Value> {
    Ok(present(given::list(value)?).count().into())
}

pub(super) fn count_missing(value: &Value, _: &Kwargs) -> TeraResult<Value> {
    let list = given::list(value)?;
    Ok((list.len() - present(list).count()).into())
}

/// The sum, exact while all are whole.
fn total(list: &[Value]) -> TeraResult<(Value, f64, usize)> {
    let (mut whole, mut all, mut count) = (Some(0_i64), 0.0, 0_usize);
    for value in present(list) {
        let number = given::number(value)?;
        let add = number.as_whole().and_then(|it| i64::try_from(it).ok());
        whole = whole.zip(add).and_then(|(sum, it)| sum.checked_add(it));
        all += number.as_f64();
        count += 1;
    }
    Ok((whole.map_or_else(|| tidy(all), Value::from), all, count))
}

/// Without the dust of binary fractions: `0.1` and `0.2` are `0.3`.
fn tidy(number: f64) -> Value {
    let written = format!("{number:.14e}").parse::<f64>().unwrap_or(number);
    Decimal::of(&written.into()).map_or_else(|| written.into(), Into::into)
}

pub(super) fn sum(value: &Value, _: &Kwargs) -> TeraResult<Value> {
    Ok(total(given::list(value)?)?.0)
}

/// Of no numbers: nothing, for `default` to follow.
pub(super) fn average(value: &Value, _: &Kwargs) -> TeraResult<Value> {
    let (_, sum, count) = total(given::list(value)?)?;
    #[expect(clippy::cast_precision_loss, reason = "no list has so many elements")]
    Ok(if count == 0 { Value::undefined() } else { tidy(sum / count as f64) })
}

pub(super) fn max(value: &Value, _: &Kwargs) -> TeraResult<Value> {
    Ok(present(given::list(value)?).max_by(|a, b| compared(a, b)).cloned().unwrap_or_else(Value::undefined))
}

pub(super) fn min(value: &Value, _: &Kwargs) -> TeraResult<Value> {
    Ok(present(given::list(value)?).min_by(|a, b| compared(a, b)).cloned().unwrap_or_else(Value::undefined))
}

/// Numbers, then texts, then the rest; texts that are numbers are numbers.
fn compared(a: &Value, b: &Value) -> Ordering {
    match (rank(a), rank(b)) {
        (Rank::Number(a), Rank::Number(b)) => a.total_cmp(&b),
        (Rank::Text(a), Rank::Text(b)) => a.cmp(b),
        (a, b) => a.place().cmp(&b.place()),
    }
}

enum Rank<'a> {
    Number(f64),
    Text(&'a str),
    Other,
}

impl Rank<'_> {
    const fn place(&self) -> u8 {
        match self {
            Self::Number(_) => 0,
            Self::Text(_) => 1,
            Self::Other => 2,
        }
    }
}

fn rank(value: &Value) -> Rank<'_> {
    match (Decimal::of(value), value.as_str()) {
        (Some(number), _) => Rank::Number(number.as_f64()),
        (None, Some(text)) => Rank::Text(text),
        (None, None) => Rank::Other,
    }
}

/// The first `n`.
pub(super) fn take(value: &Value, arguments: &Kwargs) -> TeraResult<Value> {
    let list = given::list(value)?;
    let count = given::count(arguments, "n", ELEMENTS_MAX)?.unwrap_or(1);
    Ok(list[..count.min(list.len())].into())
}

pub(super) fn top_n(value: &Value, arguments: &Kwargs) -> TeraResult<Value> {
    ranked(value, arguments, |a, b| compared(b, a))
}

pub(super) fn bottom_n(value: &Value, arguments: &Kwargs) -> TeraResult<Value> {
    ranked(value, arguments, compared)
}

/// Elements in which the value of the name `by` is not there come last.
fn ranked(value: &Value, arguments: &Kwargs, order: fn(&Value, &Value) -> Ordering) -> TeraResult<Value> {
    let list = given::list(value)?;
    let count = given::count(arguments, "n", ELEMENTS_MAX)?.unwrap_or(1);
    let by = given::word(arguments, "by")?.map(short_enough).transpose()?;
    // Sorting looks at each element some dozen times.
    given::pay(list.len().saturating_mul(16))?;
    let nothing = Value::undefined();
    let key = |value: &'_ Value| match &by {
        None => value.clone(),
        Some(name) => value.get_from_path(name).unwrap_or(&nothing).clone(),
    };
    let mut keyed: Vec<(Value, &Value)> = list.iter().map(|value| (key(value), value)).collect();
    keyed.sort_by(|(a, _), (b, _)| {
        let missing = |value: &Value| matches!(rank(value), Rank::Other);
        missing(a).cmp(&missing(b)).then_with(|| order(a, b))
    });
    Ok(keyed.into_iter().take(count).map(|(_, value)| value.clone()).collect::<Vec<_>>().into())
}

/// A name is looked up in every element.
fn short_enough(name: String) -> TeraResult<String> {
    if name.len() > 200 { Err(Error::message("A name has at most 200 bytes.")) } else { Ok(name) }
}

/// The values of this name in the objects of a list.
pub(super) fn pluck(value: &Value, arguments: &Kwargs) -> TeraResult<Value> {
    let (list, name) = (given::list(value)?, short_enough(given::must_word(arguments, "name")?)?);
    given::pay(list.len())?;
    let found = list.iter().map(|value| value.get_from_path(&name).cloned().unwrap_or_else(Value::undefined));
    Ok(found.collect::<Vec<_>>().into())
}

/// What makes two values the same: `1` and `1.0` are, `1` and `"1"` are not.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Same {
    Nothing,
    Whole(i128),
    Number(u64),
    Text(String),
    /// As JSON.
    Other(String),
}

fn same(value: &Value) -> Same {
    if value.is_undefined() || value.is_none() {
        return Same::Nothing;
    }
    if let Some(text) = value.as_str() {
        return Same::Text(text.to_owned());
    }
    if value.is_number() {
        let whole = Decimal::of(value).and_then(|number| number.as_whole());
        return whole.map_or_else(|| Same::Number(value.as_f64().unwrap_or_default().to_bits()), Same::Whole);
    }
    Same::Other(serde_json::to_string(value).unwrap_or_default())
}

pub(super) fn distinct(value: &Value, _: &Kwargs) -> TeraResult<Value> {
    let list = given::list(value)?;
    given::pay(list.len().saturating_mul(4))?;
    let mut seen = BTreeSet::new();
    Ok(present(list).filter(|value| seen.insert(same(value))).cloned().collect::<Vec<_>>().into())
}

/// The list, and the one of the argument.
fn two_sets(value: &Value, arguments: &Kwargs, name: &str) -> TeraResult<[BTreeSet<Same>; 2]> {
    let other = given::argument(arguments, name)?;
    let (these, those) = (given::list(value)?, given::list(&other)?);
    given::pay((these.len() + those.len()).saturating_mul(4))?;
    Ok([these.iter().map(same).collect(), those.iter().map(same).collect()])
}

pub(super) fn including(value: &Value, arguments: &Kwargs) -> TeraResult<bool> {
    let wanted = same(&given::argument(arguments, "value")?);
    let list = given::list(value)?;
    given::pay(list.len().saturating_mul(2))?;
    Ok(list.iter().any(|value| same(value) == wanted))
}

pub(super) fn intersecting(value: &Value, arguments: &Kwargs) -> TeraResult<bool> {
    let [these, those] = two_sets(value, arguments, "list")?;
    Ok(!these.is_disjoint(&those))
}

pub(super) fn subset_of(value: &Value, arguments: &Kwargs) -> TeraResult<bool> {
    let [these, those] = two_sets(value, arguments, "list")?;
    Ok(these.is_subset(&those))
}

pub(super) fn superset_of(value: &Value, arguments: &Kwargs) -> TeraResult<bool> {
    let [these, those] = two_sets(value, arguments, "list")?;
    Ok(those.is_subset(&these))
}

pub(super) fn keys(value: &Value, _: &Kwargs) -> TeraResult<Value> {
    Ok(object(value)?.keys().map(tera::value::Key::as_value).collect::<Vec<_>>().into())
}

pub(super) fn values(value: &Value, _: &Kwargs) -> TeraResult<Value> {
    Ok(object(value)?.values().cloned().collect::<Vec<_>>().into())
}

fn object(value: &Value) -> TeraResult<&tera::Map> {
    value.as_map().ok_or_else(|| Error::message("This needs an object."))
}
