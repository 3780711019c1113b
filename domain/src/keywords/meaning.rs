//! What a message is taken for.

use super::{CustomKeyword, FuzzyStop, Keywords, built_in, fuzzy, plain};
use crate::word::words;

words! {
    /// What a person's message asks for.
    Meaning {
        /// An opt-out word: no more messages.
        Stop = "stop",
        /// No opt-out word, and it looks like one.
        FuzzyStop = "fuzzy_stop",
        /// An opt-in word: messages again.
        Start = "start",
        /// The opt-in that was asked to be confirmed, confirmed.
        Confirm = "confirm",
        Help = "help",
        /// One of the configuration's own keywords.
        Custom = "custom",
        Other = "other",
    }
}

/// What a message was taken for, and by which keyword.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Understood<'a> {
    pub meaning: Meaning,
    /// As it is compared; empty for [`Meaning::Other`].
    pub keyword: String,
    /// Of [`Meaning::Custom`].
    pub custom: Option<&'a CustomKeyword>,
}

impl Keywords {
    /// The whole message must be the keyword. An opt-out word comes before everything else; something like one, after
    /// everything else. `awaits_confirmation`: the person was asked to confirm an opt-in lately.
    pub fn understand(&self, text: &str, awaits_confirmation: bool) -> Understood<'_> {
        let word = plain(text);
        let is_in = |built_in: &[&str], own: &[String]| built_in.contains(&word.as_str()) || own.contains(&word);
        let custom = self.custom.iter().find(|custom| custom.words.contains(&word));
        let meaning = if is_in(built_in::STOP, &self.stop) {
            Meaning::Stop
        } else if awaits_confirmation && is_in(built_in::CONFIRM, &self.confirm) {
            Meaning::Confirm
        } else if custom.is_some() {
            Meaning::Custom
        } else if is_in(built_in::START, &self.start) {
            Meaning::Start
        } else if is_in(built_in::HELP, &self.help) {
            Meaning::Help
        } else {
            return self.guess(text);
        };
        Understood { meaning, keyword: word, custom: custom.filter(|_| meaning == Meaning::Custom) }
    }

    fn guess(&self, text: &str) -> Understood<'_> {
        let guessed = match self.fuzzy_stop {
            FuzzyStop::Off => None,
            FuzzyStop::Ask | FuzzyStop::Stop => fuzzy::stop_word(text, &self.stop, |word| self.is_keyword(word)),
        };
        let meaning = if guessed.is_some() { Meaning::FuzzyStop } else { Meaning::Other };
        Understood { meaning, keyword: guessed.unwrap_or_default(), custom: None }
    }

    /// Does the word mean something that is not opting out?
    fn is_keyword(&self, word: &str) -> bool {
        let lists = [&self.start, &self.help, &self.confirm];
        built_in::START.contains(&word)
            || built_in::HELP.contains(&word)
            || lists.into_iter().chain(self.custom.iter().map(|custom| &custom.words)).flatten().any(|own| own == word)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn own() -> Keywords {
        Keywords {
            stop: vec!["BASTA".into()],
            help: vec!["AYUDA".into()],
            confirm: vec!["JOIN".into()],
            fuzzy_stop: FuzzyStop::Ask,
            custom: vec![CustomKeyword {
                words: vec!["HOURS".into(), "YES".into(), "SHOPP".into()],
                reply: "9".into(),
            }],
            ..Keywords::default()
        }
    }

    #[test]
    fn a_keyword_is_the_whole_message_however_it_is_written() {
        let meaning = |text| Keywords::default().understand(text, false).meaning;
        for text in ["STOP", " stop ", "Stop!", "\"stop\".", "stop  all", "opt-out", "arrêt", "수신거부"] {
            assert_eq!(meaning(text), Meaning::Stop, "{text}");
        }
        assert_eq!((meaning("unstop"), meaning("Info?")), (Meaning::Start, Meaning::Help));
        assert_eq!((meaning("수신동의"), meaning("도움말")), (Meaning::Start, Meaning::Help));
        for text in ["", "!!!", "please stop", "stopp", "When do you stop?", "no thanks", "🎉", "예"] {
            assert_eq!(meaning(text), Meaning::Other, "{text}");
        }
    }

    #[test]
    fn own_words_are_beside_the_built_in_ones_and_come_before_all_but_opting_out() {
        let own = own();
        let meaning = |text| own.understand(text, false).meaning;
        assert_eq!((meaning("basta!"), meaning("stop")), (Meaning::Stop, Meaning::Stop));
        assert_eq!((meaning("Ayuda"), meaning("help")), (Meaning::Help, Meaning::Help));
        assert_eq!(
            (meaning("yes"), meaning("hours"), meaning("start")),
            (Meaning::Custom, Meaning::Custom, Meaning::Start)
        );
        assert_eq!(own.understand("hours?", false).custom.unwrap().reply, "9");
    }

    #[test]
    fn a_confirmation_is_one_only_after_the_question() {
        let own = own();
        let meaning = |text| own.understand(text, true).meaning;
        assert_eq!(
            (meaning("yes"), meaning("join"), meaning("네")),
            (Meaning::Confirm, Meaning::Confirm, Meaning::Confirm)
        );
        assert_eq!((meaning("start"), meaning("no")), (Meaning::Start, Meaning::Stop));
        assert_eq!(own.understand("join", false).meaning, Meaning::Other);
    }

    #[test]
    fn what_looks_like_an_opt_out_word_is_none_when_it_is_another_keyword_or_nobody_wants_guesses() {
        let own = own();
        let guessed = own.understand("pls stopp", false);
        assert_eq!((guessed.meaning, guessed.keyword.as_str()), (Meaning::FuzzyStop, "STOP"));
        assert_eq!(own.understand("bastaa", false).keyword, "BASTA");
        assert_eq!(own.understand("shopp", false).meaning, Meaning::Custom);
        assert_eq!(Keywords { fuzzy_stop: FuzzyStop::Off, ..own }.understand("stopp", false).meaning, Meaning::Other);
    }
}
