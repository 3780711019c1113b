//! MAIL, RCPT and the whole mail in one write, where the server offers CHUNKING (RFC 3030) and PIPELINING (RFC 2920):
//! no wait for a 354, no dot is doubled.
//!
//! The next mail is not begun before the answer to this one, so that a broken connection leaves one mail in the open at most.

use std::io::Write as _;

use super::AFTER_DOT;
use super::data::in_lines;
use super::fault::{Fault, Stage, in_doubt, meaning, within};
use super::job::Job;
use super::reply::Reply;
use super::session::{RSET, Session, Turn};

impl Session<'_> {
    /// Hands one mail over, in one round trip.
    pub(super) async fn hand_over_whole(&mut self, turn: Turn) -> Result<(), Fault> {
        // What is written to a server that has gone leaves the mail in the open.
        if let Err(fault) = self.wire.ended().await {
            self.give_back(turn.job, &fault);
            return Err(fault);
        }
        if turn.job.is_abandoned() || !turn.job.begin_body() {
            return Ok(());
        }
        let reset = std::mem::take(&mut self.to_reset);
        let mut bytes = self.bytes();
        push_whole(&turn, reset, &mut bytes);
        let (end, mut written, mut refusal) = (bytes.len(), 0, None);
        let reply = within(AFTER_DOT, "the mail", async {
            self.wire.write_counting(&bytes, &mut written).await?;
            self.hear(reset, &mut refusal).await
        })
        .await;
        self.keep(bytes);
        match (reply, refusal) {
            (Ok(reply), refusal) => self.conclude(turn.job, reply, refusal),
            (Err(fault), Some((stage, reply))) => {
                answer(turn.job, stage, &reply);
                Err(fault)
            }
            (Err(fault), None) => {
                if fault.reason == "smtp_421" {
                    turn.job.retry(&fault);
                } else if written < end {
                    self.give_back(turn.job, &fault);
                } else {
                    let (outcome, reason) = in_doubt();
                    turn.job.end(outcome, reason, fault.text.clone());
                }
                Err(fault)
            }
        }
    }

    /// The replies, in order, up to the one to BDAT. What refuses the envelope is the mail's answer: to BDAT the server then
    /// only says that it needs an envelope (503, 554).
    async fn hear(&mut self, reset: bool, refusal: &mut Option<(Stage, Reply)>) -> Result<Reply, Fault> {
        if reset {
            self.reply().await?;
        }
        for stage in [Stage::Mail, Stage::Rcpt] {
            let reply = self.reply().await?;
            if refusal.is_none() && !reply.is_yes() {
                *refusal = Some((stage, reply));
            }
        }
        self.wire.reply().await
    }

    /// All replies are there.
    fn conclude(&mut self, job: Job, reply: Reply, refusal: Option<(Stage, Reply)>) -> Result<(), Fault> {
        // After a BDAT that failed, nobody knows where the transaction stands (RFC 3030 §2).
        self.to_reset = !reply.is_yes();
        if is_unknown(&reply) {
            return self.do_without(job, &reply, refusal);
        }
        let goodbye = if reply.is_goodbye() { Err(Fault::refused(Stage::Content, &reply)) } else { Ok(()) };
        let (stage, reply) = refusal.unwrap_or((Stage::Content, reply));
        self.worked |= stage == Stage::Content && reply.is_yes();
        answer(job, stage, &reply);
        goodbye
    }

    /// The server offers what it does not know, and takes the mail for commands: the connection ends, and mails go with DATA
    /// from now on.
    fn do_without(&mut self, job: Job, reply: &Reply, refusal: Option<(Stage, Reply)>) -> Result<(), Fault> {
        let fault = Fault::new("chunking_refused", reply.words());
        self.pool.stop_chunking();
        // It did its part: another connection is opened at once.
        self.worked = true;
        match refusal {
            Some((stage, reply)) => answer(job, stage, &reply),
            None => self.give_back(job, &fault),
        }
        Err(fault)
    }
}

/// Everything that one mail takes.
fn push_whole(turn: &Turn, reset: bool, bytes: &mut Vec<u8>) {
    let mail = in_lines(&turn.job.mail.bytes);
    bytes.reserve(mail.len() + 256);
    if reset {
        bytes.extend_from_slice(RSET);
    }
    turn.envelope.write_to(bytes);
    // Writing to memory does not fail.
    let _ = write!(bytes, "BDAT {} LAST\r\n", mail.len());
    bytes.extend_from_slice(&mail);
}

/// No such command, or not here.
const fn is_unknown(reply: &Reply) -> bool {
    matches!(reply.code, 500 | 502)
}

fn answer(job: Job, stage: Stage, reply: &Reply) {
    let (outcome, reason) = meaning(stage, reply);
    job.end(outcome, reason, reply.words());
}
