//! Patterns of texts: the wildcards of SQL, and regular expressions.
//!
//! `regex-lite` takes a time that grows with the text and the pattern and no faster, and has no tables of Unicode, which
//! would make the console's wasm larger than the rest of this crate.

use regex_lite::{Regex, RegexBuilder};
use tera::{Error, Kwargs, TeraResult, Value};

use super::given;

/// Longest pattern, in bytes.
const PATTERN_MAX: usize = 500;

/// Largest program that a regular expression becomes, in bytes: some hundred steps.
const PROGRAM_MAX: usize = 16 * 1024;

/// Brackets in brackets.
const NESTING_MAX: u32 = 20;

/// What looking at one byte costs at most, and what reading a pattern does, in steps of the meter.
const STEPS_PER_BYTE: usize = 6;
const STEPS_TO_READ: usize = 300;

/// `%` stands for any text and `_` for any character; behind `\` they are themselves.
pub(super) fn like(value: &Value, arguments: &Kwargs) -> TeraResult<bool> {
    let (text, pattern) = (given::text(value)?, given::must_word(arguments, "pattern")?);
    let pattern = wildcards(checked(&pattern)?);
    given::pay(text.len().saturating_mul(pattern.len()) / 32)?;
    let text: Vec<char> = text.chars().collect();
    Ok(fits(&text, &pattern))
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Wildcard {
    AnyText,
    AnyLetter,
    Letter(char),
}

fn wildcards(pattern: &str) -> Vec<Wildcard> {
    let mut letters = pattern.chars();
    let mut found = Vec::with_capacity(pattern.len());
    while let Some(letter) = letters.next() {
        found.push(match letter {
            '%' => Wildcard::AnyText,
            '_' => Wildcard::AnyLetter,
            '\\' => Wildcard::Letter(letters.next().unwrap_or('\\')),
            letter => Wildcard::Letter(letter),
        });
    }
    found
}

/// Goes back to the last `%` only, so that it looks at no pair of places twice.
fn fits(text: &[char], pattern: &[Wildcard]) -> bool {
    let (mut at, mut next) = (0, 0);
    let mut back: Option<(usize, usize)> = None;
    while at < text.len() {
        match pattern.get(next) {
            Some(Wildcard::AnyText) => {
                back = Some((at, next + 1));
                next += 1;
                continue;
            }
            Some(Wildcard::AnyLetter) => {
                at += 1;
                next += 1;
                continue;
            }
            Some(Wildcard::Letter(letter)) if *letter == text[at] => {
                at += 1;
                next += 1;
                continue;
            }
            _ => {}
        }
        let Some((from, after)) = back else { return false };
        (at, next) = (from + 1, after);
        back = Some((at, after));
    }
    pattern[next..].iter().all(|it| *it == Wildcard::AnyText)
}

pub(super) fn matching(value: &Value, arguments: &Kwargs) -> TeraResult<bool> {
    let text = given::text(value)?;
    Ok(regex(arguments, text.len())?.is_match(&text))
}

/// What stands in the brackets of this number, of the first place that fits; 0 is all of it. Empty: nothing fits.
pub(super) fn regex_group(value: &Value, arguments: &Kwargs) -> TeraResult<Value> {
    let text = given::text(value)?;
    let group = given::count(arguments, "group", 50)?.unwrap_or(1);
    let found = regex(arguments, text.len())?.captures(&text).and_then(|all| all.get(group));
    Ok(found.map_or("", |found| found.as_str()).into())
}

pub(super) fn regex_replace(value: &Value, arguments: &Kwargs) -> TeraResult<Value> {
    let (text, to) = (given::text(value)?, given::must_word(arguments, "to")?);
    let regex = regex(arguments, text.len())?;
    let (mut made, mut done) = (String::with_capacity(text.len()), 0);
    for found in regex.find_iter(&text) {
        made.push_str(&text[done..found.start()]);
        given::grow(made.len() + to.len())?;
        made.push_str(&to);
        done = found.end();
        // Before it knows the next place, it may have looked at all that is left.
        given::pay((text.len() - done).saturating_mul(STEPS_PER_BYTE))?;
    }
    made.push_str(&text[done..]);
    Ok(made.into())
}

fn regex(arguments: &Kwargs, bytes: usize) -> TeraResult<Regex> {
    let pattern = given::must_word(arguments, "pattern")?;
    given::pay(bytes.saturating_mul(STEPS_PER_BYTE).saturating_add(STEPS_TO_READ))?;
    let read = RegexBuilder::new(checked(&pattern)?).size_limit(PROGRAM_MAX).nest_limit(NESTING_MAX).build();
    read.map_err(|_| Error::message("`pattern` is no regular expression, or a too large one."))
}

fn checked(pattern: &str) -> TeraResult<&str> {
    if pattern.len() > PATTERN_MAX {
        return Err(Error::message(format!("`pattern` has at most {PATTERN_MAX} bytes.")));
    }
    Ok(pattern)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wildcards_stand_for_texts_and_letters() {
        let fit = |text: &str, pattern: &str| fits(&text.chars().collect::<Vec<_>>(), &wildcards(pattern));
        for (text, pattern) in
            [("", ""), ("", "%"), ("abc", "a%"), ("abc", "_b_"), ("a한c", "a_c"), ("aXbXc", "a%b%c"), ("5%", "5\\%")]
        {
            assert!(fit(text, pattern), "{text} {pattern}");
        }
        for (text, pattern) in [("a", ""), ("abc", "b%"), ("abc", "__"), ("5x", "5\\%"), ("ab", "a%c")] {
            assert!(!fit(text, pattern), "{text} {pattern}");
        }
        assert!(!fit(&"a".repeat(20_000), &format!("{}b", "%a".repeat(100))));
    }
}
