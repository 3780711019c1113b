//! Lists of the send log. The one file in which SQL is put together: from constant pieces, with every value bound.

use domain::id::{CampaignId, ExecutionId, ExecutionKind, MessageId};
use domain::message::{Message, MessageCounts, MessageKind, MessageState};
use domain::variants::VariantKey;
use domain::{SandboxName, Timestamp};
use sqlx::postgres::PgRow;
use sqlx::sqlite::SqliteRow;
use sqlx::{AssertSqlSafe, FromRow, query_as};

use super::run_pauses::is_put_off;
use super::{Store, read, stored};
use crate::{Error, Result};

macro_rules! messages {
    ($recipient:literal) => {
        concat!(
            "SELECT m.id, m.execution_id, e.request_id, m.campaign_id, c.name AS campaign_name, m.channel, m.user_id,
             m.namespace, m.address, m.state,
             (SELECT COUNT(*) FROM attempts a WHERE a.message_id = m.id) AS attempts,
             CASE WHEN m.state = 'queued' AND c.status = 'paused' AND m.lane <> 3 THEN 'campaign_paused'
             WHEN k.reason IS NULL THEN m.reason ELSE 'circuit_open' END AS reason,
             CASE WHEN m.state = 'queued' AND c.status = 'paused' AND m.lane <> 3 THEN NULL
             WHEN k.reason IS NULL THEN m.detail ELSE k.words END AS detail,
             CASE WHEN m.state = 'queued' AND c.status = 'paused' AND m.lane <> 3 THEN NULL WHEN k.next_try_at > m.due_at THEN k.next_try_at ELSE m.due_at END AS due_at, m.created_at, m.updated_at,
             m.campaign_version, m.quiet_until, m.variant, e.created_by, r.subject, ",
            $recipient,
            " AS recipient FROM messages m JOIN executions e ON e.id = m.execution_id
             JOIN campaigns c ON c.id = m.campaign_id
             LEFT JOIN renderings r ON r.message_id = m.id
             LEFT JOIN circuits k ON k.configuration_id = m.configuration_id AND m.state = 'queued'"
        )
    };
}

/// Lists leave out what the call said of the recipient: it can be large.
const MESSAGES: &str = messages!("''");
const MESSAGE: &str = messages!("m.recipient");
const EXECUTIONS: &str =
    "SELECT e.id, e.request_id, e.campaign_id, c.name AS campaign_name, e.campaign_version, e.created_at,
    e.created_by FROM executions e JOIN campaigns c ON c.id = e.campaign_id";

/// A value to bind.
#[derive(Debug, Clone)]
pub(crate) enum Bound {
    Text(String),
    Bytes(Vec<u8>),
    Number(i64),
}

impl From<&str> for Bound {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

/// A list that is being asked for: conditions are added one by one.
pub(crate) struct Wanted {
    text: String,
    bound: Vec<Bound>,
}

impl Wanted {
    /// Messages of a sandbox.
    pub(crate) fn messages(sandbox: &SandboxName) -> Self {
        Self::new(MESSAGES).and(" WHERE m.sandbox = ?", [sandbox.as_str().into()])
    }

    /// Executions of a sandbox.
    pub(crate) fn executions(sandbox: &SandboxName) -> Self {
        Self::new(EXECUTIONS).and(" WHERE e.sandbox = ?", [sandbox.as_str().into()])
    }

    /// What people wrote in a sandbox.
    pub(crate) fn inbound(sandbox: &SandboxName) -> Self {
        Self::new(super::inbound_messages::LIST).and(" WHERE i.sandbox = ?", [sandbox.as_str().into()])
    }

    fn new(select: &'static str) -> Self {
        Self { text: select.to_owned(), bound: Vec::new() }
    }

    /// Adds constant text in which each `?` is the place of a value.
    pub(crate) fn and<const N: usize>(mut self, text: &'static str, values: [Bound; N]) -> Self {
        let mut pieces = text.split('?');
        self.text.push_str(pieces.next().unwrap_or_default());
        for (piece, value) in pieces.zip(values) {
            self.bound.push(value);
            self.text.push_str(&format!("${}{piece}", self.bound.len()));
        }
        self
    }

    /// Only messages in this state. Said in constants, for the indexes of a part of the rows.
    pub(crate) fn in_state(self, state: MessageState) -> Self {
        match state {
            // There are never many, and they are in no other index.
            MessageState::Sending => {
                self.and(" AND m.id IN (SELECT s.id FROM messages s WHERE s.state = 'sending')", [])
            }
            other => self.and(" AND m.state <> 'sending' AND m.state = ?", [other.as_str().into()]),
        }
    }

    fn up_to(self, limit: usize) -> Self {
        self.and(" LIMIT ?", [Bound::Number(i64::try_from(limit).unwrap_or(i64::MAX))])
    }
}

macro_rules! fetch {
    ($store:expr, $wanted:expr) => {
        read!($store, db => {
            let mut query = query_as(AssertSqlSafe($wanted.text));
            for value in $wanted.bound {
                query = match value {
                    Bound::Text(text) => query.bind(text),
                    Bound::Bytes(bytes) => query.bind(bytes),
                    Bound::Number(number) => query.bind(number),
                };
            }
            query.fetch_all(db).await
        })
    };
}

/// Rows of another file's list, in the order that is asked for.
pub(crate) async fn rows<R>(store: &Store, wanted: Wanted, limit: usize) -> Result<Vec<R>>
where
    R: for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin,
{
    let wanted = wanted.up_to(limit);
    Ok(fetch!(store, wanted)?)
}

/// A message with what only its own page shows.
pub(crate) struct LoggedMessage {
    pub(crate) message: Message,
    pub(crate) campaign_version: i64,
    /// Its retry window counts from here.
    pub(crate) tried_from: Timestamp,
    pub(crate) recipient: String,
    pub(crate) created_by: String,
    /// Its names are the version's to know.
    pub(crate) variant: Option<VariantKey>,
}

#[derive(sqlx::FromRow)]
struct MessageRow {
    id: String,
    execution_id: String,
    request_id: String,
    campaign_id: String,
    campaign_name: String,
    channel: String,
    user_id: String,
    namespace: String,
    address: String,
    subject: Option<String>,
    state: String,
    reason: Option<String>,
    detail: Option<String>,
    attempts: i64,
    due_at: Option<i64>,
    created_at: i64,
    updated_at: i64,
    campaign_version: i64,
    quiet_until: Option<i64>,
    variant: Option<String>,
    recipient: String,
    created_by: String,
}

impl TryFrom<MessageRow> for LoggedMessage {
    type Error = Error;

    fn try_from(row: MessageRow) -> Result<Self> {
        let execution_id: ExecutionId = stored(&row.execution_id)?;
        let is_proof = execution_id.kind() == ExecutionKind::Proof;
        let message = Message {
            id: stored(&row.id)?,
            execution_id,
            request_id: row.request_id,
            campaign_id: stored(&row.campaign_id)?,
            campaign_name: row.campaign_name,
            channel: stored(&row.channel)?,
            kind: if is_proof { MessageKind::Proof } else { MessageKind::Campaign },
            user_id: row.user_id,
            namespace: row.namespace,
            address: row.address,
            subject: row.subject,
            variant: None,
            state: stored(&row.state)?,
            reason: row.reason,
            detail: row.detail,
            attempts: row.attempts,
            due_at: row.due_at.filter(|due| !is_put_off(*due)).map(Timestamp::from_millis),
            created_at: Timestamp::from_millis(row.created_at),
            updated_at: Timestamp::from_millis(row.updated_at),
        };
        Ok(Self {
            message,
            campaign_version: row.campaign_version,
            tried_from: Timestamp::from_millis(row.quiet_until.unwrap_or(row.created_at).max(row.created_at)),
            recipient: row.recipient,
            created_by: row.created_by,
            variant: row.variant.as_deref().map(stored).transpose()?,
        })
    }
}

/// Newest first, or in the order of recipients.
pub(crate) async fn messages(
    store: &Store,
    wanted: Wanted,
    newest_first: bool,
    limit: usize,
) -> Result<Vec<LoggedMessage>> {
    let wanted = wanted.and(if newest_first { " ORDER BY m.id DESC" } else { " ORDER BY m.id" }, []).up_to(limit);
    let rows: Vec<MessageRow> = fetch!(store, wanted)?;
    rows.into_iter().map(TryInto::try_into).collect()
}

pub(crate) async fn find_message(
    store: &Store,
    sandbox: &SandboxName,
    id: &MessageId,
) -> Result<Option<LoggedMessage>> {
    let wanted = Wanted::new(MESSAGE);
    let wanted = wanted.and(" WHERE m.sandbox = ? AND m.id = ?", [sandbox.as_str().into(), id.as_str().into()]);
    Ok(messages(store, wanted, true, 1).await?.pop())
}

/// An execution without the counts of its messages.
#[derive(sqlx::FromRow)]
pub(crate) struct ExecutionRow {
    pub(crate) id: String,
    pub(crate) request_id: String,
    pub(crate) campaign_id: String,
    pub(crate) campaign_name: String,
    pub(crate) campaign_version: i64,
    pub(crate) created_at: i64,
    pub(crate) created_by: String,
}

/// Newest first.
pub(crate) async fn executions(store: &Store, wanted: Wanted, limit: usize) -> Result<Vec<ExecutionRow>> {
    let wanted = wanted.and(" ORDER BY e.id DESC", []).up_to(limit);
    Ok(fetch!(store, wanted)?)
}

/// Counts of the messages of these executions, in one query.
pub(crate) async fn counts(store: &Store, ids: &[ExecutionId]) -> Result<Vec<(String, MessageCounts)>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let mut wanted = Wanted::new(
        "SELECT execution_id, state, CASE WHEN state = 'excluded' THEN reason END, COUNT(*)
         FROM messages WHERE execution_id IN (",
    );
    for (position, id) in ids.iter().enumerate() {
        wanted = wanted.and(if position == 0 { "?" } else { ", ?" }, [id.as_str().into()]);
    }
    let wanted = wanted.and(") GROUP BY 1, 2, 3", []);
    let rows: Vec<(String, String, Option<String>, i64)> = fetch!(store, wanted)?;
    let mut counted: Vec<(String, MessageCounts)> = Vec::new();
    for (id, state, reason, count) in rows {
        let position = counted.iter().position(|(known, _)| *known == id).unwrap_or_else(|| {
            counted.push((id, MessageCounts::default()));
            counted.len() - 1
        });
        counted[position].1.add(stored(&state)?, reason.as_deref(), count);
    }
    Ok(counted)
}

/// Counts of the newest messages of a campaign, but for proofs, since `first`, `limit` at most.
pub(crate) async fn counts_of_campaign(
    store: &Store,
    id: &CampaignId,
    first: &MessageId,
    limit: usize,
) -> Result<MessageCounts> {
    let newest = Wanted::new(
        "SELECT state, reason, COUNT(*) FROM (
             SELECT state, CASE WHEN state = 'excluded' THEN reason END AS reason FROM messages",
    );
    let of_campaign = [id.as_str().into(), first.as_str().into()];
    let newest =
        newest.and(" WHERE campaign_id = ? AND id >= ? AND lane <> 3 ORDER BY id DESC", of_campaign).up_to(limit);
    let wanted = newest.and(") newest GROUP BY 1, 2", []);
    let rows: Vec<(String, Option<String>, i64)> = fetch!(store, wanted)?;
    let mut counts = MessageCounts::default();
    for (state, reason, count) in rows {
        counts.add(stored(&state)?, reason.as_deref(), count);
    }
    Ok(counts)
}

/// How SQLite would look for these rows.
#[cfg(test)]
pub(crate) async fn plan(store: &Store, wanted: Wanted) -> Vec<String> {
    let wanted = Wanted { text: format!("EXPLAIN QUERY PLAN {}", wanted.text), ..wanted };
    let rows: std::result::Result<Vec<(i64, i64, i64, String)>, sqlx::Error> = fetch!(store, wanted);
    rows.unwrap().into_iter().map(|(_, _, _, step)| step).collect()
}
