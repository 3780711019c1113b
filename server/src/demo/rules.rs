//! The rules of the sample: three letters a week are in force, nights are a draft.

use anyhow::Result;
use domain::rule_set::{RuleStatus, Weekday};
use domain::{SandboxName, Timestamp};
use engine::Engine;
use engine::rule_sets::RuleChange;
use serde_json::{Value, json};

use super::BY;

/// The set that the letters choose.
const SET: &str = "Not too often";
const DAY_MILLIS: i64 = 24 * 60 * 60 * 1_000;

/// Makes the set. `now`: the day begins that the sample tells of.
pub(super) async fn load(engine: &Engine, sandbox: &SandboxName, now: Timestamp) -> Result<()> {
    let about = "Nobody gets tired of us: three letters a week, over all channels.";
    let set = engine.create_rule_set(sandbox, SET, about, BY).await?;
    let cap = RuleChange { name: "Three a week".to_owned(), what: serde_json::from_value(three_a_week(now))? };
    let (set, rule) = engine.put_rule(sandbox, (&set.id, set.revision), None, cap, BY).await?;
    engine.set_rule_status(sandbox, (&set.id, &rule), RuleStatus::Active, BY).await?;
    let set = engine.set_rule_set_status(sandbox, &set.id, RuleStatus::Active, BY).await?;
    let quiet = RuleChange { name: "Nights".to_owned(), what: serde_json::from_value(nights())? };
    engine.put_rule(sandbox, (&set.id, set.revision), None, quiet, BY).await?;
    Ok(())
}

/// The week of the sample began two days before it, so that none begins while it happens.
fn three_a_week(now: Timestamp) -> Value {
    // The first day of 1970 was a Thursday.
    let weekday = usize::try_from((now.as_millis() / DAY_MILLIS + 3 - 2).rem_euclid(7)).unwrap_or(0);
    json!({
        "kind": "cap", "count": 3, "period": "week", "every": 1, "channels": ["email", "mobile", "push"],
        "timeZone": "UTC", "weekStart": Weekday::ALL[weekday],
    })
}

/// By the clock of whoever gets it.
fn nights() -> Value {
    let period = json!({ "kind": "weekly", "days": Weekday::ALL, "slot": { "from": "22:00:00", "to": "08:00:00" } });
    json!({ "kind": "quiet_hours", "timeZone": "", "periods": [period], "handling": "queue" })
}
