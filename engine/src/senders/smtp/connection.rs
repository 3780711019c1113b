//! One connection: sends what the queue has. The mail of now and the envelope of the next go out in one write where the
//! server takes that (RFC 2920): one round trip per mail.

use std::sync::Arc;

use domain::message::Outcome;

use super::pool::{Job, Pool};
use super::reply::{Broken, Reply};
use super::session::{Extensions, Session, open};
use super::{COMMAND, MAIL, MAILS_PER_CONNECTION};
use crate::senders::{Answer, Mail};

/// Works until the queue has been empty for a while.
pub(super) async fn run(pool: Arc<Pool>) {
    let mut carried = None;
    loop {
        let job = match carried.take() {
            Some(job) => job,
            None => match pool.next().await {
                Some(job) => job,
                None => return,
            },
        };
        match open(pool.access(), None).await {
            Ok(session) => match work(&pool, session, job).await {
                End::Idle => return,
                End::Gone(job) => carried = job,
            },
            Err(broken) => {
                job.tell(broken.answer(&pool.access().via()));
                pool.fail_all(&broken);
            }
        }
    }
}

/// How a session ended.
enum End {
    /// Nothing to do; the connection is closed and no longer counts.
    Idle,
    /// Closed by either side. A mail whose envelope was on its way goes over the next connection: nothing of it was taken.
    Gone(Option<Job>),
}

/// Sends over one session until it ends.
async fn work(pool: &Pool, mut session: Session, first: Job) -> End {
    let via = pool.access().via();
    let mut next = Some(first);
    for _ in 0..MAILS_PER_CONNECTION {
        let job = match next.take() {
            Some(job) => job,
            None => match pool.next().await {
                Some(job) => job,
                None => {
                    quit(&mut session).await;
                    return End::Idle;
                }
            },
        };
        if let Some(refused) = cannot_carry(&job.mail, &session.extensions, &via) {
            job.tell(refused);
            continue;
        }
        match transact(pool, &mut session, job, &via).await {
            Ok(following) => next = following,
            Err(carried) => return End::Gone(carried),
        }
    }
    quit(&mut session).await;
    End::Gone(next)
}

/// One mail, and those whose envelopes travel with the mail before them. `Err`: the connection is gone.
async fn transact(pool: &Pool, session: &mut Session, first: Job, via: &str) -> Result<Option<Job>, Option<Job>> {
    let mut job = first;
    let envelope = Envelope::of(&job.mail, &session.extensions);
    let mut verdict = match envelope.exchange(session).await {
        Ok(verdict) => verdict,
        Err(broken) => {
            job.tell(broken.answer(via));
            return Err(None);
        }
    };
    loop {
        if let Some(refusal) = verdict.refusal {
            let closes = refusal.code == 421;
            job.tell(refusal.answer(via));
            if closes || clear(session, verdict.data_open).await.is_err() {
                return Err(None);
            }
            return Ok(None);
        }
        let following = if session.extensions.pipelining { next_alike(pool, &session.extensions, via) } else { None };
        let mut bytes = dotted(&job.mail.bytes);
        let envelope = following.as_ref().map(|job| Envelope::of(&job.mail, &session.extensions));
        if let Some(envelope) = &envelope {
            bytes.extend_from_slice(envelope.text.as_bytes());
        }
        if let Err(broken) = session.lines.write(&bytes, MAIL).await {
            job.tell(after_data(&broken).answer(via));
            return Err(following);
        }
        let taken = match session.lines.reply(MAIL).await {
            Ok(reply) => reply,
            Err(broken) => {
                job.tell(after_data(&broken).answer(via));
                return Err(following);
            }
        };
        job.tell(taken.answer(via));
        if taken.code == 421 {
            return Err(following);
        }
        let Some((next, envelope)) = following.zip(envelope) else { return Ok(None) };
        verdict = match envelope.read(session).await {
            Ok(verdict) => verdict,
            // Its envelope was all that was said of it.
            Err(_) => return Err(Some(next)),
        };
        job = next;
    }
}

/// The mail may have been taken: whoever tries again does so under the same Message-ID.
fn after_data(broken: &Broken) -> Broken {
    Broken::new(
        "no_answer_after_data",
        format!("The mail was handed over, but the answer did not come. {}", broken.text),
    )
}

fn next_alike(pool: &Pool, extensions: &Extensions, via: &str) -> Option<Job> {
    loop {
        let job = pool.next_now()?;
        match cannot_carry(&job.mail, extensions, via) {
            Some(refused) => job.tell(refused),
            None => return Some(job),
        }
    }
}

/// A mail that this server cannot take.
fn cannot_carry(mail: &Mail, extensions: &Extensions, via: &str) -> Option<Answer> {
    let needs_utf8 = mail.to.is_international() || mail.from.is_international();
    (needs_utf8 && !extensions.smtp_utf8).then(|| Answer {
        outcome: Outcome::Rejected,
        via: via.to_owned(),
        words: "The address has letters beyond ASCII, and the server does not offer SMTPUTF8.".to_owned(),
        reason: Some("smtputf8_missing".to_owned()),
    })
}

/// `MAIL FROM`, `RCPT TO` and `DATA` of a mail.
struct Envelope {
    text: String,
}

/// What the server said to an envelope.
struct Verdict {
    /// The reply that speaks against the mail.
    refusal: Option<Reply>,
    /// `DATA` was taken all the same: it must be ended with an empty mail.
    data_open: bool,
}

impl Envelope {
    fn of(mail: &Mail, extensions: &Extensions) -> Self {
        let mut parameters = String::new();
        if extensions.size {
            parameters.push_str(&format!(" SIZE={}", mail.bytes.len()));
        }
        if extensions.eight_bit {
            parameters.push_str(" BODY=8BITMIME");
        }
        if mail.to.is_international() || mail.from.is_international() {
            parameters.push_str(" SMTPUTF8");
        }
        Self { text: format!("MAIL FROM:<{}>{parameters}\r\nRCPT TO:<{}>\r\nDATA\r\n", mail.from, mail.to) }
    }

    /// Writes the envelope and reads what the server says: all at once, or command by command.
    async fn exchange(&self, session: &mut Session) -> Result<Verdict, Broken> {
        if session.extensions.pipelining {
            session.lines.write(self.text.as_bytes(), COMMAND).await?;
            return self.read(session).await;
        }
        for command in self.text.split_terminator("\r\n") {
            let reply = session.lines.command(command, None, COMMAND).await?;
            if !reply.is_positive() {
                return Ok(Verdict { refusal: Some(reply), data_open: false });
            }
        }
        Ok(Verdict { refusal: None, data_open: true })
    }

    /// The three replies to a pipelined envelope. The first that refuses is the reason; those behind it follow from it.
    async fn read(&self, session: &mut Session) -> Result<Verdict, Broken> {
        let mut refusal = None;
        let mut data_open = false;
        for command in 0..3 {
            let reply = session.lines.reply(COMMAND).await?;
            data_open = command == 2 && reply.code == 354;
            if reply.code == 421 {
                return Ok(Verdict { refusal: Some(reply), data_open: false });
            }
            if !reply.is_positive() || (command == 2 && !data_open) {
                refusal = refusal.or(Some(reply));
            }
        }
        Ok(Verdict { refusal, data_open })
    }
}

/// Makes the session ready for the next mail after a refusal.
async fn clear(session: &mut Session, data_open: bool) -> Result<(), Broken> {
    if data_open {
        // A mail without recipients: the server refuses it and nobody gets it.
        session.lines.write(b".\r\n", COMMAND).await?;
        session.lines.reply(COMMAND).await?;
    }
    session.lines.command("RSET", None, COMMAND).await.map(drop)
}

async fn quit(session: &mut Session) {
    // Politeness: every mail has its answer already.
    let _ = session.lines.command("QUIT", None, COMMAND).await;
}

/// The mail with its closing dot; a line that begins with a dot gets another (RFC 5321 §4.5.2).
fn dotted(mail: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(mail.len() + 256);
    let mut at_line_start = true;
    for byte in mail {
        if at_line_start && *byte == b'.' {
            bytes.push(b'.');
        }
        bytes.push(*byte);
        at_line_start = *byte == b'\n';
    }
    bytes.extend_from_slice(if mail.ends_with(b"\r\n") { b".\r\n" } else { b"\r\n.\r\n" });
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_that_begins_with_a_dot_cannot_end_the_mail() {
        assert_eq!(dotted(b"a\r\n.\r\n..b\r\n"), b"a\r\n..\r\n...b\r\n.\r\n");
        assert_eq!(dotted(b"a"), b"a\r\n.\r\n");
    }
}
