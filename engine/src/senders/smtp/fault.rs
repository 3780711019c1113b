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

    /// The server did not answer in time.
    pub(super) fn late(limit: Duration, waiting_for: &str) -> Self {
        Self::new("timeout", format!("No answer within {} seconds: {waiting_for}.", limit.as_secs()))
    }

    /// A reply that ends a connection, at this stage.
    pub(super) fn refused(stage: Stage, reply: &Reply) -> Self {
        let reason = meaning(stage, reply).1.unwrap_or_else(|| "bad_reply".to_owned());
        Self { reason, text: reply.words() }
    }
}

/// The result, or a `timeout` fault after `limit`.
pub(super) async fn within<T>(
    limit: Duration,
    waiting_for: &str,
    work: impl Future<Output = Result<T, Fault>>,
) -> Result<T, Fault> {
    tokio::time::timeout(limit, work).await.unwrap_or_else(|_| Err(Fault::late(limit, waiting_for)))
}

/// What a reply answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stage {
    Greeting,
    Ehlo,
    StartTls,
    Auth,
    /// Who sends.
    Mail,
    /// Who gets it.
    Rcpt,
    /// May the mail come?
    Data,
    /// The mail, up to its final dot.
    Content,
}

impl Stage {
    /// What a person calls it who reads a conversation.
    pub(super) const fn words(self) -> &'static str {
        match self {
            Self::Greeting => "the greeting",
            Self::Ehlo => "EHLO",
            Self::StartTls => "STARTTLS",
            Self::Auth => "AUTH",
            Self::Mail => "MAIL",
            Self::Rcpt => "RCPT",
            Self::Data => "DATA",
            Self::Content => "the mail",
        }
    }

    const fn is_about_a_mail(self) -> bool {
        matches!(self, Self::Mail | Self::Rcpt | Self::Data | Self::Content)
    }
}

/// What a reply that is not the hoped-for one means for a mail. Until the envelope it is about us, not about the mail; and so
/// is a server that closes, or that wants something else of us first.
pub(super) fn meaning(stage: Stage, reply: &Reply) -> (Outcome, Option<String>) {
    let retry = |reason: &str| (Outcome::Retry, Some(reason.to_owned()));
    let unavailable = |reason: &str| (Outcome::Unavailable, Some(reason.to_owned()));
    match (stage, reply.code) {
        (Stage::Content, 200..300) => (Outcome::Accepted, None),
        (_, 450 | 451) if stage.is_about_a_mail() && is_greylisting(reply) => retry("greylisted"),
        (_, 421) => unavailable("smtp_421"),
        (_, 400..500) if !stage.is_about_a_mail() => unavailable(&format!("smtp_{}", reply.code)),
        (_, 400..500) => retry(&format!("smtp_{}", reply.code)),
        (Stage::Greeting, 500..600) => unavailable("greeting_refused"),
        (Stage::Ehlo, 500..600) => unavailable("ehlo_refused"),
        (Stage::StartTls, 500..600) => unavailable("tls_failed"),
        (Stage::Auth, 500..600) => unavailable("auth_failed"),
        // The server wants TLS or AUTH first (RFC 3207, RFC 4954), or another sender: a configuration to mend, not a mail
        // to give up.
        (Stage::Mail | Stage::Rcpt | Stage::Data, 530) => unavailable("auth_required"),
        (Stage::Mail | Stage::Rcpt, 500..600) if is_about_sender(stage, reply) => retry("sender_refused"),
        (_, 500..600) => (Outcome::Rejected, Some(refusal(stage, reply))),
        _ => retry("bad_reply"),
    }
}

/// Why a mail is refused for good.
fn refusal(stage: Stage, reply: &Reply) -> String {
    let reason = match (stage, reply.code) {
        // A server that knows the size beforehand says the same to MAIL as to the mail.
        (_, 552) => "smtp_552",
        // A rule of the server (RFC 3463), such as “relaying denied”: the address may well exist.
        (Stage::Rcpt, _) if reply.status().starts_with("5.7.") => "policy_refused",
        // Some servers look for the mailbox only when they have the mail, and say so by the status.
        (Stage::Data | Stage::Content, _) if !reply.status().starts_with("5.1.") => "content_refused",
        (_, code) => return format!("smtp_{code}"),
    };
    reason.to_owned()
}

/// MAIL says who sends; many servers keep their refusal back until RCPT and tell it by the status (RFC 3463).
fn is_about_sender(stage: Stage, reply: &Reply) -> bool {
    reply.code != 552 && (stage == Stage::Mail || matches!(reply.status(), "5.1.7" | "5.1.8"))
}

/// The server takes a stranger's mail only at the second try.
fn is_greylisting(reply: &Reply) -> bool {
    let words = reply.words().to_lowercase();
    reply.status() == "4.7.1" || words.contains("greylist") || words.contains("graylist")
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
        use Outcome::{Accepted, Rejected, Retry, Unavailable};
        for (stage, words, outcome, reason) in [
            (Stage::Content, "250 ok", Accepted, None),
            (Stage::Content, "421 bye", Unavailable, Some("smtp_421")),
            (Stage::Content, "451 4.3.0 Disk", Retry, Some("smtp_451")),
            (Stage::Content, "554 5.7.1 Spam", Rejected, Some("content_refused")),
            (Stage::Content, "550 5.7.1 Spam", Rejected, Some("content_refused")),
            (Stage::Content, "550 Spam", Rejected, Some("content_refused")),
            (Stage::Content, "550 5.1.1 No such user", Rejected, Some("smtp_550")),
            (Stage::Content, "552 5.3.4 Too large", Rejected, Some("smtp_552")),
            (Stage::Content, "354 go", Retry, Some("bad_reply")),
            (Stage::Data, "550 5.7.0 No", Rejected, Some("content_refused")),
            (Stage::Data, "530 5.7.0 Sign in", Unavailable, Some("auth_required")),
            (Stage::Mail, "550 5.7.1 Not yours", Retry, Some("sender_refused")),
            (Stage::Mail, "552 5.3.4 Too large", Rejected, Some("smtp_552")),
            (Stage::Mail, "530 5.7.0 Sign in", Unavailable, Some("auth_required")),
            (Stage::Rcpt, "450 4.2.0 Busy", Retry, Some("smtp_450")),
            (Stage::Rcpt, "452 4.2.2 Full", Retry, Some("smtp_452")),
            (Stage::Rcpt, "550 5.1.1 No such user", Rejected, Some("smtp_550")),
            (Stage::Rcpt, "550", Rejected, Some("smtp_550")),
            (Stage::Rcpt, "550 5.1.8 Sender address rejected", Retry, Some("sender_refused")),
            (Stage::Rcpt, "550 5.7.1 Relaying denied", Rejected, Some("policy_refused")),
            (Stage::Rcpt, "554 5.7.1 Relay access denied", Rejected, Some("policy_refused")),
            (Stage::Rcpt, "552 5.2.2 Full", Rejected, Some("smtp_552")),
            (Stage::Rcpt, "250 ok", Retry, Some("bad_reply")),
            (Stage::Greeting, "554 no", Unavailable, Some("greeting_refused")),
            (Stage::Greeting, "421 busy", Unavailable, Some("smtp_421")),
            (Stage::Greeting, "451 4.7.1 Later", Unavailable, Some("smtp_451")),
            (Stage::Ehlo, "502 what", Unavailable, Some("ehlo_refused")),
            (Stage::StartTls, "454 no", Unavailable, Some("smtp_454")),
            (Stage::StartTls, "501 no", Unavailable, Some("tls_failed")),
            (Stage::Auth, "535 5.7.8 Wrong", Unavailable, Some("auth_failed")),
            (Stage::Auth, "454 4.7.0 Later", Unavailable, Some("smtp_454")),
        ] {
            assert_eq!(meaning(stage, &reply(words)), (outcome, reason.map(str::to_owned)), "{stage:?} {words}");
        }
    }

    #[test]
    fn greylisting_is_no_problem_of_the_server() {
        for words in ["451 4.7.1 Try again", "450 4.2.0 <ann@example.com>: Recipient address rejected: Greylisted"] {
            for stage in [Stage::Mail, Stage::Rcpt, Stage::Content] {
                let expected = (Outcome::Retry, Some("greylisted".to_owned()));
                assert_eq!(meaning(stage, &reply(words)), expected, "{stage:?} {words}");
            }
        }
    }

    fn reply(words: &str) -> Reply {
        Reply::take(&mut format!("{words}\r\n").into_bytes()).unwrap().unwrap()
    }
}
