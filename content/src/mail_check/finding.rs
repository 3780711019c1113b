//! What can be found in a mail, and what it is worth.

use serde::{Deserialize, Serialize};

/// How much it matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// People or mail programs will be hindered.
    Error,
    Warning,
    /// Worth a look.
    Hint,
}

/// What it is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FindingGroup {
    Spam,
    Links,
    Accessibility,
    Size,
}

/// Declares what can be found: its word, group, severity, and points in tenths for the first time it is found.
macro_rules! codes {
    ($($(#[$meta:meta])* $variant:ident = $word:literal, $group:ident, $severity:ident, $points:literal;)+) => {
        /// What was found.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
        pub enum FindingCode { $($(#[$meta])* #[serde(rename = $word)] $variant),+ }

        impl FindingCode {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The word in JSON and in the documents.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }

            /// What it is about.
            pub const fn group(self) -> FindingGroup {
                match self { $(Self::$variant => FindingGroup::$group),+ }
            }

            /// How much it matters.
            pub const fn severity(self) -> Severity {
                match self { $(Self::$variant => Severity::$severity),+ }
            }

            /// Points of the spam score in tenths, once however often it is found.
            pub const fn points(self) -> u32 {
                match self { $(Self::$variant => $points),+ }
            }
        }
    };
}

codes! {
    /// All letters of the subject are capitals.
    SubjectCapitals = "subject_capitals", Spam, Warning, 15;
    /// More than one exclamation mark in the subject.
    SubjectExclamations = "subject_exclamations", Spam, Warning, 8;
    /// The subject begins like an answer to somebody.
    SubjectFalseReply = "subject_false_reply", Spam, Warning, 10;
    /// More than 70 characters: phones cut it off.
    SubjectLong = "subject_long", Spam, Hint, 0;
    /// Phrases that filters know from spam.
    SpamPhrases = "spam_phrases", Spam, Warning, 10;
    /// Pictures and next to no text.
    PicturesOnly = "pictures_only", Spam, Error, 20;
    /// Nothing for programs that show no HTML.
    TextMissing = "text_missing", Spam, Warning, 10;
    /// Much of the text is in capitals.
    TextCapitals = "text_capitals", Spam, Warning, 10;
    /// Text that has the colour of what is behind it.
    TextInvisible = "text_invisible", Spam, Warning, 15;
    /// Elements that no mail program runs, and that filters take for an attack.
    ForbiddenElement = "forbidden_element", Spam, Error, 20;
    /// Attributes such as `onclick`.
    Handler = "handler", Spam, Error, 15;
    /// Marketing without a way to leave the list.
    UnsubscribeMissing = "unsubscribe_missing", Spam, Error, 20;
    /// A link that reads like one address and leads to another.
    LinkMismatch = "link_mismatch", Spam, Error, 25;
    /// A link over a service that hides where it leads.
    LinkShortener = "link_shortener", Spam, Warning, 15;
    /// A link to a number instead of a name.
    LinkToNumber = "link_to_number", Spam, Warning, 20;
    /// A link that leads nowhere yet.
    LinkPlaceholder = "link_placeholder", Links, Error, 0;
    /// A link that is no address.
    LinkMalformed = "link_malformed", Links, Error, 0;
    /// A link or picture over http.
    LinkInsecure = "link_insecure", Links, Warning, 3;
    /// The same address several times.
    LinkRepeated = "link_repeated", Links, Hint, 0;
    /// A link without a text that could be read aloud.
    LinkEmpty = "link_empty", Accessibility, Error, 0;
    /// A link that says only "click here".
    LinkVague = "link_vague", Accessibility, Warning, 0;
    /// A picture that says nothing to people who do not see it.
    AltMissing = "alt_missing", Accessibility, Error, 0;
    /// Text that is hard to tell from what is behind it (WCAG 2.2, 1.4.3).
    LowContrast = "low_contrast", Accessibility, Warning, 0;
    /// A heading that skips a level, or a first one that is none of the first level.
    HeadingOrder = "heading_order", Accessibility, Warning, 0;
    /// The mail does not say in which language it is.
    LanguageMissing = "language_missing", Accessibility, Warning, 0;
    /// A table for the layout that is read aloud as a table.
    TableRole = "table_role", Accessibility, Hint, 0;
    /// Gmail cuts it off.
    Clipped = "clipped", Size, Error, 5;
    /// Gmail is about to.
    Long = "long", Size, Hint, 0;
}

/// Below this the score is good, in tenths.
pub const SCORE_GOOD: u32 = 20;
/// Above this filters are likely to act, in tenths.
pub const SCORE_BAD: u32 = 50;
/// Most findings of one kind that are told one by one.
const TOLD_MAX: usize = 5;
/// Longest text of a place, in characters.
const PLACE_MAX: usize = 80;

/// One thing that was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    pub code: FindingCode,
    /// Where: the start of the text, of the address, or a figure. One line.
    pub place: String,
}

/// Everything that was found, what matters most first.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MailReport {
    pub findings: Vec<Finding>,
    /// How many more of a kind there are than are told.
    pub untold: Vec<(FindingCode, usize)>,
    /// Spam score in tenths: below [`SCORE_GOOD`] is good, above [`SCORE_BAD`] is not.
    pub score: u32,
    /// Of the HTML.
    pub bytes: usize,
}

impl MailReport {
    /// The score as people read it.
    pub fn score_text(&self) -> String {
        format!("{}.{}", self.score / 10, self.score % 10)
    }
}

/// What was found so far.
#[derive(Default)]
pub(super) struct Findings(Vec<Finding>);

impl Findings {
    pub(super) fn add(&mut self, code: FindingCode, place: impl AsRef<str>) {
        let words = place.as_ref().split(|letter: char| letter.is_whitespace() || letter.is_control());
        let line = words.filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ");
        let mut place: String = line.chars().take(PLACE_MAX).collect();
        if place.len() < line.len() {
            place.push('…');
        }
        self.0.push(Finding { code, place });
    }

    /// Each place of a kind is told once.
    pub(super) fn report(self, bytes: usize) -> MailReport {
        let mut report = MailReport { bytes, ..MailReport::default() };
        for code in FindingCode::ALL {
            let mut of_code: Vec<&Finding> = Vec::new();
            for finding in self.0.iter().filter(|finding| finding.code == *code) {
                if of_code.len() <= TOLD_MAX && of_code.iter().any(|told| told.place == finding.place) {
                    continue;
                }
                of_code.push(finding);
            }
            if of_code.is_empty() {
                continue;
            }
            report.score += code.points();
            if of_code.len() > TOLD_MAX {
                report.untold.push((*code, of_code.len() - TOLD_MAX));
            }
            report.findings.extend(of_code.into_iter().take(TOLD_MAX).cloned());
        }
        report.findings.sort_by_key(|finding| finding.code.severity());
        report
    }
}
