//! Campaigns, as far as callers need to know them; and what is compared in them.

use axum::Json;
use axum::extract::State;
use domain::Failure;
use domain::experiment::ExperimentReport;
use domain::id::CampaignId;
use engine::Engine;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;

use super::Problem;
use super::body::Body;
use super::query::Id;
use crate::auth::Caller;

/// `GET /im/campaigns/{campaignId}/context-schema`: what a call of the live version carries for each recipient.
pub async fn context_schema(
    State(engine): State<Engine>,
    Caller(caller): Caller,
    Id(id): Id,
) -> Result<Json<Value>, Problem> {
    Ok(Json(engine.context_schema(caller.sandbox(), &id).await?))
}

/// `GET /im/campaigns/{campaignId}/experiment`: what the experiment of the live version has shown so far.
pub async fn experiment(
    State(engine): State<Engine>,
    Caller(caller): Caller,
    Id(id): Id,
) -> Result<Json<ExperimentReport>, Problem> {
    let found = engine.experiment_report(caller.sandbox(), &id_of(&id)?).await?;
    Ok(Json(found.ok_or_else(|| Failure::not_found("experiment"))?))
}

/// The treatment that everybody is to get.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct WinnerChosen {
    /// Its id.
    treatment: String,
}

/// `POST /im/campaigns/{campaignId}/experiment/winner`: everybody gets this treatment from now on.
pub async fn choose_winner(
    State(engine): State<Engine>,
    Caller(caller): Caller,
    Id(id): Id,
    Body(chosen): Body<WinnerChosen>,
) -> Result<Json<ExperimentReport>, Problem> {
    let id = id_of(&id)?;
    Ok(Json(engine.scale_experiment(caller.sandbox(), &id, &chosen.treatment, caller.name()).await?))
}

/// `DELETE /im/campaigns/{campaignId}/experiment/winner`: the experiment runs on.
pub async fn undo_winner(
    State(engine): State<Engine>,
    Caller(caller): Caller,
    Id(id): Id,
) -> Result<Json<ExperimentReport>, Problem> {
    Ok(Json(engine.let_experiment_run_on(caller.sandbox(), &id_of(&id)?).await?))
}

fn id_of(text: &str) -> Result<CampaignId, Failure> {
    text.parse().map_err(|_| Failure::not_found("campaign"))
}
