//! Campaigns: list, draft, review, publish, stop.

mod draft;
mod live;
mod live_activity;
mod pace;
mod pause;
mod publish;
mod review;
mod schedule;
mod schema;
mod templates;

use domain::campaign::{Campaign, CampaignDetail, CampaignStatus, VersionLine};
use domain::id::CampaignId;
use domain::mail_templates::MailTemplates;
use domain::{Failure, Fault, Page, SandboxName};
use serde::{Deserialize, Serialize};

use crate::store::campaign_versions;
use crate::store::campaigns::{self, Wanted};
use crate::{Engine, Result};
pub(crate) use live::{CompiledVersion, LiveCampaign, VersionCache, sources};
pub(crate) use review::{Named, definition_to_try, differs, review};
pub(crate) use schedule::resolve as resolve_schedule;

/// Campaigns on a page.
const PAGE: usize = 50;
/// Versions that are listed; older ones are looked for nowhere.
const VERSIONS: i64 = 20;

/// What the campaign list shows. Empty fields do not filter.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct CampaignFilter {
    /// Part of the name, in any case.
    pub name: String,
    /// A [`CampaignStatus`] word.
    pub status: String,
}

impl Engine {
    /// Newest first, 50 a page. `cursor` is the page's `next`. Invalid at `status` or `cursor` when it is none.
    pub async fn list_campaigns(
        &self,
        sandbox: &SandboxName,
        filter: &CampaignFilter,
        cursor: Option<&str>,
    ) -> Result<Page<Campaign>> {
        let status = match filter.status.as_str() {
            "" => None,
            word => Some(word.parse::<CampaignStatus>().map_err(|fault: Fault| fault.under("status"))?),
        };
        let after: Option<CampaignId> =
            cursor.map(str::parse).transpose().map_err(|fault: Fault| fault.under("cursor"))?;
        let wanted = Wanted {
            name: &filter.name,
            status,
            after: after.as_ref().map_or("", CampaignId::as_str),
            limit: i64::try_from(PAGE + 1).expect("a page is small"),
        };
        let now = self.now();
        let rows = campaigns::list(self.store(), sandbox, &wanted, now).await?;
        let rows = rows.into_iter().map(|stored| stored.at(now)).collect();
        Ok(Page::from_rows(rows, PAGE, |campaign: &Campaign| campaign.id.to_string()))
    }

    /// `NotFound` `campaign` when there is none in this sandbox. `live` is the newest version, also after its end.
    pub async fn find_campaign(&self, sandbox: &SandboxName, id: &CampaignId) -> Result<CampaignDetail> {
        let stored = found(campaigns::find(self.store(), sandbox, id).await?)?;
        let mut live = match stored.head.live_version() {
            Some(number) => campaign_versions::find(self.store(), id, number).await?,
            None => None,
        };
        if let Some(live) = &mut live {
            let sending = self.configuration_if_any(&live.definition.configuration_id).await?;
            live.mail = sending.map(|sending| MailTemplates::clone(&sending.templates)).unwrap_or_default();
        }
        Ok(CampaignDetail {
            campaign: stored.head.at(self.now()),
            pause: stored.head.pause(),
            draft: stored.draft,
            live,
        })
    }

    /// The newest versions of a campaign of this sandbox, newest first; empty for one that was never activated.
    pub async fn list_versions(&self, sandbox: &SandboxName, id: &CampaignId) -> Result<Vec<VersionLine>> {
        found(campaigns::find_head(self.store(), sandbox, id).await?)?;
        campaign_versions::list(self.store(), id, VERSIONS).await
    }
}

fn found<T>(campaign: Option<T>) -> Result<T, Failure> {
    campaign.ok_or_else(|| Failure::not_found("campaign"))
}

fn changed_meanwhile(latest: &Campaign) -> Failure {
    let text = format!(
        "{} changed this campaign at {}, after you opened it. Your changes are not stored.",
        latest.modified_by, latest.modified_at
    );
    Failure::conflict("changed_meanwhile", text)
}
