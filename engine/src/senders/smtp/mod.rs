//! SMTP submission (RFC 5321). Our own client: one round trip for each mail, where others take five.
//!
//! | file | holds |
//! |---|---|
//! | [`pool`], [`job`] | the connections of one channel configuration, and the mails that wait for them |
//! | [`session`] | one open connection: mails one after the other, overlapped |
//! | [`chunking`] | the same where the server takes a mail in one piece with its envelope |
//! | [`greeting`], [`capabilities`] | banner, EHLO, STARTTLS |
//! | [`auth`], [`tokens`] | AUTH, and the access tokens that stand in for passwords |
//! | [`envelope`], [`data`] | MAIL and RCPT; the mail after DATA or BDAT |
//! | [`wire`], [`tls`], [`reply`] | bytes out, replies in |
//! | [`fault`] | what a reply or a failure means for a mail |
//! | [`verify`] | the conversation that "Verify" shows |

mod auth;
mod capabilities;
mod chunking;
mod data;
mod envelope;
mod fault;
mod greeting;
mod job;
mod pool;
mod reply;
mod session;
#[cfg(test)]
mod tests;
mod tls;
mod tokens;
mod verify;
mod wire;

use std::time::Duration;

pub(super) use greeting::Door;
pub(crate) use job::ENDED;
pub(super) use job::Ending;
pub(super) use pool::Pool;
pub(super) use tls::Trust;
pub(super) use tokens::Tokens;
pub(super) use verify::verify;

/// Longest wait for a TCP connection.
const CONNECT: Duration = Duration::from_secs(10);
/// Longest wait for everything from the banner to AUTH.
const OPEN: Duration = Duration::from_secs(30);
/// Longest wait in the queue for a connection.
const QUEUE: Duration = Duration::from_secs(30);
/// Longest wait for the answers to MAIL, RCPT and DATA.
const COMMAND: Duration = Duration::from_secs(30);
/// Longest wait from the start of the mail to the answer to its final dot.
const AFTER_DOT: Duration = Duration::from_mins(1);
/// Longest wait for the answer to QUIT.
const FAREWELL: Duration = Duration::from_secs(2);
/// A connection without work is closed after this; less than any server waits.
const IDLE: Duration = Duration::from_secs(30);
/// No second connection is tried this long after one was refused.
const BACK_OFF: Duration = Duration::from_secs(10);

/// No mail takes longer: in the queue, behind the mail before, envelope, mail, and some slack.
pub(crate) const LONGEST_SEND: Duration =
    Duration::from_secs(QUEUE.as_secs() + AFTER_DOT.as_secs() + COMMAND.as_secs() + AFTER_DOT.as_secs() + 5);
