//! Server functions of experiments.

use domain::experiment::ExperimentReport;
use leptos::prelude::*;

use crate::failure::Answer;
#[cfg(feature = "ssr")]
use crate::failure::answer;

/// What the experiment of the live version has shown; `None`: it has none.
#[server]
pub async fn find_experiment(sandbox: String, campaign: String) -> Answer<Option<ExperimentReport>> {
    answer(server::find(&sandbox, &campaign).await)
}

/// Everybody gets this treatment from now on.
#[server]
pub async fn choose_winner(sandbox: String, campaign: String, treatment: String) -> Answer<()> {
    answer(server::choose(&sandbox, &campaign, &treatment).await)
}

/// The experiment runs on.
#[server]
pub async fn undo_winner(sandbox: String, campaign: String) -> Answer<()> {
    answer(server::undo(&sandbox, &campaign).await)
}

#[cfg(feature = "ssr")]
mod server {
    use domain::access::Permission;
    use domain::experiment::ExperimentReport;
    use engine::Result;
    use leptos_axum::redirect;

    use super::super::calls::asked;
    use super::super::campaign_path;

    pub async fn find(sandbox: &str, campaign: &str) -> Result<Option<ExperimentReport>> {
        let (caller, sandbox, id) = asked(Permission::ViewCampaigns, sandbox, campaign).await?;
        caller.engine.experiment_report(&sandbox, &id).await
    }

    pub async fn choose(sandbox: &str, campaign: &str, treatment: &str) -> Result<()> {
        let (caller, sandbox, id) = asked(Permission::PublishCampaigns, sandbox, campaign).await?;
        caller.engine.scale_experiment(&sandbox, &id, treatment, caller.name()).await?;
        redirect(&campaign_path(sandbox.as_str(), id.as_str()));
        Ok(())
    }

    pub async fn undo(sandbox: &str, campaign: &str) -> Result<()> {
        let (caller, sandbox, id) = asked(Permission::PublishCampaigns, sandbox, campaign).await?;
        caller.engine.let_experiment_run_on(&sandbox, &id).await?;
        redirect(&campaign_path(sandbox.as_str(), id.as_str()));
        Ok(())
    }
}
