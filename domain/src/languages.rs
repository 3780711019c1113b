//! In which language a person is written to. Reference §1.2.2.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Faults;
use crate::profile::language;

/// Most languages of one campaign.
pub const LANGUAGES_MAX: usize = 50;

/// The languages of a campaign, the most important one first.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct Languages {
    pub offered: Vec<OfferedLanguage>,
    /// For people whose language is not offered, or not known. None: they get nothing.
    pub fallback: Option<String>,
}

/// A language that has a content of its own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct OfferedLanguage {
    /// BCP 47 tag such as `ko` or `pt-BR`.
    pub tag: String,
    /// Nobody gets it while it is switched off.
    #[serde(default = "yes")]
    pub enabled: bool,
}

const fn yes() -> bool {
    true
}

impl Languages {
    /// The tag of the language in which somebody who reads `wanted` is written to: that language, otherwise the same without
    /// what narrows it (RFC 4647 §3.4), otherwise another kind of it, otherwise the fallback. `None`: in none.
    pub fn choose(&self, wanted: Option<&str>) -> Option<&str> {
        let wanted = wanted.map(str::trim).filter(|tag| !tag.is_empty());
        wanted.and_then(|wanted| self.closest(wanted)).or_else(|| {
            let fallback = self.fallback.as_deref()?;
            self.enabled().find(|tag| tag.eq_ignore_ascii_case(fallback))
        })
    }

    fn enabled(&self) -> impl Iterator<Item = &str> {
        self.offered.iter().filter(|it| it.enabled).map(|it| it.tag.as_str())
    }

    fn closest(&self, wanted: &str) -> Option<&str> {
        let mut range = wanted;
        loop {
            if let Some(tag) = self.enabled().find(|tag| tag.eq_ignore_ascii_case(range)) {
                return Some(tag);
            }
            let Some((shorter, _)) = range.rsplit_once('-') else { break };
            // A single letter only introduces what follows it.
            range = shorter.rsplit_once('-').filter(|(_, last)| last.len() == 1).map_or(shorter, |(before, _)| before);
        }
        self.enabled().find(|tag| tag.split('-').next().is_some_and(|first| first.eq_ignore_ascii_case(range)))
    }

    /// Faults with paths such as `offered[2].tag`.
    pub fn check(&self) -> Faults {
        let mut faults = Faults::default();
        if !(1..=LANGUAGES_MAX).contains(&self.offered.len()) {
            faults.add("offered", "language_count", format!("Offer 1 to {LANGUAGES_MAX} languages."));
        }
        let mut seen = BTreeSet::new();
        for (place, offered) in self.offered.iter().enumerate() {
            let at = format!("offered[{place}].tag");
            let Some(tag) = faults.take(&at, language(&offered.tag)) else { continue };
            if !seen.insert(tag.to_ascii_lowercase()) {
                faults.add(at, "duplicate_language", "This language is there already.");
            }
        }
        if self.fallback.as_deref().is_some_and(|tag| !self.enabled().any(|it| it.eq_ignore_ascii_case(tag))) {
            let text = "Choose one of the languages that are offered and switched on.";
            faults.add("fallback", "unknown_language", text);
        }
        faults
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn languages(tags: &[&str], fallback: Option<&str>) -> Languages {
        let offered = tags.iter().map(|tag| OfferedLanguage { tag: (*tag).to_owned(), enabled: true }).collect();
        Languages { offered, fallback: fallback.map(str::to_owned) }
    }

    #[test]
    fn somebody_is_written_to_in_the_closest_language_that_there_is() {
        let languages = languages(&["en", "ko-KR", "pt-BR", "zh-Hant", "en-GB"], Some("en"));
        for (wanted, chosen) in [
            ("ko-KR", "ko-KR"),
            ("KO-kr", "ko-KR"),
            ("ko", "ko-KR"),
            ("en-GB", "en-GB"),
            ("en-US", "en"),
            ("pt-PT", "pt-BR"),
            ("zh-Hant-TW", "zh-Hant"),
            ("zh-Hant-x-private", "zh-Hant"),
            ("fr", "en"),
            ("", "en"),
        ] {
            assert_eq!(languages.choose(Some(wanted)), Some(chosen), "{wanted}");
        }
        assert_eq!(languages.choose(None), Some("en"));
    }

    #[test]
    fn without_a_fallback_nobody_else_is_written_to() {
        let mut languages = languages(&["en", "ko"], None);
        assert_eq!((languages.choose(Some("fr")), languages.choose(None)), (None, None));
        languages.offered[1].enabled = false;
        assert_eq!(languages.choose(Some("ko")), None);
    }

    #[test]
    fn a_language_is_offered_once_and_the_fallback_is_one_of_them() {
        assert_eq!(languages(&["en", "ko"], Some("EN")).check(), Faults::default());
        let codes = |languages: Languages| languages.check().0.into_iter().map(|it| it.code).collect::<Vec<_>>();
        assert_eq!(codes(languages(&["en", "EN"], None)), ["duplicate_language"]);
        assert_eq!(codes(languages(&["en"], Some("ko"))), ["unknown_language"]);
        assert_eq!(codes(languages(&["e n"], None)), ["bad_language"]);
        assert_eq!(codes(languages(&[], None)), ["language_count"]);
    }
}
