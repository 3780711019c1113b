//! The filters that we add to Tera: the meters, and those that must not grow a value without end.

use std::fmt::Write;

use tera::{Error, Kwargs, State, Tera, TeraResult, Value};

use crate::work::{self, GROWN, SPENT, Spent, Work};

/// Pays for a loop. Added to each loop by `template`.
pub(crate) const LOOP: &str = "hermod_loop";

/// Limits what `set` keeps. Added to each `set` by `template`.
pub(crate) const KEPT: &str = "hermod_kept";

/// Tera with our filters.
pub(crate) fn tera() -> Tera {
    let mut tera = Tera::new();
    tera.register_filter(LOOP, pay_for_loop);
    tera.register_filter(KEPT, keep);
    tera.register_filter("replace", replace);
    tera.register_filter("join", join);
    tera.register_filter("split", split);
    tera.register_filter("first", first);
    tera.register_filter("last", last);
    tera.register_filter("urlencode", urlencode);
    tera
}

fn spent(_: Spent) -> Error {
    Error::message(SPENT)
}

fn grow(bytes: usize) -> TeraResult<()> {
    work::grow(bytes).ok_or_else(|| Error::message(GROWN))?.map_err(spent)
}

fn pay_for_loop(value: &Value, arguments: Kwargs, _: &State) -> TeraResult<Value> {
    let work = Work { light: arguments.must_get("light")?, heavy: arguments.must_get("heavy")? };
    work::spend(work, value.len().unwrap_or(0)).map_err(spent)?;
    Ok(value.clone())
}

fn keep(value: &Value, _: Kwargs, _: &State) -> TeraResult<Value> {
    if let Some(text) = value.as_str() {
        grow(text.len())?;
    }
    Ok(value.clone())
}

fn replace(value: &str, arguments: Kwargs, _: &State) -> TeraResult<String> {
    let from = arguments.must_get::<&str>("from")?;
    let to = arguments.must_get::<&str>("to")?;
    if from.is_empty() {
        return Err(Error::message("`replace` needs something in `from`."));
    }
    grow(value.len().saturating_add(value.matches(from).count().saturating_mul(to.len())))?;
    Ok(value.replace(from, to))
}

fn join(list: &[Value], arguments: Kwargs, _: &State) -> TeraResult<String> {
    let separator = arguments.get::<&str>("sep")?.unwrap_or("");
    grow(list.len().saturating_mul(separator.len()))?;
    let mut joined = String::new();
    for (position, value) in list.iter().enumerate() {
        if position > 0 {
            joined.push_str(separator);
        }
        // Writing to a string cannot fail.
        let _ = write!(joined, "{value}");
    }
    grow(joined.len())?;
    Ok(joined)
}

/// Parts that `split` makes at most.
const PARTS_MAX: usize = 10_000;

fn split(value: &str, arguments: Kwargs, _: &State) -> TeraResult<Vec<Value>> {
    let parts: Vec<Value> =
        value.split(arguments.must_get::<&str>("pat")?).take(PARTS_MAX + 1).map(Value::from).collect();
    if parts.len() > PARTS_MAX { Err(Error::message(GROWN)) } else { Ok(parts) }
}

fn first(list: &[Value], _: Kwargs, _: &State) -> Value {
    list.first().cloned().unwrap_or_else(Value::undefined)
}

fn last(list: &[Value], _: Kwargs, _: &State) -> Value {
    list.last().cloned().unwrap_or_else(Value::undefined)
}

/// For a value inside of a link: `?q={{ context.query | urlencode }}`.
fn urlencode(value: &Value, _: Kwargs, _: &State) -> TeraResult<String> {
    if value.is_undefined() {
        return Err(Error::message("Tried to encode a variable that is undefined"));
    }
    let plain = value.to_string();
    let mut encoded = String::with_capacity(plain.len());
    for byte in plain.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'~') {
            encoded.push(char::from(byte));
        } else {
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    Ok(encoded)
}
