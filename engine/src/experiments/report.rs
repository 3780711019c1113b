//! What an experiment has shown so far.

use std::sync::Arc;

use domain::Failure;
use domain::SandboxName;
use domain::campaign::{CampaignDefinition, CampaignStatus};
use domain::experiment::{Experiment, ExperimentReport};
use domain::id::CampaignId;

use crate::store::campaigns;
use crate::store::experiments::{self, Which};
use crate::{Engine, Result};

/// The experiment of the live version of a campaign.
pub(super) struct Running {
    pub(super) which: Which,
    pub(super) version: i64,
    pub(super) status: CampaignStatus,
    definition: Arc<CampaignDefinition>,
}

impl Running {
    pub(super) fn experiment(&self) -> Result<&Experiment, Failure> {
        self.definition.variants.experiment.as_ref().ok_or_else(no_experiment)
    }
}

fn no_experiment() -> Failure {
    Failure::not_found("experiment")
}

impl Engine {
    /// What the experiment of the newest version has shown, also after the end of the campaign; `None`: there is no version,
    /// or it has no experiment. `NotFound` `campaign` when there is none in this sandbox.
    pub async fn experiment_report(
        &self,
        sandbox: &SandboxName,
        campaign: &CampaignId,
    ) -> Result<Option<ExperimentReport>> {
        match self.running_experiment(sandbox, campaign).await? {
            Some(running) => self.report_of(&running).await.map(Some),
            None => Ok(None),
        }
    }

    pub(super) async fn running_experiment(
        &self,
        sandbox: &SandboxName,
        campaign: &CampaignId,
    ) -> Result<Option<Running>> {
        let head = campaigns::find_head(self.store(), sandbox, campaign).await?;
        let head = head.ok_or_else(|| Failure::not_found("campaign"))?;
        let Some(version) = head.live_version() else { return Ok(None) };
        let definition = self.definition(campaign, version).await?;
        let Some(experiment) = &definition.variants.experiment else { return Ok(None) };
        let which = Which { campaign_id: campaign.clone(), experiment_id: experiment.id.clone() };
        Ok(Some(Running { which, version, status: head.at(self.now()).status, definition }))
    }

    /// The same of one that must be there. `NotFound` `experiment`.
    pub(super) async fn found_experiment(&self, sandbox: &SandboxName, campaign: &CampaignId) -> Result<Running> {
        Ok(self.running_experiment(sandbox, campaign).await?.ok_or_else(no_experiment)?)
    }

    pub(super) async fn report_of(&self, running: &Running) -> Result<ExperimentReport> {
        let state = experiments::find(self.store(), &running.which).await?;
        let counted = experiments::counted(self.store(), &running.which).await?;
        let report = ExperimentReport::new(running.experiment()?, &state, &counted.treatments);
        Ok(ExperimentReport { held_out: counted.held_out, since: counted.since, ..report })
    }
}
