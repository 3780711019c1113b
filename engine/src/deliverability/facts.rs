//! What the DNS was asked and answered. Checks read it; what they miss is asked next.

use std::collections::{BTreeSet, HashMap};
use std::net::IpAddr;

use domain::deliverability::Trouble;

/// A question to the DNS. Names are in lower case, in ASCII, without a dot at the end.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Question {
    Txt(String),
    Mx(String),
    /// A and AAAA.
    Addresses(String),
    /// PTR.
    Names(IpAddr),
}

/// What stands there. Texts are harmless: see [`shown`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Records {
    Txt(Vec<String>),
    Mx(Vec<Exchange>),
    Addresses(Vec<IpAddr>),
    Names(Vec<String>),
}

/// An MX record; the host is empty for `.`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Exchange {
    pub(super) preference: u16,
    pub(super) host: String,
}

/// Nothing there is no trouble: the list is empty.
pub(super) type Answer<T> = Result<Vec<T>, Trouble>;

/// Most questions of one report.
const QUESTIONS_MAX: usize = 150;

/// All that is known so far.
#[derive(Debug, Default)]
pub(super) struct Facts {
    known: HashMap<Question, Result<Records, Trouble>>,
    wanted: BTreeSet<Question>,
}

impl Facts {
    /// The texts of a name, each put together from its parts.
    pub(super) fn txt(&mut self, name: &str) -> Answer<String> {
        self.ask(Question::Txt(name.to_owned()), |records| match records {
            Records::Txt(texts) => texts.clone(),
            _ => Vec::new(),
        })
    }

    /// The most preferred first.
    pub(super) fn mx(&mut self, name: &str) -> Answer<Exchange> {
        self.ask(Question::Mx(name.to_owned()), |records| match records {
            Records::Mx(exchanges) => exchanges.clone(),
            _ => Vec::new(),
        })
    }

    pub(super) fn addresses(&mut self, name: &str) -> Answer<IpAddr> {
        self.ask(Question::Addresses(name.to_owned()), |records| match records {
            Records::Addresses(addresses) => addresses.clone(),
            _ => Vec::new(),
        })
    }

    pub(super) fn names(&mut self, address: IpAddr) -> Answer<String> {
        self.ask(Question::Names(address), |records| match records {
            Records::Names(names) => names.clone(),
            _ => Vec::new(),
        })
    }

    /// What was asked for and is not known: until it is, it counts as not answered.
    pub(super) fn take_wanted(&mut self) -> Vec<Question> {
        let room = QUESTIONS_MAX.saturating_sub(self.known.len());
        let wanted = std::mem::take(&mut self.wanted);
        let (now, never): (Vec<_>, Vec<_>) = wanted.into_iter().enumerate().partition(|(at, _)| *at < room);
        self.known.extend(never.into_iter().map(|(_, question)| (question, Err(Trouble::TooMuch))));
        now.into_iter().map(|(_, question)| question).collect()
    }

    pub(super) fn add(&mut self, question: Question, answer: Result<Records, Trouble>) {
        self.known.insert(question, answer);
    }

    fn ask<T>(&mut self, question: Question, read: impl Fn(&Records) -> Vec<T>) -> Answer<T> {
        match self.known.get(&question) {
            Some(Ok(records)) => Ok(read(records)),
            Some(Err(trouble)) => Err(*trouble),
            None => {
                self.wanted.insert(question);
                Err(Trouble::TimedOut)
            }
        }
    }
}

/// Anybody can write anything into the DNS: printable ASCII as it is, every other byte as in zone files, `\ddd`
/// (RFC 1035 §5.1).
pub(super) fn shown(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    for byte in bytes {
        match byte {
            b' '..=b'~' => text.push(char::from(*byte)),
            other => text.push_str(&format!("\\{other:03}")),
        }
    }
    text
}

/// The start of a long text.
pub(super) fn cut(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// A zone in lines: `example.com TXT v=spf1 -all`, `example.com MX 10 mx.example.com`, `mx.example.com A 192.0.2.1`,
    /// `192.0.2.1 PTR mx.example.com`, `slow.example.com TXT !timed_out`. What is not there is asked for, and not found.
    pub(in crate::deliverability) fn judged<T>(zone: &str, judge: impl Fn(&mut Facts) -> T) -> T {
        let mut facts = Facts::default();
        loop {
            let found = judge(&mut facts);
            let wanted = facts.take_wanted();
            if wanted.is_empty() {
                return found;
            }
            for question in wanted {
                let answer = answer(zone, &question);
                facts.add(question, answer);
            }
        }
    }

    fn answer(zone: &str, question: &Question) -> Result<Records, Trouble> {
        let (name, kinds): (String, &[&str]) = match question {
            Question::Txt(name) => (name.clone(), &["TXT"]),
            Question::Mx(name) => (name.clone(), &["MX"]),
            Question::Addresses(name) => (name.clone(), &["A", "AAAA"]),
            Question::Names(address) => (address.to_string(), &["PTR"]),
        };
        let mut values = Vec::new();
        for line in zone.lines().map(str::trim).filter(|line| !line.is_empty()) {
            let (owner, rest) = line.split_once(' ').unwrap();
            let (kind, value) = rest.split_once(' ').unwrap_or((rest, ""));
            if owner == name && kinds.contains(&kind) {
                match value.strip_prefix('!') {
                    Some(trouble) => return Err(trouble.parse().unwrap()),
                    None => values.push(value.to_owned()),
                }
            }
        }
        Ok(match question {
            Question::Txt(_) => Records::Txt(values),
            Question::Mx(_) => Records::Mx(values.iter().map(|value| exchange(value)).collect()),
            Question::Addresses(_) => Records::Addresses(values.iter().map(|value| value.parse().unwrap()).collect()),
            Question::Names(_) => Records::Names(values),
        })
    }

    fn exchange(value: &str) -> Exchange {
        let (preference, host) = value.split_once(' ').unwrap();
        Exchange { preference: preference.parse().unwrap(), host: host.trim_end_matches('.').to_owned() }
    }

    #[test]
    fn what_is_asked_twice_is_looked_up_once_and_too_much_is_not_looked_up() {
        let mut facts = Facts::default();
        for number in 0..=QUESTIONS_MAX {
            let name = format!("{number:03}.example.com");
            assert_eq!(facts.txt(&name), Err(Trouble::TimedOut));
            assert_eq!(facts.txt(&name), Err(Trouble::TimedOut));
        }
        assert_eq!(facts.take_wanted().len(), QUESTIONS_MAX);
        assert_eq!(facts.txt(&format!("{QUESTIONS_MAX}.example.com")), Err(Trouble::TooMuch));
        assert!(facts.take_wanted().is_empty());
    }

    #[test]
    fn what_strangers_write_is_shown_as_plain_letters() {
        let written = "v=spf1 \u{202e}<b>\r\n\0é".as_bytes();
        assert_eq!(shown(written), r"v=spf1 \226\128\174<b>\013\010\000\195\169");
        assert_eq!(cut("abc", 3), "abc");
        assert_eq!(cut("abcd", 3), "abc…");
    }
}
