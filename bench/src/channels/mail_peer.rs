//! A mail server behind TLS that takes every mail in one piece with its envelope (PIPELINING, CHUNKING), and counts.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use anyhow::Result;
use bytes::{Buf as _, BytesMut};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};

use super::peer::{Certificate, listen};

const READ_AT_ONCE: usize = 64 * 1024;

#[derive(Default)]
struct Heard {
    connections: AtomicU64,
    signed: AtomicU64,
}

/// A running mail server.
pub struct MailPeer {
    pub port: u16,
    heard: Arc<Heard>,
}

impl MailPeer {
    pub fn start(certificate: &Certificate) -> Result<Self> {
        let acceptor = certificate.acceptor(&[])?;
        let heard = Arc::<Heard>::default();
        let counted = Arc::clone(&heard);
        let port = listen(move |stream| {
            let (acceptor, heard) = (acceptor.clone(), Arc::clone(&counted));
            async move {
                let Ok(stream) = acceptor.accept(stream).await else { return };
                heard.connections.fetch_add(1, Ordering::Relaxed);
                // Ends with the connection, which the client may close as it likes.
                let _ = converse(stream, &heard).await;
            }
        })?;
        Ok(Self { port, heard })
    }

    /// Connections so far.
    pub fn connections(&self) -> u64 {
        self.heard.connections.load(Ordering::Relaxed)
    }

    /// Mails so far that begin with a signature.
    pub fn signed(&self) -> u64 {
        self.heard.signed.load(Ordering::Relaxed)
    }
}

async fn converse(mut stream: impl AsyncRead + AsyncWrite + Unpin, heard: &Heard) -> std::io::Result<()> {
    let (mut received, mut out) = (BytesMut::new(), BytesMut::from(&b"220 peer.example.com ESMTP\r\n"[..]));
    loop {
        stream.write_all_buf(&mut out).await?;
        stream.flush().await?;
        received.reserve(READ_AT_ONCE);
        if stream.read_buf(&mut received).await? == 0 {
            return Ok(());
        }
        while let Some(answer) = next(&mut received, heard) {
            out.extend_from_slice(answer);
        }
    }
}

/// The answer to the next command, once it is all there, with its mail.
fn next(received: &mut BytesMut, heard: &Heard) -> Option<&'static [u8]> {
    let end = received.windows(2).position(|two| two == b"\r\n")?;
    let line = &received[..end];
    let mut mail = 0;
    let answer: &[u8] = match line.get(..4).unwrap_or_default() {
        b"EHLO" => b"250-peer.example.com\r\n250-PIPELINING\r\n250-8BITMIME\r\n250 CHUNKING\r\n",
        b"BDAT" => {
            let size = std::str::from_utf8(line).ok().and_then(|line| line.split(' ').nth(1)?.parse::<usize>().ok());
            mail = size.unwrap_or(0);
            b"250 2.0.0 Ok: queued\r\n"
        }
        b"QUIT" => b"221 2.0.0 Bye\r\n",
        b"DATA" => b"502 5.5.1 This peer takes chunks\r\n",
        _ => b"250 2.1.0 Ok\r\n",
    };
    if received.len() < end + 2 + mail {
        return None;
    }
    received.advance(end + 2);
    if mail > 0 && received.split_to(mail).starts_with(b"DKIM-Signature:") {
        heard.signed.fetch_add(1, Ordering::Relaxed);
    }
    Some(answer)
}
