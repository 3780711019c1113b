//! One open connection hands mails over, one after the other and overlapped: body n and envelope n + 1 in one write.

use domain::message::Outcome;

use super::capabilities::Capabilities;
use super::data::after_data;
use super::envelope::Envelope;
use super::fault::{Fault, Stage, in_doubt, meaning, within};
use super::job::Job;
use super::pool::Pool;
use super::reply::Reply;
use super::wire::Wire;
use super::{AFTER_DOT, COMMAND, FAREWELL};

/// A connection that takes mails.
pub(super) struct Session<'a> {
    pub(super) wire: Wire,
    offered: Capabilities,
    pub(super) pool: &'a Pool,
    /// Mails begun.
    begun: u32,
    /// At least one mail was accepted: the server works.
    pub(super) worked: bool,
    /// The server still holds a transaction that was refused.
    pub(super) to_reset: bool,
    /// Each mail is written from here, without asking for memory again.
    out: Vec<u8>,
}

/// Most memory that a connection keeps between mails.
const KEPT: usize = 256 * 1024;

/// A mail whose turn it is.
pub(super) struct Turn {
    pub(super) job: Job,
    pub(super) envelope: Envelope,
}

/// How the envelope of a mail ended.
enum Opened {
    /// The server waits for the mail.
    Ready,
    Refused(Stage, Reply),
}

impl<'a> Session<'a> {
    pub(super) fn new(wire: Wire, offered: Capabilities, pool: &'a Pool) -> Self {
        Self { wire, offered, pool, begun: 0, worked: false, to_reset: false, out: Vec::new() }
    }

    /// Hands over until there is nothing more to do for a while; then says goodbye.
    pub(super) async fn work(&mut self) -> Result<(), Fault> {
        while self.may_begin() {
            let Some(job) = self.pool.next(self.wire.listen()).await else { break };
            match self.begin(job) {
                Some(turn) if self.is_chunking() => self.hand_over_whole(turn).await?,
                Some(turn) => self.run(turn).await?,
                None => {}
            }
        }
        // Every mail has its answer: whether the server takes leave properly makes no difference.
        let _ = within(FAREWELL, "QUIT", async {
            self.wire.say("QUIT").await?;
            self.wire.reply().await
        })
        .await;
        Ok(())
    }

    /// Many servers close after so many mails.
    fn may_begin(&self) -> bool {
        self.begun < self.pool.mails_max()
    }

    /// Do mails go whole, each in one write?
    fn is_chunking(&self) -> bool {
        self.offered.chunking && self.offered.pipelining && self.pool.is_chunking()
    }

    /// `None` when this server cannot carry the mail; it has its answer then.
    fn begin(&mut self, job: Job) -> Option<Turn> {
        match Envelope::of(&job.mail, &self.offered) {
            Ok(envelope) => {
                self.begun += 1;
                Some(Turn { job, envelope })
            }
            Err(fault) => {
                job.end(Outcome::Rejected, Some(fault.reason), fault.text);
                None
            }
        }
    }

    /// This mail and all that can follow it in one stream.
    async fn run(&mut self, first: Turn) -> Result<(), Fault> {
        let mut turn = first;
        let mut written = false;
        loop {
            match self.open(&turn, written).await {
                Ok(Opened::Ready) => {}
                Ok(Opened::Refused(stage, reply)) => {
                    let (outcome, reason) = meaning(stage, &reply);
                    turn.job.end(outcome, reason, reply.words());
                    return Ok(());
                }
                Err(fault) => {
                    if fault.reason == "smtp_421" {
                        turn.job.retry(&fault);
                    } else {
                        self.give_back(turn.job, &fault);
                    }
                    return Err(fault);
                }
            }
            if turn.job.is_abandoned() || !turn.job.begin_body() {
                // After DATA there is no other way to send nothing than to hang up. The server did its part.
                self.worked = true;
                return Err(Fault::new("timeout", "The caller left."));
            }
            let next = self.following();
            match (self.hand_over(turn, next.as_ref()).await, next) {
                (Ok(()), Some(next)) => (turn, written) = (next, true),
                (Ok(()), None) => return Ok(()),
                (Err(fault), next) => {
                    if let Some(next) = next {
                        self.give_back(next.job, &fault);
                    }
                    return Err(fault);
                }
            }
        }
    }

    /// The mail whose envelope can go out behind the body of the present one.
    fn following(&mut self) -> Option<Turn> {
        while self.offered.pipelining && self.may_begin() {
            let job = self.pool.take()?;
            if let Some(turn) = self.begin(job) {
                return Some(turn);
            }
        }
        None
    }

    /// MAIL, RCPT, DATA and the answers to them. With `written` they are on their way already.
    async fn open(&mut self, turn: &Turn, written: bool) -> Result<Opened, Fault> {
        within(COMMAND, "MAIL, RCPT and DATA", async {
            let reset = std::mem::take(&mut self.to_reset);
            if !self.offered.pipelining {
                return self.open_in_steps(&turn.envelope, reset).await;
            }
            if !written {
                let mut bytes = self.bytes();
                if reset {
                    bytes.extend_from_slice(RSET);
                }
                push_envelope(&turn.envelope, &mut bytes);
                let wrote = self.wire.write(&bytes).await;
                self.keep(bytes);
                wrote?;
            }
            if reset {
                self.reply().await?;
            }
            let (mail, rcpt, data) = (self.reply().await?, self.reply().await?, self.reply().await?);
            match (mail.is_yes(), rcpt.is_yes(), data.code) {
                (true, true, 354) => return Ok(Opened::Ready),
                (_, _, 354) => {
                    // The server waits for a mail to nobody.
                    self.wire.write(b".\r\n").await?;
                    self.reply().await?;
                }
                _ => self.to_reset = true,
            }
            Ok(if !mail.is_yes() {
                Opened::Refused(Stage::Mail, mail)
            } else if !rcpt.is_yes() {
                Opened::Refused(Stage::Rcpt, rcpt)
            } else {
                Opened::Refused(Stage::Data, data)
            })
        })
        .await
    }

    /// For a server that does not offer PIPELINING.
    async fn open_in_steps(&mut self, envelope: &Envelope, reset: bool) -> Result<Opened, Fault> {
        if reset {
            self.wire.say("RSET").await?;
            self.reply().await?;
        }
        for (stage, command, hoped) in
            [(Stage::Mail, &*envelope.mail, 2), (Stage::Rcpt, &*envelope.rcpt, 2), (Stage::Data, "DATA", 3)]
        {
            self.wire.say(command).await?;
            let reply = self.reply().await?;
            if reply.code / 100 != hoped {
                self.to_reset = true;
                return Ok(Opened::Refused(stage, reply));
            }
        }
        Ok(Opened::Ready)
    }

    /// The body, the envelope of the next mail behind it, and the answer to the body.
    async fn hand_over(&mut self, turn: Turn, next: Option<&Turn>) -> Result<(), Fault> {
        let mut bytes = self.bytes();
        after_data(&turn.job.mail.bytes, &mut bytes);
        let end = bytes.len();
        if let Some(next) = next {
            push_envelope(&next.envelope, &mut bytes);
        }
        let mut written = 0;
        let reply = within(AFTER_DOT, "the mail", async {
            self.wire.write_counting(&bytes, &mut written).await?;
            self.wire.reply().await
        })
        .await;
        self.keep(bytes);
        match reply {
            Ok(reply) => {
                let (outcome, reason) = meaning(Stage::Content, &reply);
                self.worked |= outcome == Outcome::Accepted;
                turn.job.end(outcome, reason, reply.words());
                if reply.is_goodbye() { Err(Fault::refused(Stage::Content, &reply)) } else { Ok(()) }
            }
            Err(fault) => {
                if written < end {
                    self.give_back(turn.job, &fault);
                } else {
                    let (outcome, reason) = in_doubt();
                    turn.job.end(outcome, reason, fault.text.clone());
                }
                Err(fault)
            }
        }
    }

    /// The next reply; a 421 ends the connection.
    pub(super) async fn reply(&mut self) -> Result<Reply, Fault> {
        let reply = self.wire.reply().await?;
        if reply.is_goodbye() { Err(Fault::refused(Stage::Mail, &reply)) } else { Ok(reply) }
    }

    /// A mail that this connection certainly did not hand over. A server that worked gets it once more.
    pub(super) fn give_back(&self, job: Job, fault: &Fault) {
        if self.worked { self.pool.give_back(job, fault) } else { job.retry(fault) }
    }

    /// Room for what is to be written.
    pub(super) fn bytes(&mut self) -> Vec<u8> {
        let mut bytes = std::mem::take(&mut self.out);
        bytes.clear();
        bytes
    }

    /// The room is used again, unless it is very large.
    pub(super) fn keep(&mut self, bytes: Vec<u8>) {
        if bytes.capacity() <= KEPT {
            self.out = bytes;
        }
    }
}

/// Ends a transaction that was refused.
pub(super) const RSET: &[u8] = b"RSET\r\n";

/// MAIL, RCPT and DATA at once.
fn push_envelope(envelope: &Envelope, bytes: &mut Vec<u8>) {
    envelope.write_to(bytes);
    bytes.extend_from_slice(b"DATA\r\n");
}
