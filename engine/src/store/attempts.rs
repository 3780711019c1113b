//! Attempts and renderings: what was decided, rendered and answered. Written once.

use domain::Timestamp;
use domain::content::RenderedEmail;
use domain::id::MessageId;
use domain::message::{Attempt, Check, RenderedMessage};
use sqlx::{query, query_as};

use super::{Rows, Store, Tx, groups, read, stored, within};
use crate::Result;

super::statements! {
    INSERT = "INSERT INTO attempts (id, message_id, number, outcome, via, answer, reason, started_at, duration_ms)
              VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    LIST = "SELECT id, number, outcome, via, answer, reason, started_at, duration_ms FROM attempts
            WHERE message_id = $1 ORDER BY number, id";
    /// What was rendered stays: every attempt hands over the same text. Checks and headers are those of the last attempt,
    /// because the configuration may have changed meanwhile; checks that say the same again keep their time.
    INSERT_RENDERING = "INSERT INTO renderings
                        (message_id, checked_at, checks, rendered_at, subject, html, body_text, headers)
                        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
                        ON CONFLICT (message_id) DO UPDATE SET checks = excluded.checks,
                        checked_at = CASE WHEN renderings.checks = excluded.checks THEN renderings.checked_at
                                          ELSE excluded.checked_at END,
                        headers = COALESCE(excluded.headers, renderings.headers)";
    FIND_RENDERING = "SELECT checked_at, checks, rendered_at, subject, html, body_text, headers FROM renderings
                      WHERE message_id = $1";
}

/// What was decided and rendered.
#[derive(Debug, Clone)]
pub(crate) struct Rendering {
    pub(crate) checked_at: Timestamp,
    pub(crate) checks: Vec<Check>,
    pub(crate) rendered: Option<RenderedMessage>,
    /// When it was rendered, which a later attempt does not change.
    pub(crate) rendered_at: Option<Timestamp>,
}

#[derive(sqlx::FromRow)]
struct AttemptRow {
    id: String,
    number: i64,
    outcome: String,
    via: String,
    answer: String,
    reason: Option<String>,
    started_at: i64,
    duration_ms: i64,
}

impl TryFrom<AttemptRow> for Attempt {
    type Error = crate::Error;

    fn try_from(row: AttemptRow) -> Result<Self> {
        Ok(Self {
            id: stored(&row.id)?,
            number: row.number,
            outcome: stored(&row.outcome)?,
            via: row.via,
            answer: row.answer,
            reason: row.reason,
            started_at: Timestamp::from_millis(row.started_at),
            duration_ms: row.duration_ms,
        })
    }
}

#[derive(sqlx::FromRow)]
struct RenderingRow {
    checked_at: i64,
    checks: String,
    rendered_at: Option<i64>,
    subject: Option<String>,
    html: Option<String>,
    body_text: Option<String>,
    headers: Option<String>,
}

static INSERTS: Rows = Rows::new(INSERT);

pub(crate) async fn insert(tx: &mut Tx, all: &[(&MessageId, &Attempt)]) -> Result<()> {
    for rows in groups(all) {
        let sql = INSERTS.text(tx, rows.len());
        within!(tx, db => {
            let mut query = query(sql);
            for (message, attempt) in rows {
                query = query
                    .bind(attempt.id.as_str())
                    .bind(message.as_str())
                    .bind(attempt.number)
                    .bind(attempt.outcome.as_str())
                    .bind(&attempt.via)
                    .bind(&attempt.answer)
                    .bind(&attempt.reason)
                    .bind(attempt.started_at.as_millis())
                    .bind(attempt.duration_ms);
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

static INSERT_RENDERINGS: Rows = Rows::new(INSERT_RENDERING);

pub(crate) async fn insert_renderings(tx: &mut Tx, all: &[(&MessageId, &Rendering)]) -> Result<()> {
    for rows in groups(all) {
        let mut texts = Vec::with_capacity(rows.len());
        for (_, Rendering { checks, rendered, .. }) in rows {
            let headers = rendered.as_ref().map(|rendered| serde_json::to_string(&rendered.headers)).transpose()?;
            texts.push((serde_json::to_string(checks)?, headers));
        }
        let sql = INSERT_RENDERINGS.text(tx, rows.len());
        within!(tx, db => {
            let mut query = query(sql);
            for ((message, Rendering { checked_at, rendered, rendered_at, .. }), (checks, headers)) in rows.iter().zip(&texts) {
                let rendered = rendered.as_ref();
                query = query
                    .bind(message.as_str())
                    .bind(checked_at.as_millis())
                    .bind(checks)
                    .bind(rendered_at.map(Timestamp::as_millis))
                    .bind(rendered.map(|rendered| rendered.email.subject.as_str()))
                    .bind(rendered.map(|rendered| rendered.email.html.as_str()))
                    .bind(rendered.map(|rendered| rendered.email.text.as_str()))
                    .bind(headers);
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
        let headers: Option<Vec<(String, String)>> = row.headers.as_deref().map(serde_json::from_str).transpose()?;
        let rendered = match (row.rendered_at, row.subject, row.html, row.body_text) {
            (Some(_), Some(subject), Some(html), Some(text)) => Some(RenderedMessage {
                email: RenderedEmail { subject, html, text },
                headers: headers.unwrap_or_default(),
            }),
            _ => None,
        };
        Ok(Rendering {
            checked_at: Timestamp::from_millis(row.checked_at),
            checks: serde_json::from_str(&row.checks)?,
            rendered,
            rendered_at: row.rendered_at.map(Timestamp::from_millis),
        })
    })
    .transpose()
}
