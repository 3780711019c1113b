//! What people decide of an experiment.

use domain::experiment::{ExperimentReport, Winner};
use domain::id::CampaignId;
use domain::{Failure, SandboxName};

use super::report::Running;
use crate::store::experiments;
use crate::{Engine, Result};

impl Engine {
    /// Everybody gets this treatment from now on, but for those who get nothing. From here on figures choose no winner, also
    /// when this one is undone. `NotFound` `experiment`; Invalid `unknown_treatment` at `treatment`; Conflict
    /// `winner_chosen` when there is a winner already, `campaign_over` when the campaign is over.
    pub async fn scale_experiment(
        &self,
        sandbox: &SandboxName,
        campaign: &CampaignId,
        treatment: &str,
        by: &str,
    ) -> Result<ExperimentReport> {
        let running = self.experiment_to_change(sandbox, campaign).await?;
        if !running.experiment()?.has(treatment) {
            let text = "This experiment has no such treatment.";
            return Err(Failure::invalid("treatment", "unknown_treatment", text).into());
        }
        let winner = Winner { treatment: treatment.to_owned(), at: self.now(), by: by.to_owned() };
        let mut tx = self.store().begin().await?;
        if !experiments::win(&mut tx, &running.which, &winner, true).await? {
            let text = "There is a winner already. Let the experiment run on first.";
            return Err(Failure::conflict("winner_chosen", text).into());
        }
        tx.commit().await?;
        self.experiment_turned(sandbox, &running);
        self.report_of(&running).await
    }

    /// Undoes a winner: people are shared out as before. `NotFound` `experiment`; Conflict `no_winner`, and
    /// `campaign_over` when the campaign is over.
    pub async fn let_experiment_run_on(
        &self,
        sandbox: &SandboxName,
        campaign: &CampaignId,
    ) -> Result<ExperimentReport> {
        let running = self.experiment_to_change(sandbox, campaign).await?;
        let mut tx = self.store().begin().await?;
        let winner = experiments::find_in(&mut tx, &running.which).await?.winner;
        let undone = match winner {
            Some(winner) => experiments::let_run_on(&mut tx, &running.which, &winner.treatment, self.now()).await?,
            None => false,
        };
        if !undone {
            return Err(Failure::conflict("no_winner", "This experiment has no winner: it runs on anyway.").into());
        }
        tx.commit().await?;
        self.experiment_turned(sandbox, &running);
        self.report_of(&running).await
    }

    async fn experiment_to_change(&self, sandbox: &SandboxName, campaign: &CampaignId) -> Result<Running> {
        let running = self.found_experiment(sandbox, campaign).await?;
        if running.status.is_over() {
            let text = "This campaign is over: nobody gets anything of it any more.";
            return Err(Failure::conflict("campaign_over", text).into());
        }
        Ok(running)
    }

    /// Whoever gets the next message gets what was decided, and whoever looks sees it.
    pub(super) fn experiment_turned(&self, sandbox: &SandboxName, running: &Running) {
        self.0.experiments.forget(&running.which.campaign_id, running.version);
        self.0.news.tell(sandbox);
    }
}
