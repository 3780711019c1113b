//! An experiment as it is at this moment: kept for a second.

use std::sync::Arc;
use std::time::Duration;

use domain::experiment::Experiment;
use domain::id::CampaignId;

use crate::campaigns::CompiledVersion;
use crate::recent::Recent;
use crate::store::experiments::{self, Which};
use crate::{Engine, Error, Result};

/// Experiments of versions, as the last second has them.
pub(crate) struct ExperimentCache(Recent<(CampaignId, i64), Arc<Experiment>>);

impl Default for ExperimentCache {
    fn default() -> Self {
        // A second decides how long another process still gives the treatments that were in force before.
        Self(Recent::new(1_000, Some(Duration::from_secs(1))))
    }
}

impl ExperimentCache {
    /// Something was decided of the experiment of this version.
    pub(super) fn forget(&self, campaign: &CampaignId, version: i64) {
        self.0.forget(&(campaign.clone(), version));
    }
}

impl Engine {
    /// The experiment of a version with what was decided since; `None`: it has none. Asks the database once a second, and
    /// never for a campaign without an experiment.
    pub(crate) async fn experiment_now(
        &self,
        campaign: &CampaignId,
        version: &CompiledVersion,
    ) -> Result<Option<Arc<Experiment>>> {
        let Some(experiment) = &version.definition.variants.experiment else { return Ok(None) };
        let which = Which { campaign_id: campaign.clone(), experiment_id: experiment.id.clone() };
        let load = async {
            let state = experiments::find(self.store(), &which).await?;
            Ok::<_, Error>(Some(Arc::new(state.applied(experiment))))
        };
        self.0.experiments.0.find_or(&(campaign.clone(), version.number), self.now(), load).await
    }
}
