//! Words by which people say what they want: no more messages, messages again, help, or what a configuration offers
//! (CTIA, reference §4.8).

pub mod built_in;
mod fuzzy;
#[cfg(test)]
mod fuzzy_tests;
mod meaning;

use serde::{Deserialize, Serialize};

use crate::address::required_line;
use crate::mobile_sender::REPLY_MAX;
use crate::word::words;
use crate::{Fault, Faults};
pub use meaning::{Meaning, Understood};

/// Longest keyword in characters.
pub const KEYWORD_MAX: usize = 30;
/// Most keywords of one list.
pub const KEYWORDS_MAX: usize = 30;
/// Most own keywords with a reply.
pub const CUSTOM_MAX: usize = 50;

words! {
    /// What is done with a message that is no opt-out word, and looks like one: “pls stop”, “stopp”.
    FuzzyStop {
        /// It is taken for anything else.
        Off = "off",
        /// It is answered with the way to opt out.
        Ask = "ask",
        /// It opts out.
        Stop = "stop",
    }
}

/// How a configuration takes what people write. All words are in the form of [`plain`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Keywords {
    /// This and the two below: beside the built-in ones. Of the opt-out words none can be taken away.
    pub stop: Vec<String>,
    pub start: Vec<String>,
    pub help: Vec<String>,
    /// Beside the built-in ones: what confirms an opt-in.
    pub confirm: Vec<String>,
    /// Whoever opts in is asked to confirm it first.
    pub double_opt_in: bool,
    pub fuzzy_stop: FuzzyStop,
    /// They come before the built-in words for opting in and for help, so they take those away.
    pub custom: Vec<CustomKeyword>,
}

/// Own words and what they are answered with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomKeyword {
    pub words: Vec<String>,
    pub reply: String,
}

/// [`Keywords`] as a form or a file gives them: words with commas or line ends between.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct KeywordsDraft {
    pub stop: String,
    pub start: String,
    pub help: String,
    pub confirm: String,
    pub double_opt_in: bool,
    /// Empty: `off`.
    pub fuzzy_stop: String,
    /// Rows without words and reply are left out.
    pub custom: Vec<CustomKeywordDraft>,
}

/// A row of [`KeywordsDraft`].
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct CustomKeywordDraft {
    pub words: String,
    pub reply: String,
}

impl Default for Keywords {
    fn default() -> Self {
        Self {
            stop: Vec::new(),
            start: Vec::new(),
            help: Vec::new(),
            confirm: Vec::new(),
            double_opt_in: false,
            fuzzy_stop: FuzzyStop::Off,
            custom: Vec::new(),
        }
    }
}

/// A message as it is compared with keywords: case, punctuation and white space around it do not matter.
pub fn plain(text: &str) -> String {
    let bare = text.trim_matches(|letter: char| !letter.is_alphanumeric()).to_uppercase();
    bare.split_whitespace().collect::<Vec<_>>().join(" ")
}

impl Keywords {
    /// Faults stand at `keywords.stop`, `keywords.custom[0].words` and so on.
    pub(crate) fn check(draft: &KeywordsDraft, faults: &mut Faults) -> Self {
        let mut own = Faults::default();
        let mut seen = Vec::new();
        let mut list = |path: &str, text: &str| match check_words(text, path, &mut seen) {
            Ok(words) => words,
            Err(fault) => {
                own.0.push(fault.under(path));
                Vec::new()
            }
        };
        let stop = list("stop", &draft.stop);
        let start = list("start", &draft.start);
        let help = list("help", &draft.help);
        let confirm = list("confirm", &draft.confirm);
        let rows = draft.custom.iter().enumerate().filter(|(_, row)| !row.is_empty());
        let custom = rows.clone().map(|(position, row)| list(&format!("custom[{position}].words"), &row.words));
        let words: Vec<_> = custom.collect();
        let mut replies = Vec::new();
        for (position, row) in rows {
            let path = |name| format!("custom[{position}].{name}");
            if row.words.trim().is_empty() {
                own.add(path("words"), "required", "This is needed.");
            }
            replies.push(own.take(&path("reply"), required_line(&row.reply, REPLY_MAX)).unwrap_or_default());
        }
        if replies.len() > CUSTOM_MAX {
            own.add("custom", "too_many_keywords", format!("Give at most {CUSTOM_MAX} own keywords."));
        }
        let fuzzy_stop = match draft.fuzzy_stop.trim() {
            "" => Some(FuzzyStop::Off),
            word => own.take("fuzzyStop", word.parse()),
        };
        faults.0.extend(own.0.into_iter().map(|fault| fault.under("keywords")));
        let custom = words.into_iter().zip(replies).map(|(words, reply)| CustomKeyword { words, reply }).collect();
        let fuzzy_stop = fuzzy_stop.unwrap_or(FuzzyStop::Off);
        Self { stop, start, help, confirm, double_opt_in: draft.double_opt_in, fuzzy_stop, custom }
    }
}

impl CustomKeywordDraft {
    fn is_empty(&self) -> bool {
        self.words.trim().is_empty() && self.reply.trim().is_empty()
    }
}

impl From<&Keywords> for KeywordsDraft {
    fn from(stored: &Keywords) -> Self {
        let list = |words: &[String]| words.join(", ");
        let row = |it: &CustomKeyword| CustomKeywordDraft { words: list(&it.words), reply: it.reply.clone() };
        Self {
            stop: list(&stored.stop),
            start: list(&stored.start),
            help: list(&stored.help),
            confirm: list(&stored.confirm),
            double_opt_in: stored.double_opt_in,
            fuzzy_stop: stored.fuzzy_stop.to_string(),
            custom: stored.custom.iter().map(row).collect(),
        }
    }
}

/// The words of a list. Each means one thing: `seen` are those of the lists before, with their lists.
fn check_words(text: &str, path: &str, seen: &mut Vec<(String, String)>) -> Result<Vec<String>, Fault> {
    let mut words: Vec<String> = Vec::new();
    for given in text.split([',', '\n', '\r', '、', '，']).map(str::trim).filter(|given| !given.is_empty()) {
        let word = plain(given);
        let shown = crate::word::shown(given);
        if word.is_empty() || word.chars().any(char::is_control) {
            return Err(Fault::new("", "bad_keyword", format!("“{shown}” has no letters or digits.")));
        }
        if word.chars().count() > KEYWORD_MAX {
            return Err(Fault::new("", "too_long", format!("Use at most {KEYWORD_MAX} characters for a keyword.")));
        }
        if let Some(list) = meant_elsewhere(&word, path, seen) {
            let text = format!("“{shown}” means something else already: {list}.");
            return Err(Fault::new("", "keyword_taken", text));
        }
        if !words.contains(&word) && !is_built_in(&word, path) {
            words.push(word);
        }
    }
    if words.len() > KEYWORDS_MAX {
        return Err(Fault::new("", "too_many_keywords", format!("Give at most {KEYWORDS_MAX} keywords.")));
    }
    // What confirms an opt-in does so only when that was asked for; at other times it may mean anything but STOP.
    if path != "confirm" {
        seen.extend(words.iter().map(|word| (word.clone(), path.to_owned())));
    }
    Ok(words)
}

/// Which list has the word already?
fn meant_elsewhere(word: &str, path: &str, seen: &[(String, String)]) -> Option<String> {
    if path != "stop" && built_in::STOP.contains(&word) {
        return Some("opt-out".to_owned());
    }
    let is_lost = path == "stop" && (built_in::START.contains(&word) || built_in::HELP.contains(&word));
    if is_lost
        || (path == "start" && built_in::HELP.contains(&word))
        || (path == "help" && built_in::START.contains(&word))
    {
        return Some("a built-in keyword".to_owned());
    }
    let found =
        seen.iter().find(|(known, list)| known == word && list != path && (path != "confirm" || list == "stop"));
    found.map(|(_, list)| format!("keywords.{list}"))
}

fn is_built_in(word: &str, path: &str) -> bool {
    let list = match path {
        "stop" => built_in::STOP,
        "start" => built_in::START,
        "help" => built_in::HELP,
        "confirm" => built_in::CONFIRM,
        _ => &[],
    };
    list.contains(&word)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(draft: &KeywordsDraft) -> Result<Keywords, Vec<(String, String)>> {
        let mut faults = Faults::default();
        let keywords = Keywords::check(draft, &mut faults);
        if faults.is_empty() {
            return Ok(keywords);
        }
        Err(faults.0.into_iter().map(|fault| (fault.path, fault.code)).collect())
    }

    fn custom(words: &str, reply: &str) -> CustomKeywordDraft {
        CustomKeywordDraft { words: words.into(), reply: reply.into() }
    }

    #[test]
    fn words_are_kept_once_as_they_are_compared_and_without_the_built_in_ones() {
        let draft = KeywordsDraft {
            stop: "Basta, adios!\nSTOP,, basta".into(),
            help: "¿ayuda?".into(),
            custom: vec![custom("", " "), custom("hours, opening   hours", "9 to 18")],
            ..Default::default()
        };
        let keywords = check(&draft).unwrap();
        assert_eq!((keywords.stop, keywords.help), (vec!["BASTA".into(), "ADIOS".into()], vec!["AYUDA".to_owned()]));
        assert_eq!(keywords.custom[0].words, ["HOURS", "OPENING HOURS"]);
    }

    #[test]
    fn a_word_means_one_thing() {
        let taken = |draft: KeywordsDraft| check(&draft).map(drop).unwrap_err();
        let at = |path: &str| vec![(path.to_owned(), "keyword_taken".to_owned())];
        assert_eq!(taken(KeywordsDraft { start: "stop".into(), ..Default::default() }), at("keywords.start"));
        assert_eq!(taken(KeywordsDraft { confirm: "no".into(), ..Default::default() }), at("keywords.confirm"));
        assert_eq!(taken(KeywordsDraft { stop: "yes".into(), ..Default::default() }), at("keywords.stop"));
        let row = custom("수신거부", "No.");
        assert_eq!(taken(KeywordsDraft { custom: vec![row], ..Default::default() }), at("keywords.custom[0].words"));
        let rows = vec![custom("a1", "1"), custom("A1", "2")];
        assert_eq!(taken(KeywordsDraft { custom: rows, ..Default::default() }), at("keywords.custom[1].words"));
        // A built-in word for opting in or for help gives way to an own one.
        let rows = vec![custom("info, yes", "We are open.")];
        assert!(check(&KeywordsDraft { custom: rows, ..Default::default() }).is_ok());
    }

    #[test]
    fn what_is_no_keyword_is_told_at_its_row() {
        let code = |draft: KeywordsDraft| check(&draft).map(drop).unwrap_err();
        let fault = |path: &str, code: &str| (path.to_owned(), code.to_owned());
        let draft = KeywordsDraft { stop: "!!!".into(), fuzzy_stop: "maybe".into(), ..Default::default() };
        assert_eq!(code(draft), [fault("keywords.stop", "bad_keyword"), fault("keywords.fuzzyStop", "unknown_word")]);
        let rows = vec![custom("hours", ""), custom("", "9 to 18"), custom(&"x".repeat(31), "1")];
        let told = code(KeywordsDraft { custom: rows, ..Default::default() });
        assert!(told.contains(&fault("keywords.custom[0].reply", "required")), "{told:?}");
        assert!(told.contains(&fault("keywords.custom[1].words", "required")), "{told:?}");
        assert!(told.contains(&fault("keywords.custom[2].words", "too_long")), "{told:?}");
        let many = (0..=CUSTOM_MAX).map(|n| custom(&format!("w{n}"), "1")).collect();
        let told = code(KeywordsDraft { custom: many, ..Default::default() });
        assert_eq!(told, [fault("keywords.custom", "too_many_keywords")]);
        let many: Vec<_> = (0..=KEYWORDS_MAX).map(|n| format!("w{n}")).collect();
        let told = code(KeywordsDraft { help: many.join(","), ..Default::default() });
        assert_eq!(told, [fault("keywords.help", "too_many_keywords")]);
    }
}
