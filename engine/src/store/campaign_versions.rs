//! Campaign versions: written once, never changed.

use domain::Timestamp;
use domain::campaign::{CampaignVersion, VersionLine};
use domain::id::CampaignId;
use domain::mail_templates::MailTemplates;
use sqlx::{query, query_as, query_scalar};

use super::{Store, Tx, read, stored, within};
use crate::Result;

super::statements! {
    FIND = "SELECT campaign_id, number, definition, published_at, published_by FROM campaign_versions
            WHERE campaign_id = $1 AND number = $2";
    LIST = "SELECT number, published_at, published_by FROM campaign_versions WHERE campaign_id = $1
            ORDER BY number DESC LIMIT $2";
    LAST_NUMBER = "SELECT COALESCE(MAX(number), 0) FROM campaign_versions WHERE campaign_id = $1";
    INSERT = "INSERT INTO campaign_versions (campaign_id, number, definition, published_at, published_by)
              VALUES ($1, $2, $3, $4, $5)";
}

#[derive(sqlx::FromRow)]
struct Row {
    campaign_id: String,
    number: i64,
    definition: String,
    published_at: i64,
    published_by: String,
}

impl TryFrom<Row> for CampaignVersion {
    type Error = crate::Error;

    fn try_from(row: Row) -> Result<Self> {
        Ok(Self {
            campaign_id: stored(&row.campaign_id)?,
            number: row.number,
            definition: serde_json::from_str(&row.definition)?,
            mail: MailTemplates::default(),
            published_at: Timestamp::from_millis(row.published_at),
            published_by: row.published_by,
        })
    }
}

/// Without what its configuration says.
pub(crate) async fn find(store: &Store, campaign: &CampaignId, number: i64) -> Result<Option<CampaignVersion>> {
    let row: Option<Row> =
        read!(store, db => query_as(FIND).bind(campaign.as_str()).bind(number).fetch_optional(db).await)?;
    row.map(TryInto::try_into).transpose()
}

/// Newest first, without what they say.
pub(crate) async fn list(store: &Store, campaign: &CampaignId, limit: i64) -> Result<Vec<VersionLine>> {
    let rows: Vec<(i64, i64, String)> =
        read!(store, db => query_as(LIST).bind(campaign.as_str()).bind(limit).fetch_all(db).await)?;
    let line = |(number, published_at, published_by)| VersionLine {
        number,
        published_at: Timestamp::from_millis(published_at),
        published_by,
    };
    Ok(rows.into_iter().map(line).collect())
}

pub(crate) async fn find_in(tx: &mut Tx, campaign: &CampaignId, number: i64) -> Result<Option<CampaignVersion>> {
    let row: Option<Row> =
        within!(tx, db => query_as(FIND).bind(campaign.as_str()).bind(number).fetch_optional(db).await)?;
    row.map(TryInto::try_into).transpose()
}

/// The number of the newest version; 0 when there is none.
pub(crate) async fn last_number(tx: &mut Tx, campaign: &CampaignId) -> Result<i64> {
    Ok(within!(tx, db => query_scalar(LAST_NUMBER).bind(campaign.as_str()).fetch_one(db).await)?)
}

pub(crate) async fn insert(tx: &mut Tx, version: &CampaignVersion) -> Result<()> {
    let definition = serde_json::to_string(&version.definition)?;
    within!(tx, db => query(INSERT)
        .bind(version.campaign_id.as_str())
        .bind(version.number)
        .bind(definition)
        .bind(version.published_at.as_millis())
        .bind(&version.published_by)
        .execute(db)
        .await
        .map(drop))?;
    Ok(())
}
