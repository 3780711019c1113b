//! Attempts and renderings: what was decided, rendered and answered. Written once.

use domain::Timestamp;
use domain::id::MessageId;
use domain::message::{Attempt, Check};
use sqlx::{query, query_as, query_scalar};

use super::{Rows, Store, Tx, groups, read, stored, within};
use crate::Result;

super::statements! {
    INSERT = "INSERT INTO attempts (message_id, number, outcome, via, answer, reason, started_at, duration_ms, failover)
              VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    LIST = "SELECT number, outcome, via, answer, reason, started_at, duration_ms, failover FROM attempts
            WHERE message_id = $1 ORDER BY number";
    WAS_IN_DOUBT = "SELECT EXISTS (SELECT 1 FROM attempts WHERE message_id = $1 AND outcome = 'in_doubt')";
    COUNT_IN_DOUBT = "SELECT COUNT(*) FROM attempts WHERE message_id = $1 AND outcome = 'in_doubt'";
    /// Every attempt hands over the same text. Checks and headers are those of the last attempt, because the configuration may
    /// have changed meanwhile; checks that say the same again keep their time.
    INSERT_RENDERING = "INSERT INTO renderings (message_id, checked_at, checks, rendered_at, subject, body)
                        VALUES ($1, $2, $3, $4, $5, $6)
                        ON CONFLICT (message_id) DO UPDATE SET checks = excluded.checks,
                        checked_at = CASE WHEN renderings.checks = excluded.checks THEN renderings.checked_at
                                          ELSE excluded.checked_at END,
                        body = COALESCE(excluded.body, renderings.body)";
    FIND_RENDERING = "SELECT checked_at, checks, rendered_at, subject, body FROM renderings WHERE message_id = $1";
}

/// What was decided and rendered.
#[derive(Debug, Clone)]
pub(crate) struct Rendering {
    pub(crate) checked_at: Timestamp,
    pub(crate) checks: Vec<Check>,
    pub(crate) subject: Option<String>,
    /// All else that was rendered, packed. `None` once retention has removed it.
    pub(crate) body: Option<Vec<u8>>,
    /// When it was rendered, which a later attempt does not change.
    pub(crate) rendered_at: Option<Timestamp>,
}

#[derive(sqlx::FromRow)]
struct AttemptRow {
    number: i64,
    outcome: String,
    via: String,
    answer: String,
    reason: Option<String>,
    started_at: i64,
    duration_ms: i64,
    failover: Option<String>,
}

impl TryFrom<AttemptRow> for Attempt {
    type Error = crate::Error;

    fn try_from(row: AttemptRow) -> Result<Self> {
        Ok(Self {
            number: row.number,
            outcome: stored(&row.outcome)?,
            via: row.via,
            answer: row.answer,
            reason: row.reason,
            started_at: Timestamp::from_millis(row.started_at),
            duration_ms: row.duration_ms,
            failover: row.failover,
        })
    }
}

#[derive(sqlx::FromRow)]
struct RenderingRow {
    checked_at: i64,
    checks: String,
    rendered_at: Option<i64>,
    subject: Option<String>,
    body: Option<Vec<u8>>,
}

static INSERTS: Rows = Rows::new(INSERT);

pub(crate) async fn insert(tx: &mut Tx, all: &[(&MessageId, &Attempt)]) -> Result<()> {
    for rows in groups(all) {
        let sql = INSERTS.text(tx, rows.len());
        within!(tx, db => {
            let mut query = query(sql);
            for (message, attempt) in rows {
                query = query
                    .bind(message.as_str())
                    .bind(attempt.number)
                    .bind(attempt.outcome.as_str())
                    .bind(&attempt.via)
                    .bind(&attempt.answer)
                    .bind(&attempt.reason)
                    .bind(attempt.started_at.as_millis())
                    .bind(attempt.duration_ms)
                    .bind(&attempt.failover);
            }
            query.execute(db).await.map(drop)
        })?;
    }
    Ok(())
}

pub(crate) async fn list(store: &Store, message: &MessageId) -> Result<Vec<Attempt>> {
    let rows: Vec<AttemptRow> = read!(store, db => query_as(LIST).bind(message.as_str()).fetch_all(db).await)?;
    rows.into_iter().map(TryInto::try_into).collect()
}

/// May an earlier attempt have arrived?
pub(crate) async fn was_in_doubt(store: &Store, message: &MessageId) -> Result<bool> {
    Ok(read!(store, db => query_scalar(WAS_IN_DOUBT).bind(message.as_str()).fetch_one(db).await)?)
}

/// Of how many attempts does nobody know whether they have arrived?
pub(crate) async fn count_in_doubt(tx: &mut Tx, message: &MessageId) -> Result<i64> {
    Ok(within!(tx, db => query_scalar(COUNT_IN_DOUBT).bind(message.as_str()).fetch_one(db).await)?)
}

static INSERT_RENDERINGS: Rows = Rows::new(INSERT_RENDERING);

pub(crate) async fn insert_renderings(tx: &mut Tx, all: &[(&MessageId, &Rendering)]) -> Result<()> {
    for rows in groups(all) {
        let checks = rows.iter().map(|(_, rendering)| serde_json::to_string(&rendering.checks));
        let checks = checks.collect::<Result<Vec<_>, _>>()?;
        let sql = INSERT_RENDERINGS.text(tx, rows.len());
        within!(tx, db => {
            let mut query = query(sql);
            for ((message, Rendering { checked_at, rendered_at, subject, body, .. }), checks) in rows.iter().zip(&checks) {
                query = query
                    .bind(message.as_str())
                    .bind(checked_at.as_millis())
                    .bind(checks)
                    .bind(rendered_at.map(Timestamp::as_millis))
                    .bind(subject)
                    .bind(body);
            }
            query.execute(db).await.map(drop)
        })?;
    }
    Ok(())
}

pub(crate) async fn find_rendering(store: &Store, message: &MessageId) -> Result<Option<Rendering>> {
    let row: Option<RenderingRow> =
        read!(store, db => query_as(FIND_RENDERING).bind(message.as_str()).fetch_optional(db).await)?;
    row.map(|row| {
        Ok(Rendering {
            checked_at: Timestamp::from_millis(row.checked_at),
            checks: serde_json::from_str(&row.checks)?,
            subject: row.subject,
            body: row.body,
            rendered_at: row.rendered_at.map(Timestamp::from_millis),
        })
    })
    .transpose()
}
