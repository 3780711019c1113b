//! Lines of text over a plain or a protected stream, optionally written down.

use std::io;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::time::timeout;

use super::reply::{Broken, Reply};

/// Longest reply, all lines together.
const REPLY_MAX_BYTES: usize = 16 * 1024;

/// Any stream.
pub(super) trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Stream for T {}

/// A stream that is about to be protected, and what was said over it so far.
pub(super) type Unprotected = (Box<dyn Stream>, Option<Vec<String>>);

/// A conversation.
pub(super) struct Lines {
    stream: Box<dyn Stream>,
    received: Vec<u8>,
    /// `S: …` and `C: …`, when somebody wants to read it.
    transcript: Option<Vec<String>>,
}

impl Lines {
    pub(super) fn new(stream: Box<dyn Stream>, transcript: Option<Vec<String>>) -> Self {
        Self { stream, received: Vec::new(), transcript }
    }

    /// The bare stream, for the change to TLS. Refused when the server has already said more: somebody in between could
    /// have put it there.
    pub(super) fn into_stream(self) -> Result<Unprotected, Broken> {
        if !self.received.is_empty() {
            return Err(Broken::new("tls_failed", "The server spoke before the connection was protected."));
        }
        Ok((self.stream, self.transcript))
    }

    pub(super) fn into_transcript(self) -> Vec<String> {
        self.transcript.unwrap_or_default()
    }

    /// Writes bytes, bounded in time.
    pub(super) async fn write(&mut self, bytes: &[u8], limit: Duration) -> Result<(), Broken> {
        let write = async {
            self.stream.write_all(bytes).await?;
            self.stream.flush().await
        };
        timeout(limit, write).await.map_err(|_| Broken::timeout())?.map_err(|error| Broken::network(&error))
    }

    /// Writes a command and reads its reply. `shown` is what the transcript has instead of a secret.
    pub(super) async fn command(&mut self, text: &str, shown: Option<&str>, limit: Duration) -> Result<Reply, Broken> {
        if let Some(transcript) = &mut self.transcript {
            transcript.push(format!("C: {}", shown.unwrap_or(text)));
        }
        self.write(format!("{text}\r\n").as_bytes(), limit).await?;
        self.reply(limit).await
    }

    /// The next reply, all its lines.
    pub(super) async fn reply(&mut self, limit: Duration) -> Result<Reply, Broken> {
        let reply = timeout(limit, self.read_reply()).await.map_err(|_| Broken::timeout())??;
        if let Some(transcript) = &mut self.transcript {
            transcript.extend(reply.lines.iter().map(|line| format!("S: {} {line}", reply.code)));
        }
        Ok(reply)
    }

    async fn read_reply(&mut self) -> Result<Reply, Broken> {
        let mut lines = Vec::new();
        let mut length = 0;
        loop {
            let line = self.read_line().await?;
            length += line.len();
            let code = line.get(..3).and_then(|code| code.parse::<u16>().ok()).filter(|code| (200..600).contains(code));
            let Some(code) = code.filter(|_| length <= REPLY_MAX_BYTES) else {
                return Err(Broken::new("bad_reply", "The server's answer is not SMTP."));
            };
            lines.push(line.get(4..).unwrap_or_default().to_owned());
            if line.as_bytes().get(3) != Some(&b'-') {
                return Ok(Reply { code, lines });
            }
        }
    }

    async fn read_line(&mut self) -> Result<String, Broken> {
        loop {
            if let Some(end) = self.received.iter().position(|byte| *byte == b'\n') {
                let line: Vec<u8> = self.received.drain(..=end).collect();
                // Replies are ASCII; what is not is shown as well as it can be, without control characters.
                let text = String::from_utf8_lossy(&line);
                return Ok(text.trim_end().chars().filter(|c| !c.is_control()).collect());
            }
            if self.received.len() > REPLY_MAX_BYTES {
                return Err(Broken::new("bad_reply", "The server's answer is not SMTP."));
            }
            let count = self.stream.read_buf(&mut self.received).await.map_err(|error| Broken::network(&error))?;
            if count == 0 {
                return Err(Broken::network(&io::Error::from(io::ErrorKind::UnexpectedEof)));
            }
        }
    }
}
