//! Filters of texts.

use tera::{Error, Kwargs, TeraResult, Value};

use super::given;

/// Longest text that is padded to, in characters.
const PADDED_MAX: usize = 1_000;

/// Position and number of characters that can be asked for.
const CHARACTERS_MAX: usize = 10_000_000;

pub(super) fn camel_case(value: &Value, _: &Kwargs) -> TeraResult<Value> {
    let text = given::text(value)?;
    let mut made = String::with_capacity(text.len());
    for word in text.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty()) {
        let mut letters = word.chars();
        match letters.next() {
            Some(first) if !made.is_empty() => made.extend(first.to_uppercase()),
            Some(first) => made.extend(first.to_lowercase()),
            None => {}
        }
        made.extend(letters.flat_map(char::to_lowercase));
    }
    Ok(made.into())
}

/// From `start` on, up to before `end`, or `length` characters. The first is 0.
pub(super) fn substring(value: &Value, arguments: &Kwargs) -> TeraResult<Value> {
    let text = given::text(value)?;
    let start = given::count(arguments, "start", CHARACTERS_MAX)?.unwrap_or(0);
    let end = given::count(arguments, "end", CHARACTERS_MAX)?;
    let length = given::count(arguments, "length", CHARACTERS_MAX)?;
    let length = length.or(end.map(|end| end.saturating_sub(start))).unwrap_or(CHARACTERS_MAX);
    Ok(text.chars().skip(start).take(length).collect::<String>().into())
}

/// Where `text` stands first, or -1.
pub(super) fn index_of(value: &Value, arguments: &Kwargs) -> TeraResult<Value> {
    let (text, found) = (given::text(value)?, given::must_word(arguments, "text")?);
    Ok(position(&text, text.find(&found)).into())
}

pub(super) fn last_index_of(value: &Value, arguments: &Kwargs) -> TeraResult<Value> {
    let (text, found) = (given::text(value)?, given::must_word(arguments, "text")?);
    Ok(position(&text, text.rfind(&found)).into())
}

fn position(text: &str, byte: Option<usize>) -> i64 {
    byte.map_or(-1, |byte| i64::try_from(text[..byte].chars().count()).unwrap_or(i64::MAX))
}

pub(super) fn pad_start(value: &Value, arguments: &Kwargs) -> TeraResult<Value> {
    let (text, padding) = padded(value, arguments)?;
    Ok((padding + &text).into())
}

pub(super) fn pad_end(value: &Value, arguments: &Kwargs) -> TeraResult<Value> {
    let (text, padding) = padded(value, arguments)?;
    Ok((text + &padding).into())
}

fn padded(value: &Value, arguments: &Kwargs) -> TeraResult<(String, String)> {
    let text = given::text(value)?.into_owned();
    let length = given::count(arguments, "length", PADDED_MAX)?.unwrap_or(0);
    let with = one_letter(arguments, ' ')?;
    let missing = length.saturating_sub(text.chars().count());
    Ok((text, std::iter::repeat_n(with, missing).collect()))
}

fn one_letter(arguments: &Kwargs, usual: char) -> TeraResult<char> {
    let Some(with) = given::word(arguments, "with")? else { return Ok(usual) };
    let mut letters = with.chars();
    match (letters.next(), letters.next()) {
        (Some(letter), None) => Ok(letter),
        _ => Err(Error::message("`with` is one character.")),
    }
}

/// All but the first `keep_start` and the last `keep_end` characters are hidden. A text that has no more than these is
/// hidden whole.
pub(super) fn mask(value: &Value, arguments: &Kwargs) -> TeraResult<Value> {
    let text = given::text(value)?;
    let start = given::count(arguments, "keep_start", CHARACTERS_MAX)?.unwrap_or(0);
    let end = given::count(arguments, "keep_end", CHARACTERS_MAX)?.unwrap_or(0);
    let with = one_letter(arguments, '*')?;
    let length = text.chars().count();
    let hidden = if start + end < length { start..length - end } else { 0..length };
    // Another letter may take four bytes.
    given::grow(length.saturating_mul(4))?;
    let letters = text.chars().enumerate();
    Ok(letters.map(|(at, letter)| if hidden.contains(&at) { with } else { letter }).collect::<String>().into())
}

/// The number of a character in Unicode.
pub(super) fn char_code(value: &Value, arguments: &Kwargs) -> TeraResult<Value> {
    let text = given::text(value)?;
    let at = given::count(arguments, "at", CHARACTERS_MAX)?.unwrap_or(0);
    let letter = text.chars().nth(at).ok_or_else(|| Error::message("The text has no character there."))?;
    Ok(u32::from(letter).into())
}

/// What stands behind the last `@`, in small letters.
pub(super) fn email_domain(value: &Value, _: &Kwargs) -> TeraResult<Value> {
    let text = given::text(value)?;
    Ok(text.rsplit_once('@').map_or_else(String::new, |(_, domain)| domain.trim().to_lowercase()).into())
}

pub(super) fn equal_ignoring_case(value: &Value, arguments: &Kwargs) -> TeraResult<bool> {
    let (text, other) = (given::text(value)?, given::must_word(arguments, "to")?);
    Ok(text.chars().flat_map(char::to_lowercase).eq(other.chars().flat_map(char::to_lowercase)))
}

/// An empty text, list or object, and what is not there. A number is never empty.
#[expect(clippy::unnecessary_wraps, reason = "all functions are written alike")]
pub(super) fn empty(value: &Value, _: &Kwargs) -> TeraResult<bool> {
    Ok(value.is_undefined() || value.is_none() || value.len() == Some(0))
}
