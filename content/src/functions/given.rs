//! What a function is given, as the types that it works on.

use std::borrow::Cow;

use tera::{Error, Kwargs, TeraResult, Value};

use super::decimal::Decimal;
use crate::work::{self, GROWN, SPENT, Work};

/// A text, or a number or a truth as one.
pub(super) fn text(value: &Value) -> TeraResult<Cow<'_, str>> {
    match value.as_str() {
        Some(text) => Ok(Cow::Borrowed(text)),
        None if value.is_number() || value.is_bool() => Ok(Cow::Owned(value.to_string())),
        None => Err(Error::message("This needs a text.")),
    }
}

/// A number, or a text that is one: callers often send texts only.
pub(super) fn number(value: &Value) -> TeraResult<Decimal> {
    Decimal::of(value).ok_or_else(|| Error::message("This needs a number."))
}

pub(super) fn list(value: &Value) -> TeraResult<&[Value]> {
    value.as_array().ok_or_else(|| Error::message("This needs a list."))
}

/// An argument that must be there.
pub(super) fn argument(arguments: &Kwargs, name: &str) -> TeraResult<Value> {
    arguments.must_get::<Value>(name)
}

/// An argument as a text; numbers are texts too.
pub(super) fn word(arguments: &Kwargs, name: &str) -> TeraResult<Option<String>> {
    arguments.get::<Value>(name)?.map(|value| text(&value).map(Cow::into_owned)).transpose()
}

pub(super) fn must_word(arguments: &Kwargs, name: &str) -> TeraResult<String> {
    text(&argument(arguments, name)?).map(Cow::into_owned)
}

/// How many: an argument between 0 and `most`.
pub(super) fn count(arguments: &Kwargs, name: &str, most: usize) -> TeraResult<Option<usize>> {
    match arguments.get::<i64>(name)? {
        None => Ok(None),
        Some(count) => match usize::try_from(count) {
            Ok(count) if count <= most => Ok(Some(count)),
            _ => Err(Error::message(format!("`{name}` is a number from 0 to {most}."))),
        },
    }
}

/// Pays for steps that the reader of templates could not count.
pub(super) fn pay(steps: usize) -> TeraResult<()> {
    work::spend(Work { light: steps as u64, heavy: 0 }, 1).map_err(|_| Error::message(SPENT))
}

/// Pays for a value of so many bytes, before it is made.
pub(super) fn grow(bytes: usize) -> TeraResult<()> {
    work::grow(bytes).ok_or_else(|| Error::message(GROWN))?.map_err(|_| Error::message(SPENT))
}
