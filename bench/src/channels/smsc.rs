//! An SMSC that takes every message (SMPP 3.4), and the bare client that writes the same submission again and again.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Instant;

use anyhow::{Context as _, Result, ensure};
use bytes::{Buf as _, BufMut as _, BytesMut};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::peer::listen;

const HEADER: usize = 16;
const ANSWER: u32 = 0x8000_0000;
const BIND_TRANSCEIVER: u32 = 0x0000_0009;
const SUBMIT_SM: u32 = 0x0000_0004;
const ENQUIRE_LINK: u32 = 0x0000_0015;
const UNBIND: u32 = 0x0000_0006;

/// Submissions that await their answer: what a configuration has unless it says otherwise.
const WINDOW: u64 = 50;

#[derive(Default)]
struct Heard {
    sessions: AtomicU64,
    messages: AtomicU64,
    /// Body of the first submission.
    first: OnceLock<Vec<u8>>,
}

/// A running SMSC.
pub struct Smsc {
    pub port: u16,
    heard: Arc<Heard>,
}

impl Smsc {
    pub fn start() -> Result<Self> {
        let heard = Arc::<Heard>::default();
        let counted = Arc::clone(&heard);
        let port = listen(move |stream| {
            let heard = Arc::clone(&counted);
            async move {
                // Ends with the connection, which the client may close as it likes.
                let _ = converse(stream, &heard).await;
            }
        })?;
        Ok(Self { port, heard })
    }

    /// Sessions so far.
    pub fn sessions(&self) -> u64 {
        self.heard.sessions.load(Ordering::Relaxed)
    }

    /// Messages taken so far.
    pub fn messages(&self) -> u64 {
        self.heard.messages.load(Ordering::Relaxed)
    }

    /// Submissions per second over one session of a client that does nothing else.
    pub async fn bare_rate(&self, messages: u64) -> Result<f64> {
        let body = self.heard.first.get().context("no message came")?;
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).await?;
        stream.set_nodelay(true)?;
        let mut out = BytesMut::new();
        put(&mut out, BIND_TRANSCEIVER, 1, b"bench\0secret\0\0\x34\0\0\0");
        stream.write_all_buf(&mut out).await?;
        let mut received = BytesMut::new();
        while take(&mut received).is_none() {
            ensure!(stream.read_buf(&mut received).await? > 0, "the SMSC hangs up");
        }
        let start = Instant::now();
        let (mut written, mut answered) = (0, 0);
        while answered < messages {
            while written < messages && written - answered < WINDOW {
                written += 1;
                put(&mut out, SUBMIT_SM, u32::try_from(written + 1)?, body);
            }
            stream.write_all_buf(&mut out).await?;
            ensure!(stream.read_buf(&mut received).await? > 0, "the SMSC hangs up");
            while let Some(frame) = take(&mut received) {
                ensure!(frame.command == SUBMIT_SM | ANSWER && frame.status == 0, "the SMSC refuses a message");
                answered += 1;
            }
        }
        #[expect(clippy::cast_precision_loss, reason = "far below 2^52")]
        Ok(messages as f64 / start.elapsed().as_secs_f64())
    }
}

struct Frame {
    command: u32,
    status: u32,
    sequence: u32,
    body: BytesMut,
}

/// The next PDU, once it is all there (§3.2).
fn take(received: &mut BytesMut) -> Option<Frame> {
    let length = usize::try_from(received.get(..HEADER)?.get_u32()).ok()?.max(HEADER);
    if received.len() < length {
        return None;
    }
    let mut pdu = received.split_to(length);
    pdu.advance(4);
    Some(Frame { command: pdu.get_u32(), status: pdu.get_u32(), sequence: pdu.get_u32(), body: pdu })
}

/// Appends a PDU of status 0.
fn put(out: &mut BytesMut, command: u32, sequence: u32, body: &[u8]) {
    out.put_u32(u32::try_from(HEADER + body.len()).unwrap_or(u32::MAX));
    out.put_u32(command);
    out.put_u32(0);
    out.put_u32(sequence);
    out.put_slice(body);
}

async fn converse(mut stream: TcpStream, heard: &Heard) -> std::io::Result<()> {
    let (mut received, mut out) = (BytesMut::new(), BytesMut::new());
    while stream.read_buf(&mut received).await? > 0 {
        while let Some(frame) = take(&mut received) {
            let answer = frame.command | ANSWER;
            match frame.command {
                BIND_TRANSCEIVER => {
                    heard.sessions.fetch_add(1, Ordering::Relaxed);
                    put(&mut out, answer, frame.sequence, b"bench\0");
                }
                SUBMIT_SM => {
                    let number = heard.messages.fetch_add(1, Ordering::Relaxed);
                    heard.first.get_or_init(|| frame.body.to_vec());
                    put(&mut out, answer, frame.sequence, format!("{number:016x}\0").as_bytes());
                }
                ENQUIRE_LINK | UNBIND => put(&mut out, answer, frame.sequence, b""),
                _ => {}
            }
        }
        stream.write_all_buf(&mut out).await?;
    }
    Ok(())
}
