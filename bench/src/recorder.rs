//! A mail server that notes when it had the whole of each mail. Only for modest loads.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::Result;
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};

use crate::load::due;

type Taken = Arc<Mutex<Vec<(u64, Instant)>>>;

/// A running recorder.
pub struct Recorder {
    pub port: u16,
    taken: Taken,
}

impl Recorder {
    /// Listens on a free port.
    pub async fn start() -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let port = listener.local_addr()?.port();
        let taken = Taken::default();
        let recorder = Self { port, taken: Arc::clone(&taken) };
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(converse(stream, Arc::clone(&taken)));
            }
        });
        Ok(recorder)
    }

    /// How long each mail took from when its call was due, shortest first.
    pub fn waits(&self, start: Instant, rate: u64) -> Vec<Duration> {
        let taken = self.taken().into_iter();
        let mut waits: Vec<Duration> =
            taken.map(|(number, at)| at.saturating_duration_since(due(start, number, rate))).collect();
        waits.sort_unstable();
        waits
    }

    /// The number in each recipient's address, and when the mail was there.
    pub fn taken(&self) -> Vec<(u64, Instant)> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

async fn converse(stream: TcpStream, taken: Taken) -> std::io::Result<()> {
    stream.set_nodelay(true)?;
    let mut stream = BufReader::new(stream);
    stream.write_all(b"220 recorder.example.com ESMTP\r\n").await?;
    let (mut line, mut number) = (String::new(), 0);
    while stream.read_line(&mut line).await? > 0 {
        let command = line.get(..4).unwrap_or_default().to_ascii_uppercase();
        let answer: &[u8] = match command.as_str() {
            "EHLO" => b"250-recorder.example.com\r\n250 PIPELINING\r\n",
            "RCPT" => {
                number = line.chars().filter(char::is_ascii_digit).collect::<String>().parse().unwrap_or(0);
                b"250 Ok\r\n"
            }
            "DATA" => {
                stream.write_all(b"354 Go ahead\r\n").await?;
                stream.flush().await?;
                line.clear();
                while stream.read_line(&mut line).await? > 0 && line != ".\r\n" {
                    line.clear();
                }
                taken.lock().unwrap_or_else(PoisonError::into_inner).push((number, Instant::now()));
                b"250 Ok\r\n"
            }
            _ => b"250 Ok\r\n",
        };
        stream.write_all(answer).await?;
        line.clear();
    }
    Ok(())
}
