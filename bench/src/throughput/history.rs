//! What ten million old messages cost: new ones a second against an empty database, and searches of the log.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::Result;
use domain::Timestamp;

use super::old_messages::OldMessages;
use super::{Bare, Size, milliseconds};
use crate::campaign::Files;
use crate::figure;
use crate::hermod::Caller;
use crate::load::percentile;
use crate::run::Run;

/// Campaigns beside the one that is called: old messages are of all of them.
const OTHER_CAMPAIGNS: [&str; 9] = ["Old 1", "Old 2", "Old 3", "Old 4", "Old 5", "Old 6", "Old 7", "Old 8", "Old 9"];

/// Searches with each combination of filters.
const SEARCHES: u64 = 40;
/// How long a period is searched.
const PERIOD_MILLIS: i64 = 24 * 60 * 60 * 1_000;

/// Prints the figures.
pub(super) async fn measure(binary: &Path, size: Size, bare: &Bare) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let mut run = Run::start(binary, folder.path(), None, bare.sink.port).await?;
    let empty = run.flood("empty", size.messages, 1).await?;
    bare.report("delivered_empty", empty);
    run.stop().await?;
    let mut campaigns = Vec::new();
    for name in OTHER_CAMPAIGNS {
        let files = Files { name, ..Files::high_throughput(bare.sink.port) };
        campaigns.push(run.hermod.apply_campaign(&files.yaml())?);
    }
    let file = folder.path().join("hermod.sqlite");
    let start = Instant::now();
    let old = OldMessages::write(&file, size.history).await?;
    figure("history_messages", old.count, "messages");
    figure("history_written_within", start.elapsed().as_secs(), "s");
    figure("history_database", fs::metadata(&file)?.len().div_ceil(1024 * 1024), "MB");
    run.resume().await?;
    let kept = run.flood("kept", size.messages, 1).await?;
    bare.report("delivered_with_history", kept);
    figure("history_rate_kept", format!("{:.2}", kept / empty), "ratio");
    let mut caller = Caller::new(run.hermod.port, &run.client);
    search(&mut caller, old, &campaigns)
}

/// One filter, or several together, with other values each time.
type Search = (&'static str, fn(&Asked<'_>) -> String);

const EACH: [Search; 10] = [
    ("state", |_| "state=failed".to_owned()),
    ("campaign", |asked| asked.campaign()),
    ("recipient", |asked| format!("recipient={}", asked.old.address(asked.number))),
    ("recipient_start", |asked| format!("recipient=person{}", asked.number % asked.old.persons() / 10)),
    ("request", |asked| format!("requestId=old-{}", asked.number)),
    ("period", |asked| asked.period()),
    ("state_campaign", |asked| format!("state=failed&{}", asked.campaign())),
    ("state_period", |asked| format!("state=in_doubt&{}", asked.period())),
    ("campaign_period", |asked| format!("{}&{}", asked.campaign(), asked.period())),
    ("recipient_state", |asked| format!("state=sent&recipient={}", asked.old.address(asked.number))),
];

/// What is asked for: something about the old message with this number.
struct Asked<'a> {
    old: OldMessages,
    campaigns: &'a [String],
    number: u64,
}

impl Asked<'_> {
    fn campaign(&self) -> String {
        let position = usize::try_from(self.number).unwrap_or(0) % self.campaigns.len();
        format!("campaignId={}", self.campaigns[position])
    }

    fn period(&self) -> String {
        let from = self.old.at(self.number);
        format!("from={}&to={}", Timestamp::from_millis(from), Timestamp::from_millis(from + PERIOD_MILLIS))
    }
}

fn search(caller: &mut Caller, old: OldMessages, campaigns: &[String]) -> Result<()> {
    let mut all = Vec::new();
    for (name, query) in EACH {
        let mut took = Vec::new();
        for _ in 0..SEARCHES {
            let number = fastrand::u64(0..old.count.max(1));
            took.push(caller.search(&query(&Asked { old, campaigns, number }))?);
        }
        tell(&format!("log_search_{name}_p95"), &mut took);
        all.extend(took);
    }
    tell("log_search_p95", &mut all);
    Ok(())
}

fn tell(name: &str, took: &mut [Duration]) {
    took.sort_unstable();
    figure(name, milliseconds(percentile(took, 95)), "ms");
}
