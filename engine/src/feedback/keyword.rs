//! Words by which people say that they want no more messages, or want them again (CTIA, reference §4.8).

/// What a person's message asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keyword {
    Stop,
    Start,
    Help,
    Other,
}

const STOP: &[&str] = &[
    "STOP",
    "STOPALL",
    "STOP ALL",
    "QUIT",
    "CANCEL",
    "END",
    "UNSUBSCRIBE",
    "NO",
    "REVOKE",
    "OPTOUT",
    "OPT-OUT",
    "OPT OUT",
    "REMOVE",
    "ARRET",
    "ARRÊT",
    "TD",
    "수신거부",
    "거부",
];
const START: &[&str] = &["SUBSCRIBE", "YES", "UNSTOP", "START", "CONTINUE", "RESUME", "BEGIN"];
const HELP: &[&str] = &["HELP", "INFO", "INFORMATION"];

impl Keyword {
    /// The whole message must be the word; case, punctuation and white space around it do not matter.
    pub fn of(text: &str) -> Self {
        let bare = text.trim_matches(|letter: char| !letter.is_alphanumeric()).to_uppercase();
        let words: Vec<&str> = bare.split_whitespace().collect();
        let bare = words.join(" ");
        let is_in = |list: &[&str]| list.contains(&bare.as_str());
        match () {
            () if is_in(STOP) => Self::Stop,
            () if is_in(START) => Self::Start,
            () if is_in(HELP) => Self::Help,
            () => Self::Other,
        }
    }

    /// As it is stored.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Stop => "stop",
            Self::Start => "start",
            Self::Help => "help",
            Self::Other => "other",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_keyword_is_the_whole_message_however_it_is_written() {
        for text in ["STOP", " stop ", "Stop!", "\"stop\".", "stop  all", "opt-out", "arrêt", "수신거부"] {
            assert_eq!(Keyword::of(text), Keyword::Stop, "{text}");
        }
        assert_eq!((Keyword::of("unstop"), Keyword::of("Info?")), (Keyword::Start, Keyword::Help));
        for text in ["", "!!!", "please stop", "stopp", "When do you stop?", "no thanks", "🎉"] {
            assert_eq!(Keyword::of(text), Keyword::Other, "{text}");
        }
    }
}
