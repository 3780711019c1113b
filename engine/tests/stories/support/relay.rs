//! A mail server that does what a test tells it.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Notify, mpsc};
use tokio::task::JoinHandle;

/// A mail that arrived: nothing of it was answered yet.
#[derive(Debug, Clone)]
pub struct Arrived {
    /// Of the envelope.
    pub from: String,
    pub to: String,
    pub text: String,
}

/// Listens on a free port until it is dropped.
pub struct Relay {
    pub port: u16,
    shared: Arc<Shared>,
    arrived: mpsc::UnboundedReceiver<Arrived>,
    listening: JoinHandle<()>,
}

struct Shared {
    /// What is answered to the next recipients; afterwards all are taken.
    to_recipients: Mutex<VecDeque<String>>,
    /// What is answered to the next mails once [`Relay::release`] is called; afterwards all are taken at once.
    held: Mutex<VecDeque<String>>,
    release: Notify,
}

impl Relay {
    pub async fn start() -> Self {
        Self::start_at(0).await
    }

    /// At the port of one that ended.
    pub async fn start_at(port: u16) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", port)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let shared =
            Arc::new(Shared { to_recipients: Mutex::default(), held: Mutex::default(), release: Notify::new() });
        let (tell, arrived) = mpsc::unbounded_channel();
        let talk = Arc::clone(&shared);
        let listening = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (talk, tell) = (Arc::clone(&talk), tell.clone());
                tokio::spawn(async move { converse(stream, &talk, &tell).await });
            }
        });
        Self { port, shared, arrived, listening }
    }

    /// Answers the next recipients with these replies; an empty one is never said.
    pub fn answer_recipients(&self, replies: &[&str]) {
        self.shared.to_recipients.lock().unwrap().extend(replies.iter().map(|&reply| reply.to_owned()));
    }

    /// Takes the next mail and keeps its answer until [`Relay::release`].
    pub fn hold(&self, reply: &str) {
        self.shared.held.lock().unwrap().push_back(reply.to_owned());
    }

    pub fn release(&self) {
        self.shared.release.notify_one();
    }

    /// Waits for the next mail.
    pub async fn next(&mut self) -> Arrived {
        self.arrived.recv().await.unwrap()
    }

    /// Mails that have arrived and were not asked for yet.
    pub fn arrived(&mut self) -> Vec<Arrived> {
        std::iter::from_fn(|| self.arrived.try_recv().ok()).collect()
    }
}

impl Drop for Relay {
    fn drop(&mut self) {
        self.listening.abort();
    }
}

/// One connection. An error only means that the other side is gone.
async fn converse(stream: TcpStream, shared: &Shared, tell: &mpsc::UnboundedSender<Arrived>) -> Option<()> {
    stream.set_nodelay(true).ok()?;
    let (read, mut write) = stream.into_split();
    let mut lines = BufReader::new(read).lines();
    write.write_all(b"220 relay.test\r\n").await.ok()?;
    let (mut from, mut to) = (String::new(), String::new());
    while let Some(line) = lines.next_line().await.ok()? {
        let reply = match line.split([' ', ':']).next().unwrap_or_default().to_ascii_uppercase().as_str() {
            "EHLO" => "250-relay.test\r\n250-PIPELINING\r\n250 8BITMIME".to_owned(),
            "MAIL" => {
                from = address(&line);
                "250 fine".to_owned()
            }
            "RCPT" => {
                let reply = shared.to_recipients.lock().unwrap().pop_front();
                let reply = reply.unwrap_or_else(|| "250 taken".to_owned());
                if reply.is_empty() {
                    std::future::pending::<()>().await;
                }
                to = if reply.starts_with('2') { address(&line) } else { String::new() };
                reply
            }
            "DATA" if to.is_empty() => "554 no recipients".to_owned(),
            "DATA" => {
                write.write_all(b"354 go on\r\n").await.ok()?;
                let mut text = String::new();
                while let Some(line) = lines.next_line().await.ok()?.filter(|line| line != ".") {
                    text.push_str(&line);
                    text.push('\n');
                }
                let held = shared.held.lock().unwrap().pop_front();
                tell.send(Arrived { from: std::mem::take(&mut from), to: std::mem::take(&mut to), text }).ok()?;
                if held.is_some() {
                    shared.release.notified().await;
                }
                held.unwrap_or_else(|| "250 taken".to_owned())
            }
            _ => "250 fine".to_owned(),
        };
        write.write_all(format!("{reply}\r\n").as_bytes()).await.ok()?;
    }
    Some(())
}

fn address(line: &str) -> String {
    line.split(['<', '>']).nth(1).unwrap_or_default().to_owned()
}
