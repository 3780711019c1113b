//! Patterns of dates: the letters of Unicode (UTS 35), which Java and the reference use too: `d MMM y, HH:mm`.

use std::fmt::Write as _;

use tera::{Error, TeraResult};

use super::locale::Locale;
use super::moment::{self, Moment};

/// Longest pattern, in bytes.
const PATTERN_MAX: usize = 100;

/// The moment as a pattern or one of the names `full`, `long`, `medium`, `short`, `time` and `iso` has it. A name of a date
/// with ` time` behind it shows both.
pub(super) fn written(moment: &Moment, format: &str, locale: &Locale) -> TeraResult<String> {
    let (date, and_time) = match format.strip_suffix(" time") {
        Some(date) => (date, true),
        None => (format, false),
    };
    let named = ["full", "long", "medium", "short"].iter().position(|name| *name == date);
    match (named, format) {
        (Some(named), _) => {
            let date = by_letters(moment, locale.dates[named], locale)?;
            if !and_time {
                return Ok(date);
            }
            Ok(format!("{date}{}{}", locale.between, by_letters(moment, locale.time, locale)?))
        }
        (None, "time") => by_letters(moment, locale.time, locale),
        (None, "iso") => Ok(moment.iso()),
        (None, pattern) => by_letters(moment, pattern, locale),
    }
}

fn by_letters(moment: &Moment, pattern: &str, locale: &Locale) -> TeraResult<String> {
    if pattern.len() > PATTERN_MAX {
        return Err(Error::message("The format of a date has at most 100 letters."));
    }
    let mut text = String::with_capacity(pattern.len() * 2);
    let mut rest = pattern;
    while let Some(first) = rest.chars().next() {
        if first == '\'' {
            rest = quoted(&rest[1..], &mut text);
            continue;
        }
        let run = rest.len() - rest.trim_start_matches(first).len();
        if first.is_ascii_alphabetic() {
            field(moment, first, run, locale, &mut text)?;
        } else {
            text.push_str(&rest[..run]);
        }
        rest = &rest[run..];
    }
    Ok(text)
}

/// What stands in quotes stays as it is; two quotes are one. What follows.
fn quoted<'a>(rest: &'a str, text: &mut String) -> &'a str {
    if let Some(rest) = rest.strip_prefix('\'') {
        text.push('\'');
        return rest;
    }
    let (inside, rest) = rest.split_once('\'').unwrap_or((rest, ""));
    text.push_str(inside);
    rest
}

fn field(moment: &Moment, letter: char, run: usize, locale: &Locale, text: &mut String) -> TeraResult<()> {
    let local = moment.local;
    let month = usize::try_from(local.month() - 1).unwrap_or_default();
    let day = usize::try_from(local.weekday().to_monday_zero_offset()).unwrap_or_default();
    let hour = i64::from(local.hour());
    let number = match letter {
        'y' | 'u' | 'Y' if run == 2 => i64::from(local.year()).rem_euclid(100),
        'y' | 'u' | 'Y' => i64::from(local.year()),
        'M' | 'L' if run <= 2 => i64::from(local.month()),
        'd' => i64::from(local.day()),
        'D' => i64::from(local.day_of_year()),
        'w' => i64::from(local.date().iso_week_date().week()),
        'Q' => i64::from((local.month() - 1) / 3 + 1),
        'H' => hour,
        'h' => (hour + 11) % 12 + 1,
        'K' => hour % 12,
        'k' => (hour + 23) % 24 + 1,
        'm' => i64::from(local.minute()),
        's' => i64::from(local.second()),
        'S' => {
            let digits = format!("{:09}", local.subsec_nanosecond());
            text.push_str(&digits[..run.min(9)]);
            return Ok(());
        }
        'M' | 'L' => {
            text.push_str(if run == 3 { locale.short_months[month] } else { locale.months[month] });
            return Ok(());
        }
        'E' => {
            text.push_str(if run <= 3 { locale.short_days[day] } else { locale.days[day] });
            return Ok(());
        }
        'a' => {
            text.push_str(locale.halves[usize::from(hour >= 12)]);
            return Ok(());
        }
        'X' => {
            text.push_str(&moment::written(moment.offset(), if run == 2 { "" } else { ":" }, "Z"));
            return Ok(());
        }
        'x' | 'Z' => {
            let colon = if run == 3 || run == 5 { ":" } else { "" };
            text.push_str(&moment::written(moment.offset(), colon, &format!("+00{colon}00")));
            return Ok(());
        }
        'z' => {
            text.push_str(moment.zone().1);
            return Ok(());
        }
        'V' => {
            text.push_str(moment.zone().0);
            return Ok(());
        }
        _ => return Err(unknown(letter)),
    };
    // Writing to a string cannot fail.
    let _ = write!(text, "{number:0width$}", width = run.min(9));
    Ok(())
}

fn unknown(letter: char) -> Error {
    Error::message(format!("The letter {letter} means nothing in the format of a date. Put words in 'quotes'."))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(format: &str, locale: &str) -> String {
        let moment = Moment::of(&"2026-03-01T00:05:09.045Z".into()).unwrap();
        written(&moment, format, Locale::of(locale)).unwrap_or_else(|error| error.to_string())
    }

    #[test]
    fn letters_are_fields_and_quotes_are_words() {
        for (format, text) in [
            ("yyyy-MM-dd'T'HH:mm:ss.SSSXXX", "2026-03-01T00:05:09.045Z"),
            ("d.M.yy", "1.3.26"),
            ("EEE, MMM d", "Sun, Mar 1"),
            ("EEEE 'the' d h a", "Sunday the 1 12 AM"),
            ("''y''", "'2026'"),
            ("D w Q", "60 9 1"),
            ("z VV xxx", "UTC UTC +00:00"),
            ("年", "年"),
        ] {
            assert_eq!(shown(format, "en"), text, "{format}");
        }
        assert!(shown("qq", "en").contains("The letter q"));
        assert!(shown(&"d".repeat(101), "en").contains("at most 100"));
    }

    #[test]
    fn every_language_has_a_word_for_every_field() {
        for locale in &super::super::locale::LOCALES {
            for format in ["full time", "long", "medium", "short", "EEE MMM MMMM a"] {
                let text = shown(format, locale.tag);
                assert!(!text.is_empty() && !text.contains("letter"), "{}: {text}", locale.tag);
            }
        }
        assert_eq!(shown("long time", "ko"), "2026년 3월 1일 오전 12:05");
        assert_eq!(shown("full", "de"), "Sonntag, 1. März 2026");
        assert_eq!(shown("long", "es"), "1 de marzo de 2026");
    }
}
