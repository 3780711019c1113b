//! An SMTP server that says what its script has, and insists on what it hears.

use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;

/// One line of a script.
#[derive(Clone)]
pub(super) enum Step {
    /// Says these lines.
    Say(&'static str),
    /// Hears one line that begins like this.
    Hear(&'static str),
    /// Hears a mail up to its final dot, with this line in it.
    Mail(&'static str),
    /// Hears BDAT with a mail of as many bytes as it says, with this line in it.
    Chunk(&'static str),
    /// Nothing more has come.
    Quiet,
    /// Becomes a TLS server.
    Tls(TlsAcceptor),
    /// Lets two seconds pass, at once.
    Later,
    /// Hears that the client hangs up without another word.
    Gone,
    /// Says nothing any more. From here on time passes at once.
    Silence,
}

pub(super) use Step::{Chunk, Gone, Hear, Later, Mail, Quiet, Say, Silence, Tls};

/// A started server: one script for each connection, in the order in which they come.
pub(super) struct Server {
    pub(super) port: u16,
    play: JoinHandle<()>,
}

impl Server {
    pub(super) async fn start<const N: usize>(scripts: [Vec<Step>; N]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let play = tokio::spawn(async move {
            let mut open = Vec::new();
            for script in scripts {
                let (stream, _) = listener.accept().await.unwrap();
                open.push(tokio::spawn(perform(Box::new(stream), script)));
            }
            drop(listener);
            for connection in open {
                connection.await.unwrap();
            }
        });
        Self { port, play }
    }

    /// Every script was played to its end.
    pub(super) async fn played(self) {
        self.play.await.unwrap();
    }
}

/// What every conversation begins with, on a server that offers `extensions`.
pub(super) fn welcome(extensions: &'static str, rest: &[Step]) -> Vec<Step> {
    let mut script = vec![Say("220 mail.example.com ESMTP"), Quiet, Hear("EHLO hermod.example.com"), Say(extensions)];
    script.extend_from_slice(rest);
    script
}

pub(super) const PIPELINING: &str = "250-mail.example.com\r\n250-SIZE 1000000\r\n250 PIPELINING";
pub(super) const CHUNKING: &str = "250-mail.example.com\r\n250-CHUNKING\r\n250 PIPELINING";
pub(super) const LOCK_STEP: &str = "250-mail.example.com\r\n250 SIZE 1000000";

/// An envelope that comes in one piece and is taken.
pub(super) const ENVELOPE: [Step; 5] = [
    Hear("MAIL FROM:<shop@example.com> SIZE="),
    Hear("RCPT TO:<"),
    Hear("DATA"),
    Quiet,
    Say("250 ok\r\n250 ok\r\n354 go"),
];

pub(super) const GOODBYE: [Step; 2] = [Hear("QUIT"), Say("221 bye")];

trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Stream for T {}

async fn perform(mut stream: Box<dyn Stream>, script: Vec<Step>) {
    let mut heard = Vec::new();
    for step in script {
        match step {
            Say(lines) => stream.write_all(format!("{lines}\r\n").as_bytes()).await.unwrap(),
            Hear(start) => {
                let line = line(&mut stream, &mut heard).await;
                assert!(line.starts_with(start), "heard {line:?}, not {start:?}");
            }
            Mail(wanted) => {
                let mut lines = Vec::new();
                while lines.last().is_none_or(|line| line != ".") {
                    lines.push(line(&mut stream, &mut heard).await);
                }
                assert!(lines.iter().any(|line| line == wanted), "{lines:?} without {wanted:?}");
            }
            Chunk(wanted) => {
                let mail = chunk(&mut stream, &mut heard).await;
                assert!(mail.split("\r\n").any(|line| line == wanted), "{mail:?} without {wanted:?}");
            }
            Quiet => assert_eq!(String::from_utf8_lossy(&heard), "", "came too early"),
            Tls(acceptor) => {
                assert!(heard.is_empty(), "came before the handshake");
                // The client may refuse the certificate; then there is nothing more to say.
                let Ok(protected) = acceptor.accept(stream).await else { return };
                stream = Box::new(protected);
            }
            Later => {
                tokio::time::pause();
                tokio::time::sleep(Duration::from_secs(2)).await;
                tokio::time::resume();
            }
            Gone => {
                while stream.read_buf(&mut heard).await.is_ok_and(|count| count > 0) {}
                assert_eq!(String::from_utf8_lossy(&heard), "", "came all the same");
            }
            Silence => {
                tokio::time::pause();
                while stream.read_buf(&mut heard).await.is_ok_and(|count| count > 0) {}
            }
        }
    }
}

async fn line(stream: &mut Box<dyn Stream>, heard: &mut Vec<u8>) -> String {
    loop {
        if let Some(end) = heard.windows(2).position(|two| two == b"\r\n") {
            let line = heard.drain(..end + 2).take(end).collect();
            return String::from_utf8(line).unwrap();
        }
        assert_ne!(stream.read_buf(heard).await.unwrap(), 0, "the client went; before that it said {heard:?}");
    }
}

/// A mail that comes with BDAT (RFC 3030), in one piece.
async fn chunk(stream: &mut Box<dyn Stream>, heard: &mut Vec<u8>) -> String {
    let command = line(stream, heard).await;
    let size = command.strip_prefix("BDAT ").and_then(|rest| rest.strip_suffix(" LAST"));
    let size: usize = size.and_then(|size| size.parse().ok()).unwrap_or_else(|| panic!("heard {command:?}"));
    while heard.len() < size {
        assert_ne!(stream.read_buf(heard).await.unwrap(), 0, "the client went; of the mail came {heard:?}");
    }
    String::from_utf8(heard.drain(..size).collect()).unwrap()
}
