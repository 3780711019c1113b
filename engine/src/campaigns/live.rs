//! Live campaigns as intake and delivery need them: the row for a moment, compiled versions for as long as they fit.

use std::sync::Arc;
use std::time::Duration;

use domain::campaign::{CampaignDefinition, CampaignStatus};
use domain::channel_configuration::Category;
use domain::id::CampaignId;
use domain::{Failure, SandboxName, Timestamp};

use super::templates::CompiledEmail;
use crate::recent::Recent;
use crate::store::campaigns::StoredCampaign;
use crate::store::{campaign_versions, campaigns};
use crate::{Engine, Error, Result};

/// Campaign rows of the last second, and compiled versions, which never change.
pub(crate) struct VersionCache {
    rows: Recent<(SandboxName, CampaignId), StoredCampaign>,
    versions: Recent<(CampaignId, i64), Arc<CompiledVersion>>,
}

impl Default for VersionCache {
    fn default() -> Self {
        // A second decides how long another process still accepts calls of a campaign that was stopped here.
        Self { rows: Recent::new(10_000, Some(Duration::from_secs(1))), versions: Recent::new(500, None) }
    }
}

impl VersionCache {
    /// The row of this campaign has changed.
    pub(super) fn forget_campaign(&self, sandbox: &SandboxName, id: &CampaignId) {
        self.rows.forget(&(sandbox.clone(), id.clone()));
    }
}

/// A version with its compiled content.
pub(crate) struct CompiledVersion {
    pub(crate) number: i64,
    pub(crate) definition: CampaignDefinition,
    pub(crate) compiled: CompiledEmail,
}

/// A campaign that is or was live, at this moment.
#[derive(Clone)]
pub(crate) struct LiveCampaign {
    pub(crate) id: CampaignId,
    /// At this moment: calls are accepted when it is `Live`.
    pub(crate) status: CampaignStatus,
    pub(crate) category: Category,
    pub(crate) starts_at: Option<Timestamp>,
    pub(crate) ends_at: Option<Timestamp>,
    pub(crate) version: Arc<CompiledVersion>,
}

impl Engine {
    /// The campaign that a call names, with the version that answers. `NotFound` `campaign`; Conflict
    /// `campaign_not_live` when it was never activated.
    pub(crate) async fn live_campaign(&self, sandbox: &SandboxName, campaign_id: &str) -> Result<LiveCampaign> {
        let unknown = || Failure::not_found("campaign");
        let id: CampaignId = campaign_id.parse().map_err(|_| unknown())?;
        let now = self.now();
        let key = (sandbox.clone(), id);
        let load = campaigns::find_head(self.store(), sandbox, &key.1);
        let row = self.0.versions.rows.find_or(&key, now, load).await?.ok_or_else(unknown)?;
        let Some(number) = row.live_version() else {
            return Err(Failure::conflict("campaign_not_live", "This campaign is not activated.").into());
        };
        let campaign = row.at(now);
        Ok(LiveCampaign {
            version: self.version(&campaign.id, number).await?,
            id: campaign.id,
            status: campaign.status,
            category: campaign.category,
            starts_at: row.starts_at,
            ends_at: row.ends_at,
        })
    }

    /// A version with its compiled content. There is one for every message.
    pub(crate) async fn version(&self, campaign: &CampaignId, number: i64) -> Result<Arc<CompiledVersion>> {
        let key = (campaign.clone(), number);
        let load = async {
            let Some(version) = campaign_versions::find(self.store(), campaign, number).await? else {
                return Ok::<_, Error>(None);
            };
            let compiled = CompiledEmail::compile(&version.definition.content).map_err(|faults| {
                let why = faults.0.first().map_or("", |fault| fault.text.as_str());
                Error::unexpected(format!("version {number} of {campaign} does not compile: {why}"))
            })?;
            Ok(Some(Arc::new(CompiledVersion { number, definition: version.definition, compiled })))
        };
        let found = self.0.versions.versions.find_or(&key, self.now(), load).await?;
        found.ok_or_else(|| Error::unexpected(format!("there is no version {number} of {campaign}")))
    }
}
