//! Channel configurations. The transport's password is stored encrypted, beside the definition.

use domain::channel_configuration::{Channel, ChannelConfiguration, RETRY_MINUTES_MAX, Rates, Sender, Transport};
use domain::consent::ConsentLevel;
use domain::id::{CampaignId, ChannelConfigurationId};
use domain::{Failure, SandboxName, Timestamp};
use serde::{Deserialize, Serialize};
use sqlx::{query, query_as, query_scalar};

use super::{Store, Tx, read, stored, within};
use crate::Result;
use crate::error::OnUnique;

super::statements! {
    LIST = "SELECT id, sandbox, name, channel, category, status, definition, secret, dkim_key, revision, modified_at, modified_by
            FROM channel_configurations WHERE sandbox = $1 ORDER BY id DESC";
    LIST_WITH_SECRET = "SELECT id, sandbox, name, channel, category, status, definition, secret, dkim_key, revision, modified_at, modified_by
                        FROM channel_configurations WHERE secret IS NOT NULL OR dkim_key IS NOT NULL ORDER BY id";
    FIND = "SELECT id, sandbox, name, channel, category, status, definition, secret, dkim_key, revision, modified_at, modified_by
            FROM channel_configurations WHERE id = $1";
    FIND_BY_NAME = "SELECT id, sandbox, name, channel, category, status, definition, secret, dkim_key, revision, modified_at, modified_by
                    FROM channel_configurations WHERE sandbox = $1 AND name = $2";
    INSERT = "INSERT INTO channel_configurations
              (id, sandbox, name, channel, category, status, definition, secret, dkim_key, revision, modified_at, modified_by)
              VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";
    UPDATE = "UPDATE channel_configurations
              SET name = $3, category = $4, status = $5, definition = $6, secret = $7, dkim_key = $8, revision = $9,
                  modified_at = $10, modified_by = $11
              WHERE id = $1 AND revision = $2";
    LIVE_VERSIONS = "SELECT name, id, live_version FROM campaigns WHERE live_configuration_id = $1 AND live_version IS NOT NULL
                     AND status IN ('live', 'scheduled', 'paused') AND (ends_at IS NULL OR ends_at > $2) ORDER BY name";
    LIST_LIVE_CAMPAIGNS = "SELECT name FROM campaigns WHERE live_configuration_id = $1
                           AND status IN ('live', 'scheduled', 'paused') AND (ends_at IS NULL OR ends_at > $2) ORDER BY name";
}

/// A configuration with what the outside does not see of it.
#[derive(Clone)]
pub(crate) struct StoredConfiguration {
    pub(crate) configuration: ChannelConfiguration,
    pub(crate) sandbox: SandboxName,
    /// Encrypted: the password of a relay, or the secrets of an account as JSON.
    pub(crate) secret: Option<String>,
    /// Encrypted: the private key in PEM that signs mails.
    pub(crate) dkim_key: Option<String>,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    sandbox: String,
    name: String,
    channel: String,
    category: String,
    status: String,
    definition: String,
    secret: Option<String>,
    dkim_key: Option<String>,
    revision: i64,
    modified_at: i64,
    modified_by: String,
}

/// What stands in the column `definition`.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Definition {
    #[serde(flatten)]
    sender: Sender,
    transport: Transport,
    #[serde(default = "retry_minutes")]
    retry_minutes: u32,
    #[serde(default)]
    rates: Rates,
    #[serde(default)]
    failover: Option<ChannelConfigurationId>,
    #[serde(default)]
    consent_level: ConsentLevel,
}

/// Of configurations that were stored before there was a choice.
const fn retry_minutes() -> u32 {
    RETRY_MINUTES_MAX
}

impl TryFrom<Row> for StoredConfiguration {
    type Error = crate::Error;

    fn try_from(row: Row) -> Result<Self> {
        let definition: Definition = serde_json::from_str(&row.definition)?;
        let configuration = ChannelConfiguration {
            id: stored(&row.id)?,
            channel: stored::<Channel>(&row.channel)?,
            category: stored(&row.category)?,
            status: stored(&row.status)?,
            name: row.name,
            sender: definition.sender,
            transport: definition.transport,
            retry_minutes: definition.retry_minutes,
            rates: definition.rates,
            failover: definition.failover,
            consent_level: definition.consent_level,
            revision: row.revision,
            modified_at: Timestamp::from_millis(row.modified_at),
            modified_by: row.modified_by,
        };
        Ok(Self { configuration, sandbox: stored(&row.sandbox)?, secret: row.secret, dkim_key: row.dkim_key })
    }
}

impl StoredConfiguration {
    fn definition(&self) -> Result<String> {
        let configuration = &self.configuration;
        Ok(serde_json::to_string(&Definition {
            sender: configuration.sender.clone(),
            transport: configuration.transport.clone(),
            retry_minutes: configuration.retry_minutes,
            rates: configuration.rates,
            failover: configuration.failover.clone(),
            consent_level: configuration.consent_level,
        })?)
    }
}

/// Newest first.
pub(crate) async fn list(store: &Store, sandbox: &SandboxName) -> Result<Vec<StoredConfiguration>> {
    let rows: Vec<Row> = read!(store, db => query_as(LIST).bind(sandbox.as_str()).fetch_all(db).await)?;
    rows.into_iter().map(TryInto::try_into).collect()
}

/// Of all sandboxes, oldest first.
pub(crate) async fn list_with_secret(store: &Store) -> Result<Vec<StoredConfiguration>> {
    let rows: Vec<Row> = read!(store, db => query_as(LIST_WITH_SECRET).fetch_all(db).await)?;
    rows.into_iter().map(TryInto::try_into).collect()
}

pub(crate) async fn find(store: &Store, id: &ChannelConfigurationId) -> Result<Option<StoredConfiguration>> {
    let row: Option<Row> = read!(store, db => query_as(FIND).bind(id.as_str()).fetch_optional(db).await)?;
    row.map(TryInto::try_into).transpose()
}

pub(crate) async fn find_in(tx: &mut Tx, id: &ChannelConfigurationId) -> Result<Option<StoredConfiguration>> {
    let row: Option<Row> = within!(tx, db => query_as(FIND).bind(id.as_str()).fetch_optional(db).await)?;
    row.map(TryInto::try_into).transpose()
}

pub(crate) async fn find_by_name(
    store: &Store,
    sandbox: &SandboxName,
    name: &str,
) -> Result<Option<StoredConfiguration>> {
    let row: Option<Row> =
        read!(store, db => query_as(FIND_BY_NAME).bind(sandbox.as_str()).bind(name).fetch_optional(db).await)?;
    row.map(TryInto::try_into).transpose()
}

/// Fails with `name_taken` at `name`.
pub(crate) async fn insert(tx: &mut Tx, new: &StoredConfiguration) -> Result<()> {
    let (configuration, definition) = (&new.configuration, new.definition()?);
    within!(tx, db => query(INSERT)
        .bind(configuration.id.as_str())
        .bind(new.sandbox.as_str())
        .bind(&configuration.name)
        .bind(configuration.channel.as_str())
        .bind(configuration.category.as_str())
        .bind(configuration.status.as_str())
        .bind(definition)
        .bind(new.secret.as_deref())
        .bind(new.dkim_key.as_deref())
        .bind(configuration.revision)
        .bind(configuration.modified_at.as_millis())
        .bind(&configuration.modified_by)
        .execute(db)
        .await
        .map(drop))
    .on_unique(name_taken)
}

/// Replaces the row of `revision`; `false` when it has another one by now. Fails with `name_taken` at `name`.
pub(crate) async fn update(tx: &mut Tx, revision: i64, changed: &StoredConfiguration) -> Result<bool> {
    let (configuration, definition) = (&changed.configuration, changed.definition()?);
    let done = within!(tx, db => query(UPDATE)
        .bind(configuration.id.as_str())
        .bind(revision)
        .bind(&configuration.name)
        .bind(configuration.category.as_str())
        .bind(configuration.status.as_str())
        .bind(definition)
        .bind(changed.secret.as_deref())
        .bind(changed.dkim_key.as_deref())
        .bind(configuration.revision)
        .bind(configuration.modified_at.as_millis())
        .bind(&configuration.modified_by)
        .execute(db)
        .await
        .map(|done| done.rows_affected()));
    Ok(done.on_unique(name_taken)? > 0)
}

/// Names of the live and scheduled campaigns whose live version uses the configuration.
pub(crate) async fn list_live_campaigns(
    tx: &mut Tx,
    id: &ChannelConfigurationId,
    now: Timestamp,
) -> Result<Vec<String>> {
    let names = within!(tx, db => query_scalar(LIST_LIVE_CAMPAIGNS)
        .bind(id.as_str())
        .bind(now.as_millis())
        .fetch_all(db)
        .await)?;
    Ok(names)
}

/// Name, id and version of the live and scheduled campaigns whose live version uses the configuration.
pub(crate) async fn live_versions(
    store: &Store,
    id: &ChannelConfigurationId,
    now: Timestamp,
) -> Result<Vec<(String, CampaignId, i64)>> {
    let rows: Vec<(String, String, i64)> = read!(store, db => query_as(LIVE_VERSIONS)
        .bind(id.as_str()).bind(now.as_millis()).fetch_all(db).await)?;
    rows.into_iter().map(|(name, id, version)| Ok((name, stored(&id)?, version))).collect()
}

fn name_taken() -> Failure {
    Failure::invalid("name", "name_taken", "There is already a channel configuration with this name.")
}
