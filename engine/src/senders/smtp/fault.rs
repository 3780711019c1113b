//! What went wrong on the way to a server, and what it means for a mail.

use std::time::Duration;

use domain::message::Outcome;

use super::reply::Reply;

/// The connection is of no more use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Fault {
    /// Stable code: `connection_failed`, `timeout`, `auth_failed`, `smtp_421`, …
    pub(super) reason: String,
    /// The server's own words, or what the network said.
    pub(super) text: String,
}

impl Fault {
    pub(super) fn new(reason: &str, text: impl Into<String>) -> Self {
        Self { reason: reason.to_owned(), text: text.into() }
    }

    /// The network failed.
    pub(super) fn network(error: &std::io::Error) -> Self {
        Self::new("connection_failed", error.to_string())
    }

    /// The server closed the connection.
    pub(super) fn closed() -> Self {
        Self::new("connection_failed", "The server closed the connection.")
    }

    /// A reply that ends a connection, at this stage.
    pub(super) fn refused(stage: Stage, reply: &Reply) -> Self {
        let reason = meaning(stage, reply.code).1.unwrap_or_else(|| "bad_reply".to_owned());
        Self { reason, text: reply.words() }
    }
}

/// The result, or a `timeout` fault after `limit`.
pub(super) async fn within<T>(
    limit: Duration,
    waiting_for: &str,
    work: impl Future<Output = Result<T, Fault>>,
) -> Result<T, Fault> {
    let late = || Fault::new("timeout", format!("No answer within {} seconds: {waiting_for}.", limit.as_secs()));
    tokio::time::timeout(limit, work).await.unwrap_or_else(|_| Err(late()))
}

/// What a reply answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stage {
    Greeting,
    Ehlo,
    StartTls,
    Auth,
    /// MAIL, RCPT or DATA.
    Envelope,
    /// The final dot.
    Data,
}

/// What a reply that is not the hoped-for one means for a mail. Until the envelope it is about us, not about the mail.
pub(super) fn meaning(stage: Stage, code: u16) -> (Outcome, Option<String>) {
    let retry = |reason: &str| (Outcome::Retry, Some(reason.to_owned()));
    match (stage, code) {
        (Stage::Data, 200..300) => (Outcome::Accepted, None),
        (_, 400..500) => retry(&format!("smtp_{code}")),
        (Stage::Greeting, 500..600) => retry("greeting_refused"),
        (Stage::Ehlo, 500..600) => retry("ehlo_refused"),
        (Stage::StartTls, 500..600) => retry("tls_failed"),
        (Stage::Auth, 500..600) => retry("auth_failed"),
        // The server wants TLS or AUTH first (RFC 3207, RFC 4954): a configuration to mend, not a mail to give up.
        (Stage::Envelope, 530) => retry("auth_required"),
        (Stage::Envelope | Stage::Data, 500..600) => (Outcome::Rejected, Some(format!("smtp_{code}"))),
        _ => retry("bad_reply"),
    }
}

/// What silence after the final dot means: the server has the whole mail, and may have accepted it.
pub(super) fn in_doubt() -> (Outcome, Option<String>) {
    (Outcome::InDoubt, Some("no_answer_after_data".to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reply_says_whether_to_try_again() {
        use Outcome::{Accepted, Rejected, Retry};
        for (stage, code, outcome, reason) in [
            (Stage::Data, 250, Accepted, None),
            (Stage::Data, 421, Retry, Some("smtp_421")),
            (Stage::Data, 451, Retry, Some("smtp_451")),
            (Stage::Data, 554, Rejected, Some("smtp_554")),
            (Stage::Data, 354, Retry, Some("bad_reply")),
            (Stage::Envelope, 450, Retry, Some("smtp_450")),
            (Stage::Envelope, 452, Retry, Some("smtp_452")),
            (Stage::Envelope, 550, Rejected, Some("smtp_550")),
            (Stage::Envelope, 552, Rejected, Some("smtp_552")),
            (Stage::Envelope, 530, Retry, Some("auth_required")),
            (Stage::Envelope, 250, Retry, Some("bad_reply")),
            (Stage::Greeting, 554, Retry, Some("greeting_refused")),
            (Stage::Greeting, 421, Retry, Some("smtp_421")),
            (Stage::Ehlo, 502, Retry, Some("ehlo_refused")),
            (Stage::StartTls, 454, Retry, Some("smtp_454")),
            (Stage::StartTls, 501, Retry, Some("tls_failed")),
            (Stage::Auth, 535, Retry, Some("auth_failed")),
            (Stage::Auth, 454, Retry, Some("smtp_454")),
        ] {
            assert_eq!(meaning(stage, code), (outcome, reason.map(str::to_owned)), "{stage:?} {code}");
        }
    }
}
