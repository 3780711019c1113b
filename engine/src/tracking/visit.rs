//! Who looked at a mail or followed a link: a person, or a program that does so by itself.

use std::time::Duration;

use domain::Timestamp;

/// What a request says of the one who makes it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Visit {
    /// At most 300 characters.
    pub user_agent: String,
    /// It asks for the head alone.
    pub is_head: bool,
    /// The browser fetches it ahead of the person (`Sec-Purpose`, `Purpose`, `X-Moz`).
    pub is_prefetch: bool,
}

/// No person follows a link so soon after a mail was handed over.
const TOO_SOON: Duration = Duration::from_secs(2);

/// Parts of names, in lower case, of programs that read mails and follow links for safety, or fetch pictures ahead.
const MACHINES: &[&str] = &[
    "bot",
    "crawler",
    "spider",
    "preview",
    "scanner",
    "barracuda",
    "proofpoint",
    "mimecast",
    "safelinks",
    "curl",
    "wget",
    "python",
    "go-http",
    "java/",
    "okhttp",
    "headless",
];

impl Visit {
    /// From a header that may be anything.
    pub fn of(user_agent: &str, is_head: bool, is_prefetch: bool) -> Self {
        let user_agent = user_agent.chars().filter(|letter| !letter.is_control()).take(300).collect();
        Self { user_agent, is_head, is_prefetch }
    }

    /// Is it more likely a program than the person? Apple's privacy proxy calls itself `Mozilla/5.0` and nothing else.
    pub(super) fn is_machine(&self, sent_at: Option<Timestamp>, now: Timestamp) -> bool {
        let name = self.user_agent.trim().to_lowercase();
        self.is_head
            || self.is_prefetch
            || name.is_empty()
            || name == "mozilla/5.0"
            || MACHINES.iter().any(|machine| name.contains(machine))
            || sent_at.is_some_and(|sent| now < sent.plus(TOO_SOON))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_looks_like_a_program_is_none_of_our_readers() {
        let firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0";
        let sent = Timestamp::from_millis(1_000_000);
        let later = sent.plus(Duration::from_mins(1));
        let is_machine = |agent: &str| Visit::of(agent, false, false).is_machine(Some(sent), later);
        assert!(!is_machine(firefox));
        for agent in ["", "Mozilla/5.0", "Barracuda Sentinel", "curl/8.0", "Slackbot-LinkExpanding 1.0"] {
            assert!(is_machine(agent), "{agent}");
        }
        assert!(Visit::of(firefox, false, false).is_machine(Some(sent), sent.plus(Duration::from_secs(1))));
        assert!(Visit::of(firefox, true, false).is_machine(None, later));
    }
}
