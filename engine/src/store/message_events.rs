//! What providers told of messages, and the names they gave them.

use domain::channel_configuration::Channel;
use domain::id::{CampaignId, ChannelConfigurationId, MessageId};
use domain::message::{Feedback, MessageState};
use domain::variants::VariantKey;
use domain::{SandboxName, Timestamp};
use sqlx::{query, query_as, query_scalar};

use super::{Rows, Store, Tx, groups, read, stored, within};
use crate::Result;

super::statements! {
    INSERT = "INSERT INTO message_events (message_id, event_key, kind, at, received_at, reason, words, raw, link)
              VALUES ($1, $2, $3, $4, $5, $6, $7, $8, CAST($9 AS BIGINT)) ON CONFLICT (message_id, event_key) DO NOTHING";
    /// A mail may be looked at for ever; a hundred times are kept.
    INSERT_VISIT = "INSERT INTO message_events (message_id, event_key, kind, at, received_at, reason, words, raw, link)
                    SELECT $1, $2, $3, CAST($4 AS BIGINT), CAST($5 AS BIGINT), $6, $7, $8, CAST($9 AS BIGINT)
                    WHERE (SELECT COUNT(*) FROM message_events e WHERE e.message_id = $1) < 100
                    ON CONFLICT (message_id, event_key) DO NOTHING";
    FIND_ANY_MESSAGE = "SELECT id, sandbox, configuration_id, campaign_id, campaign_version, channel, address, state, created_at,
                        variant FROM messages
                        WHERE id = $1";
    RECIPIENT = "SELECT recipient FROM messages WHERE id = $1";
    CLICKS = "SELECT m.variant, e.link, COUNT(*) AS times, COUNT(DISTINCT e.message_id) AS people FROM message_events e
              JOIN messages m ON m.id = e.message_id
              WHERE m.campaign_id = $1 AND m.campaign_version = $2 AND e.kind = 'clicked' AND e.link IS NOT NULL
              GROUP BY m.variant, e.link ORDER BY e.link";
    LIST = "SELECT kind, at, received_at, reason, words, raw FROM message_events WHERE message_id = $1
            ORDER BY received_at, at, event_key LIMIT 200";
    INSERT_PROVIDER_ID = "INSERT INTO provider_ids (configuration_id, provider_id, message_id, is_rcs)
                          VALUES ($1, $2, $3, $4)
                          ON CONFLICT (configuration_id, provider_id) DO NOTHING";
    FIND_BY_PROVIDER_ID = "SELECT message_id, is_rcs FROM provider_ids WHERE configuration_id = $1 AND provider_id = $2";
    FIND_MESSAGE = "SELECT id, sandbox, configuration_id, campaign_id, campaign_version, channel, address, state, created_at,
                    variant FROM messages
                    WHERE id = $1 AND configuration_id = $2";
    SET_STATE = "UPDATE messages SET state = $3, reason = $4, detail = $5, due_at = NULL, updated_at = $6
                 WHERE id = $1 AND state = $2";
    IS_ANY_SENDING = "SELECT EXISTS (SELECT 1 FROM messages WHERE state = 'sending' AND configuration_id = $1)";
    STATE = "SELECT state FROM messages WHERE id = $1";
}

/// A message that somebody tells something of.
#[derive(Debug, Clone)]
pub(crate) struct Known {
    pub(crate) id: MessageId,
    pub(crate) sandbox: SandboxName,
    pub(crate) campaign_id: CampaignId,
    pub(crate) campaign_version: i64,
    pub(crate) channel: Channel,
    pub(crate) address: String,
    pub(crate) state: MessageState,
    pub(crate) created_at: Timestamp,
    pub(crate) configuration_id: ChannelConfigurationId,
    /// What is told is of what went as RCS, which an SMS may have followed.
    pub(crate) of_rcs: bool,
    /// Which variant it is, once that was written.
    pub(crate) variant: Option<VariantKey>,
}

#[derive(sqlx::FromRow)]
struct KnownRow {
    id: String,
    sandbox: String,
    campaign_id: String,
    campaign_version: i64,
    channel: String,
    address: String,
    state: String,
    created_at: i64,
    configuration_id: String,
    variant: Option<String>,
}

impl TryFrom<KnownRow> for Known {
    type Error = crate::Error;

    fn try_from(row: KnownRow) -> Result<Self> {
        Ok(Self {
            id: stored(&row.id)?,
            sandbox: stored(&row.sandbox)?,
            campaign_id: stored(&row.campaign_id)?,
            campaign_version: row.campaign_version,
            channel: stored(&row.channel)?,
            address: row.address,
            state: stored(&row.state)?,
            created_at: Timestamp::from_millis(row.created_at),
            configuration_id: stored(&row.configuration_id)?,
            of_rcs: false,
            variant: row.variant.as_deref().map(stored).transpose()?,
        })
    }
}

/// Something told, and the number of the link that it is about.
pub(crate) struct Event<'a> {
    pub(crate) feedback: &'a Feedback,
    pub(crate) link: Option<i64>,
}

/// How often a link of a variant was followed, and in how many messages.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub(crate) struct Clicks {
    pub(crate) variant: Option<String>,
    pub(crate) link: i64,
    pub(crate) times: i64,
    pub(crate) people: i64,
}

/// The message of this id, when it went over this configuration: what is told of others is not believed.
pub(crate) async fn find_message(
    store: &Store,
    id: &str,
    configuration: &ChannelConfigurationId,
) -> Result<Option<Known>> {
    let row: Option<KnownRow> = read!(store, db => query_as(FIND_MESSAGE).bind(id).bind(configuration.as_str())
        .fetch_optional(db).await)?;
    row.map(TryInto::try_into).transpose()
}

/// Of whichever configuration: a token of ours names it.
pub(crate) async fn find_any_message(store: &Store, id: &MessageId) -> Result<Option<Known>> {
    let row: Option<KnownRow> =
        read!(store, db => query_as(FIND_ANY_MESSAGE).bind(id.as_str()).fetch_optional(db).await)?;
    row.map(TryInto::try_into).transpose()
}

/// JSON of the recipient of a message.
pub(crate) async fn recipient(store: &Store, id: &MessageId) -> Result<Option<String>> {
    Ok(read!(store, db => query_scalar(RECIPIENT).bind(id.as_str()).fetch_optional(db).await)?)
}

/// Is any message being handed over over this configuration?
pub(crate) async fn is_any_sending(store: &Store, configuration: &ChannelConfigurationId) -> Result<bool> {
    Ok(read!(store, db => query_scalar(IS_ANY_SENDING).bind(configuration.as_str()).fetch_one(db).await)?)
}

/// Of a version of a campaign, by variant and link.
pub(crate) async fn clicks(store: &Store, campaign: &CampaignId, version: i64) -> Result<Vec<Clicks>> {
    Ok(read!(store, db => query_as(CLICKS).bind(campaign.as_str()).bind(version).fetch_all(db).await)?)
}

/// The message, and whether it went as RCS under this name.
pub(crate) async fn find_by_provider_id(
    store: &Store,
    configuration: &ChannelConfigurationId,
    provider_id: &str,
) -> Result<Option<(String, bool)>> {
    let row: Option<(String, i64)> = read!(store, db => query_as(FIND_BY_PROVIDER_ID)
        .bind(configuration.as_str()).bind(provider_id).fetch_optional(db).await)?;
    Ok(row.map(|(id, is_rcs)| (id, is_rcs > 0)))
}

static INSERT_PROVIDER_IDS: Rows = Rows::new(INSERT_PROVIDER_ID);

/// How the provider of a configuration calls a message, or a part of it; and whether that is a rich message (RCS).
pub(crate) async fn insert_provider_ids(
    tx: &mut Tx,
    all: &[(&ChannelConfigurationId, &str, &MessageId, bool)],
) -> Result<()> {
    for rows in groups(all) {
        let sql = INSERT_PROVIDER_IDS.text(tx, rows.len());
        within!(tx, db => {
            let mut query = query(sql);
            for (configuration, provider_id, message, is_rcs) in rows {
                query = query
                    .bind(configuration.as_str())
                    .bind(*provider_id)
                    .bind(message.as_str())
                    .bind(i64::from(*is_rcs));
            }
            query.execute(db).await.map(drop)
        })?;
    }
    Ok(())
}

/// Was it not told before?
pub(crate) async fn insert(tx: &mut Tx, message: &MessageId, key: &str, event: &Event<'_>) -> Result<bool> {
    insert_with(INSERT, tx, message, key, event).await
}

/// The same, unless a hundred things are known of the message.
pub(crate) async fn insert_visit(tx: &mut Tx, message: &MessageId, key: &str, event: &Event<'_>) -> Result<bool> {
    insert_with(INSERT_VISIT, tx, message, key, event).await
}

async fn insert_with(
    sql: &'static str,
    tx: &mut Tx,
    message: &MessageId,
    key: &str,
    Event { feedback: new, link }: &Event<'_>,
) -> Result<bool> {
    let raw = serde_json::to_string(&new.raw)?;
    let done = within!(tx, db => query(sql)
        .bind(message.as_str())
        .bind(key)
        .bind(new.kind.as_str())
        .bind(new.told_at.as_millis())
        .bind(new.received_at.as_millis())
        .bind(new.reason.as_deref().unwrap_or_default())
        .bind(&new.words)
        .bind(&raw)
        .bind(link)
        .execute(db)
        .await
        .map(|done| done.rows_affected()))?;
    Ok(done > 0)
}

/// In the order in which it came.
pub(crate) async fn list(store: &Store, message: &MessageId) -> Result<Vec<Feedback>> {
    type Row = (String, i64, i64, String, String, String);
    let rows: Vec<Row> = read!(store, db => query_as(LIST).bind(message.as_str()).fetch_all(db).await)?;
    rows.into_iter()
        .map(|(kind, at, received_at, reason, words, raw)| {
            Ok(Feedback {
                kind: stored(&kind)?,
                told_at: Timestamp::from_millis(at),
                received_at: Timestamp::from_millis(received_at),
                reason: Some(reason).filter(|reason| !reason.is_empty()),
                words,
                raw: serde_json::from_str(&raw)?,
            })
        })
        .collect()
}

/// Where a message is by now; `None`: it is gone.
pub(crate) async fn find_state(tx: &mut Tx, message: &MessageId) -> Result<Option<MessageState>> {
    let state: Option<String> = within!(tx, db => query_scalar(STATE).bind(message.as_str()).fetch_optional(db).await)?;
    state.as_deref().map(stored).transpose()
}

/// Moves a message from one state to another where nothing more is to be done; unless somebody else has moved it meanwhile.
pub(crate) async fn set_state(
    tx: &mut Tx,
    message: &MessageId,
    (from, to): (MessageState, MessageState),
    why: (Option<&str>, Option<&str>),
    now: Timestamp,
) -> Result<bool> {
    let done = within!(tx, db => query(SET_STATE)
        .bind(message.as_str())
        .bind(from.as_str())
        .bind(to.as_str())
        .bind(why.0)
        .bind(why.1)
        .bind(now.as_millis())
        .execute(db)
        .await
        .map(|done| done.rows_affected()))?;
    Ok(done > 0)
}
