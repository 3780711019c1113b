//! Messages: the queue. Claimed with a lease, recorded under guard of the attempt's number.

use domain::address::comparable;
use domain::channel_configuration::Channel;
use domain::eligibility::Exclusion;
use domain::execution::AcceptedRecipient;
use domain::id::{CampaignId, ChannelConfigurationId, ExecutionId, MessageId};
use domain::message::MessageState;
use domain::variants::VariantKey;
use domain::{SandboxName, Timestamp};
use sqlx::{query, query_as, query_scalar};

use super::{Rows, Store, Tx, groups, read, stored, within};
use crate::lane::Lane;
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
            ") RETURNING id, execution_id, sandbox, campaign_id, campaign_version, configuration_id, lane, address, recipient,
             attempts, tries, slot_at, created_at, home_id, quiet_since, quiet_until, variant"
        )
    };
}

super::statements! {
    NAMESPACES = "SELECT namespace FROM messages WHERE sandbox = $1 AND address_key = $2 AND user_key = $2
                  UNION SELECT namespace FROM messages WHERE sandbox = $1 AND user_key = $2 AND user_key <> address_key";
    INSERT = "INSERT INTO messages
              (id, execution_id, sandbox, campaign_id, campaign_version, configuration_id, channel, lane, user_id,
               namespace, address, address_key, user_key, recipient, state, attempts, due_at, leased_by, leased_until,
               reason, detail, created_at, updated_at, variant)
              VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, CAST($17 AS BIGINT), $18,
                      CAST($19 AS BIGINT), $20, $21, $22, $23, $24)";
    CLAIM = claim!("");
    FIND = "SELECT id, execution_id, sandbox, campaign_id, campaign_version, configuration_id, lane, address, recipient, attempts,
            tries, slot_at, created_at, home_id, quiet_since, quiet_until, variant FROM messages WHERE id = $1";
    /// Only the process that still holds the claim may write.
    RECORD = "WITH done (id, attempts, leased_by, state, reason, detail, due_at, updated_at, tries, variant) AS (
                  VALUES ($1, CAST($2 AS BIGINT), $3, $4, $5, $6, CAST($7 AS BIGINT), CAST($8 AS BIGINT), CAST($9 AS BIGINT),
                          CAST($10 AS TEXT)))
              UPDATE messages SET state = done.state, reason = done.reason, detail = done.detail, due_at = done.due_at,
              leased_by = NULL, leased_until = NULL, updated_at = done.updated_at, tries = done.tries,
              slot_at = NULL, variant = COALESCE(done.variant, messages.variant)
              FROM done WHERE messages.id = done.id AND messages.attempts = done.attempts
              AND messages.leased_by = done.leased_by AND messages.state = 'sending'";
    IS_RECORDED = "SELECT COUNT(*) FROM messages WHERE id = $1 AND attempts = $2 AND state = $3 AND updated_at = $4
                   AND leased_by IS NULL";
    RECIPIENTS = "SELECT id, user_id, namespace, address FROM messages WHERE execution_id = $1 ORDER BY id LIMIT 200";
    /// Undoes a claim: no attempt was made. Only the process that still holds the claim may write.
    PUT_BACK = "WITH back (id, leased_by, state, reason, detail, due_at, updated_at, slot_at, quiet_since, quiet_until) AS (
                    VALUES ($1, $2, $3, $4, $5, CAST($6 AS BIGINT), CAST($7 AS BIGINT), CAST($8 AS BIGINT),
                            CAST($9 AS BIGINT), CAST($10 AS BIGINT)))
                UPDATE messages SET state = back.state, reason = COALESCE(back.reason, messages.reason),
                detail = COALESCE(back.detail, messages.detail), due_at = back.due_at,
                attempts = messages.attempts - 1, leased_by = NULL, leased_until = NULL, updated_at = back.updated_at,
                slot_at = back.slot_at, quiet_since = COALESCE(back.quiet_since, messages.quiet_since),
                quiet_until = COALESCE(back.quiet_until, messages.quiet_until)
                FROM back WHERE messages.id = back.id AND messages.leased_by = back.leased_by
                AND messages.state = 'sending'";
    RENEW = "WITH held (id, leased_by, leased_until) AS (VALUES ($1, $2, CAST($3 AS BIGINT)))
             UPDATE messages SET leased_until = held.leased_until FROM held
             WHERE messages.id = held.id AND messages.leased_by = held.leased_by AND messages.state = 'sending'";
    ABANDONED = "SELECT id, sandbox, lane, attempts, tries, leased_by FROM messages WHERE state = 'sending' AND leased_until <= $1
                 ORDER BY leased_until LIMIT 200";
    /// Steps from one configuration with a queue to the next through the index, however long the queues are. Passes over
    /// those whose circuit is open until it is time to probe.
    DUE_QUEUES = "WITH RECURSIVE queues (id) AS (
                      SELECT MIN(configuration_id) FROM messages WHERE state = 'queued'
                      UNION ALL
                      SELECT (SELECT MIN(m.configuration_id) FROM messages m
                              WHERE m.state = 'queued' AND m.configuration_id > queues.id)
                      FROM queues WHERE queues.id IS NOT NULL)
                  SELECT id, lane, EXISTS (SELECT 1 FROM circuits k WHERE k.configuration_id = queues.id) AS is_open
                  FROM queues CROSS JOIN (SELECT CAST(0 AS BIGINT) AS lane UNION ALL SELECT 1 UNION ALL SELECT 2
                              UNION ALL SELECT 3) lanes
                  WHERE EXISTS (SELECT 1 FROM messages m WHERE m.state = 'queued' AND m.configuration_id = queues.id
                                AND m.lane = lanes.lane AND m.due_at <= $1)
                  AND NOT EXISTS (SELECT 1 FROM circuits k WHERE k.configuration_id = queues.id AND k.next_try_at > $1)";
}

/// Several processes claim at once: rows that another one is taking are passed over. One of the two texts that differ
/// between the databases.
const CLAIM_POSTGRES: &str = claim!("FOR UPDATE SKIP LOCKED");

/// A message to be written.
pub(crate) struct NewMessage {
    pub(crate) id: MessageId,
    pub(crate) user_id: String,
    pub(crate) namespace: String,
    pub(crate) address: String,
    /// JSON, without what all recipients of a run share.
    pub(crate) recipient: String,
    pub(crate) fate: Fate,
    /// Of a proof, which shows one. For people it is chosen when it goes.
    pub(crate) variant: Option<VariantKey>,
}

/// What becomes of a message from the start.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fate {
    Due(Timestamp),
    /// Never sent, for this reason.
    Excluded {
        reason: &'static str,
        detail: &'static str,
    },
}

/// What the messages of one call, or of one step of a run, share.
pub(crate) struct Batch<'a> {
    pub(crate) execution_id: &'a ExecutionId,
    pub(crate) sandbox: &'a SandboxName,
    pub(crate) campaign_id: &'a CampaignId,
    pub(crate) campaign_version: i64,
    pub(crate) queue: &'a Queue,
    pub(crate) channel: Channel,
    pub(crate) created_at: Timestamp,
    /// This process sends those that are due at once: they are written as claimed, and never wait in the queue.
    pub(crate) claim: Option<Lease<'a>>,
}

/// How a message is written first.
struct Start<'a> {
    state: MessageState,
    claim: Option<Lease<'a>>,
    due_at: Option<Timestamp>,
    why: Option<(&'static str, &'static str)>,
}

impl<'a> Start<'a> {
    fn of(fate: Fate, claim: Option<Lease<'a>>) -> Self {
        match (fate, claim) {
            (Fate::Due(_), Some(_)) => Self { state: MessageState::Sending, claim, due_at: None, why: None },
            (Fate::Due(at), None) => Self { state: MessageState::Queued, claim, due_at: Some(at), why: None },
            (Fate::Excluded { reason, detail }, _) => {
                Self { state: MessageState::Excluded, claim: None, due_at: None, why: Some((reason, detail)) }
            }
        }
    }
}

static INSERTS: Rows = Rows::new(INSERT);

pub(crate) async fn insert(tx: &mut Tx, all: &[(&Batch<'_>, &NewMessage)]) -> Result<()> {
    for rows in groups(all) {
        let sql = INSERTS.text(tx, rows.len());
        within!(tx, db => {
            let mut query = query(sql);
            for (batch, new) in rows {
                let start = Start::of(new.fate, batch.claim);
                query = query
                    .bind(new.id.as_str())
                    .bind(batch.execution_id.as_str())
                    .bind(batch.sandbox.as_str())
                    .bind(batch.campaign_id.as_str())
                    .bind(batch.campaign_version)
                    .bind(batch.queue.configuration_id.as_str())
                    .bind(batch.channel.as_str())
                    .bind(batch.queue.lane.number())
                    .bind(&new.user_id)
                    .bind(&new.namespace)
                    .bind(&new.address)
                    .bind(search_key(&new.address))
                    .bind(search_key(&new.user_id))
                    .bind(&new.recipient)
                    .bind(start.state.as_str())
                    .bind(i64::from(start.claim.is_some()))
                    .bind(start.due_at.map(Timestamp::as_millis))
                    .bind(start.claim.map(|lease| lease.by))
                    .bind(start.claim.map(|lease| lease.until.as_millis()))
                    .bind(start.why.map(|(reason, _)| reason))
                    .bind(start.why.map(|(_, detail)| detail))
                    .bind(batch.created_at.as_millis())
                    .bind(batch.created_at.as_millis())
                    .bind(new.variant.as_ref().map(VariantKey::to_string));
            }
            query.execute(db).await.map(drop)
        })?;
    }
    Ok(())
}

/// Whom the messages of a call go to, in the order of its recipients: at most ten devices for each of 20.
pub(crate) async fn recipients(store: &Store, execution: &ExecutionId) -> Result<Vec<AcceptedRecipient>> {
    let rows: Vec<(String, String, String, String)> =
        read!(store, db => query_as(RECIPIENTS).bind(execution.as_str()).fetch_all(db).await)?;
    rows.into_iter()
        .map(|(id, user_id, namespace, address)| {
            Ok(AcceptedRecipient { user_id, namespace, message_id: stored(&id)?, address })
        })
        .collect()
}

/// A message that this process is sending now.
#[derive(Debug, Clone)]
pub(crate) struct Claimed {
    pub(crate) id: MessageId,
    pub(crate) execution_id: ExecutionId,
    pub(crate) sandbox: SandboxName,
    pub(crate) campaign_id: CampaignId,
    pub(crate) campaign_version: i64,
    pub(crate) queue: Queue,
    /// The configuration of its campaign, while another one stands in for it.
    pub(crate) home: Option<ChannelConfigurationId>,
    pub(crate) address: String,
    /// JSON of the recipient.
    pub(crate) recipient: String,
    /// Number of the attempt that is being made; 1 is the first.
    pub(crate) attempt: i64,
    /// Attempts before this one that count: those that had no server to speak of do not.
    pub(crate) tries: i64,
    /// Its place in the line of its domain, when it had to wait for one.
    pub(crate) slot_at: Option<Timestamp>,
    pub(crate) created_at: Timestamp,
    /// It finds out whether the server is there again.
    pub(crate) probe: bool,
    /// It has waited for the end of quiet hours.
    pub(crate) quiet: Option<QuietWait>,
    /// Which variant it is, once that was decided.
    pub(crate) variant: Option<VariantKey>,
}

impl Claimed {
    /// For somebody who looks at it before others get theirs.
    pub(crate) fn is_proof(&self) -> bool {
        self.queue.lane == Lane::Proof
    }

    /// Its retry window counts from here: what it waited for quiet hours does not count.
    pub(crate) fn tried_from(&self) -> Timestamp {
        self.quiet.map_or(self.created_at, |wait| wait.until.max(self.created_at))
    }
}

/// How long a message waited, or waits, for the end of quiet hours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct QuietWait {
    /// Since the first time.
    pub(crate) since: Timestamp,
    /// The last time.
    pub(crate) until: Timestamp,
}

#[derive(sqlx::FromRow)]
struct ClaimedRow {
    id: String,
    execution_id: String,
    sandbox: String,
    campaign_id: String,
    campaign_version: i64,
    configuration_id: String,
    lane: i64,
    address: String,
    recipient: String,
    attempts: i64,
    tries: i64,
    slot_at: Option<i64>,
    created_at: i64,
    home_id: Option<String>,
    quiet_since: Option<i64>,
    quiet_until: Option<i64>,
    variant: Option<String>,
}

impl TryFrom<ClaimedRow> for Claimed {
    type Error = Error;

    fn try_from(row: ClaimedRow) -> Result<Self> {
        Ok(Self {
            id: stored(&row.id)?,
            execution_id: stored(&row.execution_id)?,
            sandbox: stored(&row.sandbox)?,
            campaign_id: stored(&row.campaign_id)?,
            campaign_version: row.campaign_version,
            queue: Queue { configuration_id: stored(&row.configuration_id)?, lane: Lane::stored(row.lane)? },
            home: row.home_id.as_deref().map(stored).transpose()?,
            address: row.address,
            recipient: row.recipient,
            attempt: row.attempts,
            tries: row.tries,
            slot_at: row.slot_at.map(Timestamp::from_millis),
            created_at: Timestamp::from_millis(row.created_at),
            probe: false,
            quiet: row.quiet_since.zip(row.quiet_until).map(|(since, until)| QuietWait {
                since: Timestamp::from_millis(since),
                until: Timestamp::from_millis(until),
            }),
            variant: row.variant.as_deref().map(stored).transpose()?,
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
    pub(crate) lane: Lane,
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
        .bind(queue.lane.number())
        .bind(i64::try_from(limit).unwrap_or(i64::MAX))
        .fetch_all(db)
        .await)?;
    rows.into_iter().map(TryInto::try_into).collect()
}

/// A message as a claim gives it, without one.
pub(crate) async fn find(store: &Store, id: &MessageId) -> Result<Option<Claimed>> {
    let row: Option<ClaimedRow> = read!(store, db => query_as(FIND).bind(id.as_str()).fetch_optional(db).await)?;
    row.map(TryInto::try_into).transpose()
}

static RENEWALS: Rows = Rows::new(RENEW);

/// Prolongs the claims on these messages.
pub(crate) async fn renew(tx: &mut Tx, lease: Lease<'_>, messages: &[&MessageId]) -> Result<()> {
    for rows in groups(messages) {
        let sql = RENEWALS.text(tx, rows.len());
        within!(tx, db => {
            let mut query = query(sql);
            for id in rows {
                query = query.bind(id.as_str()).bind(lease.by).bind(lease.until.as_millis());
            }
            query.execute(db).await.map(drop)
        })?;
    }
    Ok(())
}

/// A message that was claimed and is not sent now.
pub(crate) struct PutBack<'a> {
    pub(crate) id: &'a MessageId,
    pub(crate) state: MessageState,
    /// `None`: as it was.
    pub(crate) reason: Option<&'static str>,
    /// `None`: as it was.
    pub(crate) detail: Option<&'a str>,
    /// `None`: not before somebody says so.
    pub(crate) due_at: Option<Timestamp>,
    /// Its place in the line of its domain.
    pub(crate) slot_at: Option<Timestamp>,
    /// `None`: as it was.
    pub(crate) quiet: Option<QuietWait>,
}

impl<'a> PutBack<'a> {
    /// Until its campaign is not paused any more.
    pub(crate) fn held(message: &'a Claimed) -> Self {
        Self {
            id: &message.id,
            state: MessageState::Queued,
            reason: None,
            detail: None,
            due_at: None,
            slot_at: None,
            quiet: None,
        }
    }

    /// For whoever takes it next.
    pub(crate) fn due(message: &'a Claimed, now: Timestamp) -> Self {
        Self { due_at: Some(now), ..Self::held(message) }
    }

    /// Until its place in the line of its domain comes.
    pub(crate) fn in_line(message: &'a Claimed, slot_at: Timestamp) -> Self {
        Self { reason: Some("rate_limited"), due_at: Some(slot_at), slot_at: Some(slot_at), ..Self::held(message) }
    }

    /// Until quiet hours end; `words` say which.
    pub(crate) fn quiet(message: &'a Claimed, wait: QuietWait, words: &'a str) -> Self {
        Self {
            reason: Some(Exclusion::QuietHours.as_str()),
            detail: Some(words),
            due_at: Some(wait.until),
            quiet: Some(wait),
            ..Self::held(message)
        }
    }
}

static PUT_BACKS: Rows = Rows::new(PUT_BACK);

/// Undoes claims of this process; no attempt is counted.
pub(crate) async fn put_back(tx: &mut Tx, all: &[PutBack<'_>], lease: Lease<'_>) -> Result<()> {
    for rows in groups(all) {
        let sql = PUT_BACKS.text(tx, rows.len());
        within!(tx, db => {
            let mut query = query(sql);
            for PutBack { id, state, reason, detail, due_at, slot_at, quiet } in rows {
                query = query
                    .bind(id.as_str())
                    .bind(lease.by)
                    .bind(state.as_str())
                    .bind(reason)
                    .bind(detail)
                    .bind(due_at.map(Timestamp::as_millis))
                    .bind(lease.from.as_millis())
                    .bind(slot_at.map(Timestamp::as_millis))
                    .bind(quiet.map(|wait| wait.since.as_millis()))
                    .bind(quiet.map(|wait| wait.until.as_millis()));
            }
            query.execute(db).await.map(drop)
        })?;
    }
    Ok(())
}

/// Where a message goes after an attempt.
#[derive(Debug, Clone)]
pub(crate) struct NextState {
    pub(crate) state: MessageState,
    pub(crate) reason: Option<String>,
    pub(crate) detail: Option<String>,
    pub(crate) due_at: Option<Timestamp>,
    /// Attempts so far that count.
    pub(crate) tries: i64,
}

/// How an attempt changes its message.
pub(crate) struct Recorded<'a> {
    pub(crate) id: &'a MessageId,
    pub(crate) attempt: i64,
    /// Who holds the claim.
    pub(crate) by: &'a str,
    pub(crate) next: NextState,
    /// `None`: as it was.
    pub(crate) variant: Option<String>,
}

static RECORDS: Rows = Rows::new(RECORD);

/// Writes those whose claim still holds, and says of each whether it did.
pub(crate) async fn record(tx: &mut Tx, all: &[Recorded<'_>], now: Timestamp) -> Result<Vec<bool>> {
    let mut written = Vec::with_capacity(all.len());
    for rows in groups(all) {
        let sql = RECORDS.text(tx, rows.len());
        let changed = within!(tx, db => {
            let mut query = query(sql);
            for Recorded { id, attempt, by, next, variant } in rows {
                query = query
                    .bind(id.as_str())
                    .bind(attempt)
                    .bind(by)
                    .bind(next.state.as_str())
                    .bind(&next.reason)
                    .bind(&next.detail)
                    .bind(next.due_at.map(Timestamp::as_millis))
                    .bind(now.as_millis())
                    .bind(next.tries)
                    .bind(variant);
            }
            query.execute(db).await.map(|done| done.rows_affected())
        })?;
        let all_hold = changed == rows.len() as u64;
        for row in rows {
            written.push(all_hold || is_recorded(tx, row, now).await?);
        }
    }
    Ok(written)
}

async fn is_recorded(tx: &mut Tx, row: &Recorded<'_>, now: Timestamp) -> Result<bool> {
    let found: i64 = within!(tx, db => query_scalar(IS_RECORDED)
        .bind(row.id.as_str())
        .bind(row.attempt)
        .bind(row.next.state.as_str())
        .bind(now.as_millis())
        .fetch_one(db)
        .await)?;
    Ok(found > 0)
}

/// A message whose process stopped while it was sending.
pub(crate) struct Abandoned {
    pub(crate) id: MessageId,
    pub(crate) sandbox: SandboxName,
    pub(crate) lane: Lane,
    pub(crate) attempt: i64,
    /// Attempts before this one that count.
    pub(crate) tries: i64,
    pub(crate) leased_by: String,
}

/// Messages whose lease ended at `end` or before, 200 at most.
pub(crate) async fn abandoned(store: &Store, end: Timestamp) -> Result<Vec<Abandoned>> {
    let rows: Vec<(String, String, i64, i64, i64, String)> =
        read!(store, db => query_as(ABANDONED).bind(end.as_millis()).fetch_all(db).await)?;
    rows.into_iter()
        .map(|(id, sandbox, lane, attempt, tries, leased_by)| {
            let lane = Lane::stored(lane)?;
            Ok(Abandoned { id: stored(&id)?, sandbox: stored(&sandbox)?, lane, attempt, tries, leased_by })
        })
        .collect()
}

/// A queue with messages that are due.
pub(crate) struct DueQueue {
    pub(crate) queue: Queue,
    /// The circuit of its configuration is open, and it is time to probe.
    pub(crate) is_open: bool,
}

/// The queues with messages that are due, in no order. Costs no turn of the writer.
pub(crate) async fn due_queues(store: &Store, now: Timestamp) -> Result<Vec<DueQueue>> {
    let rows: Vec<(String, i64, bool)> =
        read!(store, db => query_as(DUE_QUEUES).bind(now.as_millis()).fetch_all(db).await)?;
    rows.into_iter()
        .map(|(id, lane, is_open)| {
            let queue = Queue { configuration_id: stored(&id)?, lane: Lane::stored(lane)? };
            Ok(DueQueue { queue, is_open })
        })
        .collect()
}

/// Addresses and user ids as they are [compared](comparable), and as bytes, so that both databases order them
/// alike and find what begins with a text through an index.
pub(crate) fn search_key(text: &str) -> Vec<u8> {
    comparable(text).into_bytes()
}

/// How the namespace of a user id is written in messages to it, in whatever case.
pub(crate) async fn namespaces(store: &Store, sandbox: &SandboxName, identity: (&str, &str)) -> Result<Vec<String>> {
    let written: Vec<String> = read!(store, db => query_scalar(NAMESPACES)
        .bind(sandbox.as_str()).bind(search_key(identity.0)).fetch_all(db).await)?;
    Ok(same(written, identity.1))
}

/// [`namespaces`], in a transaction.
pub(crate) async fn namespaces_in(tx: &mut Tx, sandbox: &SandboxName, identity: (&str, &str)) -> Result<Vec<String>> {
    let written: Vec<String> = within!(tx, db => query_scalar(NAMESPACES)
        .bind(sandbox.as_str()).bind(search_key(identity.0)).fetch_all(db).await)?;
    Ok(same(written, identity.1))
}

fn same(mut written: Vec<String>, namespace: &str) -> Vec<String> {
    written.retain(|written| comparable(written) == comparable(namespace));
    written
}
