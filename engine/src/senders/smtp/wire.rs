//! One connection, plain or TLS: commands out, replies in.

use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, ReadBuf};
use tokio::net::TcpStream;
use tokio_rustls::client::TlsStream;

use super::fault::{Fault, Stage};
use super::reply::Reply;
use super::tls::Trust;
use crate::outbound::connect_guarded;

/// Most lines of a conversation that are noted.
const TRANSCRIPT_MAX: usize = 200;

/// A connection.
pub(super) struct Wire {
    stream: Stream,
    pub(super) peer: SocketAddr,
    unread: Vec<u8>,
    /// The step of the opening that the server is to answer.
    pub(super) waiting_for: &'static str,
    /// Notes the conversation when there.
    pub(super) transcript: Option<Vec<String>>,
    /// Texts that no note may hold, whatever the server echoes.
    pub(super) secrets: Vec<String>,
}

impl Wire {
    /// Opens a TCP connection.
    pub(super) async fn connect(host: &str, port: u16) -> Result<Self, Fault> {
        let stream = connect_guarded(host, port).await.map_err(|error| Fault::network(&error))?;
        // Without this the last segment of a mail waits for the server's delayed acknowledgement: 40 ms for each mail.
        stream.set_nodelay(true).map_err(|error| Fault::network(&error))?;
        let peer = stream.peer_addr().map_err(|error| Fault::network(&error))?;
        let stream = Stream::Plain(stream);
        let waiting_for = "the connection";
        Ok(Self { stream, peer, unread: Vec::new(), waiting_for, transcript: None, secrets: Vec::new() })
    }

    /// From here on everything is encrypted. What came before the handshake could be anybody's (RFC 3207 §6).
    pub(super) async fn encrypt(&mut self, trust: &Trust, host: &str) -> Result<(), Fault> {
        if !self.unread.is_empty() {
            return Err(Fault::new("tls_failed", "The server sent something before the TLS handshake."));
        }
        self.waiting_for = "the TLS handshake";
        match std::mem::replace(&mut self.stream, Stream::Gone) {
            Stream::Plain(plain) => self.stream = Stream::Tls(Box::new(trust.handshake(plain, host).await?)),
            other => self.stream = other,
        }
        Ok(())
    }

    pub(super) const fn is_encrypted(&self) -> bool {
        matches!(self.stream, Stream::Tls(_))
    }

    /// The other side is this machine.
    pub(super) fn is_local(&self) -> bool {
        self.peer.ip().to_canonical().is_loopback()
    }

    /// Says one line.
    pub(super) async fn say(&mut self, line: &str) -> Result<(), Fault> {
        self.say_secretly(line, line).await
    }

    /// Says one line that is noted as `shown`, once it is on its way.
    pub(super) async fn say_secretly(&mut self, line: &str, shown: &str) -> Result<(), Fault> {
        self.write(format!("{line}\r\n").as_bytes()).await?;
        self.note("C", shown);
        Ok(())
    }

    /// Writes everything.
    pub(super) async fn write(&mut self, bytes: &[u8]) -> Result<(), Fault> {
        self.write_counting(bytes, &mut 0).await
    }

    /// Writes everything, and counts how much the network took even when it fails.
    pub(super) async fn write_counting(&mut self, bytes: &[u8], written: &mut usize) -> Result<(), Fault> {
        while *written < bytes.len() {
            match self.stream.write(&bytes[*written..]).await {
                Ok(0) => return Err(Fault::closed()),
                Ok(count) => *written += count,
                Err(error) => return Err(Fault::network(&error)),
            }
        }
        self.stream.flush().await.map_err(|error| Fault::network(&error))
    }

    /// The next reply.
    pub(super) async fn reply(&mut self) -> Result<Reply, Fault> {
        loop {
            if let Some(reply) = self.take_reply()? {
                return Ok(reply);
            }
            self.read_some().await?;
        }
    }

    /// A reply that is here already.
    fn take_reply(&mut self) -> Result<Option<Reply>, Fault> {
        let taken = Reply::take(&mut self.unread);
        let masked = |fault: Fault| Fault { text: without_secrets(&fault.text, &self.secrets), ..fault };
        let Some(mut reply) = taken.map_err(masked)? else { return Ok(None) };
        if !self.secrets.is_empty() {
            reply.lines = reply.lines.iter().map(|line| without_secrets(line, &self.secrets)).collect();
        }
        for line in &reply.lines {
            self.note("S", line);
        }
        Ok(Some(reply))
    }

    /// The server went, or said something unasked: what it is told now, nobody takes. Waits for nothing.
    pub(super) async fn ended(&mut self) -> Result<(), Fault> {
        if self.unread.is_empty() {
            tokio::select! {
                biased;
                read = self.read_some() => read?,
                () = std::future::ready(()) => return Ok(()),
            }
        }
        match self.take_reply()? {
            Some(reply) if reply.is_goodbye() => Err(Fault::refused(Stage::Mail, &reply)),
            _ => Err(Fault::new("bad_reply", "The server spoke unasked.")),
        }
    }

    /// Ends when the server says something unasked, or goes.
    pub(super) async fn listen(&mut self) {
        if self.unread.is_empty() {
            // What it was makes no difference: the connection is of no more use.
            let _ = self.read_some().await;
        }
    }

    async fn read_some(&mut self) -> Result<(), Fault> {
        self.unread.reserve(4_096);
        match self.stream.read_buf(&mut self.unread).await {
            Ok(0) => Err(Fault::closed()),
            Ok(_) => Ok(()),
            Err(error) => Err(Fault::network(&error)),
        }
    }

    fn note(&mut self, side: &str, line: &str) {
        if let Some(transcript) = &mut self.transcript
            && transcript.len() < TRANSCRIPT_MAX
        {
            transcript.push(format!("{side}: {line}"));
        }
    }
}

fn without_secrets(line: &str, secrets: &[String]) -> String {
    secrets.iter().filter(|secret| !secret.is_empty()).fold(line.to_owned(), |line, secret| line.replace(secret, "***"))
}

enum Stream {
    Plain(TcpStream),
    Tls(Box<TlsStream<TcpStream>>),
    /// A handshake failed.
    Gone,
}

fn gone() -> std::io::Error {
    std::io::ErrorKind::NotConnected.into()
}

impl AsyncRead for Stream {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<std::io::Result<()>> {
        match self.get_mut() {
            Self::Plain(stream) => Pin::new(stream).poll_read(cx, buffer),
            Self::Tls(stream) => Pin::new(stream).poll_read(cx, buffer),
            Self::Gone => Poll::Ready(Err(gone())),
        }
    }
}

impl AsyncWrite for Stream {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<std::io::Result<usize>> {
        match self.get_mut() {
            Self::Plain(stream) => Pin::new(stream).poll_write(cx, bytes),
            Self::Tls(stream) => Pin::new(stream).poll_write(cx, bytes),
            Self::Gone => Poll::Ready(Err(gone())),
        }
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        match self.get_mut() {
            Self::Plain(stream) => Pin::new(stream).poll_flush(cx),
            Self::Tls(stream) => Pin::new(stream).poll_flush(cx),
            Self::Gone => Poll::Ready(Err(gone())),
        }
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        match self.get_mut() {
            Self::Plain(stream) => Pin::new(stream).poll_shutdown(cx),
            Self::Tls(stream) => Pin::new(stream).poll_shutdown(cx),
            Self::Gone => Poll::Ready(Err(gone())),
        }
    }
}
