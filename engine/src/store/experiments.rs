//! Experiments: what was decided, and how many messages of each treatment did what.

use std::collections::{BTreeMap, HashSet};

use domain::experiment::{ExperimentState, Fact, TreatmentReport, Winner};
use domain::id::{CampaignId, MessageId};
use domain::{SandboxName, Timestamp};
use sqlx::{query, query_as};

use super::{Rows, Store, Tx, groups, read, stored, within};
use crate::Result;
use crate::experiments::Arm;

super::statements! {
    /// Keeps what was decided when there is one.
    PUT = "INSERT INTO experiments (campaign_id, experiment_id, next_look_at, is_by_hand)
           VALUES ($1, $2, CAST($3 AS BIGINT), FALSE)
           ON CONFLICT (campaign_id, experiment_id) DO UPDATE SET next_look_at = excluded.next_look_at";
    FIND = "SELECT shares, shared_out_at, winner, winner_at, winner_by, is_by_hand FROM experiments
            WHERE campaign_id = $1 AND experiment_id = $2";
    DUE = "SELECT e.campaign_id, e.experiment_id, e.next_look_at, c.sandbox FROM experiments e
           JOIN campaigns c ON c.id = e.campaign_id
           WHERE e.next_look_at <= $1 ORDER BY e.next_look_at LIMIT 50";
    /// Whoever changes this has the look; nobody else does.
    LOOK = "UPDATE experiments SET next_look_at = CAST($4 AS BIGINT)
            WHERE campaign_id = $1 AND experiment_id = $2 AND next_look_at = $3";
    SHARE_OUT = "UPDATE experiments SET shares = $3, shared_out_at = $4
                 WHERE campaign_id = $1 AND experiment_id = $2 AND winner IS NULL";
    /// Figures choose none once somebody has decided by hand.
    WIN = "UPDATE experiments SET winner = $3, winner_at = $4, winner_by = $5, is_by_hand = $6
           WHERE campaign_id = $1 AND experiment_id = $2 AND winner IS NULL AND ($6 OR NOT is_by_hand)";
    /// Its treatment is gone; who decides stays as it was.
    FORGET_WINNER = "UPDATE experiments SET winner = NULL, winner_at = NULL, winner_by = NULL
                     WHERE campaign_id = $1 AND experiment_id = $2 AND winner = $3";
    /// Whatever becomes of it later is decided by hand.
    LET_RUN_ON = "UPDATE experiments SET winner = NULL, winner_at = NULL, winner_by = NULL, is_by_hand = TRUE,
                  next_look_at = $4
                  WHERE campaign_id = $1 AND experiment_id = $2 AND winner = $3";
    INSERT_FACT = "INSERT INTO experiment_facts (message_id, fact) VALUES ($1, $2)
                   ON CONFLICT (message_id, fact) DO NOTHING RETURNING message_id, fact";
    COUNT = "INSERT INTO experiment_counts (campaign_id, experiment_id, treatment, held_out, sent, delivered, opened, clicked,
                                            unsubscribed, since)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
             ON CONFLICT (campaign_id, experiment_id, treatment) DO UPDATE SET
             held_out = experiment_counts.held_out + excluded.held_out,
             sent = experiment_counts.sent + excluded.sent,
             delivered = experiment_counts.delivered + excluded.delivered,
             opened = experiment_counts.opened + excluded.opened,
             clicked = experiment_counts.clicked + excluded.clicked,
             unsubscribed = experiment_counts.unsubscribed + excluded.unsubscribed";
    COUNTED = "SELECT treatment, held_out, sent, delivered, opened, clicked, unsubscribed, since FROM experiment_counts
               WHERE campaign_id = $1 AND experiment_id = $2";
    REMOVE_FACTS_WITHOUT_MESSAGE = "DELETE FROM experiment_facts WHERE message_id >= $1 AND message_id <= $2
                                    AND NOT EXISTS (SELECT 1 FROM messages m WHERE m.id = experiment_facts.message_id)";
    REMOVE_FACTS_OF = "DELETE FROM experiment_facts WHERE message_id = $1";
}

/// An experiment of a campaign.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Which {
    pub(crate) campaign_id: CampaignId,
    pub(crate) experiment_id: String,
}

/// Makes it known; its figures are looked at then.
pub(crate) async fn put(tx: &mut Tx, which: &Which, next_look_at: Option<Timestamp>) -> Result<()> {
    within!(tx, db => query(PUT)
        .bind(which.campaign_id.as_str())
        .bind(&which.experiment_id)
        .bind(next_look_at.map(Timestamp::as_millis))
        .execute(db)
        .await
        .map(drop))?;
    Ok(())
}

#[derive(sqlx::FromRow)]
struct StateRow {
    shares: Option<String>,
    shared_out_at: Option<i64>,
    winner: Option<String>,
    winner_at: Option<i64>,
    winner_by: Option<String>,
    is_by_hand: bool,
}

impl TryFrom<StateRow> for ExperimentState {
    type Error = crate::Error;

    fn try_from(row: StateRow) -> Result<Self> {
        let winner = row.winner.zip(row.winner_at).map(|(treatment, at)| Winner {
            treatment,
            at: Timestamp::from_millis(at),
            by: row.winner_by.unwrap_or_default(),
        });
        Ok(Self {
            shares: row.shares.as_deref().map(serde_json::from_str).transpose()?,
            shared_out_at: row.shared_out_at.map(Timestamp::from_millis),
            winner,
            is_by_hand: row.is_by_hand,
        })
    }
}

/// What was decided; nothing, of one that is not known.
pub(crate) async fn find(store: &Store, which: &Which) -> Result<ExperimentState> {
    let row: Option<StateRow> = read!(store, db => query_as(FIND)
        .bind(which.campaign_id.as_str()).bind(&which.experiment_id).fetch_optional(db).await)?;
    row.map_or_else(|| Ok(ExperimentState::default()), TryInto::try_into)
}

/// The same, as the transaction sees it.
pub(crate) async fn find_in(tx: &mut Tx, which: &Which) -> Result<ExperimentState> {
    let row: Option<StateRow> = within!(tx, db => query_as(FIND)
        .bind(which.campaign_id.as_str()).bind(&which.experiment_id).fetch_optional(db).await)?;
    row.map_or_else(|| Ok(ExperimentState::default()), TryInto::try_into)
}

/// An experiment whose figures are to be looked at.
#[derive(Debug)]
pub(crate) struct DueLook {
    pub(crate) which: Which,
    pub(crate) sandbox: SandboxName,
    pub(crate) at: Timestamp,
}

/// The longest overdue first, 50 at most.
pub(crate) async fn due(store: &Store, now: Timestamp) -> Result<Vec<DueLook>> {
    let rows: Vec<(String, String, i64, String)> =
        read!(store, db => query_as(DUE).bind(now.as_millis()).fetch_all(db).await)?;
    rows.into_iter()
        .map(|(campaign, experiment_id, at, sandbox)| {
            let which = Which { campaign_id: stored(&campaign)?, experiment_id };
            Ok(DueLook { which, sandbox: stored(&sandbox)?, at: Timestamp::from_millis(at) })
        })
        .collect()
}

/// Takes the look, so that nobody else does; `next`: the one after it, if any. `false`: somebody else has taken it.
pub(crate) async fn look(tx: &mut Tx, due: &DueLook, next: Option<Timestamp>) -> Result<bool> {
    let done = within!(tx, db => query(LOOK)
        .bind(due.which.campaign_id.as_str())
        .bind(&due.which.experiment_id)
        .bind(due.at.as_millis())
        .bind(next.map(Timestamp::as_millis))
        .execute(db)
        .await
        .map(|done| done.rows_affected()))?;
    Ok(done > 0)
}

/// `false` when there is a winner by now.
pub(crate) async fn share_out(
    tx: &mut Tx,
    which: &Which,
    shares: &BTreeMap<String, u8>,
    now: Timestamp,
) -> Result<bool> {
    let shares = serde_json::to_string(shares)?;
    let done = within!(tx, db => query(SHARE_OUT)
        .bind(which.campaign_id.as_str())
        .bind(&which.experiment_id)
        .bind(&shares)
        .bind(now.as_millis())
        .execute(db)
        .await
        .map(|done| done.rows_affected()))?;
    Ok(done > 0)
}

/// `false` when there is a winner already; of figures also when somebody has decided by hand.
pub(crate) async fn win(tx: &mut Tx, which: &Which, winner: &Winner, is_by_hand: bool) -> Result<bool> {
    let done = within!(tx, db => query(WIN)
        .bind(which.campaign_id.as_str())
        .bind(&which.experiment_id)
        .bind(&winner.treatment)
        .bind(winner.at.as_millis())
        .bind(&winner.by)
        .bind(is_by_hand)
        .execute(db)
        .await
        .map(|done| done.rows_affected()))?;
    Ok(done > 0)
}

/// A winner that is no treatment any more is none.
pub(crate) async fn forget_winner(tx: &mut Tx, which: &Which, winner: &str) -> Result<()> {
    within!(tx, db => query(FORGET_WINNER)
        .bind(which.campaign_id.as_str())
        .bind(&which.experiment_id)
        .bind(winner)
        .execute(db)
        .await
        .map(drop))?;
    Ok(())
}

/// Undoes a winner; its figures are looked at now. `false` when it is not the winner any more.
pub(crate) async fn let_run_on(tx: &mut Tx, which: &Which, winner: &str, now: Timestamp) -> Result<bool> {
    let done = within!(tx, db => query(LET_RUN_ON)
        .bind(which.campaign_id.as_str())
        .bind(&which.experiment_id)
        .bind(winner)
        .bind(now.as_millis())
        .execute(db)
        .await
        .map(|done| done.rows_affected()))?;
    Ok(done > 0)
}

static INSERT_FACTS: Rows = Rows::new(INSERT_FACT);

/// Which of these things were not known before? They are written in one order, so that two who write never wait for each
/// other.
pub(crate) async fn insert_facts(tx: &mut Tx, all: &mut [(&MessageId, Fact)]) -> Result<HashSet<(MessageId, Fact)>> {
    all.sort_unstable();
    let mut new = HashSet::new();
    for rows in groups(all) {
        let sql = INSERT_FACTS.text(tx, rows.len());
        let inserted: Vec<(String, String)> = within!(tx, db => {
            let mut query = query_as(sql);
            for (message, fact) in rows {
                query = query.bind(message.as_str()).bind(fact.as_str());
            }
            query.fetch_all(db).await
        })?;
        for (message, fact) in inserted {
            new.insert((stored(&message)?, stored(&fact)?));
        }
    }
    Ok(new)
}

static COUNTS: Rows = Rows::new(COUNT);

/// Raises counters, in their order: two who count never wait for each other.
pub(crate) async fn count(tx: &mut Tx, more: &BTreeMap<&Arm, BTreeMap<Fact, i64>>, now: Timestamp) -> Result<()> {
    let more: Vec<_> = more.iter().collect();
    for rows in groups(&more) {
        let sql = COUNTS.text(tx, rows.len());
        within!(tx, db => {
            let mut query = query(sql);
            for (arm, counts) in rows {
                query = query
                    .bind(arm.which.campaign_id.as_str())
                    .bind(&arm.which.experiment_id)
                    .bind(&arm.treatment);
                for fact in Fact::ALL {
                    query = query.bind(counts.get(fact).copied().unwrap_or_default());
                }
                query = query.bind(now.as_millis());
            }
            query.execute(db).await.map(drop)
        })?;
    }
    Ok(())
}

/// What was counted of an experiment.
#[derive(Debug, Default)]
pub(crate) struct Counted {
    /// Of each treatment; without names, shares and comparisons.
    pub(crate) treatments: Vec<TreatmentReport>,
    pub(crate) held_out: i64,
    /// When the first message of a treatment went.
    pub(crate) since: Option<Timestamp>,
}

#[derive(sqlx::FromRow)]
struct CountedRow {
    treatment: String,
    held_out: i64,
    sent: i64,
    delivered: i64,
    opened: i64,
    clicked: i64,
    unsubscribed: i64,
    since: i64,
}

pub(crate) async fn counted(store: &Store, which: &Which) -> Result<Counted> {
    let rows: Vec<CountedRow> = read!(store, db => query_as(COUNTED)
        .bind(which.campaign_id.as_str()).bind(&which.experiment_id).fetch_all(db).await)?;
    let held_out = rows.iter().map(|row| row.held_out).sum();
    let rows = || rows.iter().filter(|row| row.sent > 0);
    let of = |row: &CountedRow| TreatmentReport {
        id: row.treatment.clone(),
        sent: row.sent,
        delivered: row.delivered,
        opened: row.opened,
        clicked: row.clicked,
        unsubscribed: row.unsubscribed,
        ..TreatmentReport::default()
    };
    let since = rows().map(|row| row.since).min().map(Timestamp::from_millis);
    Ok(Counted { treatments: rows().map(of).collect(), held_out, since })
}
