//! The filters that we add to Tera: the meters, and those that must not grow a value without end.

use std::fmt::Write;
use std::io;

use domain::content::{Content, PushKind};
use tera::{Error, Kwargs, State, Tera, TeraResult, Value};

use crate::functions::{self, percent_encoded};
use crate::live_activity::{ATTRIBUTES, STATE};
use crate::mobile;
use crate::short_links::MARK;
use crate::work::{self, GROWN, SPENT, Spent, Work};

/// Pays for a loop. Added to each loop by `template`.
pub(crate) const LOOP: &str = "hermod_loop";

/// Limits what `set` keeps. Added to each `set` by `template`.
pub(crate) const KEPT: &str = "hermod_kept";

/// Tera with our filters.
pub(crate) fn tera() -> Tera {
    let mut tera = Tera::new();
    functions::register(&mut tera);
    tera.register_filter(LOOP, pay_for_loop);
    tera.register_filter(KEPT, keep);
    tera.register_filter("replace", replace);
    tera.register_filter("join", join);
    tera.register_filter("split", split);
    tera.register_filter("first", first);
    tera.register_filter("last", last);
    tera.register_filter("urlencode", urlencode);
    tera.register_filter("json", json);
    tera
}

/// The same, for the templates of a content: those of a live activity that are JSON escape what they print as JSON does, and
/// a text with short links what could be taken for the mark of one.
pub(crate) fn tera_for(content: &Content) -> Tera {
    let mut tera = tera();
    match content {
        Content::Push(push) if push.kind == PushKind::LiveActivity => {
            tera.autoescape_on([STATE, ATTRIBUTES]);
            tera.set_escape_fn(escape_json);
            tera.register_filter("json", json_as_it_is);
        }
        Content::Mobile(mobile) if mobile.shorten_links => {
            tera.autoescape_on([mobile::TEXT]);
            tera.set_escape_fn(leave_marks_out);
        }
        _ => {}
    }
    tera
}

fn leave_marks_out(text: &str, output: &mut dyn io::Write) -> io::Result<()> {
    text.split(MARK).try_for_each(|part| output.write_all(part.as_bytes()))
}

/// For the inside of a JSON text (RFC 8259 §7).
fn escape_json(text: &str, output: &mut dyn io::Write) -> io::Result<()> {
    let quoted = serde_json::to_string(text)?;
    output.write_all(quoted.get(1..quoted.len() - 1).unwrap_or_default().as_bytes())
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
    Ok(percent_encoded(&value.to_string()))
}

/// A value of any type as JSON.
fn json(value: &Value, _: Kwargs, _: &State) -> TeraResult<String> {
    if value.is_undefined() {
        return Err(Error::message("Tried to write a variable as JSON that is undefined"));
    }
    let json = serde_json::to_string(value).map_err(|error| Error::message(error.to_string()))?;
    grow(json.len())?;
    Ok(json)
}

/// The same where JSON is written: nothing of it is escaped again.
fn json_as_it_is(value: &Value, arguments: Kwargs, state: &State) -> TeraResult<Value> {
    json(value, arguments, state).map(|json| Value::safe_string(&json))
}
