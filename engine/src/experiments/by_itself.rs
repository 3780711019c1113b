//! What figures decide by themselves: a winner, or new shares. Several processes look; each look is one process's own, so
//! that everything is decided once.

use std::time::Duration;

use domain::experiment::{Decision, Winner};

use super::BY;
use super::report::Running;
use crate::store::experiments::{self, DueLook};
use crate::{Engine, Result};

/// How late figures decide.
const LOOK_EVERY: Duration = Duration::from_mins(1);

impl Engine {
    /// Does what the figures of running experiments say, and returns how many decisions that were.
    pub async fn look_at_experiments(&self) -> Result<usize> {
        let mut decided = 0;
        loop {
            let due = experiments::due(self.store(), self.now()).await?;
            let mut failed = due.is_empty();
            for look in due {
                match self.look_at_one(&look).await {
                    Ok(is_decided) => decided += usize::from(is_decided),
                    Err(error) => {
                        tracing::error!(campaign = %look.which.campaign_id, %error, "an experiment cannot be looked at");
                        failed = true;
                    }
                }
            }
            if failed {
                return Ok(decided);
            }
        }
    }

    /// Was something decided here?
    async fn look_at_one(&self, due: &DueLook) -> Result<bool> {
        let now = self.now();
        let running = self.running_experiment(&due.sandbox, &due.which.campaign_id).await?;
        // Another version has taken its place, or nothing is sent any more: there is nothing to decide.
        let running = running.filter(|it| it.which == due.which && !it.status.is_over());
        let report = match &running {
            Some(running) => Some(self.report_of(running).await?),
            None => None,
        };
        let decision = report.as_ref().and_then(|report| report.decide(now));
        // After a winner there is nothing to decide until somebody lets it run on.
        let goes_on = report.is_some_and(|report| report.winner.is_none());
        let next = goes_on.then(|| now.plus(LOOK_EVERY));
        let mut tx = self.store().begin().await?;
        if !experiments::look(&mut tx, due, next).await? {
            return Ok(false);
        }
        let decided = match &decision {
            Some(Decision::Winner(treatment)) => {
                let winner = Winner { treatment: treatment.clone(), at: now, by: BY.to_owned() };
                experiments::win(&mut tx, &due.which, &winner, false).await?
            }
            Some(Decision::Shares(shares)) => experiments::share_out(&mut tx, &due.which, shares, now).await?,
            None => false,
        };
        tx.commit().await?;
        if let Some(running) = running.filter(|_| decided) {
            self.tell_decision(due, &running, decision.as_ref());
        }
        Ok(decided)
    }

    fn tell_decision(&self, due: &DueLook, running: &Running, decision: Option<&Decision>) {
        tracing::info!(campaign = %due.which.campaign_id, ?decision, "the figures of an experiment decided");
        self.experiment_turned(&due.sandbox, running);
    }
}
