//! One-time passwords while a marketing run drains: how long does one wait behind a million others?

use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};

use super::{Size, milliseconds};
use crate::campaign::{Files, Kind};
use crate::figure;
use crate::hermod::{Caller, Hermod};
use crate::load;
use crate::recorder::Recorder;
use crate::run::{CALLERS, Run};
use crate::smtp_sink::SmtpSink;

/// One-time passwords a second.
const RATE: u64 = 50;
/// Marketing messages that must have been sent before the first one-time password is called for.
const WARM_UP: u64 = 1_000;
/// How long the run may take to get so far, and the last passwords to arrive.
const WITHIN: Duration = Duration::from_mins(2);

const AUDIENCE: &str = "Readers";
const SUBJECT: &str = "New books for {{ profile.person.name.firstName }}";
const HTML: &str = "<p>Hello {{ profile.person.name.firstName }},</p><p>these are the books of the month.</p>";
const PASSWORD_SUBJECT: &str = "{{ context.order.id }} is your code";
const PASSWORD_HTML: &str = "<p>Your code is <strong>{{ context.order.id }}</strong>. It holds for ten minutes.</p>";

/// Prints the figures.
pub(super) async fn measure(binary: &Path, size: Size) -> Result<()> {
    let (recorder, sink) = (Recorder::start().await?, SmtpSink::start()?);
    let folder = tempfile::tempdir()?;
    let hermod = Hermod::new(binary.to_owned(), folder.path(), None)?;
    let imported = import(&hermod, folder.path(), size.audience)?;
    figure("audience_import_seconds", format!("{:.1}", imported.as_secs_f64()), "s");
    let kind = Kind::Marketing(AUDIENCE);
    let offers = Files { name: "Offers", kind, smtp_port: sink.port, subject: SUBJECT, html: HTML };
    let offers = hermod.apply_campaign(&offers.yaml())?;
    let passwords = Files { subject: PASSWORD_SUBJECT, html: PASSWORD_HTML, ..Files::high_throughput(recorder.port) };
    let run = Run::of(hermod, &passwords).await?;
    Caller::new(run.hermod.port, &run.client).trigger_run(&offers, "offers")?;
    until("the marketing run to begin", || sink.taken() >= WARM_UP.min(size.audience / 10)).await?;
    let (before, start) = (sink.taken(), load::soon());
    load::steady(start, &run.target("otp", 1), RATE, size.time(), CALLERS).await?;
    let calls = usize::try_from(RATE * size.seconds)?;
    until("the last one-time passwords", || recorder.taken().len() >= calls).await?;
    let (sent, took) = (sink.taken(), start.elapsed());
    report(&recorder, start, (before, sent), took);
    ensure!(sent > before, "no marketing message was sent meanwhile");
    ensure!(sent < size.audience, "the marketing run was over too soon: measure with a larger audience");
    Ok(())
}

fn report(recorder: &Recorder, start: Instant, (before, sent): (u64, u64), took: Duration) {
    let waits = recorder.waits(start, RATE);
    figure("otp_p50_under_marketing", milliseconds(load::percentile(&waits, 50)), "ms");
    figure("otp_p99_under_marketing", milliseconds(load::percentile(&waits, 99)), "ms");
    figure("otp_max_under_marketing", milliseconds(waits.last().copied().unwrap_or_default()), "ms");
    figure("otp_marketing_meanwhile", sent - before, "messages");
    #[expect(clippy::cast_precision_loss, reason = "far below 2^52")]
    let rate = (sent - before) as f64 / took.as_secs_f64();
    figure("otp_marketing_rate", format!("{rate:.0}"), "messages/s");
}

/// Writes a list of so many members and reads it in by the command line. How long did the import take?
fn import(hermod: &Hermod, folder: &Path, members: u64) -> Result<Duration> {
    let list = folder.join("readers.jsonl");
    let mut file = BufWriter::new(File::create(&list)?);
    for number in 0..members {
        writeln!(
            file,
            r#"{{"userId":"reader{number}@example.com","profile":{{"person":{{"name":{{"firstName":"Ann"}}}}}}}}"#
        )?;
    }
    file.into_inner()?.sync_all()?;
    let start = Instant::now();
    hermod.import_audience(AUDIENCE, &list)?;
    Ok(start.elapsed())
}

async fn until(what: &str, done: impl Fn() -> bool) -> Result<()> {
    let start = Instant::now();
    while !done() {
        ensure!(start.elapsed() < WITHIN, "waited {} seconds for {what}", WITHIN.as_secs());
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    Ok(())
}
