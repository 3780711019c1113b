//! What became of the messages of a campaign lately.

use std::time::Duration;

use domain::SandboxName;
use domain::Timestamp;
use domain::campaign::CampaignResults;
use domain::id::{CampaignId, MessageId};

use crate::recent::Recent;
use crate::store::log;
use crate::{Engine, Result};

/// How far back is looked.
const LATELY: Duration = Duration::from_hours(7 * 24);
/// Most messages that are counted: the look at a large campaign takes no longer than people wait for a page.
const COUNTED: usize = 200_000;

/// The results of campaigns, as counted lately.
pub(crate) struct ResultsCache(Recent<CampaignId, CampaignResults>);

impl Default for ResultsCache {
    fn default() -> Self {
        Self(Recent::new(200, Some(Duration::from_secs(5))))
    }
}

impl Engine {
    /// Messages of the last seven days by state, and excluded ones by reason; of the newest 200,000, and at most five seconds
    /// old. `NotFound` `campaign`.
    pub async fn campaign_results(&self, sandbox: &SandboxName, id: &CampaignId) -> Result<CampaignResults> {
        self.find_campaign(sandbox, id).await?;
        let now = self.now();
        let since = Timestamp::from_millis(now.as_millis() - i64::try_from(LATELY.as_millis()).unwrap_or(0));
        let first = MessageId::new(u64::try_from(since.as_millis()).unwrap_or(0), [0; 10]);
        let count = async {
            let counts = log::counts_of_campaign(self.store(), id, &first, COUNTED).await?;
            let newest_only = usize::try_from(counts.total).is_ok_and(|total| total == COUNTED);
            Ok::<_, crate::Error>(Some(CampaignResults { since, counts, newest_only }))
        };
        let counted = self.0.results.0.find_or(id, now, count).await?;
        counted.ok_or_else(|| crate::Error::unexpected("nothing was counted"))
    }
}
