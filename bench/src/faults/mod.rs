//! Mail servers and databases that fail: every accepted message arrives once, or failed for a reason that is told.
//!
//! Each fault is there for a while, calls go on all the time, and then the fault is gone. At the end the mail server's record
//! and Hermod's log are compared with what was accepted.

mod database;
mod peer;
mod verdict;

use std::path::Path;
use std::thread::{scope, sleep};
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use clap::ValueEnum;
use engine::store::Store;
use tokio::runtime::Runtime;

use crate::callers::Callers;
use crate::campaign::{Files, Kind};
use crate::figure;
use crate::hermod::{Hermod, binary};
use database::Database;
use peer::{Failing, Peer};
use verdict::{Log, Verdict, waiting};

/// Callers at once, and how long each of them waits between two calls: some 200 calls a second.
const CALLERS: usize = 8;
const PAUSE: Duration = Duration::from_millis(40);
/// How long a database works before it fails.
const BEFORE: Duration = Duration::from_secs(3);
/// How long calls go on when the fault is gone.
const AFTER: Duration = Duration::from_secs(3);
/// How long what was accepted may take to come to its end. A circuit that is open looks every 10 seconds at first, and then
/// ever more rarely.
const END_WITHIN: Duration = Duration::from_mins(10);
/// Pauses before a message is tried again, so that a measurement ends within minutes.
const RETRY_SCHEDULE: &str = "[1, 2, 4, 8]";

const SUBJECT: &str = "Order {{ context.order.id }}";
const HTML: &str = "<p>Thank you for order {{ context.order.id }}.</p>";

/// What fails, and how.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Fault {
    /// Every fifth recipient is refused.
    Refused,
    /// 421 in the middle of a pipeline, after every twentieth mail of a connection.
    Goodbye,
    /// smtp-sink says 421 to every RCPT.
    SinkGoodbye,
    /// smtp-sink closes at every DATA.
    SinkCut,
    /// Every fiftieth mail is taken, and the connection closed without an answer.
    DropAtDot,
    /// No mail is answered, and none is taken.
    Stalled,
    /// Connections are accepted, and nothing is said.
    HalfOpen,
    /// Connections are greeted, and nothing more is said.
    Greeted,
    /// The database file cannot grow.
    DiskFull,
    /// PostgreSQL takes no writes.
    ReadOnly,
    /// PostgreSQL is killed, and started again 30 seconds later.
    PostgresGone,
}

impl Fault {
    /// What its figures begin with.
    const fn name(self) -> &'static str {
        match self {
            Self::Refused => "refused",
            Self::Goodbye => "goodbye",
            Self::SinkGoodbye => "sink_goodbye",
            Self::SinkCut => "sink_cut",
            Self::DropAtDot => "drop_at_dot",
            Self::Stalled => "stalled",
            Self::HalfOpen => "half_open",
            Self::Greeted => "greeted",
            Self::DiskFull => "disk_full",
            Self::ReadOnly => "read_only",
            Self::PostgresGone => "postgres_gone",
        }
    }

    /// How the mail server fails from the start.
    const fn of_peer(self) -> Failing {
        match self {
            Self::Refused => Failing::Faulty("refused"),
            Self::Goodbye => Failing::Faulty("goodbye"),
            Self::SinkGoodbye => Failing::SmtpSink(&["-Q", "rcpt"]),
            Self::SinkCut => Failing::SmtpSink(&["-q", "data"]),
            Self::DropAtDot => Failing::Faulty("drop"),
            Self::Stalled => Failing::Faulty("stalled"),
            Self::HalfOpen => Failing::Faulty("mute"),
            Self::Greeted => Failing::Faulty("greeted"),
            Self::DiskFull | Self::ReadOnly | Self::PostgresGone => Failing::Faulty("well"),
        }
    }

    /// How long it is there. Silences last longer than Hermod waits: 30 seconds for all before a mail, a minute for the
    /// answer to one.
    const fn lasts(self) -> Duration {
        Duration::from_secs(match self {
            Self::Refused | Self::Goodbye | Self::DropAtDot => 10,
            Self::SinkGoodbye | Self::SinkCut | Self::DiskFull | Self::ReadOnly => 15,
            Self::PostgresGone => 30,
            Self::HalfOpen | Self::Greeted => 45,
            Self::Stalled => 70,
        })
    }

    /// The most recipients. A connection is closed after 1,000 mails: with fewer altogether, each that is replaced counts.
    const fn most(self) -> u64 {
        if matches!(self, Self::Refused) { 900 } else { u64::MAX }
    }

    /// The mail server had the mail when it failed: a transactional message that may have arrived is sent again.
    const fn is_in_servers_hands(self) -> bool {
        matches!(self, Self::DropAtDot)
    }
}

/// Prints the figures of these faults; of all, when none is named.
pub fn measure(only: &[Fault]) -> Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let binary = binary()?;
    let mut unsound = Vec::new();
    for fault in Fault::value_variants().iter().copied().filter(|fault| only.is_empty() || only.contains(fault)) {
        // The others are measured all the same: each takes minutes.
        let is_sound = match endure(fault, &binary, &runtime) {
            Ok(outcome) => report(fault, &outcome),
            Err(error) => {
                eprintln!("{}: {error:#}", fault.name());
                false
            }
        };
        if !is_sound {
            unsound.push(fault.name());
        }
    }
    ensure!(unsound.is_empty(), "not as it has to be: {}", unsound.join(", "));
    Ok(())
}

/// What is measured of one fault.
struct Outcome {
    accepted: usize,
    /// Calls that were not accepted at once.
    repeated: u64,
    log: Log,
    verdict: Verdict,
    reconnects: Option<usize>,
}

/// Calls before, while and after something fails, and waits until every message has come to its end.
fn endure(fault: Fault, binary: &Path, runtime: &Runtime) -> Result<Outcome> {
    let folder = tempfile::tempdir()?;
    let mut peer = Peer::start(fault.of_peer(), folder.path())?;
    let mut database = Database::start(fault)?;
    let mut hermod = Hermod::new(binary.to_owned(), folder.path(), database.url())?;
    hermod.set("HERMOD__DELIVERY__RETRY_SCHEDULE_SECONDS", RETRY_SCHEDULE);
    database.prepare(&mut hermod);
    let kind = Kind::Unitary;
    let files = Files { name: "Faults", kind, smtp_port: peer.port(), subject: SUBJECT, html: HTML };
    let campaign = hermod.apply_campaign(&files.yaml())?;
    let client = hermod.create_client()?;
    hermod.start()?;
    let port = hermod.port;
    let callers = Callers::new(fault.name(), PAUSE, fault.most());
    scope(|threads| {
        for _ in 0..CALLERS {
            threads.spawn(|| callers.call(port, &client, &campaign));
        }
        let suffered = suffer(fault, &mut peer, &mut database, &hermod);
        // Also when it went wrong: otherwise nobody would end the callers.
        callers.stop();
        suffered
    })?;
    let repeated = callers.repeated();
    let accepted = callers.into_accepted();
    ensure!(!accepted.is_empty(), "no call was accepted");
    let log = runtime.block_on(ended(&hermod.database_url()))?;
    let felt = repeated > 0 || !log.attempts.is_empty();
    ensure!(felt, "the fault was not felt: nothing was measured");
    let verdict = Verdict::of(&accepted, &log, &peer.taken()?);
    let reconnects = peer.reconnects()?.filter(|_| fault == Fault::Refused);
    Ok(Outcome { accepted: accepted.len(), repeated, log, verdict, reconnects })
}

/// The fault, from its beginning to some time after its end. Mail servers fail from the start.
fn suffer(fault: Fault, peer: &mut Peer, database: &mut Database, hermod: &Hermod) -> Result<()> {
    if database.fails() {
        sleep(BEFORE);
        database.fail(hermod)?;
        sleep(fault.lasts());
        database.heal(hermod)?;
    } else {
        sleep(fault.lasts());
        peer.heal()?;
    }
    sleep(AFTER);
    Ok(())
}

/// Waits until no message waits any more, or for [`END_WITHIN`], and reads the log.
async fn ended(url: &str) -> Result<Log> {
    let store = Store::open(url).await?;
    let start = Instant::now();
    while waiting(&store).await? > 0 && start.elapsed() < END_WITHIN {
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    let log = Log::read(&store).await;
    store.close().await;
    log
}

/// Prints the figures. Is everything as it has to be?
fn report(fault: Fault, outcome: &Outcome) -> bool {
    let Outcome { accepted, repeated, log, verdict, reconnects } = outcome;
    let tell = |what: &str, value: &dyn std::fmt::Display, unit: &str| {
        figure(&format!("{}_{what}", fault.name()), value, unit);
    };
    tell("accepted", accepted, "messages");
    tell("calls_repeated", repeated, "calls");
    for (reason, attempts) in &log.attempts {
        tell(&format!("attempts_{reason}"), attempts, "attempts");
    }
    tell("delivered", &verdict.delivered, "messages");
    tell("failed", &verdict.failed.values().sum::<usize>(), "messages");
    for (reason, messages) in &verdict.failed {
        tell(&format!("failed_{reason}"), messages, "messages");
    }
    tell("waiting", &verdict.waiting, "messages");
    tell("lost", &verdict.lost, "messages");
    tell("duplicates", &verdict.duplicates, "messages");
    if let Some(reconnects) = reconnects {
        tell("reconnects", reconnects, "connections");
    }
    let may_be_doubled = fault.is_in_servers_hands();
    if may_be_doubled {
        tell("duplicates_under_another_id", &verdict.renamed, "messages");
    }
    verdict.lost == 0
        && verdict.waiting == 0
        && verdict.renamed == 0
        && (may_be_doubled || verdict.duplicates == 0)
        && reconnects.unwrap_or(0) == 0
}
