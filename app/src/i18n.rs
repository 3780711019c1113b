//! The console's languages. Texts live in `locales/`; `texts().campaigns.title` is checked by the compiler.

use domain::Fault;
use leptos::prelude::*;

mod generated {
    use super::fill;
    include!(concat!(env!("OUT_DIR"), "/texts.rs"));
}
pub use generated::*;

/// A language of the console.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Language {
    #[default]
    English,
    Korean,
}

/// Cookie that keeps the choice.
pub const LANGUAGE_COOKIE: &str = "hermod_language";

impl Language {
    /// Every language, in the order of the switch.
    pub const ALL: [Self; 2] = [Self::English, Self::Korean];

    /// BCP 47 tag.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Korean => "ko",
        }
    }

    /// As its speakers call it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::English => "English",
            Self::Korean => "한국어",
        }
    }

    /// The first language of a list such as `ko-KR,ko;q=0.9,en` that the console speaks.
    pub fn of_header(list: &str) -> Self {
        list.split(',').find_map(Self::of_tag).unwrap_or_default()
    }

    /// The language of a tag such as `ko-KR`.
    pub fn of_tag(tag: &str) -> Option<Self> {
        let tag = tag.trim();
        Self::ALL
            .into_iter()
            .find(|language| tag.get(..2).is_some_and(|start| start.eq_ignore_ascii_case(language.tag())))
    }

    /// Of a text that is there in English and in Korean, the one.
    pub const fn of(self, [english, korean]: [&str; 2]) -> &str {
        match self {
            Self::English => english,
            Self::Korean => korean,
        }
    }

    /// All texts in this language.
    pub const fn texts(self) -> &'static Texts {
        match self {
            Self::English => &ENGLISH,
            Self::Korean => &KOREAN,
        }
    }
}

/// The language of this page. It never changes while a page is open: choosing another one loads the page anew.
pub fn language() -> Language {
    use_context::<Language>().unwrap_or_default()
}

/// The texts of this page's language.
pub fn texts() -> &'static Texts {
    language().texts()
}

/// What is wrong with a value, in the page's language; in English (more exact) where there is no translation.
pub fn fault_text(fault: &Fault) -> String {
    match language() {
        Language::English => fault.text.clone(),
        Language::Korean => translated(fault, &KOREAN.faults),
    }
}

/// A translation that ends with a colon leads to the exact words, such as the line of a template and what Tera says of it.
fn translated(fault: &Fault, faults: &FaultsTexts) -> String {
    match faults.of(&fault.code) {
        Some(lead) if lead.ends_with(':') => format!("{lead} {}", fault.text),
        Some(text) => text.to_owned(),
        None => fault.text.clone(),
    }
}

/// Puts values in the place of `{name}`. What a value holds is never filled again.
fn fill(template: &str, values: &[(&str, String)]) -> String {
    let mut filled = String::with_capacity(template.len() + 16);
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        filled.push_str(before);
        let found = after.split_once('}').and_then(|(name, behind)| {
            values.iter().find(|(known, _)| *known == name).map(|(_, value)| (value, behind))
        });
        if let Some((value, behind)) = found {
            filled.push_str(value);
            rest = behind;
        } else {
            filled.push('{');
            rest = after;
        }
    }
    filled.push_str(rest);
    filled
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_put_in_its_place_and_not_read_again() {
        let values = [("name", "{time}".to_owned()), ("time", "noon".to_owned())];
        assert_eq!(fill("{name} at {time}, {other}", &values), "{time} at noon, {other}");
    }

    #[test]
    fn a_fault_of_a_template_keeps_its_exact_words_in_every_language() {
        let fault = Fault::new("html", "unknown_filter", "Line 3: There is no filter “shout” in content.");
        let korean = translated(&fault, &KOREAN.faults);
        assert!(korean.ends_with(&fault.text) && korean.len() > fault.text.len(), "{korean}");
        assert_eq!(translated(&Fault::new("name", "new_code", "Exact."), &KOREAN.faults), "Exact.");
    }

    #[test]
    fn the_browsers_first_known_language_is_taken() {
        assert_eq!(Language::of_header("fr-FR,ko-KR;q=0.8,en;q=0.5"), Language::Korean);
        assert_eq!(Language::of_header("fr"), Language::English);
        assert_eq!(Language::of_header(""), Language::English);
    }
}
