//! A bound session without its connection: what is said, what was heard, what is outstanding (SMPP 3.4 §2.8, §2.9).

use std::collections::{HashMap, VecDeque};
use std::time::{Duration, Instant};

use bytes::BytesMut;
use rusmpp::pdus::{DeliverSmResp, SubmitSm};
use rusmpp::types::COctetString;
use rusmpp::{CommandId, CommandStatus, Pdu};
use tokio::sync::{mpsc, oneshot};

use super::account::Account;
use super::acknowledgement::{Acknowledgement, Coming};
use super::ending::{Closing, Ended};
use super::frame::{Frame, put};
use super::incoming;
use super::status::{self, busy, reading};
use super::tally::{Answer, Tally};
use crate::providers::{Meaning, Reading};

/// How often a part of a long message is written again, when the SMSC says that it is too much: others of its parts may
/// already be taken, so the message is not to be begun anew for it.
const TRIES: u8 = 5;

/// Highest sequence number (§3.2); the next is 1.
const LAST_SEQUENCE: u32 = 0x7FFF_FFFF;

/// A message that a session is asked to submit.
#[derive(Debug)]
pub(super) struct Job {
    pub pdus: Vec<SubmitSm>,
    pub answer: oneshot::Sender<Answer>,
}

struct Part {
    message: u64,
    number: usize,
    pdu: SubmitSm,
    tries: u8,
}

struct Written {
    part: Part,
    at: Instant,
    /// How much has been written when this is written.
    end: u64,
}

/// The state of a session.
pub(super) struct Talk<'a> {
    account: &'a Account,
    deliveries: &'a mpsc::Sender<Coming>,
    /// How deliveries are to be answered, once that is known.
    pub acknowledged: mpsc::UnboundedReceiver<(u32, CommandStatus)>,
    acknowledges: mpsc::UnboundedSender<(u32, CommandStatus)>,
    /// Deliveries that wait for their answers.
    unanswered: usize,
    /// What is still to be written.
    pub out: BytesMut,
    /// Octets that the connection took.
    written: u64,
    sequence: u32,
    waiting: VecDeque<Part>,
    in_flight: HashMap<u32, Written>,
    messages: HashMap<u64, Tally>,
    next_message: u64,
    paused_until: Option<Instant>,
    heard_at: Instant,
    enquired_at: Option<Instant>,
    closing: Closing,
}

impl<'a> Talk<'a> {
    pub fn new(account: &'a Account, deliveries: &'a mpsc::Sender<Coming>, sequence: u32, now: Instant) -> Self {
        let (acknowledges, acknowledged) = mpsc::unbounded_channel();
        Self {
            account,
            deliveries,
            acknowledged,
            acknowledges,
            unanswered: 0,
            out: BytesMut::new(),
            written: 0,
            sequence,
            waiting: VecDeque::new(),
            in_flight: HashMap::new(),
            messages: HashMap::new(),
            next_message: 0,
            paused_until: None,
            heard_at: now,
            enquired_at: None,
            closing: Closing::No,
        }
    }

    /// Until when nothing is submitted.
    pub fn paused_until(&self) -> Option<Instant> {
        self.paused_until
    }

    /// Whether another message would be begun at once.
    pub fn is_hungry(&self) -> bool {
        let is_open = self.closing == Closing::No && self.paused_until.is_none();
        is_open && self.waiting.is_empty() && self.in_flight.len() < self.account.window
    }

    /// How often [`Self::tick`] is to be called.
    pub fn tick_every(&self) -> Duration {
        (self.account.pace.answer / 8).clamp(Duration::from_millis(20), Duration::from_secs(1))
    }

    /// The connection took so much of what is to be written; `None`: it was flushed.
    pub fn wrote(&mut self, octets: Option<usize>) -> Result<(), Ended> {
        self.written += octets.unwrap_or(0) as u64;
        if octets == Some(0) { Err(Ended("The connection takes nothing.")) } else { Ok(()) }
    }

    /// Begins no further message, and ends the session once nothing is outstanding.
    pub fn close(&mut self, now: Instant) {
        if self.closing == Closing::No {
            self.closing = Closing::Draining(now + self.account.pace.drain);
            self.part(now);
        }
    }

    pub fn is_closing(&self) -> bool {
        self.closing != Closing::No
    }

    pub fn accept(&mut self, job: Job) {
        let message = self.next_message;
        self.next_message += 1;
        self.messages.insert(message, Tally::new(job.pdus.len(), job.answer));
        let parts = job.pdus.into_iter().enumerate().map(|(number, pdu)| Part { message, number, pdu, tries: 0 });
        self.waiting.extend(parts);
    }

    /// Writes submissions until the window is full.
    pub fn fill(&mut self, now: Instant) {
        if self.paused_until.is_some_and(|until| until > now) {
            return;
        }
        self.paused_until = None;
        while self.in_flight.len() < self.account.window {
            let Some(part) = self.waiting.pop_front() else { return };
            let Some(tally) = self.messages.get_mut(&part.message) else { continue };
            if tally.is_spoilt() || tally.is_abandoned() {
                tally.leave(part.number, reading(Meaning::Busy { retry_after: None }, "smpp_not_sent", ""));
                self.settle(part.message);
                continue;
            }
            let sequence = self.next_sequence();
            self.say(CommandStatus::EsmeRok, sequence, part.pdu.clone().into());
            let end = self.written + self.out.len() as u64;
            self.in_flight.insert(sequence, Written { part, at: now, end });
        }
    }

    /// Takes what the SMSC says, and answers it.
    pub fn hear(&mut self, frame: &Frame, now: Instant) -> Result<(), Ended> {
        self.heard_at = now;
        self.enquired_at = None;
        let is_answer = u32::from(frame.id) & 0x8000_0000 != 0;
        match frame.id {
            CommandId::SubmitSmResp | CommandId::GenericNack => self.hear_answer(frame, now)?,
            CommandId::DeliverSm => self.hear_delivery(frame),
            CommandId::EnquireLink => self.say(CommandStatus::EsmeRok, frame.sequence, Pdu::EnquireLinkResp),
            CommandId::Unbind => {
                self.say(CommandStatus::EsmeRok, frame.sequence, Pdu::UnbindResp);
                return Err(Ended::UNBOUND);
            }
            CommandId::UnbindResp => return Err(Ended::CLOSED),
            // they want no answer
            CommandId::AlertNotification | CommandId::Outbind => {}
            _ if is_answer => {}
            _ => self.say(CommandStatus::EsmeRinvcmdid, frame.sequence, Pdu::GenericNack),
        }
        Ok(())
    }

    fn hear_answer(&mut self, frame: &Frame, now: Instant) -> Result<(), Ended> {
        let Some(Written { mut part, .. }) = self.in_flight.remove(&frame.sequence) else { return Ok(()) };
        let Some(tally) = self.messages.get_mut(&part.message) else { return Ok(()) };
        let id = match &frame.pdu {
            Some(Pdu::SubmitSmResp(answer)) => Some(answer.message_id().as_str()).filter(|id| !id.is_empty()),
            _ => None,
        };
        let reading = status::read(frame.status, self.account.throttle_pause);
        let is_busy = matches!(reading.meaning, Meaning::Busy { .. });
        if is_busy {
            self.paused_until = Some(now + self.account.throttle_pause);
        }
        part.tries += 1;
        if is_busy && tally.is_long() && !tally.is_spoilt() && part.tries < TRIES {
            self.waiting.push_front(part);
            return Ok(());
        }
        match (&reading.meaning, frame.id) {
            (Meaning::Accepted { .. }, CommandId::SubmitSmResp) => {
                tally.take(part.number, id.map(|id| self.account.ids.of_answer(id)));
            }
            (Meaning::Accepted { .. }, _) => {
                tally.refuse(part.number, status::reading(Meaning::Retry, "smpp_nack", ""));
            }
            _ => tally.refuse(part.number, reading),
        }
        self.settle(part.message);
        if frame.status == CommandStatus::EsmeRinvbndsts {
            return Err(Ended("The SMSC holds the session for unbound."));
        }
        Ok(())
    }

    /// It is answered when it has been kept; where there is no room for it, the SMSC is asked to come again.
    fn hear_delivery(&mut self, frame: &Frame) {
        let Some(Pdu::DeliverSm(pdu)) = &frame.pdu else {
            return self.answer_delivery(frame.sequence, CommandStatus::EsmeRxPAppn);
        };
        let Some(delivery) = incoming::read(pdu, self.account) else {
            tracing::warn!(account = ?self.account, "a delivery receipt without id or state");
            return self.answer_delivery(frame.sequence, CommandStatus::EsmeRok);
        };
        self.unanswered += 1;
        let acknowledgement = Acknowledgement::new(frame.sequence, self.acknowledges.clone());
        // Without room it is dropped here, and thereby refused.
        let _ = self.deliveries.try_send(Coming { delivery, acknowledgement });
    }

    /// Answers this delivery, and all others whose answer is known by now.
    pub fn acknowledge(&mut self, (sequence, status): (u32, CommandStatus)) {
        let mut next = Some((sequence, status));
        while let Some((sequence, status)) = next {
            self.unanswered = self.unanswered.saturating_sub(1);
            self.answer_delivery(sequence, status);
            next = self.acknowledged.try_recv().ok();
        }
    }

    fn answer_delivery(&mut self, sequence: u32, status: CommandStatus) {
        self.say(status, sequence, DeliverSmResp::new(COctetString::empty(), Vec::new()).into());
    }

    /// Once in a while: gives up answers that do not come, tries a silent line, and leaves a dead one.
    pub fn tick(&mut self, now: Instant) -> Result<(), Ended> {
        let patience = self.account.pace.answer;
        let late = |written: &Written| now.saturating_duration_since(written.at) >= patience;
        let overdue: Vec<u32> = self.in_flight.iter().filter(|(_, w)| late(w)).map(|(sequence, _)| *sequence).collect();
        for sequence in overdue {
            let Some(written) = self.in_flight.remove(&sequence) else { continue };
            // it may be still to be written, and will be
            let words = "The SMSC did not answer in time.";
            self.give_up(Written { end: 0, ..written }, reading(Meaning::Retry, "smpp_no_answer", words));
        }
        self.part(now);
        match self.enquired_at {
            _ if matches!(self.closing, Closing::Unbinding(until) if until <= now) => Err(Ended::CLOSED),
            Some(at) if now.saturating_duration_since(at) >= patience => Err(Ended("The SMSC fell silent.")),
            None if now.saturating_duration_since(self.heard_at) >= self.account.enquire_link => {
                let sequence = self.next_sequence();
                self.say(CommandStatus::EsmeRok, sequence, Pdu::EnquireLink);
                self.enquired_at = Some(now);
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// Asks to end the session, when it is closing and nothing is outstanding or has been for too long.
    fn part(&mut self, now: Instant) {
        let is_done = self.messages.is_empty() && self.unanswered == 0;
        if matches!(self.closing, Closing::Draining(until) if until <= now || is_done) {
            let sequence = self.next_sequence();
            self.say(CommandStatus::EsmeRok, sequence, Pdu::Unbind);
            self.closing = Closing::Unbinding(now + self.account.pace.drain);
        }
    }

    /// Answers everything that is still open: what was written is in doubt, what was not may go again.
    pub fn finish(&mut self, ended: Ended, retry_after: Duration) {
        for (_, written) in std::mem::take(&mut self.in_flight) {
            self.give_up(written, reading(Meaning::Retry, "smpp_connection_lost", ended.0));
        }
        for part in std::mem::take(&mut self.waiting) {
            let Some(tally) = self.messages.get_mut(&part.message) else { continue };
            tally.leave(part.number, busy(ended.0, retry_after));
            self.settle(part.message);
        }
    }

    fn give_up(&mut self, Written { part, end, .. }: Written, reading: Reading) {
        let Some(tally) = self.messages.get_mut(&part.message) else { return };
        if end <= self.written {
            tally.lose(part.number, reading);
        } else {
            tally.leave(part.number, reading);
        }
        self.settle(part.message);
    }

    fn settle(&mut self, message: u64) {
        if self.messages.get_mut(&message).is_some_and(Tally::settle) {
            self.messages.remove(&message);
        }
    }

    fn say(&mut self, status: CommandStatus, sequence: u32, pdu: Pdu) {
        put(&mut self.out, status, sequence, pdu);
    }

    fn next_sequence(&mut self) -> u32 {
        loop {
            self.sequence = if self.sequence >= LAST_SEQUENCE { 1 } else { self.sequence + 1 };
            if !self.in_flight.contains_key(&self.sequence) {
                return self.sequence;
            }
        }
    }
}
