//! How people of a language write dates, numbers and amounts: the facts of CLDR 46 that mail needs, as plain tables.

mod tables;

pub(super) use tables::LOCALES;
use tera::{Kwargs, TeraResult};

use super::decimal::Decimal;
use super::given;

/// What one language, or one country of it, writes.
#[derive(Debug)]
pub(super) struct Locale {
    /// In small letters: `en-gb`.
    pub(super) tag: &'static str,
    pub(super) months: [&'static str; 12],
    pub(super) short_months: [&'static str; 12],
    /// From Monday on.
    pub(super) days: [&'static str; 7],
    pub(super) short_days: [&'static str; 7],
    pub(super) halves: [&'static str; 2],
    /// Patterns of a date: full, long, medium, short.
    pub(super) dates: [&'static str; 4],
    pub(super) time: &'static str,
    /// Between a date and a time.
    pub(super) between: &'static str,
    pub(super) point: &'static str,
    pub(super) group: &'static str,
    /// Thousands are set apart from so many digits on.
    pub(super) grouped_from: usize,
    pub(super) percent: &'static str,
    pub(super) money: MoneyPlace,
    /// Signs that differ from those of most languages.
    pub(super) signs: &'static [(&'static str, &'static str)],
}

/// Where the sign of a currency stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum MoneyPlace {
    /// `€5`
    Before,
    /// `€ 5`
    BeforeApart,
    /// `5 €`
    After,
}

/// Countries that write English as Britain does.
const BRITISH: [&str; 7] = ["en-gb", "en-au", "en-nz", "en-ie", "en-za", "en-in", "en-sg"];

impl Locale {
    /// The nearest to this language tag: `de-AT` is `de`, and what nobody knows is `en`.
    pub(super) fn of(tag: &str) -> &'static Self {
        let tag: String = tag.trim().chars().take(20).map(|it| if it == '_' { '-' } else { it }).collect();
        let tag = tag.to_ascii_lowercase();
        let tag = if BRITISH.iter().any(|it| tag == *it) { "en-gb" } else { tag.split('-').next().unwrap_or("en") };
        LOCALES.iter().find(|locale| locale.tag == tag).unwrap_or(&LOCALES[0])
    }

    /// The one that the template asks for.
    pub(super) fn asked(arguments: &Kwargs) -> TeraResult<&'static Self> {
        Ok(given::word(arguments, "locale")?.map_or(&LOCALES[0], |tag| Self::of(&tag)))
    }

    /// The digits with thousands set apart, without a sign. `fraction`: digits behind the point.
    pub(super) fn digits(&self, number: &Decimal, fraction: &str) -> String {
        let whole = number.whole();
        let mut written = String::with_capacity(whole.len() * 2 + fraction.len());
        for (position, digit) in whole.chars().enumerate() {
            if position > 0 && whole.len() >= self.grouped_from && (whole.len() - position).is_multiple_of(3) {
                written.push_str(self.group);
            }
            written.push(digit);
        }
        if !fraction.is_empty() {
            written.push_str(self.point);
            written.push_str(fraction);
        }
        written
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_language_is_found_by_its_tag_and_english_stands_for_the_others() {
        for (tag, found) in [
            ("de-AT", "de"),
            ("ko_KR", "ko"),
            ("en-AU", "en-gb"),
            ("en-US", "en"),
            ("xx", "en"),
            ("", "en"),
            ("한", "en"),
        ] {
            assert_eq!(Locale::of(tag).tag, found, "{tag}");
        }
    }
}
