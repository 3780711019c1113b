//! What people wrote to us, and what was done about it.

use domain::id::{ChannelConfigurationId, InboundId};
use domain::inbound::{Effect, InboundMessage, Reply, ReplyOutcome};
use domain::keywords::Meaning;
use domain::{SandboxName, Timestamp};
use sqlx::{query, query_scalar};

use super::log::{self, Wanted};
use super::{Store, Tx, read, stored, within};
use crate::Result;

super::statements! {
    INSERT = "INSERT INTO inbound_messages
              (id, sandbox, configuration_id, event_key, sender, receiver, body, meaning, keyword, received_at)
              VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (configuration_id, event_key) DO NOTHING";
    SET_EFFECT = "UPDATE inbound_messages SET effect = $2 WHERE id = $1";
    SET_REPLY = "UPDATE inbound_messages SET reply = $2, reply_outcome = $3 WHERE id = $1";
    REPLIES_SINCE = "SELECT COUNT(*) FROM inbound_messages WHERE configuration_id = $1 AND sender = $2 AND received_at >= $3
                     AND reply IS NOT NULL";
    REPLIES_TO_SINCE = "SELECT COUNT(*) FROM inbound_messages WHERE configuration_id = $1 AND sender = $2
                        AND received_at >= $3 AND reply IS NOT NULL AND meaning = $4";
}

/// The columns of a list, with the name of the configuration.
pub(super) const LIST: &str = "SELECT i.id, i.received_at, i.configuration_id, c.name AS configuration_name, i.sender,
    i.receiver, i.body, i.meaning, i.keyword, i.effect, i.reply, i.reply_outcome FROM inbound_messages i
    LEFT JOIN channel_configurations c ON c.id = i.configuration_id";

/// What a person wrote to us.
pub(crate) struct NewInbound<'a> {
    pub(crate) id: InboundId,
    pub(crate) sandbox: &'a SandboxName,
    pub(crate) configuration: &'a ChannelConfigurationId,
    pub(crate) key: &'a str,
    pub(crate) sender: &'a str,
    pub(crate) receiver: &'a str,
    pub(crate) body: &'a str,
    pub(crate) meaning: Meaning,
    pub(crate) keyword: &'a str,
}

/// Was it not told before?
pub(crate) async fn insert(tx: &mut Tx, new: &NewInbound<'_>, now: Timestamp) -> Result<bool> {
    let done = within!(tx, db => query(INSERT)
        .bind(new.id.as_str())
        .bind(new.sandbox.as_str())
        .bind(new.configuration.as_str())
        .bind(new.key)
        .bind(new.sender)
        .bind(new.receiver)
        .bind(new.body)
        .bind(new.meaning.as_str())
        .bind(new.keyword)
        .bind(now.as_millis())
        .execute(db)
        .await
        .map(|done| done.rows_affected()))?;
    Ok(done > 0)
}

/// What it changed.
pub(crate) async fn set_effect(tx: &mut Tx, id: &InboundId, effect: Effect) -> Result<()> {
    within!(tx, db => query(SET_EFFECT).bind(id.as_str()).bind(effect.as_str()).execute(db).await.map(drop))?;
    Ok(())
}

/// What was answered, and how that ended.
pub(crate) async fn set_reply(tx: &mut Tx, id: &InboundId, reply: &Reply) -> Result<()> {
    // The words of a failure stand in the place of the outcome, as they did before there were others.
    let outcome = reply.detail.as_deref().unwrap_or(reply.outcome.as_str());
    within!(tx, db => query(SET_REPLY).bind(id.as_str()).bind(&reply.text).bind(outcome).execute(db).await.map(drop))?;
    Ok(())
}

/// How many replies a person got from a configuration since then; only those to this meaning, when there is one.
pub(crate) async fn replies_since(
    store: &Store,
    configuration: &ChannelConfigurationId,
    sender: &str,
    since: Timestamp,
    to: Option<Meaning>,
) -> Result<i64> {
    let (id, since) = (configuration.as_str(), since.as_millis());
    Ok(match to {
        None => read!(store, db => query_scalar(REPLIES_SINCE).bind(id).bind(sender).bind(since).fetch_one(db).await)?,
        Some(meaning) => read!(store, db => query_scalar(REPLIES_TO_SINCE)
            .bind(id).bind(sender).bind(since).bind(meaning.as_str()).fetch_one(db).await)?,
    })
}

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    received_at: i64,
    configuration_id: String,
    configuration_name: Option<String>,
    sender: String,
    receiver: String,
    body: String,
    meaning: String,
    keyword: String,
    effect: String,
    reply: Option<String>,
    reply_outcome: Option<String>,
}

impl TryFrom<Row> for InboundMessage {
    type Error = crate::Error;

    fn try_from(row: Row) -> Result<Self> {
        Ok(Self {
            id: stored(&row.id)?,
            received_at: Timestamp::from_millis(row.received_at),
            configuration_id: stored(&row.configuration_id)?,
            configuration_name: row.configuration_name.unwrap_or_default(),
            from: row.sender,
            to: row.receiver,
            text: row.body,
            meaning: stored(&row.meaning)?,
            keyword: row.keyword,
            effect: stored(&row.effect)?,
            reply: row.reply.map(|text| reply(text, &row.reply_outcome.unwrap_or_default())),
        })
    }
}

fn reply(text: String, outcome: &str) -> Reply {
    match outcome.parse() {
        Ok(outcome) => Reply { text, outcome, detail: None },
        Err(_) => Reply { text, outcome: ReplyOutcome::Failed, detail: Some(outcome.to_owned()) },
    }
}

/// Newest first.
pub(crate) async fn list(store: &Store, wanted: Wanted, limit: usize) -> Result<Vec<InboundMessage>> {
    let rows: Vec<Row> = log::rows(store, wanted.and(" ORDER BY i.id DESC", []), limit).await?;
    rows.into_iter().map(TryInto::try_into).collect()
}
