//! Campaigns: list, draft, review, publish, stop.
use domain::{Page, SandboxName, campaign::*, channel_configuration::Category, id::CampaignId};
use crate::{Engine, Result};
/// Compiled live versions, by campaign and number. Immutable, so never stale.
#[derive(Default)]
pub(crate) struct VersionCache;
/// What the campaign list shows. Empty fields do not filter.
#[derive(Debug, Clone, Default, serde::Serialize, serde::Deserialize)]
pub struct CampaignFilter { pub name: String, pub status: String }
impl Engine {
    /// Newest first, 50 a page.
    pub async fn list_campaigns(&self, sandbox: &SandboxName, filter: &CampaignFilter, cursor: Option<&str>) -> Result<Page<Campaign>> { todo!() }
    pub async fn find_campaign(&self, sandbox: &SandboxName, id: &CampaignId) -> Result<CampaignDetail> { todo!() }
    pub async fn create_campaign(&self, sandbox: &SandboxName, name: &str, category: Category, by: &str) -> Result<CampaignDetail> { todo!() }
    /// Stores what is well-formed; returns the detail with the new revision. Conflict `changed_meanwhile` (text names who and when) when `revision` is old; nothing is stored then.
    pub async fn save_draft(&self, sandbox: &SandboxName, id: &CampaignId, revision: i64, draft: &CampaignDraft, by: &str) -> Result<CampaignDetail> { todo!() }
    /// Everything that blocks activation, and warnings.
    pub async fn review_campaign(&self, sandbox: &SandboxName, id: &CampaignId) -> Result<Review> { todo!() }
    /// Reviewed draft → immutable version, live or scheduled. Invalid with all faults when the review has errors; Conflict when `revision` is not the reviewed one.
    pub async fn publish_campaign(&self, sandbox: &SandboxName, id: &CampaignId, revision: i64, by: &str) -> Result<CampaignDetail> { todo!() }
    pub async fn stop_campaign(&self, sandbox: &SandboxName, id: &CampaignId, by: &str) -> Result<CampaignDetail> { todo!() }
    /// A new draft under another name.
    pub async fn duplicate_campaign(&self, sandbox: &SandboxName, id: &CampaignId, name: &str, by: &str) -> Result<CampaignDetail> { todo!() }
    /// Drafts that were never live only.
    pub async fn delete_campaign(&self, sandbox: &SandboxName, id: &CampaignId) -> Result<()> { todo!() }
}
