//! The marketing campaign of the sample. To a list: one run that a long night cut short, and one that was taken back. To whom
//! a rule holds of: four, of which the last finds everybody written to often enough, and two for later.

use std::time::Duration;

use anyhow::Result;
use domain::execution::AudienceRequest;
use domain::id::AudienceId;
use domain::{SandboxName, Timestamp};
use engine::Engine;
use engine::api_clients::ApiCaller;
use engine::audiences::ImportRules;
use engine::runs::AudienceAccepted;
use serde_json::json;

use super::{BOOKS, BY, PEOPLE, STEPS};

pub(super) const FILE: &str = include_str!("letter.yaml");

const READERS: usize = 24;
/// The first run begins here; then nobody is there to go on with it until its twelve hours are over.
const BEGINS: u64 = 20;
const GOES_ON: u64 = BEGINS + 12 * 12 + 1;
/// Runs for the regulars begin here, and have the time until the next one.
const EDITIONS: [(u64, &str); 4] = [(168, "Spring"), (184, "Summer"), (200, "Autumn"), (216, "Winter")];
const EDITIONS_GO_ON: std::ops::Range<u64> = 168..236;
/// The second run is taken back as soon as its first letter is out.
const TAKEN_BACK: u64 = 240;
/// Runs for later are called for at the end.
const SCHEDULED: u64 = STEPS - 1;
const DAY: Duration = Duration::from_hours(24);

/// What calls name.
pub(super) struct Letter {
    pub(super) campaign: String,
    /// A list, instead of the campaign's own audience.
    pub(super) readers: AudienceId,
}

pub(super) async fn import_readers(engine: &Engine, sandbox: &SandboxName) -> Result<AudienceId> {
    let line = |turn: usize| {
        let (first_name, mailbox) = PEOPLE[turn % PEOPLE.len()];
        let user_id = format!("{mailbox}.reader.{turn}@mail.example");
        json!({ "userId": user_id, "profile": { "person": { "name": { "firstName": first_name } } } }).to_string()
    };
    let list: Vec<String> = (0..READERS).map(line).collect();
    let rules = ImportRules { opted_in: Some("Newsletter form of the shop"), ..ImportRules::default() };
    let imported = engine.import_audience(sandbox, "Readers", list.join("\n").as_bytes(), rules, BY).await?;
    Ok(imported.audience_id)
}

/// The calls of a step, and what becomes of runs.
pub(super) async fn step(
    engine: &Engine,
    caller: &ApiCaller,
    letter: &Letter,
    step: u64,
    now: Timestamp,
) -> Result<()> {
    let call =
        async |month: &str, list: Option<&AudienceId>, execute_at: Option<Timestamp>| -> Result<AudienceAccepted> {
            let (book, ..) = BOOKS[month.len() % BOOKS.len()];
            let request = json!({
                "requestId": format!("letter-{}", month.to_lowercase()),
                "campaignId": letter.campaign,
                "audience": list.map(|id| json!({ "id": id })),
                "context": { "month": month, "book": book },
                "schedule": execute_at.map(|at| json!({ "executeAt": at })),
            });
            Ok(engine.trigger_audience(caller, serde_json::from_value::<AudienceRequest>(request)?).await?)
        };
    if let Some((_, season)) = EDITIONS.iter().find(|(begins, _)| *begins == step) {
        call(season, None, None).await?;
    }
    if EDITIONS_GO_ON.contains(&step) {
        engine.expand_runs().await?;
    }
    match step {
        BEGINS => {
            call("November", Some(&letter.readers), None).await?;
            engine.expand_runs().await?;
        }
        GOES_ON => drop(engine.expand_runs().await?),
        TAKEN_BACK => {
            let accepted = call("December", Some(&letter.readers), None).await?;
            engine.expand_runs().await?;
            engine.drain().await?;
            if let AudienceAccepted::Execution(run) = accepted {
                engine.cancel_execution(caller.sandbox(), &run.execution_id, BY).await?;
            }
        }
        SCHEDULED => {
            call("January", None, Some(now.plus(DAY * 30))).await?;
            if let AudienceAccepted::Schedule { schedule, .. } =
                call("February", None, Some(now.plus(DAY * 60))).await?
            {
                engine.cancel_schedule(caller.sandbox(), &schedule.id, BY).await?;
            }
        }
        _ => {}
    }
    Ok(())
}
