//! How fast a run by a rule makes messages of people, and what becomes of one-time passwords meanwhile.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqliteSynchronous};
use sqlx::{AssertSqlSafe, ConnectOptions as _, Connection as _};

use crate::campaign::{Files, Kind};
use crate::figure;
use crate::hermod::{Caller, Hermod, binary};
use crate::load;
use crate::recorder::Recorder;
use crate::run::{CALLERS, Run};
use crate::smtp_sink::SmtpSink;

/// What is measured.
#[derive(clap::Args, Debug, Clone, Copy)]
pub struct Size {
    /// People who are stored. The rule holds of six in ten.
    #[arg(long, default_value_t = 1_000_000)]
    profiles: u64,
}

/// One-time passwords a second.
const RATE: u64 = 50;
/// How long the run may take.
const WITHIN: Duration = Duration::from_mins(15);
/// Rows of one transaction.
const STEP: u64 = 100_000;

const AUDIENCE: &str = "Seoul";
const RULE: &str = r#"{"type":"all","of":[{"type":"attribute","path":"city","operator":"equals","value":"Seoul"},{"type":"not","of":{"type":"testProfile"}},{"type":"language","isOneOf":["ko"]}]}"#;
/// The global rule set: three messages a week for everybody.
const CAPS: &str = r#"{"description":"","rules":[{"id":"rul_00000000000000000000000001","name":"Weekly","status":"active","what":{"kind":"cap","count":3,"period":"week","every":1,"channels":["email","mobile","push"],"timeZone":"UTC","weekStart":"monday"}}]}"#;
const SUBJECT: &str = "New books for {{ profile.person.name.firstName }}";
const HTML: &str = "<p>Hello {{ profile.person.name.firstName }},</p><p>these are the books of the month.</p>";
const PASSWORD_SUBJECT: &str = "{{ context.order.id }} is your code";
const PASSWORD_HTML: &str = "<p>Your code is <strong>{{ context.order.id }}</strong>. It holds for ten minutes.</p>";

/// What is written of the people from `$1` to before `$2`. Their ids are older than any that Hermod makes.
const FILL: [&str; 3] = [
    "WITH RECURSIVE n (i) AS (SELECT $1 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < $2)
     INSERT INTO profiles (sandbox, id, attributes, time_zone, language, is_test, revision, created_at, updated_at)
     SELECT 'dev', 'pro_' || printf('%026d', i),
     '{\"person\":{\"name\":{\"firstName\":\"Ann\",\"lastName\":\"Archer\"}},\"city\":\"' || CASE WHEN i % 10 < 6 THEN 'Seoul' ELSE 'Busan' END
     || '\",\"points\":' || (i % 1000) || ',\"since\":\"2026-01-02\"}',
     'Asia/Seoul', 'ko-KR', FALSE, 1, 0, 0 FROM n",
    "WITH RECURSIVE n (i) AS (SELECT $1 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < $2)
     INSERT INTO profile_identities (sandbox, identity_key, profile_id, namespace, user_id)
     SELECT 'dev', CAST('reader' || i || '@example.com' || char(10) || 'email' AS BLOB), 'pro_' || printf('%026d', i), 'email',
     'reader' || i || '@example.com' FROM n",
    "WITH RECURSIVE n (i) AS (SELECT $1 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < $2)
     INSERT INTO consents (sandbox, channel, subject_key, topic_id, address, choice, source, at, entries)
     SELECT 'dev', 'email', CAST('reader' || i || '@example.com' AS BLOB), '', 'reader' || i || '@example.com', 'in', 'import',
     0, 1 FROM n",
];

/// Prints the figures.
pub fn measure(size: Size) -> Result<()> {
    tokio::runtime::Runtime::new()?.block_on(async { measure_all(&binary()?, size.profiles).await })
}

async fn measure_all(binary: &Path, profiles: u64) -> Result<()> {
    let (recorder, sink) = (Recorder::start().await?, SmtpSink::start()?);
    let folder = tempfile::tempdir()?;
    let mut hermod = Hermod::new(binary.to_owned(), folder.path(), None)?;
    // The run is not to wait for delivery, which is measured elsewhere.
    hermod.set("HERMOD__RUNS__QUEUED_AHEAD", "1000000000");
    // Makes the tables.
    hermod.apply("kind: sandbox\nname: dev\nmode: live\n")?;
    write(&folder.path().join("hermod.sqlite"), profiles).await?;
    let offers =
        Files { name: "Offers", kind: Kind::Marketing(AUDIENCE), smtp_port: sink.port, subject: SUBJECT, html: HTML };
    let offers = hermod.apply_campaign(&offers.yaml())?;
    let passwords = Files { subject: PASSWORD_SUBJECT, html: PASSWORD_HTML, ..Files::high_throughput(recorder.port) };
    let run = Run::of(hermod, &passwords).await?;
    Caller::new(run.hermod.port, &run.client).trigger_run(&offers, "offers")?;
    let begun = Instant::now();
    let start = load::soon();
    let target = run.target("otp", 1);
    let load = load::steady(start, &target, RATE, Duration::from_secs(20), CALLERS);
    let (loaded, targeted) = tokio::join!(load, until_complete(&run, begun));
    loaded?;
    let (made, took) = targeted?;
    let calls = usize::try_from(RATE * 20)?;
    while recorder.taken().len() < calls {
        ensure!(begun.elapsed() < WITHIN, "one-time passwords do not arrive");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    #[expect(clippy::cast_precision_loss, reason = "far below 2^52")]
    let rate = made as f64 / took.as_secs_f64();
    figure("targeted", made, "members");
    figure("targeting_rate", format!("{rate:.0}"), "members/s");
    figure("rss_peak", run.hermod.peak_megabytes()?, "MB");
    let waits = recorder.waits(start, RATE);
    figure("otp_p99", format!("{:.1}", load::percentile(&waits, 99).as_secs_f64() * 1_000.0), "ms");
    ensure!(made == i64::try_from(profiles / 10 * 6)?, "{made} members became messages");
    Ok(())
}

/// Members that became messages, and how long that took.
async fn until_complete(run: &Run, begun: Instant) -> Result<(i64, Duration)> {
    loop {
        if run.number("SELECT COUNT(*) FROM runs WHERE state = 'complete'").await? > 0 {
            let took = begun.elapsed();
            return Ok((run.number("SELECT made FROM runs").await?, took));
        }
        ensure!(begun.elapsed() < WITHIN, "the run does not come to its end");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// Writes people, and the audience, straight into a database file that nobody has open.
async fn write(file: &Path, profiles: u64) -> Result<()> {
    let options = SqliteConnectOptions::new()
        .filename(file)
        .journal_mode(SqliteJournalMode::Off)
        .synchronous(SqliteSynchronous::Off)
        .pragma("cache_size", "-2000000");
    let mut db = options.connect().await?;
    let mut first = 0;
    while first < profiles {
        let end = (first + STEP).min(profiles);
        fill(&mut db, i64::try_from(first)?, i64::try_from(end)?).await?;
        first = end;
    }
    sqlx::query("INSERT INTO audiences (id, sandbox, name, rule, created_at, created_by) VALUES ($1, 'dev', $2, $3, 0, 'bench')")
        .bind(format!("aud_{:026}", 1))
        .bind(AUDIENCE)
        .bind(RULE)
        .execute(&mut db)
        .await
        .context("the audience cannot be written")?;
    sqlx::query(
        "INSERT INTO rule_sets (sandbox, id, name, name_key, status, definition, revision, modified_at, modified_by)
         VALUES ('dev', $1, 'Global default', 'global default', 'active', $2, 1, 0, 'bench')",
    )
    .bind(format!("rls_{:026}", 0))
    .bind(CAPS)
    .execute(&mut db)
    .await
    .context("the rules cannot be written")?;
    db.close().await?;
    std::fs::File::open(file)?.sync_all()?;
    Ok(())
}

async fn fill(db: &mut SqliteConnection, first: i64, end: i64) -> Result<()> {
    for sql in FILL {
        let filled = sqlx::query(AssertSqlSafe(sql)).bind(first).bind(end).execute(&mut *db).await;
        filled.context("people cannot be written")?;
    }
    Ok(())
}
