//! Copies of mails, and which mails were the first of their version or run.

use domain::Timestamp;
use domain::address::EmailAddress;
use domain::id::{CampaignId, MessageId};
use domain::mail_copy::{CopyKind, CopyState, MailCopy};
use sqlx::{query, query_as, query_scalar};

use super::{Store, Tx, read, stored, within};
use crate::Result;

/// Copies that are due; whoever takes them moves them ahead, so that nobody else does.
macro_rules! claim {
    ($lock:literal) => {
        concat!(
            "UPDATE copies SET due_at = $2, tries = tries + 1
             WHERE id IN (SELECT id FROM copies WHERE state = 'waiting' AND due_at <= $1 ORDER BY due_at LIMIT $3 ",
            $lock,
            ") RETURNING id, message_id, kind, address, tries"
        )
    };
}

super::statements! {
    INSERT = "INSERT INTO copies (id, message_id, kind, address, state, due_at, tries, words, created_at, updated_at)
              VALUES ($1, $2, $3, $4, 'waiting', $5, 0, '', $5, $5) ON CONFLICT (message_id, kind, address) DO NOTHING";
    INSERT_FIRST = "INSERT INTO first_mails (campaign_id, campaign_version, run_id) VALUES ($1, $2, $3)
                    ON CONFLICT (campaign_id, campaign_version, run_id) DO NOTHING";
    IS_DUE = "SELECT EXISTS (SELECT 1 FROM copies WHERE state = 'waiting' AND due_at <= $1)";
    CLAIM = claim!("");
    /// Only whoever took it last may write.
    RECORD = "UPDATE copies SET state = $3, due_at = $4, reason = $5, words = $6, updated_at = $7
              WHERE id = $1 AND tries = $2 AND state = 'waiting'";
    LIST = "SELECT kind, address, state, tries, reason, words, updated_at FROM copies WHERE message_id = $1
            ORDER BY kind, address";
    REMOVE_OF = "DELETE FROM copies WHERE message_id = $1";
    REMOVE_WITHOUT_MESSAGE = "DELETE FROM copies WHERE message_id >= $1 AND message_id <= $2
                              AND NOT EXISTS (SELECT 1 FROM messages m WHERE m.id = copies.message_id)";
}

/// Several processes claim at once.
const CLAIM_POSTGRES: &str = claim!("FOR UPDATE SKIP LOCKED");

/// A copy to be made.
pub(crate) struct NewCopy<'a> {
    pub(crate) id: MessageId,
    pub(crate) message: &'a MessageId,
    pub(crate) kind: CopyKind,
    pub(crate) address: &'a EmailAddress,
}

/// Writes a copy that is due at once; nothing, when there is one already.
pub(crate) async fn insert(tx: &mut Tx, new: &NewCopy<'_>, now: Timestamp) -> Result<()> {
    within!(tx, db => query(INSERT)
        .bind(new.id.as_str())
        .bind(new.message.as_str())
        .bind(new.kind.as_str())
        .bind(new.address.as_str())
        .bind(now.as_millis())
        .execute(db)
        .await
        .map(drop))?;
    Ok(())
}

/// Is this the first mail of the version, or of the run? `run` is empty for a version.
pub(crate) async fn is_first(tx: &mut Tx, campaign: &CampaignId, version: i64, run: &str) -> Result<bool> {
    let done = within!(tx, db => query(INSERT_FIRST).bind(campaign.as_str()).bind(version).bind(run).execute(db).await
        .map(|done| done.rows_affected()))?;
    Ok(done > 0)
}

/// A copy that this process is sending.
#[derive(Debug, Clone)]
pub(crate) struct ClaimedCopy {
    pub(crate) id: MessageId,
    pub(crate) message: MessageId,
    pub(crate) kind: CopyKind,
    pub(crate) address: EmailAddress,
    /// Number of this try; 1 is the first.
    pub(crate) tries: i64,
}

/// Is there any copy that is due? Costs no turn of the writer.
pub(crate) async fn is_due(store: &Store, now: Timestamp) -> Result<bool> {
    Ok(read!(store, db => query_scalar(IS_DUE).bind(now.as_millis()).fetch_one(db).await)?)
}

/// Takes up to `limit` copies that are due, until `until`.
pub(crate) async fn claim(tx: &mut Tx, now: Timestamp, until: Timestamp, limit: i64) -> Result<Vec<ClaimedCopy>> {
    let text = match tx {
        Tx::Sqlite(_) => CLAIM,
        Tx::Postgres(_) => CLAIM_POSTGRES,
    };
    let rows: Vec<(String, String, String, String, i64)> = within!(tx, db => query_as(text)
        .bind(now.as_millis()).bind(until.as_millis()).bind(limit).fetch_all(db).await)?;
    rows.into_iter()
        .map(|(id, message, kind, address, tries)| {
            Ok(ClaimedCopy {
                id: stored(&id)?,
                message: stored(&message)?,
                kind: stored(&kind)?,
                address: stored(&address)?,
                tries,
            })
        })
        .collect()
}

/// Where a copy is after a try.
pub(crate) struct Tried<'a> {
    pub(crate) state: CopyState,
    /// Of the next try.
    pub(crate) due_at: Option<Timestamp>,
    pub(crate) reason: Option<&'a str>,
    pub(crate) words: &'a str,
}

pub(crate) async fn record(tx: &mut Tx, copy: &ClaimedCopy, tried: &Tried<'_>, now: Timestamp) -> Result<()> {
    within!(tx, db => query(RECORD)
        .bind(copy.id.as_str())
        .bind(copy.tries)
        .bind(tried.state.as_str())
        .bind(tried.due_at.map(Timestamp::as_millis))
        .bind(tried.reason)
        .bind(tried.words)
        .bind(now.as_millis())
        .execute(db)
        .await
        .map(drop))?;
    Ok(())
}

/// Copies of a message.
pub(crate) async fn list(store: &Store, message: &MessageId) -> Result<Vec<MailCopy>> {
    type Row = (String, String, String, i64, Option<String>, String, i64);
    let rows: Vec<Row> = read!(store, db => query_as(LIST).bind(message.as_str()).fetch_all(db).await)?;
    rows.into_iter()
        .map(|(kind, address, state, tries, reason, words, updated_at)| {
            Ok(MailCopy {
                kind: stored(&kind)?,
                address: stored(&address)?,
                state: stored(&state)?,
                tries,
                reason,
                words,
                updated_at: Timestamp::from_millis(updated_at),
            })
        })
        .collect()
}
