//! Triggers under load, `kill -9` and restart: nothing accepted may be lost.

use std::collections::HashSet;
use std::path::Path;
use std::thread::{scope, sleep};
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};

use crate::callers::Callers;
use crate::campaign::{Files, Kind};
use crate::figure;
use crate::hermod::{Hermod, binary};
use crate::postgres::Postgres;
use crate::sink::Sink;

/// How long everything runs between two kills: at random, from the first to the second.
const UP_TIME_MILLIS: std::ops::Range<u64> = 200..2_500;
/// How long the queue may take to drain at the end.
const DRAIN_TIME: Duration = Duration::from_mins(5);

const SUBJECT: &str = "Order {{ context.order.id }}";
const HTML: &str = "<p>Thank you for order {{ context.order.id }}.</p>";

/// What is killed and started again.
struct System {
    hermod: Hermod,
    postgres: Option<Postgres>,
}

impl System {
    /// Hermod, or in turn Hermod and its PostgreSQL.
    fn kill_and_restart(&mut self, number: u32) -> Result<()> {
        match &mut self.postgres {
            Some(postgres) if number % 2 == 1 => {
                postgres.kill()?;
                postgres.restart()
            }
            _ => {
                self.hermod.kill()?;
                self.hermod.start()
            }
        }
    }
}

/// Both databases, one after the other.
pub fn measure(kills: u32, callers: usize) -> Result<()> {
    let binary = binary()?;
    println!("# SQLite");
    measure_on(&binary, None, kills, callers)?;
    println!("# PostgreSQL");
    measure_on(&binary, Some(Postgres::start()?), kills, callers)
}

/// Runs the load, kills and restarts, waits for the queue, prints the figures.
fn measure_on(binary: &Path, postgres: Option<Postgres>, kills: u32, callers: usize) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let sink = Sink::start(folder.path())?;
    let mut hermod = Hermod::new(binary.to_owned(), folder.path(), postgres.as_ref().map(Postgres::url))?;
    let campaign = hermod.apply_campaign(
        &Files { name: "Crash", kind: Kind::Unitary, smtp_port: sink.port, subject: SUBJECT, html: HTML }.yaml(),
    )?;
    let client = hermod.create_client()?;
    hermod.start()?;
    let port = hermod.port;
    let mut system = System { hermod, postgres };
    let load = Callers::new("crash", Duration::ZERO, u64::MAX);
    let mut slowest = Duration::ZERO;
    let outcome: Result<()> = scope(|threads| {
        for _ in 0..callers {
            let (load, client, campaign) = (&load, &client, &campaign);
            threads.spawn(move || load.call(port, client, campaign));
        }
        let outcome = (0..kills).try_for_each(|number| {
            sleep(Duration::from_millis(fastrand::u64(UP_TIME_MILLIS)));
            slowest = slowest.max(kill_and_recover(&mut system, number, &load, &sink)?);
            Ok(())
        });
        load.stop();
        outcome
    });
    outcome?;
    let accepted = load.into_accepted();
    ensure!(!accepted.is_empty(), "no call was accepted");
    report(&accepted, &sink, slowest)
}

/// Seconds from `kill -9` until a new call is accepted and a new message has arrived.
fn kill_and_recover(system: &mut System, number: u32, load: &Callers, sink: &Sink) -> Result<Duration> {
    let start = Instant::now();
    let (accepted, taken) = (load.count(), sink.taken().len());
    system.kill_and_restart(number)?;
    while load.count() == accepted || sink.taken().len() == taken {
        ensure!(start.elapsed() < Duration::from_mins(1), "Hermod did not recover within 60 seconds");
        sleep(Duration::from_millis(5));
    }
    Ok(start.elapsed())
}

fn report(accepted: &HashSet<String>, sink: &Sink, slowest: Duration) -> Result<()> {
    let start = Instant::now();
    let lost = loop {
        let taken = sink.taken();
        let lost = accepted.iter().filter(|recipient| !taken.contains_key(*recipient)).count();
        if lost == 0 || start.elapsed() > DRAIN_TIME {
            break lost;
        }
        sleep(Duration::from_millis(100));
    };
    let taken = sink.taken();
    figure("accepted", accepted.len(), "messages");
    figure("delivered", accepted.len() - lost, "messages");
    figure("lost", lost, "messages");
    figure("duplicates", taken.values().map(|times| times - 1).sum::<u64>(), "messages");
    figure("recovery_seconds_max", format!("{:.2}", slowest.as_secs_f64()), "s");
    ensure!(lost == 0, "{lost} accepted messages were lost");
    Ok(())
}
