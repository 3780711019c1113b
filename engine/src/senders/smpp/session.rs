//! One session over one connection: connect, bind as a transceiver (SMPP 3.4 §4.1.5), talk until it is over.

use std::sync::Arc;
use std::time::Instant;

use bytes::BytesMut;
use rusmpp::pdus::BindTransceiver;
use rusmpp::values::InterfaceVersion;
use rusmpp::{CommandId, CommandStatus};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, ReadHalf, WriteHalf};
use tokio::sync::{mpsc, watch};
use tokio::time::{MissedTickBehavior, interval, sleep_until, timeout};
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::ClientConfig;
use tokio_rustls::rustls::pki_types::ServerName;

use super::account::Account;
use super::ending::Ended;
use super::frame::{Frame, Garbage, put, take};
use super::outgoing::c_octets;
use super::status::{read_bind, reading};
use super::talk::{Job, Talk};
use crate::outbound::connect_guarded;
use crate::providers::{Meaning, Reading, one_line};

/// While more than this waits to be written, nothing is read: an SMSC that asks and never listens fills no memory.
const MOST_UNWRITTEN: usize = 256 * 1024;

const READ_AT_ONCE: usize = 16 * 1024;

trait Wire: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Wire for T {}

/// A connection on which a bind was accepted.
pub(super) struct Session {
    reader: ReadHalf<Box<dyn Wire>>,
    writer: WriteHalf<Box<dyn Wire>>,
    received: BytesMut,
    is_flushed: bool,
}

/// The sequence number of the bind; those after it are the session's.
pub(super) const BIND_SEQUENCE: u32 = 1;

impl Session {
    /// Connects and binds.
    pub async fn open(account: &Account, tls: &Arc<ClientConfig>) -> Result<Self, Reading> {
        let late = |_| reading(Meaning::Retry, "smpp_connect_timeout", "The SMSC could not be reached in time.");
        let wire = timeout(account.pace.connect, connect(account, tls)).await.map_err(late)??;
        let (reader, writer) = tokio::io::split(wire);
        let mut session = Self { reader, writer, received: BytesMut::new(), is_flushed: true };
        let late = |_| reading(Meaning::Retry, "smpp_bind_timeout", "The SMSC did not answer the bind in time.");
        timeout(account.pace.connect, session.bind(account)).await.map_err(late)??;
        Ok(session)
    }

    async fn bind(&mut self, account: &Account) -> Result<(), Reading> {
        let mut out = BytesMut::new();
        put(&mut out, CommandStatus::EsmeRok, BIND_SEQUENCE, bind_pdu(account)?.into());
        self.writer.write_all(&out).await.map_err(broken)?;
        self.writer.flush().await.map_err(broken)?;
        loop {
            while let Some(frame) = take(&mut self.received).map_err(garbage)? {
                if let CommandId::BindTransceiverResp | CommandId::GenericNack = frame.id {
                    return read_bind_answer(&frame);
                }
            }
            self.received.reserve(READ_AT_ONCE);
            if self.reader.read_buf(&mut self.received).await.map_err(broken)? == 0 {
                let words = "The SMSC closed the connection instead of answering the bind.";
                return Err(reading(Meaning::Retry, "smpp_closed", words));
            }
        }
    }

    /// Talks until the session ends, by whichever side. When `closing` turns true no message is begun, those that are
    /// outstanding are awaited for a while, and the session is unbound.
    pub async fn drive(
        mut self,
        talk: &mut Talk<'_>,
        jobs: &mut mpsc::Receiver<Job>,
        closing: &mut watch::Receiver<bool>,
    ) -> Ended {
        let mut ticks = interval(talk.tick_every());
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        // what came with the answer to the bind
        let mut step = self.hear(talk);
        let ended = loop {
            if let Err(ended) = step {
                break ended;
            }
            talk.fill(Instant::now());
            let paused = talk.paused_until();
            step = tokio::select! {
                read = read(&mut self.reader, &mut self.received), if talk.out.len() < MOST_UNWRITTEN => match read {
                    Ok(()) => self.hear(talk),
                    Err(ended) => Err(ended),
                },
                pushed = push(&mut self.writer, &mut talk.out), if !talk.out.is_empty() || !self.is_flushed => {
                    self.is_flushed = matches!(pushed, Ok(None));
                    pushed.map_err(|_| Ended("The connection broke.")).and_then(|octets| talk.wrote(octets))
                }
                Some(known) = talk.acknowledged.recv() => {
                    talk.acknowledge(known);
                    Ok(())
                }
                job = jobs.recv(), if talk.is_hungry() => {
                    match job {
                        Some(job) => begin(talk, job, jobs),
                        None => talk.close(Instant::now()),
                    }
                    Ok(())
                }
                _ = ticks.tick() => talk.tick(Instant::now()),
                () = sleep_until(paused.unwrap_or_else(Instant::now).into()), if paused.is_some() => Ok(()),
                _ = closing.wait_for(|is_closing| *is_closing), if !talk.is_closing() => {
                    talk.close(Instant::now());
                    Ok(())
                }
            };
        };
        self.part(talk, ended).await;
        ended
    }

    /// An answer to the SMSC's unbind may be left; whether it arrives is of no account.
    async fn part(&mut self, talk: &Talk<'_>, ended: Ended) {
        let parting = async { self.writer.write_all(&talk.out).await.and(self.writer.shutdown().await) };
        if ended.is_polite() {
            let _ = timeout(talk.tick_every(), parting).await;
        }
    }

    fn hear(&mut self, talk: &mut Talk<'_>) -> Result<(), Ended> {
        loop {
            match take(&mut self.received) {
                Ok(Some(frame)) => talk.hear(&frame, Instant::now())?,
                Ok(None) => return Ok(()),
                Err(Garbage { length }) => {
                    tracing::warn!(length, "what arrives from the SMSC is no SMPP");
                    return Err(Ended("What arrived is no SMPP."));
                }
            }
        }
    }
}

/// This message and those that wait behind it, as far as the window goes: they are written together.
fn begin(talk: &mut Talk<'_>, job: Job, jobs: &mut mpsc::Receiver<Job>) {
    let mut next = Some(job);
    while let Some(job) = next {
        talk.accept(job);
        talk.fill(Instant::now());
        next = if talk.is_hungry() { jobs.try_recv().ok() } else { None };
    }
}

async fn read(reader: &mut ReadHalf<Box<dyn Wire>>, received: &mut BytesMut) -> Result<(), Ended> {
    received.reserve(READ_AT_ONCE);
    match reader.read_buf(received).await {
        Ok(0) => Err(Ended("The SMSC closed the connection.")),
        Ok(_) => Ok(()),
        Err(_) => Err(Ended("The connection broke.")),
    }
}

/// Writes some of what there is, and says how much; flushes when there is nothing, as TLS needs. May be given up half-way.
async fn push(writer: &mut WriteHalf<Box<dyn Wire>>, out: &mut BytesMut) -> std::io::Result<Option<usize>> {
    if out.is_empty() {
        return writer.flush().await.map(|()| None);
    }
    writer.write_buf(out).await.map(Some)
}

async fn connect(account: &Account, tls: &Arc<ClientConfig>) -> Result<Box<dyn Wire>, Reading> {
    let stream = connect_guarded(&account.host, account.port).await.map_err(broken)?;
    stream.set_nodelay(true).map_err(broken)?;
    if !account.is_tls {
        return Ok(Box::new(stream));
    }
    let unnamed =
        |_| reading(Meaning::Misconfigured, "smpp_bad_host", "The host is no name that a certificate can have.");
    let name = ServerName::try_from(account.host.clone()).map_err(unnamed)?;
    let stream = TlsConnector::from(Arc::clone(tls)).connect(name, stream).await;
    Ok(Box::new(stream.map_err(|error| reading(Meaning::Retry, "smpp_tls", &one_line(&error.to_string())))?))
}

fn bind_pdu(account: &Account) -> Result<BindTransceiver, Reading> {
    let too_long =
        || reading(Meaning::Misconfigured, "smpp_bad_account", "A name of the account is too long or not ASCII.");
    Ok(BindTransceiver::builder()
        .system_id(c_octets(&account.system_id).ok_or_else(too_long)?)
        .password(c_octets(&account.password).ok_or_else(too_long)?)
        .system_type(c_octets(&account.system_type).ok_or_else(too_long)?)
        .interface_version(InterfaceVersion::Smpp3_4)
        .build())
}

fn read_bind_answer(frame: &Frame) -> Result<(), Reading> {
    match (frame.id, frame.status) {
        (CommandId::BindTransceiverResp, CommandStatus::EsmeRok) => Ok(()),
        (_, status) => Err(read_bind(status)),
    }
}

fn broken(error: std::io::Error) -> Reading {
    reading(Meaning::Retry, "smpp_connect_failed", &one_line(&error.to_string()))
}

fn garbage(_: Garbage) -> Reading {
    reading(Meaning::Retry, "smpp_no_smpp", "What answers at this address does not speak SMPP.")
}
