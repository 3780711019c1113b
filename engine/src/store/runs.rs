//! Runs: the cursor of each.

use std::sync::Arc;

use domain::audience_rule::Rule;
use domain::execution::{Run, RunState};
use domain::id::{AudienceId, CampaignId, ChannelConfigurationId, ExecutionId, ImportId};
use domain::message::MessageState;
use domain::{SandboxName, Timestamp};
use sqlx::{query, query_as, query_scalar};

use super::{Store, Tx, read, stored, within};
use crate::{Error, Result};

super::statements! {
    INSERT = "INSERT INTO runs
              (execution_id, sandbox, campaign_id, campaign_version, configuration_id, audience_id, import_id, context, state,
               targeted, position, made, per_second, paced_from, paced, ends_at, created_at, rule)
              VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'running', $9, 0, 0, $10, $12, 0, $11, $12, $13)";
    RUNNING = "SELECT execution_id FROM runs WHERE state = 'running' ORDER BY created_at LIMIT 100";
    FIND = "SELECT execution_id, sandbox, campaign_id, campaign_version, configuration_id, import_id, state, position, made,
            per_second, paced_from, paced, ends_at, leased_by, leased_until, created_at, rule, last_profile
            FROM runs WHERE execution_id = $1";
    /// The cursor decides: of two processes that make the same step, one writes.
    ADVANCE = "UPDATE runs SET position = $3, made = made + $4, paced_from = $5, paced = $6, state = $7, leased_by = $8,
               leased_until = $9, last_profile = $10 WHERE execution_id = $1 AND position = $2 AND state = 'running'";
    STOP = "UPDATE runs SET state = 'stopped', reason = $2, leased_by = NULL, leased_until = NULL
            WHERE execution_id = $1 AND state IN ('running', 'paused')";
    FIND_CONTEXT = "SELECT context FROM runs WHERE execution_id = $1";
    FIND_PROGRESS = "SELECT r.audience_id, a.name AS audience_name, r.state, r.reason, r.targeted, r.made, r.per_second,
                     CASE WHEN r.rule IS NULL THEN NULL ELSE r.position END AS looked_at, r.paused_at, r.paused_by
                     FROM runs r LEFT JOIN audiences a ON a.id = r.audience_id WHERE r.execution_id = $1";
    /// The message that is $2 places behind the last one.
    /// One that waits for the end of quiet hours holds up nobody who lives elsewhere.
    MESSAGE_BEHIND = "SELECT state, CASE WHEN quiet_since IS NULL THEN attempts ELSE 1 END FROM messages WHERE id = (
                          SELECT id FROM messages WHERE execution_id = $1 ORDER BY id DESC LIMIT 1 OFFSET $2)";
    REMOVE = "DELETE FROM runs WHERE execution_id = $1";
}

/// Who gets a message.
#[derive(Debug, Clone)]
pub(crate) enum People {
    /// Of a list, as it was when the call was accepted.
    List(ImportId),
    /// Whoever this holds of.
    Rule(Arc<Rule>),
}

/// How far a run is. It decides which of two processes that make the same step writes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Place {
    /// Of the last member of the list; by a rule, how many profiles were looked at.
    pub(crate) position: i64,
    /// The last profile that was looked at; empty: none yet.
    pub(crate) profile: String,
}

/// A run that was found valid.
pub(crate) struct NewRun {
    pub(crate) execution_id: ExecutionId,
    pub(crate) sandbox: SandboxName,
    pub(crate) campaign_id: CampaignId,
    pub(crate) campaign_version: i64,
    pub(crate) configuration_id: ChannelConfigurationId,
    pub(crate) audience_id: AudienceId,
    pub(crate) people: People,
    /// JSON.
    pub(crate) context: String,
    /// Members of a list.
    pub(crate) targeted: i64,
    pub(crate) per_second: Option<i64>,
    pub(crate) ends_at: Option<Timestamp>,
    pub(crate) created_at: Timestamp,
}

pub(crate) async fn insert(tx: &mut Tx, new: &NewRun) -> Result<()> {
    let (import_id, rule) = match &new.people {
        People::List(import) => (import.as_str(), None),
        People::Rule(rule) => ("", Some(serde_json::to_string(rule)?)),
    };
    within!(tx, db => query(INSERT)
        .bind(new.execution_id.as_str())
        .bind(new.sandbox.as_str())
        .bind(new.campaign_id.as_str())
        .bind(new.campaign_version)
        .bind(new.configuration_id.as_str())
        .bind(new.audience_id.as_str())
        .bind(import_id)
        .bind(&new.context)
        .bind(new.targeted)
        .bind(new.per_second)
        .bind(new.ends_at.map(Timestamp::as_millis))
        .bind(new.created_at.as_millis())
        .bind(rule)
        .execute(db)
        .await
        .map(drop))?;
    Ok(())
}

/// Runs that still make messages, oldest first, 100 at most.
pub(crate) async fn running(store: &Store) -> Result<Vec<ExecutionId>> {
    let ids: Vec<String> = read!(store, db => query_scalar(RUNNING).fetch_all(db).await)?;
    ids.iter().map(|id| stored(id)).collect()
}

/// A run as a step needs it.
#[derive(Debug, Clone)]
pub(crate) struct StoredRun {
    pub(crate) execution_id: ExecutionId,
    pub(crate) sandbox: SandboxName,
    pub(crate) campaign_id: CampaignId,
    pub(crate) campaign_version: i64,
    pub(crate) configuration_id: ChannelConfigurationId,
    pub(crate) people: People,
    pub(crate) state: RunState,
    pub(crate) place: Place,
    /// Messages so far.
    pub(crate) made: i64,
    pub(crate) pace: Pace,
    pub(crate) ends_at: Option<Timestamp>,
    pub(crate) leased_by: Option<String>,
    pub(crate) leased_until: Option<Timestamp>,
    pub(crate) created_at: Timestamp,
}

/// When messages are due: number `n` since `from` is due `n / per_second` seconds after it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Pace {
    /// `None`: all at once.
    pub(crate) per_second: Option<i64>,
    pub(crate) from: Timestamp,
    /// Messages since then.
    pub(crate) messages: i64,
}

#[derive(sqlx::FromRow)]
struct Row {
    execution_id: String,
    sandbox: String,
    campaign_id: String,
    campaign_version: i64,
    configuration_id: String,
    import_id: String,
    state: String,
    position: i64,
    made: i64,
    per_second: Option<i64>,
    paced_from: i64,
    paced: i64,
    ends_at: Option<i64>,
    leased_by: Option<String>,
    leased_until: Option<i64>,
    created_at: i64,
    rule: Option<String>,
    last_profile: String,
}

impl TryFrom<Row> for StoredRun {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self> {
        Ok(Self {
            execution_id: stored(&row.execution_id)?,
            sandbox: stored(&row.sandbox)?,
            campaign_id: stored(&row.campaign_id)?,
            campaign_version: row.campaign_version,
            configuration_id: stored(&row.configuration_id)?,
            people: match &row.rule {
                Some(rule) => People::Rule(Arc::new(serde_json::from_str(rule)?)),
                None => People::List(stored(&row.import_id)?),
            },
            state: stored(&row.state)?,
            place: Place { position: row.position, profile: row.last_profile },
            made: row.made,
            pace: Pace {
                per_second: row.per_second,
                from: Timestamp::from_millis(row.paced_from),
                messages: row.paced,
            },
            ends_at: row.ends_at.map(Timestamp::from_millis),
            leased_by: row.leased_by,
            leased_until: row.leased_until.map(Timestamp::from_millis),
            created_at: Timestamp::from_millis(row.created_at),
        })
    }
}

pub(crate) async fn find(store: &Store, id: &ExecutionId) -> Result<Option<StoredRun>> {
    let row: Option<Row> = read!(store, db => query_as(FIND).bind(id.as_str()).fetch_optional(db).await)?;
    row.map(TryInto::try_into).transpose()
}

/// How a step changes its run.
pub(crate) struct Step<'a> {
    pub(crate) run: &'a StoredRun,
    pub(crate) place: &'a Place,
    pub(crate) made: i64,
    pub(crate) pace: Pace,
    pub(crate) state: RunState,
    pub(crate) by: &'a str,
    pub(crate) until: Timestamp,
}

/// Moves the cursor; `false` when another process did, or the run was ended.
pub(crate) async fn advance(tx: &mut Tx, step: &Step<'_>) -> Result<bool> {
    let is_over = step.state != RunState::Running;
    let done = within!(tx, db => query(ADVANCE)
        .bind(step.run.execution_id.as_str())
        .bind(step.run.place.position)
        .bind(step.place.position)
        .bind(step.made)
        .bind(step.pace.from.as_millis())
        .bind(step.pace.messages)
        .bind(step.state.as_str())
        .bind((!is_over).then_some(step.by))
        .bind((!is_over).then_some(step.until.as_millis()))
        .bind(&step.place.profile)
        .execute(db)
        .await
        .map(|done| done.rows_affected()))?;
    Ok(done > 0)
}

/// Ends a run early; `false` when it is over already.
pub(crate) async fn stop(tx: &mut Tx, id: &ExecutionId, reason: &str) -> Result<bool> {
    let done = within!(tx, db => query(STOP).bind(id.as_str()).bind(reason).execute(db).await
        .map(|done| done.rows_affected()))?;
    Ok(done > 0)
}

/// What the recipients of an execution share, as JSON; `None` when it has no run.
pub(crate) async fn find_context(store: &Store, id: &ExecutionId) -> Result<Option<String>> {
    Ok(read!(store, db => query_scalar(FIND_CONTEXT).bind(id.as_str()).fetch_optional(db).await)?)
}

#[derive(sqlx::FromRow)]
struct ProgressRow {
    audience_id: String,
    audience_name: Option<String>,
    state: String,
    reason: Option<String>,
    targeted: i64,
    made: i64,
    per_second: Option<i64>,
    /// Of a rule.
    looked_at: Option<i64>,
    paused_at: Option<i64>,
    paused_by: Option<String>,
}

impl TryFrom<ProgressRow> for Run {
    type Error = Error;

    fn try_from(row: ProgressRow) -> Result<Self> {
        let state: RunState = stored(&row.state)?;
        Ok(Self {
            audience_id: stored(&row.audience_id)?,
            audience_name: row.audience_name.unwrap_or_default(),
            state,
            reason: row.reason,
            // Whoever a rule finds becomes a message at once.
            targeted: if row.looked_at.is_some() { row.made } else { row.targeted },
            targeted_is_final: row.looked_at.is_none() || state.is_over(),
            made: row.made,
            looked_at: row.looked_at,
            messages_per_second: row.per_second,
            paused_at: row.paused_at.map(Timestamp::from_millis),
            paused_by: row.paused_by,
        })
    }
}

/// How far the run of an execution is; `None` when it has none.
pub(crate) async fn find_progress(store: &Store, id: &ExecutionId) -> Result<Option<Run>> {
    let row: Option<ProgressRow> =
        read!(store, db => query_as(FIND_PROGRESS).bind(id.as_str()).fetch_optional(db).await)?;
    row.map(TryInto::try_into).transpose()
}

/// Has the message that is this many places behind the last one not been tried yet?
pub(crate) async fn is_ahead_by(store: &Store, id: &ExecutionId, places: i64) -> Result<bool> {
    let row: Option<(String, i64)> = read!(store, db => query_as(MESSAGE_BEHIND)
        .bind(id.as_str()).bind(places).fetch_optional(db).await)?;
    Ok(row.is_some_and(|(state, attempts)| state == MessageState::Queued.as_str() && attempts == 0))
}
