//! Messages: the queue. Claimed with a lease, recorded under guard of the attempt's number.

use std::collections::HashSet;

use domain::id::{CampaignId, ChannelConfigurationId, ExecutionId, MessageId};
use domain::message::MessageState;
use domain::{SandboxName, Timestamp};
use sqlx::{query, query_as, query_scalar};

use super::{Rows, Store, Tx, groups, read, stored, within};
use crate::{Error, Result};

/// What the claim updates: the next messages of a queue that are due.
macro_rules! claim {
    ($lock:literal) => {
        concat!(
            "UPDATE messages SET state = 'sending', attempts = attempts + 1, due_at = NULL, leased_by = $1, leased_until = $2,
             updated_at = $3
             WHERE id IN (SELECT id FROM messages WHERE state = 'queued' AND configuration_id = $4 AND lane = $5 AND due_at <= $3
                          ORDER BY due_at LIMIT $6 ",
            $lock,
            ") RETURNING id, sandbox, campaign_id, campaign_version, configuration_id, lane, address, recipient, attempts,
             created_at"
        )
    };
}

super::statements! {
    INSERT = "INSERT INTO messages
              (id, execution_id, sandbox, campaign_id, campaign_version, configuration_id, channel, lane, user_id,
               namespace, address, address_key, user_key, recipient, state, attempts, due_at, created_at, updated_at)
              VALUES ($1, $2, $3, $4, $5, $14, 'email', $6, $7, $8, $9, $10, $11, $12, 'queued', 0, $13, $13, $13)";
    CLAIM = claim!("");
    /// Only the process that still holds the claim may write.
    RECORD = "WITH done (id, attempts, leased_by, state, reason, detail, due_at, updated_at) AS (
                  VALUES ($1, CAST($2 AS BIGINT), $3, $4, $5, $6, CAST($7 AS BIGINT), CAST($8 AS BIGINT)))
              UPDATE messages SET state = done.state, reason = done.reason, detail = done.detail, due_at = done.due_at,
              leased_by = NULL, leased_until = NULL, updated_at = done.updated_at
              FROM done WHERE messages.id = done.id AND messages.attempts = done.attempts
              AND messages.leased_by = done.leased_by AND messages.state = 'sending' RETURNING messages.id";
    RENEW = "UPDATE messages SET leased_until = $2 WHERE state = 'sending' AND leased_by = $1";
    ABANDONED = "SELECT id, sandbox, lane, attempts, leased_by FROM messages WHERE state = 'sending' AND leased_until <= $1
                 ORDER BY leased_until LIMIT 200";
    /// Steps from one configuration with a queue to the next through the index, however long the queues are.
    DUE_QUEUES = "WITH RECURSIVE queues (id) AS (
                      SELECT MIN(configuration_id) FROM messages WHERE state = 'queued'
                      UNION ALL
                      SELECT (SELECT MIN(m.configuration_id) FROM messages m
                              WHERE m.state = 'queued' AND m.configuration_id > queues.id)
                      FROM queues WHERE queues.id IS NOT NULL)
                  SELECT id, lane FROM queues CROSS JOIN (SELECT CAST(1 AS BIGINT) AS lane UNION ALL SELECT 2) lanes
                  WHERE EXISTS (SELECT 1 FROM messages m WHERE m.state = 'queued' AND m.configuration_id = queues.id
                                AND m.lane = lanes.lane AND m.due_at <= $1)";
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
    pub(crate) configuration_id: &'a ChannelConfigurationId,
    pub(crate) lane: i64,
    pub(crate) created_at: Timestamp,
}

static INSERTS: Rows = Rows::new(INSERT);

pub(crate) async fn insert(tx: &mut Tx, all: &[(&Batch<'_>, &NewMessage)]) -> Result<()> {
    for rows in groups(all) {
        within!(tx, db => {
            let mut query = query(INSERTS.text(rows.len()));
            for (batch, new) in rows {
                query = query
                    .bind(new.id.as_str())
                    .bind(batch.execution_id.as_str())
                    .bind(batch.sandbox.as_str())
                    .bind(batch.campaign_id.as_str())
                    .bind(batch.campaign_version)
                    .bind(batch.lane)
                    .bind(&new.user_id)
                    .bind(&new.namespace)
                    .bind(&new.address)
                    .bind(search_key(&new.address))
                    .bind(search_key(&new.user_id))
                    .bind(&new.recipient)
                    .bind(batch.created_at.as_millis())
                    .bind(batch.configuration_id.as_str());
            }
            query.execute(db).await.map(drop)
        })?;
    }
    Ok(())
}

/// A message that this process is sending now.
#[derive(Debug, Clone)]
pub(crate) struct Claimed {
    pub(crate) id: MessageId,
    pub(crate) sandbox: SandboxName,
    pub(crate) campaign_id: CampaignId,
    pub(crate) campaign_version: i64,
    pub(crate) configuration_id: ChannelConfigurationId,
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
    configuration_id: String,
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
            configuration_id: stored(&row.configuration_id)?,
            lane: row.lane,
            address: row.address,
            recipient: row.recipient,
            attempt: row.attempts,
            created_at: Timestamp::from_millis(row.created_at),
        })
    }
}

/// Whose claim it is, and from when to when it holds.
#[derive(Clone, Copy)]
pub(crate) struct Lease<'a> {
    pub(crate) by: &'a str,
    pub(crate) from: Timestamp,
    pub(crate) until: Timestamp,
}

/// The messages of one lane that one configuration sends. Each has its own queue, so that a server that does not answer
/// keeps nobody else waiting.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Queue {
    pub(crate) configuration_id: ChannelConfigurationId,
    pub(crate) lane: i64,
}

/// Takes up to `limit` messages of a queue that are due; nobody else sends them while the lease holds.
pub(crate) async fn claim(tx: &mut Tx, lease: Lease<'_>, queue: &Queue, limit: usize) -> Result<Vec<Claimed>> {
    let text = match tx {
        Tx::Sqlite(_) => CLAIM,
        Tx::Postgres(_) => CLAIM_POSTGRES,
    };
    let rows: Vec<ClaimedRow> = within!(tx, db => query_as(text)
        .bind(lease.by)
        .bind(lease.until.as_millis())
        .bind(lease.from.as_millis())
        .bind(queue.configuration_id.as_str())
        .bind(queue.lane)
        .bind(i64::try_from(limit).unwrap_or(i64::MAX))
        .fetch_all(db)
        .await)?;
    rows.into_iter().map(TryInto::try_into).collect()
}

/// Prolongs all claims of this process.
pub(crate) async fn renew(tx: &mut Tx, lease: Lease<'_>) -> Result<()> {
    within!(tx, db => query(RENEW).bind(lease.by).bind(lease.until.as_millis()).execute(db).await.map(drop))?;
    Ok(())
}

/// Where a message goes after an attempt.
#[derive(Debug, Clone)]
pub(crate) struct NextState {
    pub(crate) state: MessageState,
    pub(crate) reason: Option<String>,
    pub(crate) detail: Option<String>,
    pub(crate) due_at: Option<Timestamp>,
}

/// How an attempt changes its message.
pub(crate) struct Recorded<'a> {
    pub(crate) id: &'a MessageId,
    pub(crate) attempt: i64,
    /// Who holds the claim.
    pub(crate) by: &'a str,
    pub(crate) next: NextState,
}

static RECORDS: Rows = Rows::new(RECORD);

/// Writes those whose claim still holds, and says which.
pub(crate) async fn record(tx: &mut Tx, all: &[Recorded<'_>], now: Timestamp) -> Result<HashSet<MessageId>> {
    let mut written = HashSet::with_capacity(all.len());
    for rows in groups(all) {
        let ids: Vec<String> = within!(tx, db => {
            let mut query = query_scalar(RECORDS.text(rows.len()));
            for Recorded { id, attempt, by, next } in rows {
                query = query
                    .bind(id.as_str())
                    .bind(attempt)
                    .bind(by)
                    .bind(next.state.as_str())
                    .bind(&next.reason)
                    .bind(&next.detail)
                    .bind(next.due_at.map(Timestamp::as_millis))
                    .bind(now.as_millis());
            }
            query.fetch_all(db).await
        })?;
        for id in ids {
            written.insert(stored(&id)?);
        }
    }
    Ok(written)
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
pub(crate) async fn abandoned(store: &Store, end: Timestamp) -> Result<Vec<Abandoned>> {
    let rows: Vec<(String, String, i64, i64, String)> =
        read!(store, db => query_as(ABANDONED).bind(end.as_millis()).fetch_all(db).await)?;
    rows.into_iter()
        .map(|(id, sandbox, lane, attempt, leased_by)| {
            Ok(Abandoned { id: stored(&id)?, sandbox: stored(&sandbox)?, lane, attempt, leased_by })
        })
        .collect()
}

/// The queues with messages that are due, in no order. Costs no turn of the writer.
pub(crate) async fn due_queues(store: &Store, now: Timestamp) -> Result<Vec<Queue>> {
    let rows: Vec<(String, i64)> = read!(store, db => query_as(DUE_QUEUES).bind(now.as_millis()).fetch_all(db).await)?;
    rows.into_iter().map(|(id, lane)| Ok(Queue { configuration_id: stored(&id)?, lane })).collect()
}

/// Addresses and user ids as the filters compare them: in lower case, and as bytes, so that both databases order them
/// alike and find what begins with a text through an index.
pub(crate) fn search_key(text: &str) -> Vec<u8> {
    text.to_lowercase().into_bytes()
}
