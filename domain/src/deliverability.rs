//! What the DNS says of the domain that mails of a configuration come from: whether receivers can believe them, and what to
//! change. Not the asking.

mod finding;

use serde::{Deserialize, Serialize};

use crate::Timestamp;
use crate::word::words;
pub use finding::{Alignment, DkimFinding, DmarcFinding, Finding, MxFinding, RelayFinding, ReturnFinding, SpfFinding};

words! {
    /// How a check ended. The later outweighs the earlier.
    State {
        Good = "good",
        /// It could not be looked up, or cannot be seen from here.
        Unknown = "unknown",
        Warning = "warning",
        Bad = "bad",
    }
}

words! {
    /// What is checked.
    Subject {
        /// Who may send with the domain that mails come back to (RFC 7208).
        Spf = "spf",
        /// The key that signs (RFC 6376).
        Dkim = "dkim",
        /// What receivers do with mails that are not proven to be ours (RFC 7489).
        Dmarc = "dmarc",
        /// Where mail to the domain goes (RFC 5321 §5.1).
        Mx = "mx",
        /// Where mails go that come back.
        ReturnPath = "returnPath",
        /// The names of the relay's addresses (RFC 1912 §2.1).
        Ptr = "ptr",
    }
}

words! {
    /// Why the DNS did not say.
    Trouble {
        /// No answer in time.
        TimedOut = "timed_out",
        /// A server answered that it cannot or will not say: SERVFAIL, REFUSED.
        Refused = "refused",
        /// No server could be asked.
        Unreachable = "unreachable",
        /// There was too much to ask.
        TooMuch = "too_much",
    }
}

words! {
    /// Kind of a record.
    RecordKind { A = "A", Aaaa = "AAAA", Mx = "MX", Ptr = "PTR", Txt = "TXT" }
}

/// A record that is to be published.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    pub kind: RecordKind,
    pub name: String,
    /// As forms of DNS providers take it: a text without quotes.
    pub value: String,
}

/// One thing that was checked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Check {
    pub subject: Subject,
    /// The domain, name or host that was asked about.
    pub about: String,
    /// At least one.
    pub findings: Vec<Finding>,
    /// The records that stand there, as far as they matter: printable ASCII (other bytes as `\ddd`), cut.
    pub found: Vec<String>,
    /// What should stand there.
    pub publish: Vec<Record>,
}

impl Check {
    /// That of the gravest finding.
    pub fn state(&self) -> State {
        self.findings.iter().map(Finding::state).max_by_key(|state| *state as u8).unwrap_or(State::Unknown)
    }
}

/// All checks of a configuration.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Report {
    pub checked_at: Timestamp,
    /// Milliseconds.
    pub duration_ms: i64,
    pub checks: Vec<Check>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_check_is_as_good_as_its_worst_finding() {
        let check = |findings: &[Finding]| {
            let (subject, about) = (Subject::Spf, "example.com".to_owned());
            Check { subject, about, findings: findings.to_vec(), found: Vec::new(), publish: Vec::new() }.state()
        };
        let good = Finding::Spf(SpfFinding::Reads { lookups: 1 });
        let warning = Finding::Spf(SpfFinding::EndsOpen { by: "?all".into() });
        let bad = Finding::Spf(SpfFinding::Missing);
        let unknown = Finding::NotLookedUp { name: "example.com".into(), why: Trouble::TimedOut };
        assert_eq!(check(std::slice::from_ref(&good)), State::Good);
        assert_eq!(check(&[good.clone(), unknown.clone()]), State::Unknown);
        assert_eq!(check(&[unknown.clone(), warning.clone(), good]), State::Warning);
        assert_eq!(check(&[warning, bad, unknown]), State::Bad);
    }

    #[test]
    fn a_finding_travels_to_the_browser_and_back() {
        let finding = Finding::Dmarc(DmarcFinding::Aligned { spf: Alignment::Strangers, dkim: Alignment::Aligned });
        let json = serde_json::to_string(&finding).unwrap();
        assert_eq!(serde_json::from_str::<Finding>(&json).unwrap(), finding);
    }
}
