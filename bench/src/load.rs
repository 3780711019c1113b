//! Calls as fast as they are answered, or at a steady rate. Bytes are made by hand: the caller must not be what is measured.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, BufStream};
use tokio::net::TcpStream;
use tokio::task::JoinSet;

/// Makes the body of the call with this number.
pub type Body = Arc<dyn Fn(u64) -> String + Send + Sync>;

/// Where calls go, and with what.
#[derive(Clone)]
pub struct Target {
    pub port: u16,
    pub path: &'static str,
    /// `Authorization`, `x-api-key` and so on, each line ended with CRLF.
    pub headers: String,
    pub body: Body,
}

/// One connection that is kept.
struct Connection {
    stream: BufStream<TcpStream>,
    head: String,
}

impl Connection {
    async fn open(target: &Target) -> Result<Self> {
        let stream = TcpStream::connect(("127.0.0.1", target.port)).await?;
        stream.set_nodelay(true)?;
        let head = format!(
            "POST {} HTTP/1.1\r\nHost: 127.0.0.1\r\n{}Content-Type: application/json\r\nContent-Length: ",
            target.path, target.headers
        );
        Ok(Self { stream: BufStream::new(stream), head })
    }

    /// One call; anything but 202 is an error.
    async fn call(&mut self, body: &str) -> Result<()> {
        let request = format!("{}{}\r\n\r\n{body}", self.head, body.len());
        self.stream.write_all(request.as_bytes()).await?;
        self.stream.flush().await?;
        let mut answer = Vec::with_capacity(1_024);
        let head_end = loop {
            ensure!(self.stream.read_buf(&mut answer).await? > 0, "the connection was closed");
            if let Some(end) = answer.windows(4).position(|bytes| bytes == b"\r\n\r\n") {
                break end + 4;
            }
        };
        let head = std::str::from_utf8(&answer[..head_end])?.to_ascii_lowercase();
        let length = head.split("content-length: ").nth(1).and_then(|rest| rest.split("\r\n").next());
        let whole = head_end + length.context("no content-length")?.parse::<usize>()?;
        while answer.len() < whole {
            ensure!(self.stream.read_buf(&mut answer).await? > 0, "the connection was closed");
        }
        ensure!(head.starts_with("http/1.1 202"), "{}", String::from_utf8_lossy(&answer));
        Ok(())
    }
}

/// Makes `calls` calls over `connections`, each as soon as the one before it is answered.
pub async fn flood(target: &Target, calls: u64, connections: usize) -> Result<()> {
    call_all(target, calls, connections, None).await.map(drop)
}

/// Makes `rate` calls a second for `time` from `start` on, whether or not earlier ones are answered, and returns how long
/// each took from the moment when it was due, shortest first.
pub async fn steady(
    start: Instant,
    target: &Target,
    rate: u64,
    time: Duration,
    connections: usize,
) -> Result<Vec<Duration>> {
    let mut took = call_all(target, rate * time.as_secs(), connections, Some((start, rate))).await?;
    took.sort_unstable();
    Ok(took)
}

/// A moment for the first call of a steady load.
pub fn soon() -> Instant {
    Instant::now() + Duration::from_millis(50)
}

/// When the call with this number is due.
pub fn due(start: Instant, number: u64, rate: u64) -> Instant {
    start + Duration::from_nanos(number * 1_000_000_000 / rate)
}

/// Each connection takes the next number and makes its call when that is due (`pace`: the start and the calls a second) or at
/// once.
async fn call_all(
    target: &Target,
    calls: u64,
    connections: usize,
    pace: Option<(Instant, u64)>,
) -> Result<Vec<Duration>> {
    let next = Arc::new(AtomicU64::new(0));
    let mut callers = JoinSet::new();
    for _ in 0..connections {
        let (target, next) = (target.clone(), Arc::clone(&next));
        callers.spawn(async move {
            let mut connection = Connection::open(&target).await?;
            let mut took = Vec::new();
            loop {
                let number = next.fetch_add(1, Ordering::Relaxed);
                if number >= calls {
                    return Ok::<_, anyhow::Error>(took);
                }
                let body = (target.body)(number);
                let due = match pace {
                    Some((start, rate)) => {
                        let due = due(start, number, rate);
                        tokio::time::sleep_until(due.into()).await;
                        due
                    }
                    None => Instant::now(),
                };
                connection.call(&body).await?;
                took.push(due.elapsed());
            }
        });
    }
    let mut all = Vec::new();
    while let Some(ended) = callers.join_next().await {
        all.extend(ended??);
    }
    Ok(all)
}

/// The time within which so many of 100 came.
pub fn percentile(sorted: &[Duration], percent: usize) -> Duration {
    sorted.get(sorted.len() * percent / 100).copied().unwrap_or_default()
}
