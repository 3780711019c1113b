//! Lines and mails of one connection, each of bounded length and within a time.

use std::io;
use std::time::Duration;

use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::TcpStream;
use tokio::time::{Instant, timeout_at};

/// Longest line of a command; RFC 5321 §4.5.3.1.4 asks for 512 octets, extensions for more.
const LONGEST_LINE: u64 = 2_048;
/// Largest mail that is read; what is behind is dropped.
pub(super) const LARGEST_MAIL: usize = 1024 * 1024;
/// Whoever sends so much is not listened to any more.
const FAR_TOO_LARGE: usize = 8 * LARGEST_MAIL;
/// A mail is read in lines, or in pieces of this.
const PIECE: u64 = 8_192;
/// For whoever has not named a return path of ours.
const STRANGER: Duration = Duration::from_mins(1);
/// For the rest of a mail, and the next one.
const KNOWN: Duration = Duration::from_mins(3);

/// A connection with its time.
pub(super) struct Wire {
    stream: BufReader<TcpStream>,
    /// Replies that are not sent yet: commands may come in one piece (RFC 2920).
    replies: Vec<u8>,
    until: Instant,
}

impl Wire {
    pub(super) fn new(stream: TcpStream) -> Self {
        Self { stream: BufReader::new(stream), replies: Vec::new(), until: Instant::now() + STRANGER }
    }

    /// The other side has shown that it has something for us.
    pub(super) fn give_time(&mut self) {
        self.until = Instant::now() + KNOWN;
    }

    pub(super) fn say(&mut self, reply: &str) {
        self.replies.extend_from_slice(reply.as_bytes());
        self.replies.extend_from_slice(b"\r\n");
    }

    /// The next command without its line end; `None` at the end of the connection. Replies go out when nothing else waits.
    pub(super) async fn line(&mut self) -> io::Result<Option<String>> {
        let mut line = Vec::new();
        if self.piece(LONGEST_LINE, &mut line).await? == 0 {
            return Ok(None);
        }
        if line.pop() != Some(b'\n') {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "a line is too long or has no end"));
        }
        Ok(Some(String::from_utf8_lossy(&line).trim_end_matches('\r').to_owned()))
    }

    /// A mail up to its dot, with the dots before dots taken off (§4.5.2); `None` when it is too large. Only CRLF ends a line:
    /// anything else lets one mail pass for two.
    pub(super) async fn mail(&mut self) -> io::Result<Option<Vec<u8>>> {
        let (mut mail, mut total) = (Vec::new(), 0);
        let (mut at_start, mut after_cr) = (true, false);
        loop {
            let mut piece = Vec::new();
            total += self.piece(PIECE, &mut piece).await?;
            if piece.is_empty() {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            if total > FAR_TOO_LARGE {
                return Err(io::Error::new(io::ErrorKind::InvalidData, "a mail is far too large"));
            }
            if at_start && piece == b".\r\n" {
                return Ok((total <= LARGEST_MAIL).then_some(mail));
            }
            let text = if at_start { piece.strip_prefix(b".").unwrap_or(&piece) } else { &piece };
            if total <= LARGEST_MAIL {
                mail.extend_from_slice(text);
            }
            at_start = piece.ends_with(b"\r\n") || (after_cr && piece == b"\n");
            after_cr = piece.ends_with(b"\r");
        }
    }

    /// Up to a line end or to `most` octets; how many?
    async fn piece(&mut self, most: u64, into: &mut Vec<u8>) -> io::Result<usize> {
        if self.stream.buffer().is_empty() {
            self.flush().await?;
        }
        let mut stream = (&mut self.stream).take(most);
        timeout_at(self.until, stream.read_until(b'\n', into)).await.map_err(|_| io::ErrorKind::TimedOut)?
    }

    pub(super) async fn flush(&mut self) -> io::Result<()> {
        let replies = std::mem::take(&mut self.replies);
        let written = self.stream.get_mut().write_all(&replies);
        timeout_at(self.until, written).await.map_err(|_| io::ErrorKind::TimedOut)?
    }
}
