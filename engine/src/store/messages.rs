//! Messages: the queue. Claimed with a lease, recorded under guard of the attempt's number.

use domain::id::{CampaignId, ExecutionId, MessageId};
use domain::message::MessageState;
use domain::{SandboxName, Timestamp};
use sqlx::{query, query_as};

use super::{Store, Tx, stored, within};
use crate::{Error, Result};

/// What the claim updates: the next messages that are due, transactional before marketing.
macro_rules! claim {
    ($lock:literal) => {
        concat!(
            "UPDATE messages SET state = 'sending', attempts = attempts + 1, due_at = NULL, leased_by = $1, leased_until = $2,
             updated_at = $3
             WHERE id IN (SELECT id FROM messages WHERE state = 'queued' AND due_at <= $3
                          ORDER BY lane, due_at LIMIT $4 ",
            $lock,
            ") RETURNING id, sandbox, campaign_id, campaign_version, lane, address, recipient, attempts, created_at"
        )
    };
}

super::statements! {
    INSERT = "INSERT INTO messages
              (id, execution_id, sandbox, campaign_id, campaign_version, channel, lane, user_id, namespace, address,
               address_key, recipient, state, attempts, due_at, created_at, updated_at)
              VALUES ($1, $2, $3, $4, $5, 'email', $6, $7, $8, $9, $10, $11, 'queued', 0, $12, $12, $12)";
    CLAIM = claim!("");
    /// Only the process that still holds the claim may write.
    RECORD = "UPDATE messages SET state = $4, reason = $5, detail = $6, due_at = $7, leased_by = NULL, leased_until = NULL,
              updated_at = $8
              WHERE id = $1 AND attempts = $2 AND leased_by = $3 AND state = 'sending'";
    ABANDONED = "SELECT id, sandbox, lane, attempts, leased_by FROM messages WHERE state = 'sending' AND leased_until <= $1
                 ORDER BY leased_until LIMIT 200";
    NEXT_DUE = "SELECT MIN(due_at) FROM messages WHERE state = 'queued'";
}

/// Several processes claim at once: rows that another one is taking are passed over. One of the two texts that differ
/// between the databases.
const CLAIM_POSTGRES: &str = claim!("FOR UPDATE SKIP LOCKED");

/// A message to be queued.
pub(crate) struct NewMessage {
    pub(crate) id: MessageId,
    pub(crate) user_id: String,
    pub(crate) namespace: String,
    pub(crate) address: String,
    /// JSON.
    pub(crate) recipient: String,
}

/// What the messages of one call share.
pub(crate) struct Batch<'a> {
    pub(crate) execution_id: &'a ExecutionId,
    pub(crate) sandbox: &'a SandboxName,
    pub(crate) campaign_id: &'a CampaignId,
    pub(crate) campaign_version: i64,
    pub(crate) lane: i64,
    pub(crate) created_at: Timestamp,
}

pub(crate) async fn insert(tx: &mut Tx, batch: &Batch<'_>, new: &NewMessage) -> Result<()> {
    within!(tx, db => query(INSERT)
        .bind(new.id.as_str())
        .bind(batch.execution_id.as_str())
        .bind(batch.sandbox.as_str())
        .bind(batch.campaign_id.as_str())
        .bind(batch.campaign_version)
        .bind(batch.lane)
        .bind(&new.user_id)
        .bind(&new.namespace)
        .bind(&new.address)
        .bind(new.address.to_lowercase())
        .bind(&new.recipient)
        .bind(batch.created_at.as_millis())
        .execute(db)
        .await
        .map(drop))?;
    Ok(())
}

/// A message that this process is sending now.
#[derive(Debug, Clone)]
pub(crate) struct Claimed {
    pub(crate) id: MessageId,
    pub(crate) sandbox: SandboxName,
    pub(crate) campaign_id: CampaignId,
    pub(crate) campaign_version: i64,
    pub(crate) lane: i64,
    pub(crate) address: String,
    /// JSON of the recipient.
    pub(crate) recipient: String,
    /// Number of the attempt that is being made; 1 is the first.
    pub(crate) attempt: i64,
    pub(crate) created_at: Timestamp,
}

#[derive(sqlx::FromRow)]
struct ClaimedRow {
    id: String,
    sandbox: String,
    campaign_id: String,
    campaign_version: i64,
    lane: i64,
    address: String,
    recipient: String,
    attempts: i64,
    created_at: i64,
}

impl TryFrom<ClaimedRow> for Claimed {
    type Error = Error;

    fn try_from(row: ClaimedRow) -> Result<Self> {
        Ok(Self {
            id: stored(&row.id)?,
            sandbox: stored(&row.sandbox)?,
            campaign_id: stored(&row.campaign_id)?,
            campaign_version: row.campaign_version,
            lane: row.lane,
            address: row.address,
            recipient: row.recipient,
            attempt: row.attempts,
            created_at: Timestamp::from_millis(row.created_at),
        })
    }
}

/// Takes up to `limit` messages that are due; nobody else sends them until `until`.
pub(crate) async fn claim(tx: &mut Tx, by: &str, until: Timestamp, now: Timestamp, limit: i64) -> Result<Vec<Claimed>> {
    let text = match tx {
        Tx::Sqlite(_) => CLAIM,
        Tx::Postgres(_) => CLAIM_POSTGRES,
    };
    let rows: Vec<ClaimedRow> = within!(tx, db => query_as(text)
        .bind(by).bind(until.as_millis()).bind(now.as_millis()).bind(limit).fetch_all(db).await)?;
    let mut claimed = rows.into_iter().map(TryInto::try_into).collect::<Result<Vec<Claimed>>>()?;
    claimed.sort_by(|one, other| (one.lane, &one.id).cmp(&(other.lane, &other.id)));
    Ok(claimed)
}

/// Where a message goes after an attempt.
#[derive(Debug, Clone)]
pub(crate) struct NextState {
    pub(crate) state: MessageState,
    pub(crate) reason: Option<String>,
    pub(crate) detail: Option<String>,
    pub(crate) due_at: Option<Timestamp>,
}

/// `false` when the claim is no longer this process's: nothing was written.
pub(crate) async fn record(
    tx: &mut Tx,
    id: &MessageId,
    attempt: i64,
    by: &str,
    next: &NextState,
    now: Timestamp,
) -> Result<bool> {
    Ok(within!(tx, db => query(RECORD)
        .bind(id.as_str())
        .bind(attempt)
        .bind(by)
        .bind(next.state.as_str())
        .bind(&next.reason)
        .bind(&next.detail)
        .bind(next.due_at.map(Timestamp::as_millis))
        .bind(now.as_millis())
        .execute(db)
        .await
        .map(|done| done.rows_affected() == 1))?)
}

/// A message whose process stopped while it was sending.
pub(crate) struct Abandoned {
    pub(crate) id: MessageId,
    pub(crate) sandbox: SandboxName,
    pub(crate) lane: i64,
    pub(crate) attempt: i64,
    pub(crate) leased_by: String,
}

/// Messages whose lease ended at `end` or before, 200 at most.
pub(crate) async fn abandoned(tx: &mut Tx, end: Timestamp) -> Result<Vec<Abandoned>> {
    let rows: Vec<(String, String, i64, i64, String)> =
        within!(tx, db => query_as(ABANDONED).bind(end.as_millis()).fetch_all(db).await)?;
    rows.into_iter()
        .map(|(id, sandbox, lane, attempt, leased_by)| {
            Ok(Abandoned { id: stored(&id)?, sandbox: stored(&sandbox)?, lane, attempt, leased_by })
        })
        .collect()
}

/// When the next queued message is due; `None` when nothing is queued.
pub(crate) async fn next_due(store: &Store) -> Result<Option<Timestamp>> {
    let due: Option<i64> = super::read!(store, db => sqlx::query_scalar(NEXT_DUE).fetch_one(db).await)?;
    Ok(due.map(Timestamp::from_millis))
}
