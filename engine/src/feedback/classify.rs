//! What a refusal means for the address: one table for SMTP replies and delivery reports alike. Reads enhanced status codes
//! (RFC 3463, RFC 5248), then reply codes (RFC 5321 §4.2.3), then words. Not what is done about it.

use std::ops::RangeInclusive;

/// What kind of refusal it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    /// There is no such mailbox: suppress now.
    Hard,
    /// There seems to be none: suppress after two or three separate sends.
    HardIsh,
    /// It may work later.
    Soft,
    /// This mail was too big or could not be read: fails, and says nothing of the address.
    Content,
    /// They do not want it from us: fails or waits, slows that domain down, calls a person; never suppresses.
    Block,
    /// There is no such domain, or none that takes mail.
    Domain,
}

impl Class {
    /// The same of a reply to MAIL or DATA, which judges us and not the recipient.
    pub const fn about_us(self) -> Self {
        match self {
            Self::Hard | Self::HardIsh | Self::Domain => Self::Block,
            other => other,
        }
    }
}

/// A refusal in the words of a server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Refusal<'a> {
    /// `5.1.1`; `None` when the server gave none.
    pub enhanced: Option<&'a str>,
    /// `550`.
    pub basic: Option<u16>,
    pub text: &'a str,
}

impl<'a> Refusal<'a> {
    /// A reply, its lines joined; the enhanced code stands at its start when there is one.
    pub fn of_reply(code: u16, text: &'a str) -> Self {
        Self { enhanced: enhanced(text), basic: Some(code), text }
    }

    /// A delivery report. `Status` may be as vague as `5.0.0`: then the code in the diagnostic counts.
    pub fn of_report(status: &'a str, diagnostic: &'a str) -> Self {
        let (basic, rest) = basic(diagnostic);
        let stated = enhanced(status);
        let is_vague = stated.is_none_or(|code| code.ends_with(".0.0"));
        let enhanced = if is_vague { enhanced(rest).or(stated) } else { stated };
        Self { enhanced, basic, text: diagnostic }
    }

    pub fn class(&self) -> Class {
        let text = self.text.to_lowercase();
        let row =
            ROWS.iter().find(|row| row.fits(self.enhanced.unwrap_or_default(), self.basic.unwrap_or_default(), &text));
        row.map_or(Class::Soft, |row| row.class)
    }
}

/// `550 …`, `550-…`: the code and what follows it.
fn basic(text: &str) -> (Option<u16>, &str) {
    let text = text.trim_start();
    let code = text.get(..3).filter(|digits| matches!(digits.as_bytes(), [b'2'..=b'5', b'0'..=b'9', b'0'..=b'9']));
    let rest = text.get(3..).unwrap_or_default();
    match code.filter(|_| !rest.starts_with(|next: char| next.is_alphanumeric() || next == '.')) {
        Some(code) => (code.parse().ok(), rest.trim_start_matches([' ', '-', '#'])),
        None => (None, text),
    }
}

/// `class.subject.detail` at the start of a text (RFC 3463 §2): class 2, 4 or 5, then one to three digits each.
fn enhanced(text: &str) -> Option<&str> {
    let text = text.trim_start_matches(|c: char| c.is_whitespace() || c == '#' || c == '(');
    let length = text.bytes().take_while(|byte| byte.is_ascii_digit() || *byte == b'.').count();
    let code = text.get(..length)?;
    let mut parts = code.split('.');
    let is_short = |part: Option<&str>| part.is_some_and(|digits| (1..=3).contains(&digits.len()));
    let is_good = matches!(parts.next()?, "2" | "4" | "5") && is_short(parts.next()) && is_short(parts.next());
    (is_good && parts.next().is_none()).then_some(code)
}

/// A row fits when each of its conditions that is not empty does; the first that fits counts.
struct Row {
    /// Whole codes, or beginnings that end with a dot.
    enhanced: &'static [&'static str],
    basic: RangeInclusive<u16>,
    /// Whole words in lower case, of which one must stand in the text.
    words: &'static [&'static str],
    class: Class,
}

impl Row {
    fn fits(&self, enhanced: &str, basic: u16, text: &str) -> bool {
        let fits_code =
            |known: &&str| if known.ends_with('.') { enhanced.starts_with(known) } else { enhanced == *known };
        (self.enhanced.is_empty() || self.enhanced.iter().any(fits_code))
            && self.basic.contains(&basic)
            && (self.words.is_empty() || self.words.iter().any(|words| has_words(text, words)))
    }
}

fn has_words(text: &str, words: &str) -> bool {
    text.match_indices(words).any(|(start, found)| {
        let before = text.get(..start).and_then(|before| before.chars().next_back());
        let after = text.get(start + found.len()..).and_then(|after| after.chars().next());
        ![before, after].into_iter().flatten().any(char::is_alphanumeric)
    })
}

const ANY: RangeInclusive<u16> = 0..=999;
const fn by_code(enhanced: &'static [&'static str], class: Class) -> Row {
    Row { enhanced, basic: ANY, words: &[], class }
}
const fn by_reply(basic: RangeInclusive<u16>, words: &'static [&'static str], class: Class) -> Row {
    Row { enhanced: &[], basic, words, class }
}
const fn by_words(words: &'static [&'static str], class: Class) -> Row {
    by_reply(ANY, words, class)
}

const UNWANTED: &[&str] = &[
    "spam",
    "blocked",
    "blacklisted",
    "blacklist",
    "blocklist",
    "block list",
    "blocklisted",
    "policy",
    "policies",
    "reputation",
    "authentication",
    "unauthenticated",
    "spf",
    "dkim",
    "dmarc",
    "rbl",
    "dnsbl",
    "spamhaus",
    "spamcop",
    "barracuda",
    "sender address rejected",
    "sender rejected",
    "access denied",
];
const NO_DOMAIN: &[&str] = &[
    "nxdomain",
    "host or domain name not found",
    "domain name not found",
    "domain not found",
    "host not found",
    "no mx",
    "no such domain",
    "unrouteable address",
    "unrouteable mail domain",
    "domain does not exist",
];
const FULL: &[&str] =
    &["mailbox full", "mailbox is full", "over quota", "overquota", "quota exceeded", "out of storage"];
const UNKNOWN: &[&str] = &[
    "user unknown",
    "unknown user",
    "unknown recipient",
    "recipient unknown",
    "no such user",
    "no such recipient",
    "no such mailbox",
    "no mailbox here",
    "user not found",
    "recipient not found",
    "mailbox not found",
    "mailbox unavailable",
    "invalid recipient",
    "invalid mailbox",
    "does not exist",
    "user doesn't have",
    "not our customer",
];
const CLOSED: &[&str] = &[
    "disabled",
    "deactivated",
    "inactive",
    "suspended",
    "no answer from host",
    "relay denied",
    "relaying denied",
    "relay access denied",
    "unable to relay",
    "relay not permitted",
];
const PASSING: &[&str] = &[
    "timed out",
    "timeout",
    "time-out",
    "expired",
    "connection refused",
    "connection reset",
    "lost connection",
    "servfail",
    "tls",
    "try again",
    "temporarily",
    "temporary failure",
    "greylisted",
    "unreachable",
];

/// In the order of reading: enhanced codes, replies, words, and what a bare code is taken for.
#[rustfmt::skip]
static ROWS: [Row; 21] = [
    by_code(&["5.1.1", "5.1.0", "5.1.2", "5.1.3", "5.1.6", "5.1.10"], Class::Hard),
    by_code(&["5.2.1", "5.4.1"], Class::HardIsh),
    by_code(&["4."], Class::Soft),
    by_code(&["5.2.2"], Class::Soft),
    by_code(&["5.2.3", "5.3.4", "5.6."], Class::Content),
    // 5.1.7 and 5.1.8 are about the sender's address (RFC 3463 §3.2)
    by_code(&["5.7.", "5.1.7", "5.1.8"], Class::Block),
    by_reply(400..=499, &[], Class::Soft),
    by_reply(552..=552, &["size", "too large", "too big", "too long"], Class::Content),
    by_reply(552..=552, &[], Class::Soft),
    by_reply(500..=599, UNWANTED, Class::Block),
    by_words(NO_DOMAIN, Class::Domain),
    by_reply(500..=599, FULL, Class::Soft),
    by_reply(550..=553, UNKNOWN, Class::Hard),
    by_words(UNWANTED, Class::Block),
    by_words(FULL, Class::Soft),
    by_words(UNKNOWN, Class::Hard),
    by_words(CLOSED, Class::HardIsh),
    by_words(PASSING, Class::Soft),
    // 550, 551 and 553 name the mailbox (RFC 5321 §4.2.3) but not what is wrong with it: one such reply suppresses nothing
    by_reply(550..=553, &[], Class::HardIsh),
    by_reply(500..=599, &[], Class::Block),
    by_code(&["5."], Class::Block),
];

#[cfg(test)]
#[path = "classify_tests.rs"]
mod tests;
