//! From the call to the mail server: how many messages a second, how long one waits, and what a full database costs.

mod delivered;
mod history;
mod latency;
mod old_messages;
mod otp;
mod queued;

use std::path::Path;
use std::time::Duration;

use anyhow::Result;
use clap::ValueEnum;

use crate::bare;
use crate::figure;
use crate::hermod::binary;
use crate::smtp_sink::SmtpSink;

/// What can be measured alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Part {
    /// Messages a second, time to a 202, memory of an idle server.
    Delivered,
    /// From a call to the mail server.
    Latency,
    /// Messages a second on PostgreSQL.
    Postgres,
    /// One-time passwords while a marketing run drains.
    Otp,
    /// Memory while a million messages wait.
    Queued,
    /// The same rate, and searches, with ten million old messages in the log.
    History,
}

/// How much is measured.
#[derive(Debug, Clone, Copy, clap::Args)]
pub struct Size {
    /// Messages of each flood.
    #[arg(long, default_value_t = 100_000)]
    pub messages: u64,
    /// Seconds of each steady load.
    #[arg(long, default_value_t = 20)]
    pub seconds: u64,
    /// Members of the marketing audience that drains beside one-time passwords.
    #[arg(long, default_value_t = 1_000_000)]
    pub audience: u64,
    /// Messages that wait while memory is measured.
    #[arg(long, default_value_t = 1_000_000)]
    pub queued: u64,
    /// Old messages in the log: some 2 KB of disk each.
    #[arg(long, default_value_t = 10_000_000)]
    pub history: u64,
}

impl Size {
    /// How long the steady loads last.
    const fn time(self) -> Duration {
        Duration::from_secs(self.seconds)
    }
}

/// The mail server of the floods, and what the bare SMTP client reached with it.
struct Bare {
    sink: SmtpSink,
    rate: f64,
}

impl Bare {
    async fn measure(mails: u64) -> Result<Self> {
        let sink = SmtpSink::start()?;
        let rate = bare::rate(sink.port, mails).await?;
        figure("bare_client", format!("{rate:.0}"), "mails/s");
        Ok(Self { sink, rate })
    }

    /// Prints a rate, and which share of the bare client's it is.
    fn report(&self, name: &str, rate: f64) {
        figure(name, format!("{rate:.0}"), "messages/s");
        figure(&format!("{name}_share"), format!("{:.2}", rate / self.rate), "ratio");
    }
}

/// Prints the figures of these parts; of all, when none is named.
pub fn measure(size: Size, only: &[Part]) -> Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
    let binary = binary()?;
    let wanted = |part: Part| only.is_empty() || only.contains(&part);
    runtime.block_on(async {
        floods(&binary, size, wanted).await?;
        if wanted(Part::Latency) {
            latency::measure(&binary, size).await?;
        }
        if wanted(Part::Otp) {
            otp::measure(&binary, size).await?;
        }
        if wanted(Part::Queued) {
            queued::measure(&binary, size).await?;
        }
        Ok(())
    })
}

/// The parts that are compared with the bare client.
async fn floods(binary: &Path, size: Size, wanted: impl Fn(Part) -> bool) -> Result<()> {
    if ![Part::Delivered, Part::Postgres, Part::History].into_iter().any(&wanted) {
        return Ok(());
    }
    let bare = Bare::measure(size.messages).await?;
    if wanted(Part::Delivered) {
        delivered::on_sqlite(binary, size, &bare).await?;
    }
    if wanted(Part::Postgres) {
        delivered::on_postgres(binary, size, &bare).await?;
    }
    if wanted(Part::History) {
        history::measure(binary, size, &bare).await?;
    }
    Ok(())
}

fn milliseconds(time: Duration) -> String {
    format!("{:.1}", time.as_secs_f64() * 1_000.0)
}
