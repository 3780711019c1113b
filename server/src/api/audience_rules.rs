//! Audiences themselves: what there is, their rules, who belongs to them. These calls are Hermod's own: the reference keeps
//! audiences in another product. Runs for audiences are in [`super::audiences`].

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use domain::Page;
use domain::audience::{Audience, AudienceChange, AudienceMember, Estimate};
use domain::audience_rule::{Rule, with_words};
use engine::Engine;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Problem;
use super::body::Body;
use super::query::{Id, Parameters};
use crate::auth::Caller;

/// Members of a page without `limit`.
const PAGE: usize = 50;
/// Largest body: a rule of as many and as long conditions as may be, and room for the rest.
pub const BODY_MAX_BYTES: usize = 1024 * 1024;

/// All of them, 500 at most.
#[derive(Serialize, JsonSchema)]
pub struct Audiences {
    audiences: Vec<Audience>,
}

/// `GET /audiences`: by name.
pub async fn list(State(engine): State<Engine>, Caller(caller): Caller) -> Result<Json<Audiences>, Problem> {
    Ok(Json(Audiences { audiences: engine.list_audiences(caller.sandbox()).await? }))
}

/// `POST /audiences`: 201.
pub async fn create(
    State(engine): State<Engine>,
    Caller(caller): Caller,
    Body(new): Body<AudienceChange>,
) -> Result<(StatusCode, Json<Audience>), Problem> {
    Ok((StatusCode::CREATED, Json(engine.create_audience(caller.sandbox(), new, caller.name()).await?)))
}

/// `GET /audiences/{audienceId}`.
pub async fn find(State(engine): State<Engine>, Caller(caller): Caller, Id(id): Id) -> Result<Json<Audience>, Problem> {
    Ok(Json(engine.audience(caller.sandbox(), &id).await?))
}

/// `PUT /audiences/{audienceId}`.
pub async fn change(
    State(engine): State<Engine>,
    Caller(caller): Caller,
    Id(id): Id,
    Body(change): Body<AudienceChange>,
) -> Result<Json<Audience>, Problem> {
    Ok(Json(engine.save_audience(caller.sandbox(), &id, change, caller.name()).await?))
}

/// `DELETE /audiences/{audienceId}`: 204.
pub async fn delete(State(engine): State<Engine>, Caller(caller): Caller, Id(id): Id) -> Result<StatusCode, Problem> {
    engine.delete_audience(caller.sandbox(), &id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A page of members.
#[derive(Serialize, JsonSchema)]
pub struct Members {
    members: Vec<AudienceMember>,
    next: Option<String>,
}

/// `GET /audiences/{audienceId}/members`.
pub async fn members(
    State(engine): State<Engine>,
    Caller(caller): Caller,
    Id(id): Id,
    parameters: Parameters,
) -> Result<Json<Members>, Problem> {
    let given = parameters.only(&["limit", "cursor"])?;
    let page = engine.audience_members(caller.sandbox(), &id, given.find("cursor"), given.limit(PAGE)?).await?;
    let Page { rows: members, next } = page;
    Ok(Json(Members { members, next }))
}

/// A rule that is only tried.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Tried {
    #[serde(deserialize_with = "with_words")]
    pub rule: Rule,
}

/// `POST /audiences/estimate`.
pub async fn estimate(
    State(engine): State<Engine>,
    Caller(caller): Caller,
    Body(tried): Body<Tried>,
) -> Result<Json<Estimate>, Problem> {
    let estimate = engine.estimate_rule(caller.sandbox(), &tried.rule).await;
    Ok(Json(estimate.map_err(|error| match error.into_failure() {
        domain::Failure::Invalid { faults } => {
            let under = faults.0.into_iter().map(|fault| fault.under("rule")).collect();
            Problem::from(domain::Failure::Invalid { faults: domain::Faults(under) })
        }
        failure => failure.into(),
    })?))
}
