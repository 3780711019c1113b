//! Replies, and what they mean for a mail.

use std::io;

use domain::message::Outcome;

use crate::senders::Answer;

/// A reply of the server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Reply {
    pub(super) code: u16,
    /// Without the code.
    pub(super) lines: Vec<String>,
}

impl Reply {
    pub(super) fn is_positive(&self) -> bool {
        (200..400).contains(&self.code)
    }

    /// The server's own words on one line.
    pub(super) fn text(&self) -> String {
        format!("{} {}", self.code, self.lines.join(" "))
    }

    /// What a refusal of an envelope or of a mail means: 4xx is for now, 5xx for ever (RFC 5321 §4.2.1).
    pub(super) fn answer(&self, via: &str) -> Answer {
        let (outcome, reason) = match self.code {
            200..400 => (Outcome::Accepted, None),
            500..600 => (Outcome::Rejected, Some(format!("smtp_{}", self.code))),
            _ => (Outcome::Retry, Some(format!("smtp_{}", self.code))),
        };
        Answer { outcome, via: via.to_owned(), words: self.text(), reason }
    }
}

/// The conversation ended without a verdict about the mail. It says something about us, the network or the server, never
/// about the recipient: it may work later.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Broken {
    /// `connection_failed`, `timeout`, `tls_failed`, `auth_failed`, …
    pub(super) reason: &'static str,
    pub(super) text: String,
}

impl Broken {
    pub(super) fn new(reason: &'static str, text: impl Into<String>) -> Self {
        Self { reason, text: text.into() }
    }

    pub(super) fn network(error: &io::Error) -> Self {
        let text = match error.kind() {
            io::ErrorKind::UnexpectedEof => "The server closed the connection.".to_owned(),
            io::ErrorKind::ConnectionRefused => "The server refused the connection.".to_owned(),
            _ => error.to_string(),
        };
        Self::new("connection_failed", text)
    }

    pub(super) fn timeout() -> Self {
        Self::new("timeout", "The server did not answer in time.")
    }

    /// The server refused to go on before any mail was mentioned.
    pub(super) fn refused(reason: &'static str, reply: &Reply) -> Self {
        Self::new(reason, reply.text())
    }

    pub(super) fn answer(&self, via: &str) -> Answer {
        Answer {
            outcome: Outcome::Retry,
            via: via.to_owned(),
            words: self.text.clone(),
            reason: Some(self.reason.to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reply_says_whether_to_try_again() {
        for (code, outcome, reason) in [
            (250, Outcome::Accepted, None),
            (421, Outcome::Retry, Some("smtp_421")),
            (451, Outcome::Retry, Some("smtp_451")),
            (550, Outcome::Rejected, Some("smtp_550")),
            (554, Outcome::Rejected, Some("smtp_554")),
        ] {
            let answer = Reply { code, lines: vec!["5.1.1 no".into()] }.answer("smtp x:25");
            assert_eq!((answer.outcome, answer.reason.as_deref()), (outcome, reason));
            assert_eq!(answer.words, format!("{code} 5.1.1 no"));
        }
    }
}
