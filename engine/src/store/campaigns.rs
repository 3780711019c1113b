//! Campaigns: one row with the draft and what is known of the live version.

use domain::campaign::{Campaign, CampaignDraft, CampaignPause, CampaignStatus};
use domain::id::{CampaignId, ChannelConfigurationId};
use domain::{Failure, SandboxName, Timestamp};
use sqlx::{query, query_as};

use super::{Store, Tx, read, stored, within};
use crate::Result;
use crate::error::OnUnique;

/// Everything but the draft, which can be large.
macro_rules! head {
    () => {
        "id, name, category, channel, status, draft_open, revision, live_version, starts_at, ends_at, created_at,
         modified_at, modified_by, pause"
    };
}

super::statements! {
    /// The status is compared as it is at the time $5, like `CampaignStatus::at` has it.
    LIST = concat!("SELECT ", head!(), " FROM campaigns WHERE sandbox = $1
        AND ($2 = '' OR id < $2)
        AND ($3 = '' OR name_key LIKE $3 ESCAPE '!')
        AND ($4 = '' OR $4 = CASE
            WHEN status IN ('live', 'scheduled') AND ends_at <= $5 THEN 'finished'
            WHEN status = 'scheduled' AND (starts_at IS NULL OR starts_at <= $5) THEN 'live'
            ELSE status END)
        ORDER BY id DESC LIMIT $6");
    FIND_HEAD = concat!("SELECT ", head!(), " FROM campaigns WHERE sandbox = $1 AND id = $2");
    FIND = concat!("SELECT ", head!(), ", draft FROM campaigns WHERE sandbox = $1 AND id = $2");
    FIND_BY_NAME = concat!("SELECT ", head!(), ", draft FROM campaigns WHERE sandbox = $1 AND name = $2");
    INSERT = "INSERT INTO campaigns
              (id, sandbox, name, name_key, category, channel, status, draft, draft_open, revision, created_at, created_by,
               modified_at, modified_by)
              VALUES ($1, $2, $3, $4, $5, $6, 'draft', $7, FALSE, 1, $8, $9, $8, $9)";
    SAVE_DRAFT = "UPDATE campaigns SET name = $3, name_key = $4, draft = $5, draft_open = $6, revision = revision + 1,
                  modified_at = $7, modified_by = $8, channel = $9
                  WHERE id = $1 AND revision = $2";
    PUBLISH = "UPDATE campaigns SET status = $4, draft_open = FALSE, live_version = $5, live_configuration_id = $6,
               starts_at = $7, ends_at = $8, modified_at = $9, modified_by = $10
               WHERE id = $1 AND revision = $2 AND status = $3";
    SET_LIVE_VERSION = "UPDATE campaigns SET live_version = $3 WHERE id = $1 AND live_version = $2";
    SET_STATUS = "UPDATE campaigns SET status = $3, modified_at = $4, modified_by = $5 WHERE id = $1 AND status = $2";
    DELETE = "DELETE FROM campaigns WHERE sandbox = $1 AND id = $2 AND status = 'draft' AND live_version IS NULL";
}

/// A campaign as stored: the status is what people did, before the dates act on it.
#[derive(Debug, Clone)]
pub(crate) struct StoredCampaign {
    campaign: Campaign,
    pub(crate) starts_at: Option<Timestamp>,
    pub(crate) ends_at: Option<Timestamp>,
    pause: Option<CampaignPause>,
}

impl StoredCampaign {
    pub(crate) fn id(&self) -> &CampaignId {
        &self.campaign.id
    }

    pub(crate) fn revision(&self) -> i64 {
        self.campaign.revision
    }

    pub(crate) fn live_version(&self) -> Option<i64> {
        self.campaign.live_version
    }

    /// As last set by somebody.
    pub(crate) fn stored_status(&self) -> CampaignStatus {
        self.campaign.status
    }

    /// While it is paused.
    pub(crate) fn pause(&self) -> Option<CampaignPause> {
        // What is left of a pause after a stop only tells what becomes of its messages.
        self.pause.clone().filter(|_| self.campaign.status == CampaignStatus::Paused)
    }

    /// The campaign with its status at `now`.
    pub(crate) fn at(&self, now: Timestamp) -> Campaign {
        let status = self.campaign.status.at(now, self.starts_at, self.ends_at);
        Campaign { status, ..self.campaign.clone() }
    }
}

/// A campaign with its draft.
#[derive(Debug, Clone)]
pub(crate) struct StoredDraft {
    pub(crate) head: StoredCampaign,
    pub(crate) draft: CampaignDraft,
}

#[derive(sqlx::FromRow)]
struct Head {
    id: String,
    name: String,
    category: String,
    channel: String,
    status: String,
    draft_open: bool,
    revision: i64,
    live_version: Option<i64>,
    starts_at: Option<i64>,
    ends_at: Option<i64>,
    created_at: i64,
    modified_at: i64,
    modified_by: String,
    pause: Option<String>,
}

#[derive(sqlx::FromRow)]
struct Row {
    #[sqlx(flatten)]
    head: Head,
    draft: String,
}

impl TryFrom<Head> for StoredCampaign {
    type Error = crate::Error;

    fn try_from(row: Head) -> Result<Self> {
        let campaign = Campaign {
            id: stored(&row.id)?,
            name: row.name,
            category: stored(&row.category)?,
            channel: stored(&row.channel)?,
            status: stored(&row.status)?,
            live_version: row.live_version,
            draft_open: row.draft_open,
            revision: row.revision,
            created_at: Timestamp::from_millis(row.created_at),
            modified_at: Timestamp::from_millis(row.modified_at),
            modified_by: row.modified_by,
        };
        let time = |millis: Option<i64>| millis.map(Timestamp::from_millis);
        let pause = row.pause.as_deref().map(serde_json::from_str).transpose()?;
        Ok(Self { campaign, starts_at: time(row.starts_at), ends_at: time(row.ends_at), pause })
    }
}

impl TryFrom<Row> for StoredDraft {
    type Error = crate::Error;

    fn try_from(row: Row) -> Result<Self> {
        Ok(Self { head: row.head.try_into()?, draft: serde_json::from_str(&row.draft)? })
    }
}

/// What [`list`] shows. Empty texts do not filter.
pub(crate) struct Wanted<'a> {
    /// Part of the name, in any case.
    pub(crate) name: &'a str,
    pub(crate) status: Option<CampaignStatus>,
    /// Only rows after this id.
    pub(crate) after: &'a str,
    pub(crate) limit: i64,
}

/// Newest first.
pub(crate) async fn list(
    store: &Store,
    sandbox: &SandboxName,
    wanted: &Wanted<'_>,
    now: Timestamp,
) -> Result<Vec<StoredCampaign>> {
    let rows: Vec<Head> = read!(store, db => query_as(LIST)
        .bind(sandbox.as_str())
        .bind(wanted.after)
        .bind(containing(wanted.name))
        .bind(wanted.status.map_or("", CampaignStatus::as_str))
        .bind(now.as_millis())
        .bind(wanted.limit)
        .fetch_all(db)
        .await)?;
    rows.into_iter().map(TryInto::try_into).collect()
}

/// A `LIKE` pattern for texts that contain this one, both in lower case.
pub(super) fn containing(text: &str) -> String {
    // No name holds control characters, and PostgreSQL takes no NUL.
    let text: String = text.trim().chars().filter(|c| !c.is_control()).collect::<String>().to_lowercase();
    if text.is_empty() {
        return text;
    }
    let plain = text.replace('!', "!!").replace('%', "!%").replace('_', "!_");
    format!("%{plain}%")
}

/// Without the draft.
pub(crate) async fn find_head(store: &Store, sandbox: &SandboxName, id: &CampaignId) -> Result<Option<StoredCampaign>> {
    let row: Option<Head> =
        read!(store, db => query_as(FIND_HEAD).bind(sandbox.as_str()).bind(id.as_str()).fetch_optional(db).await)?;
    row.map(TryInto::try_into).transpose()
}

pub(crate) async fn find(store: &Store, sandbox: &SandboxName, id: &CampaignId) -> Result<Option<StoredDraft>> {
    let row: Option<Row> =
        read!(store, db => query_as(FIND).bind(sandbox.as_str()).bind(id.as_str()).fetch_optional(db).await)?;
    row.map(TryInto::try_into).transpose()
}

pub(crate) async fn find_in(tx: &mut Tx, sandbox: &SandboxName, id: &CampaignId) -> Result<Option<StoredDraft>> {
    let row: Option<Row> =
        within!(tx, db => query_as(FIND).bind(sandbox.as_str()).bind(id.as_str()).fetch_optional(db).await)?;
    row.map(TryInto::try_into).transpose()
}

pub(crate) async fn find_by_name(store: &Store, sandbox: &SandboxName, name: &str) -> Result<Option<StoredDraft>> {
    let row: Option<Row> =
        read!(store, db => query_as(FIND_BY_NAME).bind(sandbox.as_str()).bind(name).fetch_optional(db).await)?;
    row.map(TryInto::try_into).transpose()
}

/// Stores a new campaign with revision 1. Fails with `name_taken` at `name`.
pub(crate) async fn insert(
    tx: &mut Tx,
    sandbox: &SandboxName,
    campaign: &Campaign,
    draft: &CampaignDraft,
) -> Result<()> {
    let json = serde_json::to_string(draft)?;
    within!(tx, db => query(INSERT)
        .bind(campaign.id.as_str())
        .bind(sandbox.as_str())
        .bind(&campaign.name)
        .bind(campaign.name.to_lowercase())
        .bind(campaign.category.as_str())
        .bind(campaign.channel.as_str())
        .bind(json)
        .bind(campaign.created_at.as_millis())
        .bind(&campaign.modified_by)
        .execute(db)
        .await
        .map(drop))
    .on_unique(name_taken)
}

/// Who changes a campaign, and when.
#[derive(Clone, Copy)]
pub(crate) struct Change<'a> {
    pub(crate) by: &'a str,
    pub(crate) now: Timestamp,
}

/// Replaces the draft of `revision`; `false` when it has another one by now. Fails with `name_taken` at `name`.
pub(crate) async fn save_draft(
    tx: &mut Tx,
    id: &CampaignId,
    revision: i64,
    draft: &CampaignDraft,
    draft_open: bool,
    change: Change<'_>,
) -> Result<bool> {
    let json = serde_json::to_string(draft)?;
    let done = within!(tx, db => query(SAVE_DRAFT)
        .bind(id.as_str())
        .bind(revision)
        .bind(&draft.name)
        .bind(draft.name.to_lowercase())
        .bind(json)
        .bind(draft_open)
        .bind(change.now.as_millis())
        .bind(change.by)
        .bind(draft.content.channel().as_str())
        .execute(db)
        .await
        .map(|done| done.rows_affected()));
    Ok(done.on_unique(name_taken)? > 0)
}

/// What the campaign row knows of its live version.
pub(crate) struct Live<'a> {
    pub(crate) status: CampaignStatus,
    pub(crate) number: i64,
    pub(crate) configuration_id: &'a ChannelConfigurationId,
    pub(crate) starts_at: Option<Timestamp>,
    pub(crate) ends_at: Option<Timestamp>,
}

/// Makes a version live; `false` when the row is no longer as it was read.
pub(crate) async fn publish(tx: &mut Tx, read: &StoredCampaign, live: &Live<'_>, change: Change<'_>) -> Result<bool> {
    let done = within!(tx, db => query(PUBLISH)
        .bind(read.id().as_str())
        .bind(read.revision())
        .bind(read.stored_status().as_str())
        .bind(live.status.as_str())
        .bind(live.number)
        .bind(live.configuration_id.as_str())
        .bind(live.starts_at.map(Timestamp::as_millis))
        .bind(live.ends_at.map(Timestamp::as_millis))
        .bind(change.now.as_millis())
        .bind(change.by)
        .execute(db)
        .await
        .map(|done| done.rows_affected()))?;
    Ok(done > 0)
}

/// Changes the status; `false` when the row is no longer as it was read.
pub(crate) async fn set_status(
    tx: &mut Tx,
    read: &StoredCampaign,
    status: CampaignStatus,
    change: Change<'_>,
) -> Result<bool> {
    let done = within!(tx, db => query(SET_STATUS)
        .bind(read.id().as_str())
        .bind(read.stored_status().as_str())
        .bind(status.as_str())
        .bind(change.now.as_millis())
        .bind(change.by)
        .execute(db)
        .await
        .map(|done| done.rows_affected()))?;
    Ok(done > 0)
}

/// A new version takes the place of this one, and nothing else of the campaign changes. Was it still the newest?
pub(crate) async fn set_live_version(tx: &mut Tx, id: &CampaignId, before: i64, after: i64) -> Result<bool> {
    let done = within!(tx, db => query(SET_LIVE_VERSION)
        .bind(id.as_str()).bind(before).bind(after).execute(db).await.map(|done| done.rows_affected()))?;
    Ok(done > 0)
}

/// Deletes a draft that was never live; `false` when there is none.
pub(crate) async fn delete(tx: &mut Tx, sandbox: &SandboxName, id: &CampaignId) -> Result<bool> {
    let done = within!(tx, db => query(DELETE).bind(sandbox.as_str()).bind(id.as_str()).execute(db).await
        .map(|done| done.rows_affected()))?;
    Ok(done > 0)
}

fn name_taken() -> Failure {
    Failure::invalid("name", "name_taken", "There is already a campaign with this name.")
}

#[cfg(test)]
mod tests {
    use super::containing;

    #[test]
    fn signs_with_a_meaning_in_like_are_searched_for_as_themselves() {
        assert_eq!(containing(" 100% Off_! "), "%100!% off!_!!%");
        assert_eq!(containing("  "), "");
        assert_eq!(containing("a\0b"), "%ab%");
    }
}
