//! Pausing a campaign and going on.

use domain::SandboxName;
use domain::campaign::{CampaignDetail, CampaignPause};
use domain::id::CampaignId;

use super::found;
use crate::store::campaigns::{self, Change};
use crate::store::pauses;
use crate::{Engine, Result};

impl Engine {
    /// From now on calls are refused and nothing is sent; what waits is held. Conflict `campaign_not_live` unless it is live
    /// or scheduled.
    pub async fn pause_campaign(&self, sandbox: &SandboxName, id: &CampaignId, by: &str) -> Result<CampaignDetail> {
        let now = self.now();
        let mut tx = self.store().begin().await?;
        let stored = found(campaigns::find_in(&mut tx, sandbox, id).await?)?;
        stored.head.at(now).status.pause()?;
        let pause = CampaignPause { at: now, by: by.to_owned(), failures: 0 };
        let written = pauses::pause(&mut tx, id, &pause).await?;
        self.end_turn(tx, sandbox, id, now, written).await
    }

    /// Goes on after a pause: calls are accepted again, and what was held is sent. Conflict `campaign_not_paused`.
    pub async fn resume_campaign(&self, sandbox: &SandboxName, id: &CampaignId, by: &str) -> Result<CampaignDetail> {
        let now = self.now();
        let mut tx = self.store().begin().await?;
        let stored = found(campaigns::find_in(&mut tx, sandbox, id).await?)?;
        let status = stored.head.at(now).status.resume(now, stored.head.starts_at)?;
        let written = pauses::resume(&mut tx, id, status, Change { by, now }).await?;
        self.end_turn(tx, sandbox, id, now, written).await
    }
}
