//! Messages a second on each channel: a Hermod that was told of a peer on this machine, and a bare client of the same peer.

mod bare_web;
mod dkim;
mod files;
mod mail_peer;
mod peer;
mod smsc;
mod web_peer;

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Result, ensure};
use clap::ValueEnum;

use crate::bare;
use crate::figure;
use crate::hermod::{self, Hermod};
use crate::load;
use crate::run::Run;
use mail_peer::MailPeer;
use peer::Certificate;
use smsc::Smsc;
use web_peer::{Service, WebPeer};

/// What is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
#[value(rename_all = "snake_case")]
pub enum Line {
    /// Signed mails (RSA-2048) over TLS.
    SmtpTlsDkim,
    /// Signing whole mails, as a share of the library's signatures.
    DkimShareOfBare,
    /// Text messages over one SMPP session.
    Smpp,
    /// Notifications over HTTP/2.
    Apns,
    /// The same.
    Fcm,
    /// Encrypted notifications over HTTP/2.
    Webpush,
    /// Text messages over HTTP/1.1.
    Twilio,
}

impl Line {
    const fn name(self) -> &'static str {
        match self {
            Self::SmtpTlsDkim => "smtp_tls_dkim",
            Self::DkimShareOfBare => "dkim_share_of_bare",
            Self::Smpp => "smpp",
            Self::Apns => "apns",
            Self::Fcm => "fcm",
            Self::Webpush => "webpush",
            Self::Twilio => "twilio",
        }
    }

    const fn compared(self) -> Compared {
        let goal = match self {
            Self::Smpp | Self::Apns | Self::Fcm => Some(3_000.0),
            Self::Webpush => Some(2_000.0),
            Self::SmtpTlsDkim | Self::DkimShareOfBare | Self::Twilio => None,
        };
        Compared { name: self.name(), goal, unit: "messages/s" }
    }
}

/// How much is measured.
#[derive(Debug, Clone, clap::Args)]
pub struct Size {
    /// Messages of each channel.
    #[arg(long, default_value_t = 40_000)]
    pub messages: u64,
    /// Recipients of each call, 1 to 20.
    #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u64).range(1..=20))]
    pub recipients: u64,
}

/// A figure that has a goal, or a bare client beside it.
struct Compared {
    name: &'static str,
    goal: Option<f64>,
    unit: &'static str,
}

impl Compared {
    /// One line: the figure, what it should be, and which share of the bare client's it is.
    fn report(&self, value: f64, bare: Option<f64>) {
        let shown = |value: f64| if value < 10.0 { format!("{value:.2}") } else { format!("{value:.0}") };
        let goal = self.goal.map(|goal| format!("goal {}", shown(goal)));
        let bare = bare.map(|bare| format!("bare client {}, ratio {:.2}", shown(bare), value / bare));
        let beside: Vec<String> = goal.into_iter().chain(bare).collect();
        let unit =
            if beside.is_empty() { self.unit.to_owned() } else { format!("{} ({})", self.unit, beside.join("; ")) };
        figure(self.name, shown(value), &unit);
    }
}

/// Prints the figures of these lines; of all, when none is named.
pub fn measure(size: &Size, only: &[Line]) -> Result<()> {
    let wanted = |line: &Line| only.is_empty() || only.contains(line);
    let lines: Vec<Line> = Line::value_variants().iter().copied().filter(wanted).collect();
    let is_called = |line: &Line| *line != Line::DkimShareOfBare;
    let binary = if lines.iter().any(is_called) { hermod::binary()? } else { PathBuf::new() };
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
    figure("recipients_per_call", size.recipients, "recipients");
    for line in lines {
        match line {
            Line::DkimShareOfBare => dkim::measure()?,
            _ => runtime.block_on(measure_line(&binary, size, line))?,
        }
    }
    Ok(())
}

/// The server at the other end.
enum Peer {
    Mail(MailPeer),
    Smsc(Smsc),
    Web(WebPeer),
}

impl Peer {
    fn start(line: Line, certificate: &Certificate) -> Result<Self> {
        let web = |service| WebPeer::start(service, certificate).map(Self::Web);
        match line {
            Line::SmtpTlsDkim | Line::DkimShareOfBare => MailPeer::start(certificate).map(Self::Mail),
            Line::Smpp => Smsc::start().map(Self::Smsc),
            Line::Apns => web(Service::Apns),
            Line::Fcm => web(Service::Fcm),
            Line::Webpush => web(Service::WebPush),
            Line::Twilio => web(Service::Twilio),
        }
    }

    const fn port(&self) -> u16 {
        match self {
            Self::Mail(peer) => peer.port,
            Self::Smsc(peer) => peer.port,
            Self::Web(peer) => peer.port,
        }
    }

    fn connections(&self) -> u64 {
        match self {
            Self::Mail(peer) => peer.connections(),
            Self::Smsc(peer) => peer.sessions(),
            Self::Web(peer) => peer.connections(),
        }
    }

    /// Of mails, those that are signed.
    fn taken(&self) -> u64 {
        match self {
            Self::Mail(peer) => peer.signed(),
            Self::Smsc(peer) => peer.messages(),
            Self::Web(peer) => peer.messages(),
        }
    }

    /// Messages a second of the bare client. Some message of Hermod's must have come before.
    async fn bare_rate(&self, certificate: &Certificate, messages: u64) -> Result<f64> {
        match self {
            Self::Mail(peer) => bare::rate_of_signed(peer.port, &certificate.pem, messages).await,
            Self::Smsc(peer) => peer.bare_rate(messages).await,
            Self::Web(peer) => bare_web::rate(peer, certificate, messages).await,
        }
    }
}

async fn measure_line(binary: &Path, size: &Size, line: Line) -> Result<()> {
    let (folder, certificate) = (tempfile::tempdir()?, Certificate::new()?);
    let peer = Peer::start(line, &certificate)?;
    let roots = folder.path().join("roots.pem");
    fs::write(&roots, &certificate.pem)?;
    let mut hermod = Hermod::new(binary.to_owned(), folder.path(), None)?;
    hermod.set("HERMOD__OUTBOUND__ALLOW_PRIVATE", "true");
    hermod.set("HERMOD__OUTBOUND__ALLOW_PRIVATE_PUSH", "true");
    hermod.set("HERMOD__OUTBOUND__ROOT_CERTIFICATES", &roots.to_string_lossy());
    let run = Run::of_files(hermod, &files::yaml(line, peer.port())?).await?;
    // What the bare client repeats.
    load::flood(&run.target_for("first", 1, files::person(line, peer.port())), 1, 1).await?;
    run.until_sent("").await?;
    let bare = peer.bare_rate(&certificate, size.messages).await?;
    let before = (peer.taken(), peer.connections());
    let calls = run.target_for(line.name(), size.recipients, files::person(line, peer.port()));
    let rate = run.flood_at(&calls, line.name(), size.messages, size.recipients).await?;
    let sent = size.messages / size.recipients * size.recipients;
    ensure!(peer.taken() - before.0 >= sent, "the peer took {} of {sent} messages", peer.taken() - before.0);
    figure(&format!("{}_connections", line.name()), peer.connections() - before.1, "connections more");
    line.compared().report(rate, Some(bare));
    Ok(())
}
