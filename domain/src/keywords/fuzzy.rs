//! Messages that are no opt-out word, and look like one: “pls stop”, “stopp”, “arrêtez svp”, “수신 거부 부탁드려요”.
//!
//! A guess is one of these, with courtesies left aside:
//! - the message begins with an opt-out word,
//! - it is such a word with one typo, and perhaps some words that go with it.
//!
//! Words of fewer than four letters (END, NO, TD) are never guessed. Nor are words that are also said of other things
//! (CANCEL my order), unless all that follows goes with opting out.

/// How much may follow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Followed {
    /// A whole sentence.
    ByAnything,
    /// Only [`COMPANY`].
    ByCompany,
}
use Followed::{ByAnything, ByCompany};

/// Opt-out words, plain ones first: without accents, and without what is between their parts.
const WORDS: &[(&str, Followed)] = &[
    ("UNSUBSCRIBE", ByAnything),
    ("STOPALL", ByAnything),
    ("STOP", ByAnything),
    ("OPTOUT", ByAnything),
    ("ARRET", ByAnything),
    ("QUIT", ByCompany),
    ("CANCEL", ByCompany),
    ("REVOKE", ByCompany),
    ("REMOVE", ByCompany),
    ("수신거부", ByAnything),
];

/// What else people write who want no more messages. Not guessed with typos: much is near them.
const PHRASES: &[(&str, Followed)] = &[
    ("REMOVE ME", ByAnything),
    ("OPT ME OUT", ByAnything),
    ("ARRETEZ", ByAnything),
    ("ARRETER", ByAnything),
    ("DESABONNER", ByAnything),
    ("DESABONNEZ", ByAnything),
    ("DESABONNEMENT", ByAnything),
    ("DESINSCRIRE", ByAnything),
    ("DESINSCRIPTION", ByAnything),
    ("DAR DE BAJA", ByAnything),
    ("DARME DE BAJA", ByAnything),
    ("DENME DE BAJA", ByAnything),
    ("CANCELAR SUSCRIPCION", ByAnything),
    ("BAJA", ByCompany),
    ("PARAR", ByCompany),
    ("CANCELAR", ByCompany),
    ("그만보내", ByAnything),
    ("보내지마", ByAnything),
    ("구독취소", ByAnything),
    ("구독해지", ByAnything),
    ("수신차단", ByAnything),
];

/// Courtesies, which say nothing.
const COURTESIES: &[&str] = &[
    "PLEASE",
    "PLS",
    "PLZ",
    "PLEAS",
    "KINDLY",
    "JUST",
    "OK",
    "OKAY",
    "HI",
    "HEY",
    "HELLO",
    "THANKS",
    "THANK",
    "YOU",
    "THX",
    "SVP",
    "STP",
    "SIL",
    "VOUS",
    "TE",
    "PLAIT",
    "MERCI",
    "BONJOUR",
    "HOLA",
    "POR",
    "FAVOR",
    "PORFAVOR",
    "GRACIAS",
    "제발",
    "이제",
    "그냥",
    "안녕하세요",
    "문자",
    "광고",
    "메시지",
    "이거",
];

/// Words that go with opting out.
const COMPANY: &[&str] = &[
    "ME",
    "US",
    "IT",
    "THIS",
    "THESE",
    "ALL",
    "NOW",
    "MESSAGE",
    "MESSAGES",
    "TEXT",
    "TEXTS",
    "TEXTING",
    "SENDING",
    "SMS",
    "MSG",
    "MSGS",
    "SUBSCRIPTION",
    "ALERTS",
    "FROM",
    "THE",
    "LIST",
    "YOUR",
    "MY",
    "NUMBER",
    "MORE",
    "SUSCRIPCION",
    "DE",
    "MENSAJES",
    "LOS",
    "LES",
    "MON",
    "ABONNEMENT",
];

/// Words of their own, one letter away from an opt-out word.
const OTHERS: &[&str] = &[
    "SHOP", "STEP", "STOW", "ATOP", "SLOP", "SWOP", "STOMP", "STOOP", "STROP", "ESTOP", "STOUP", "QUITE", "QUIET",
    "QUILT", "QUID", "QUIP", "QUIZ", "QUOIT", "SUIT", "UNIT", "REMOTE", "REMOVED", "REMOVER", "REVOKED", "ARREST",
    "BARRET", "GARRET", "CANCELED",
];

/// After “수신거부” these say the contrary.
const TAKEN_BACK: &[&str] = &["취소", "해제", "철회", "안하", "안해", "안할", "않", "아니", "하지마"];

/// An opt-out word.
struct Word<'a> {
    shown: &'a str,
    /// Without what is between its parts.
    bare: String,
    followed: Followed,
}

impl<'a> Word<'a> {
    /// `None` for one that is too short to guess at.
    fn new(shown: &'a str, followed: Followed) -> Option<Self> {
        let bare = words_of(shown).concat();
        (bare.chars().count() >= 4).then_some(Self { shown, bare, followed })
    }
}

/// The opt-out word that a message looks like. `own`: those of the configuration. `is_keyword`: this word means something
/// else.
pub(super) fn stop_word(text: &str, own: &[String], is_keyword: impl Fn(&str) -> bool) -> Option<String> {
    let words = words_of(text);
    let first = words.first()?;
    let own = || own.iter().filter_map(|word| Word::new(word, ByAnything));
    let built_in = |list: &'static [(&str, Followed)]| list.iter().filter_map(|(word, it)| Word::new(word, *it));
    let begins = |word: &Word<'_>| begins_with(&words, word);
    if let Some(found) = own().chain(built_in(PHRASES)).chain(built_in(WORDS)).find(begins) {
        return Some(found.shown.to_owned());
    }
    if OTHERS.contains(&first.as_str()) || is_keyword(first) {
        return None;
    }
    let is_typo = |word: &Word<'_>| is_typo_of(&words, &word.bare);
    own().chain(built_in(WORDS)).find(is_typo).map(|found| found.shown.to_owned())
}

/// In capitals without accents, without courtesies at the beginning.
fn words_of(text: &str) -> Vec<String> {
    let text: String =
        text.chars().filter(|letter| !matches!(letter, '\'' | '’')).flat_map(char::to_uppercase).collect();
    let text: String = text.chars().map(without_accent).collect();
    let words = text.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty());
    words.skip_while(|word| COURTESIES.contains(word)).map(ToOwned::to_owned).collect()
}

/// Does the message begin with this word, perhaps in parts, and go on as it may?
fn begins_with(words: &[String], word: &Word<'_>) -> bool {
    if is_hangul(&word.bare) {
        // Endings hang on the word, and blanks are a matter of taste.
        return words
            .concat()
            .strip_prefix(&word.bare)
            .is_some_and(|rest| !TAKEN_BACK.iter().any(|it| rest.contains(it)));
    }
    let parts = (1..=words.len().min(4)).find(|parts| words[..*parts].concat() == word.bare);
    let Some(rest) = parts.map(|parts| &words[parts..]) else { return false };
    match word.followed {
        // “Stop by tomorrow.”
        ByAnything => rest.first().is_none_or(|next| next != "BY"),
        ByCompany => is_company(rest),
    }
}

/// Is the message this word with one typo, in company or alone?
fn is_typo_of(words: &[String], word: &str) -> bool {
    if is_hangul(word) {
        let whole = words.concat();
        return !whole.starts_with(word) && is_one_typo(&whole, word);
    }
    let (first, rest) = (&words[0], &words[1..]);
    first.chars().count() >= 4 && is_one_typo(first, word) && is_company(rest)
}

fn is_company(words: &[String]) -> bool {
    words.iter().all(|word| COMPANY.contains(&word.as_str()) || COURTESIES.contains(&word.as_str()))
}

fn is_hangul(word: &str) -> bool {
    word.chars().all(|letter| ('가'..='힣').contains(&letter))
}

/// One letter more, less or another, or two neighbours changed about.
pub(super) fn is_one_typo(text: &str, word: &str) -> bool {
    let (text, word): (Vec<char>, Vec<char>) = (text.chars().collect(), word.chars().collect());
    let same_start = text.iter().zip(&word).take_while(|(one, other)| one == other).count();
    let (text, word) = (&text[same_start..], &word[same_start..]);
    match (text.len(), word.len()) {
        (0, 0) => false,
        (a, b) if a == b => {
            let swapped = a >= 2 && text[0] == word[1] && text[1] == word[0] && text[2..] == word[2..];
            text[1..] == word[1..] || swapped
        }
        (a, b) if a == b + 1 => text[1..] == *word,
        (a, b) if a + 1 == b => *text == word[1..],
        _ => false,
    }
}

/// Of a capital letter.
const fn without_accent(letter: char) -> char {
    match letter {
        'À' | 'Á' | 'Â' | 'Ã' | 'Ä' | 'Å' => 'A',
        'Ç' => 'C',
        'È' | 'É' | 'Ê' | 'Ë' => 'E',
        'Ì' | 'Í' | 'Î' | 'Ï' => 'I',
        'Ñ' => 'N',
        'Ò' | 'Ó' | 'Ô' | 'Õ' | 'Ö' => 'O',
        'Ù' | 'Ú' | 'Û' | 'Ü' => 'U',
        'Ý' => 'Y',
        other => other,
    }
}
